package view

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
)

// explainReads says how a source's key and value are decoded where their decoders are generated: which fields, and why
// not fewer.
func (t *Topology) explainReads(b *strings.Builder, s *plan.Source) {
	for _, side := range []struct {
		name  string
		codec *plan.Codec
		reads *plan.Reads
		pick  *plan.Pick
	}{{"key", s.Key, s.KeyReads, s.KeyPick}, {"value", s.Val, s.ValReads, s.ValPick}} {
		if side.reads == nil {
			switch side.codec.Kind {
			case "protobuf":
				fmt.Fprintf(b, "    fields of the %s: all, as messages of Protobuf are decoded whole\n", side.name)
			case "avro-record":
				fmt.Fprintf(b, "    fields of the %s: those that functions ask for, each when it is asked for\n", side.name)
			}
			continue
		}
		fmt.Fprintf(b, "    fields of the %s: ", side.name)
		switch {
		case side.pick == nil && side.reads.Why == "every field is read":
			b.WriteString("all, as every one is read")
		case side.pick == nil:
			fmt.Fprintf(b, "all, as it %s%s", side.reads.Why, place(side.reads.At))
		case len(side.reads.Fields) == 0:
			b.WriteString("none is read; all are checked")
		default:
			fmt.Fprintf(b, "%s; the others are checked and left out", listed(side.reads))
			for _, f := range side.reads.Fields {
				if f.Reads.All && f.Reads.Why != "" && f.Reads.Why != "is read" && f.Reads.Why != "every field is read" {
					fmt.Fprintf(b, "\n      %s: whole, as it %s%s", f.Name, f.Reads.Why, place(f.Reads.At))
				}
			}
		}
		b.WriteByte('\n')
	}
}

// listed is what is read, for people.
func listed(r *plan.Reads) string {
	paths := r.Paths()
	for i, p := range paths {
		if whether, ok := strings.CutSuffix(p, "?"); ok {
			paths[i] = "whether there is, or how long is, " + whether
		}
	}
	return strings.Join(paths, ", ")
}

func place(at string) string {
	if at == "" {
		return ""
	}
	return " (" + at + ")"
}

// explainForward says how a sink gets keys and values: as the bytes that came, or why they are encoded.
func explainForward(b *strings.Builder, s *plan.Step, indent string) {
	if s == nil || s.KeyForward == nil {
		return
	}
	side := func(f *plan.Forward) string {
		switch {
		case f.Why != "":
			return "encoded, as " + f.Why + place(f.At)
		case f.From == nil:
			return "its bytes pass"
		case f.Whole:
			return "its bytes pass where the codec would write the same, else it is encoded"
		}
		return "its bytes pass where the codec would write the same, else it is decoded whole and encoded"
	}
	fmt.Fprintf(b, "%s  key: %s; value: %s\n", indent, side(s.KeyForward), side(s.ValForward))
}

// stepOf finds a step behind the sources of a task by its number.
func stepOf(task *plan.Task, id int) *plan.Step {
	seen := map[*plan.Step]bool{}
	var find func(list []*plan.Step) *plan.Step
	find = func(list []*plan.Step) *plan.Step {
		for _, s := range list {
			if s.ID == id {
				return s
			}
			if !seen[s] {
				seen[s] = true
				if r := find(s.Next); r != nil {
					return r
				}
			}
		}
		return nil
	}
	if task == nil {
		return nil
	}
	for _, s := range task.Sources {
		if r := find(s.Next); r != nil {
			return r
		}
	}
	return nil
}

// readsOf is what the functions of a step read of values.
func readsOf(s *plan.Step) *plan.Reads {
	if s == nil {
		return nil
	}
	return s.Reads
}
