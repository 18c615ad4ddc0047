package codegen_test

// runner is the part of the compiled program that does not depend on the topologies: it
// plays histories in each mode and writes down the first differences.
const runner = `package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"

	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/task"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

type pair struct {
	Variant, Topology, Histories     string
	original, generated, interpreted func() *gen.Topology
}

type step struct {
	Verb, Topic string
	Key, Value  []byte
	Timestamp   int64
	Header      string
}

type history struct {
	CommitEvery int
	Steps       []step
}

type difference struct {
	Variant, Topology, Mode, History, Want, Got string
	Lines                                       int
}

func main() {
	histories := map[string][]history{}
	b, err := os.ReadFile(os.Args[1])
	if err == nil {
		err = json.Unmarshal(b, &histories)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	stdout := os.Stdout
	os.Stdout = os.Stderr // Print of a topology belongs elsewhere
	var out []difference
	cache := map[string]string{}
	lines := 0
	for _, p := range pairs {
		if d := describe(p.original()); d != describe(p.generated()) {
			out = append(out, difference{Variant: p.Variant, Topology: p.Topology, Mode: "generated", History: "none", Want: d, Got: describe(p.generated())})
			continue
		}
	next:
		for i, h := range histories[p.Histories] {
			id := fmt.Sprint(p.Histories, i)
			if _, ok := cache[id]; !ok {
				cache[id] = play(p.original(), h)
				lines += strings.Count(cache[id], "\n")
			}
			for mode, build := range map[string]func() *gen.Topology{"generated": p.generated, "interpreted": p.interpreted} {
				if got := play(build(), h); got != cache[id] {
					out = append(out, difference{p.Variant, p.Topology, mode, fmt.Sprint(i), cache[id], got, 0})
					break next
				}
			}
		}
	}
	out = append(out, difference{Lines: lines})
	if err := json.NewEncoder(stdout).Encode(out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// describe is what generated code says of itself at run time.
func describe(t *gen.Topology) string {
	s := fmt.Sprintln(t.Name, t.Hash, t.Err)
	for _, sub := range t.Subtopologies {
		sub.NewTask = nil
		sub.Stores = slices.Clone(sub.Stores)
		for i := range sub.Stores {
			sub.Stores[i] = bare(sub.Stores[i])
		}
		s += fmt.Sprintf("%+v\n", sub)
	}
	for _, g := range t.Globals {
		s += fmt.Sprintln(g.Node, g.Topic, g.Store)
	}
	return s
}

// bare is a store without its codecs, which are pointers.
func bare(s gen.Store) gen.Store {
	s.Key, s.Val = nil, nil
	return s
}

func play(t *gen.Topology, h history) string {
	d, err := testdriver.New(t, testdriver.Config{CommitEvery: h.CommitEvery})
	if err != nil {
		return "cannot start: " + err.Error()
	}
	defer d.Close()
	var outputs, inputs, stores []string
	for i := range t.Subtopologies {
		for _, s := range t.Subtopologies[i].Sinks {
			outputs = append(outputs, task.SinkTopic("test", s))
		}
		for _, s := range t.Subtopologies[i].Sources {
			if !s.Repartition {
				inputs = append(inputs, s.Topic)
			}
		}
		for _, s := range t.Subtopologies[i].Stores {
			stores = append(stores, s.Name)
		}
	}
	slices.Sort(outputs)
	outputs = slices.Compact(outputs)
	var b strings.Builder
	for i, s := range h.Steps {
		var err error
		switch s.Verb {
		case "pipe":
			topic := s.Topic
			if topic == "" {
				topic = inputs[0]
			}
			r := testdriver.Record{Key: s.Key, Value: s.Value, Timestamp: s.Timestamp}
			if s.Header != "" {
				r.Headers = []serde.Header{{Key: s.Header, Value: []byte(s.Header)}}
			}
			err = d.Pipe(topic, r)
		case "advance":
			err = d.AdvanceWallClock(time.Duration(s.Timestamp) * time.Millisecond)
		case "commit":
			err = d.Commit()
		}
		for _, topic := range outputs {
			rows(&b, fmt.Sprint(i, " ", topic), d.ReadAll(topic))
		}
		if err == nil {
			err = d.Err()
		}
		if err != nil {
			fmt.Fprintln(&b, i, "error", shown(err))
			break
		}
	}
	for _, name := range stores {
		rows(&b, "store "+name, d.Contents(name))
		rows(&b, "changelog "+name, d.Changelog(name))
	}
	fmt.Fprintf(&b, "counts %+v\n", d.Counts())
	return b.String()
}

func rows(b *strings.Builder, lead string, rs []testdriver.Record) {
	for _, r := range rs {
		fmt.Fprintf(b, "%s @%d %s = %s", lead, r.Timestamp, text(r.Key), text(r.Value))
		for _, h := range r.Headers {
			value := text(h.Value)
			switch h.Key {
			case "__streams.errors.exception", "__streams.errors.message", "__streams.errors.stacktrace":
				value = "…" // the two modes word causes differently
			}
			fmt.Fprintf(b, " ; %s=%s", h.Key, value)
		}
		b.WriteString("\n")
	}
}

func text(b []byte) string {
	if b == nil {
		return "null"
	}
	return fmt.Sprintf("%q", b)
}

// shown leaves out what the modes word differently: causes of unreadable bytes, and places.
func shown(err error) string {
	var fe *fault.Error
	if errors.As(err, &fe) && (fe.Phase == fault.Deserialize || fe.Phase == fault.Serialize) {
		return fmt.Sprintf("%s: cannot %s the record of %s-%d, offset %d", fe.Operator, fe.Phase, fe.Topic, fe.Partition, fe.Offset)
	}
	var p *task.Panic
	if errors.As(err, &p) && p.Where != "" {
		return strings.Replace(err.Error(), p.Where, "…", 1)
	}
	return err.Error()
}

// generated calls a constructor, interpreted a topology function, with parameters filled in.
func generated(constructor any) func() *gen.Topology {
	f := reflect.ValueOf(constructor)
	return func() *gen.Topology { return f.Call(arguments(f, 0))[0].Interface().(*gen.Topology) }
}

func interpreted(topology any) func() *gen.Topology {
	f := reflect.ValueOf(topology)
	args := arguments(f, 1)
	return func() *gen.Topology {
		top := rt.InterpretPlain(func(b *dsl.Builder) { f.Call(append([]reflect.Value{reflect.ValueOf(b)}, args...)) })
		name := runtime.FuncForPC(f.Pointer()).Name() // that of the literal above has nothing to do with it
		top.Name = name[strings.LastIndex(name, ".")+1:]
		return top
	}
}

func arguments(f reflect.Value, from int) (out []reflect.Value) {
	for i := from; i < f.Type().NumIn(); i++ {
		v := reflect.New(f.Type().In(i)).Elem()
		fill(v)
		out = append(out, v)
	}
	return out
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(2)
		if v.Type() == reflect.TypeFor[time.Duration]() {
			v.SetInt(int64(200 * time.Millisecond))
		}
	case reflect.Float64:
		v.SetFloat(1.5)
	case reflect.String:
		v.SetString(" My ")
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		for i := range 3 {
			fill(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i))
			}
		}
	}
}
`
