package plan

import (
	"errors"
	"fmt"
)

// Check reports what is inconsistent: names that are missing or given twice, references
// out of range.
func (p *Program) Check() error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if p.Package == "" || p.Output == "" {
		fail("the program lacks a package or an output")
	}
	seen := map[string]bool{}
	declare := func(name, what string) {
		if name == "" {
			fail("%s has no name", what)
		}
		if seen[name] {
			fail("%s %s is declared twice", what, name)
		}
		seen[name] = true
	}
	for _, t := range p.Topologies {
		declare(t.Constructor, "constructor")
		declare(t.App, "app")
		for _, k := range t.Tasks {
			declare(k.Type, "task")
			for _, n := range k.Kernels {
				declare(n.Type, "kernel")
				if n.KeyCodec == nil || n.AggCodec == nil {
					fail("kernel %s lacks a codec", n.Node)
				}
			}
			for _, j := range k.StreamJoins {
				declare(j.Type, "join")
			}
			k.check(fail)
		}
	}
	return errors.Join(errs...)
}

func (t *Task) check(fail func(string, ...any)) {
	fields := map[string]bool{}
	field := func(name string) {
		if name == "" || fields[name] {
			fail("task %s: member %q is missing or there twice", t.Type, name)
		}
		fields[name] = true
	}
	done := map[*Step]bool{}
	var walk func(steps []*Step)
	walk = func(steps []*Step) {
		for i, s := range steps {
			if i < len(steps)-1 && s.Method == "" && s.Op != "branch" {
				fail("task %s: step %s is one of several and no method", t.Type, s.Node)
			}
			if done[s] {
				if s.Method == "" {
					fail("task %s: step %s is reached twice and no method", t.Type, s.Node)
				}
				continue
			}
			done[s] = true
			switch {
			case s.Sink >= len(t.Sinks), s.Kernel >= len(t.Kernels), s.Processor >= len(t.Processors), s.StreamJoin >= len(t.StreamJoins), s.Policy.Sink >= len(t.Sinks):
				fail("task %s: step %s refers to what does not exist", t.Type, s.Node)
			case (s.Op == "sink" || s.Op == "repartition") && (s.Sink < 0 || s.KeyCodec == nil || s.ValCodec == nil):
				fail("task %s: sink %s lacks a topic or a codec", t.Type, s.Node)
			case s.Policy.Action == "dead-letter" && s.Policy.Sink < 0:
				fail("task %s: step %s has no dead-letter sink", t.Type, s.Node)
			}
			walk(s.Next)
		}
	}
	for _, s := range t.Sources {
		field(s.Method)
		if s.Key == nil || s.Val == nil {
			fail("task %s: source %s lacks a codec", t.Type, s.Node)
		}
		walk(s.Next)
	}
	for _, s := range t.Sinks {
		field(s.Field)
	}
	for _, k := range t.Kernels {
		field(k.Field)
		if k.Store < 0 || k.Store >= len(t.Stores) {
			fail("task %s: kernel %s has no store", t.Type, k.Node)
		}
		walk(k.Next)
	}
	for _, j := range t.StreamJoins {
		field(j.Field)
		field(j.Emit)
		for _, i := range j.Stores {
			if i < 0 || i >= len(t.Stores) {
				fail("task %s: join %s has no store", t.Type, j.Node)
			}
		}
		if j.KeyCodec == nil || j.LeftCodec == nil || j.RightCodec == nil {
			fail("task %s: join %s lacks a codec", t.Type, j.Node)
		}
		walk(j.Next)
	}
	for _, r := range t.Readers {
		field(r.Field)
		if r.Global == nil || r.Global.Processor == nil {
			fail("task %s: %s reads no global store", t.Type, r.Field)
		}
	}
	for _, p := range t.Processors {
		field(p.Field)
		field(p.Context)
		walk(p.Next)
	}
	for _, s := range t.Methods {
		field(s.Method)
	}
	for _, f := range t.Functions {
		field(f.Name)
	}
}
