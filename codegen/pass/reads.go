package pass

import (
	"go/types"

	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/reads"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// lowerReads finds what is read of the records of sources. Without a source whose decoder could leave something out, no
// function is looked into.
func (l *lowering) lowerReads() {
	for _, t := range l.topos {
		if !t.prunable() {
			continue
		}
		if l.ssa == nil {
			l.ssa = reads.New(l.prog)
		}
		t.reads = l.ssa.Find(t.Topology, t.resolved, func(sink *graph.Step, key bool) types.Type {
			if p := l.passing(t, sink, key); p.why == "" && parts(p.codec) {
				return p.codec.Of
			}
			return nil
		})
	}
}

// prunable reports whether a source of the topology has a codec that can read parts.
func (t *topology) prunable() bool {
	for _, sub := range t.resolved.Subs {
		for _, id := range sub.Sources {
			s := t.resolved.Steps[id]
			if !s.SendOld && (parts(t.codec(s.Exec.Key)) || parts(t.codec(s.Exec.Val))) {
				return true
			}
		}
	}
	return false
}

// parts reports whether a codec's generated decoder can read parts of its type.
func parts(c *topo.Codec) bool {
	if c == nil {
		return false
	}
	switch c.Kind {
	case topo.JSON, topo.Avro:
		return holdsStruct(c.Of)
	}
	return false
}

func holdsStruct(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		return u.NumFields() > 0
	case *types.Pointer:
		s, ok := u.Elem().Underlying().(*types.Struct)
		return ok && s.NumFields() > 0
	case *types.Slice:
		return holdsStruct(u.Elem())
	}
	return false
}

// pick gives one side of a source the decoder that reads what is read.
func (k *task) pick(s *graph.Step, key bool) (*plan.Reads, *plan.Pick) {
	if k.t.reads == nil || s.SendOld {
		return nil, nil
	}
	rec := k.t.reads.Sources[s.ID]
	side, of := rec.Val, k.t.codec(s.Exec.Val)
	if key {
		side, of = rec.Key, k.t.codec(s.Exec.Key)
	}
	if !parts(of) {
		return nil, nil
	}
	if side.All {
		return side, nil
	}
	if of.Kind == topo.Avro {
		return side, k.l.avroType(of).Pick(side)
	}
	return side, k.l.jsonCodec(of).Pick(side)
}
