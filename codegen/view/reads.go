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

// readsOf finds what the functions of a step read of values, by its number.
func readsOf(task *plan.Task, id int) *plan.Reads {
	var find func(list []*plan.Step) *plan.Reads
	find = func(list []*plan.Step) *plan.Reads {
		for _, s := range list {
			if s.ID == id && s.Reads != nil {
				return s.Reads
			}
			if r := find(s.Next); r != nil {
				return r
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
