package pass

import (
	"go/types"
	"slices"

	"github.com/streamgen/streamgen/codegen/emit/avrocodec"
	"github.com/streamgen/streamgen/codegen/emit/jsoncodec"
	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/reads"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// passage is how a key or value reaches a sink that no operator on the way replaces.
type passage struct {
	sources []*graph.Step
	codec   *topo.Codec // of the sink
	why     string      // it cannot pass as its bytes
}

// passing finds whether the key or value of a sink or repartition can pass as its bytes (S272), but for what functions may
// change in place.
func (l *lowering) passing(t *topology, s *graph.Step, key bool) passage {
	p := passage{codec: t.side(s, key)}
	if p.codec == nil {
		return p.not("it has no codec")
	}
	from := map[int][]*graph.Step{}
	for _, step := range t.resolved.Steps {
		for _, out := range step.Out {
			from[out] = append(from[out], step)
		}
	}
	seen := map[int]bool{}
	var back func(s *graph.Step) string
	back = func(s *graph.Step) string {
		for _, in := range from[s.ID] {
			if seen[in.ID] {
				continue
			}
			seen[in.ID] = true
			made := ""
			switch in.Op {
			case graph.Source, graph.Repartition:
				if in.SendOld {
					made = "it is the change of a table"
					break
				}
				p.sources = append(p.sources, in)
			case graph.Filter, graph.Branch, graph.Peek, graph.Present, graph.Merge, graph.Split:
				made = back(in)
			case graph.MapValues, graph.FlatMapValues, graph.JoinGlobal, graph.LeftGlobal, graph.JoinTable, graph.LeftTable:
				if made = "it is made by " + in.Name; key {
					made = back(in)
				}
			case graph.SelectKey:
				if made = "it is made by " + in.Name; !key {
					made = back(in)
				}
			default:
				made = "it comes from " + in.Name
			}
			if made != "" {
				return made
			}
		}
		return ""
	}
	if why := back(s); why != "" {
		return p.not(why)
	}
	if len(p.sources) == 0 {
		return p.not("nothing leads to it")
	}
	for _, source := range p.sources {
		of := t.side(source, key)
		if of == nil || of.Kind != p.codec.Kind || !types.Identical(of.Of, p.codec.Of) || p.codec.Strict && !of.Strict {
			return p.not("it was read with another codec")
		}
	}
	switch p.codec.Kind {
	case topo.String, topo.Int64, topo.Int32, topo.Int16:
	case topo.JSON:
		if why := jsoncodec.Inexact(l.jsonCodec(p.codec).Shape); why != "" {
			return p.not(why)
		}
	case topo.Avro:
		if why := avrocodec.Inexact(l.avroType(p.codec).Shape); why != "" {
			return p.not(why)
		}
		if len(p.sources) > 1 {
			return p.not("it comes from several topics")
		}
	default:
		return p.not("its codec is " + string(p.codec.Kind))
	}
	return p
}

func (p passage) not(why string) passage {
	p.why = why
	return p
}

// side is the codec of a step's key or value.
func (t *topology) side(s *graph.Step, key bool) *topo.Codec {
	if key {
		return t.codec(s.Exec.Key)
	}
	return t.codec(s.Exec.Val)
}

// forward says how a sink gets one side of its records: as the bytes that came, or why not.
func (k *task) forward(s *graph.Step, key bool) *plan.Forward {
	p := k.l.passing(k.t, s, key)
	if p.why != "" {
		return &plan.Forward{Why: p.why}
	}
	if !parts(p.codec) {
		if k.immutable(p.codec) {
			return &plan.Forward{Whole: true}
		}
		return &plan.Forward{Why: "it is no struct"}
	}
	if k.t.reads == nil {
		return &plan.Forward{Why: "its source is not looked into"}
	}
	if r := k.t.reads.Changed[reads.Side{Step: s.ID, Key: key}]; r != nil {
		return &plan.Forward{Why: "a function may change what it leads to: it " + r.Why, At: r.At}
	}
	f := &plan.Forward{From: k.l.codec(k.t, k.t.side(p.sources[0], key), k.inSource(p.sources[0], key)), Whole: true}
	for _, source := range p.sources {
		if _, pick := k.pick(source, key); pick != nil {
			f.Whole = false
		}
	}
	if p.codec.Kind == topo.Avro {
		k.l.avroType(p.codec).Forwards = true
	} else {
		k.l.jsonCodec(p.codec).Forwards = true
	}
	return f
}

// immutable says of a codec that its bytes are the value, which nothing can change in place.
func (k *task) immutable(c *topo.Codec) bool {
	return slices.Contains([]topo.CodecKind{topo.String, topo.Int64, topo.Int32, topo.Int16}, c.Kind)
}
