package protobuf

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Form is what the compiler took a message and those below it for: a line each, the root first. Generated code carries
// it, so that messages which were generated anew behind its back are found out before they are misread.
type Form string

// library is the line of a message that google.golang.org/protobuf reads and writes.
const library = "library"

var checked sync.Map // errors, or nil, by name and Form

// check says how a message type differs from what generated code takes it for.
func (f Form) check(m proto.Message) error {
	type key struct {
		name protoreflect.FullName
		form Form
	}
	md := m.ProtoReflect().Descriptor()
	k := key{md.FullName(), f}
	if known, ok := checked.Load(k); ok {
		err, _ := known.(error)
		return err
	}
	err := f.compare(md)
	checked.Store(k, err)
	return err
}

func (f Form) compare(root protoreflect.MessageDescriptor) error {
	lines := strings.Split(string(f), "\n")
	queue := []protoreflect.MessageDescriptor{root}
	index := map[protoreflect.FullName]int{root.FullName(): 0}
	refer := func(md protoreflect.MessageDescriptor) string {
		n, ok := index[md.FullName()]
		if !ok {
			n = len(queue)
			index[md.FullName()] = n
			queue = append(queue, md)
		}
		return fmt.Sprint("message ", n)
	}
	for i := 0; i < len(queue); i++ {
		if i >= len(lines) {
			return stale(queue[i], "it is new below "+string(root.FullName()))
		}
		if lines[i] == library {
			continue
		}
		if now := line(queue[i], refer); now != lines[i] {
			return stale(queue[i], difference(lines[i], now))
		}
	}
	if len(lines) > len(queue) {
		return stale(root, "a message below it is gone")
	}
	return nil
}

func stale(md protoreflect.MessageDescriptor, what string) error {
	return fmt.Errorf("the generated code takes the message %s for another one: %s; run go generate again", md.FullName(), what)
}

// difference names the first field that differs.
func difference(before, now string) string {
	old, fresh := strings.Split(before, "; "), strings.Split(now, "; ")
	for i, field := range fresh {
		switch {
		case i >= len(old):
			return "the field " + field + " is new"
		case old[i] != field:
			return fmt.Sprintf("it had %q and has %q", old[i], field)
		}
	}
	return "it has fewer fields"
}

// line describes a message: its fields by number.
func line(md protoreflect.MessageDescriptor, refer func(protoreflect.MessageDescriptor) string) string {
	fields := make([]protoreflect.FieldDescriptor, md.Fields().Len())
	for i := range fields {
		fields[i] = md.Fields().Get(i)
	}
	slices.SortFunc(fields, func(a, b protoreflect.FieldDescriptor) int { return cmp.Compare(a.Number(), b.Number()) })
	value := func(fd protoreflect.FieldDescriptor) string {
		if fd.Kind() == protoreflect.MessageKind {
			return refer(fd.Message())
		}
		return fd.Kind().String()
	}
	var out []string
	for _, fd := range fields {
		text := fmt.Sprintf("%d %s ", fd.Number(), fd.Name())
		switch one := fd.ContainingOneof(); {
		case fd.IsMap():
			text += "map " + value(fd.MapKey()) + " "
			fd = fd.MapValue()
		case fd.IsPacked():
			text += "packed "
		case fd.IsList():
			text += "repeated "
		case one != nil && !one.IsSynthetic():
			text += "oneof " + string(one.Name()) + " "
		case fd.HasPresence() && fd.Message() == nil:
			text += "optional "
		}
		out = append(out, text+value(fd))
	}
	return strings.Join(out, "; ")
}
