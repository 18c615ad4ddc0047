package pass

import (
	"regexp"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

var numbered = regexp.MustCompile(`^K(?:STREAM|TABLE)-[A-Z-]+-0*([0-9]+)$`)

// hint is an identifier for a step: of its name when the user gave one, else its operator
// with the number that Kafka Streams' naming gives it.
func (k *task) hint(s *graph.Step) string {
	if m := numbered.FindStringSubmatch(s.Name); m != nil {
		return camel(string(s.Op)) + m[1]
	}
	return camel(s.Name)
}

// next lowers what follows a step. Where several steps follow, all but the last are methods.
func (k *task) next(s *graph.Step) []*plan.Step {
	var out []*plan.Step
	for i, id := range s.Out {
		n := k.entry(s, i)
		if i < len(s.Out)-1 && n.Method == "" && s.Op != graph.Split { // branches exclude each other
			n.Method = k.names.unique(k.hint(k.t.resolved.Steps[id]))
		}
		out = append(out, n)
	}
	return out
}

func (k *task) step(s *graph.Step) *plan.Step {
	if p := k.steps[s.ID]; p != nil {
		return p
	}
	p := &plan.Step{ID: s.ID, Op: string(s.Op), Form: string(s.Form), Node: s.Name, Not: s.Not, Text: s.Label, Windowed: s.Windowed, Sessions: s.Sessions, Sink: -1, Kernel: -1, Processor: -1, StreamJoin: -1,
		Policy: k.l.policy(k.t, s, k.sub)}
	k.steps[s.ID] = p
	if k.parents[s.ID] > 1 {
		p.Method = k.names.unique(k.hint(s))
	}
	if s.Op == graph.Repartition {
		p.Node, p.Label = s.SinkName, "repartition topic "+s.Topic
		k.write(s, p)
		return p
	}
	if s.Op == graph.Side {
		k.side(s, p)
		return p
	}
	n := k.t.Nodes[s.ID]
	if k.t.reads != nil {
		p.Reads = k.t.reads.Steps[s.ID]
	}
	p.SendOld = s.SendOld
	if len(s.In) > 0 && (graph.IsTable(s.Op) || s.Op == graph.TableGroupBy) {
		from := k.t.resolved.Steps[s.In[0]]
		p.TakesOld = from.SendOld && (graph.IsTable(from.Op) || from.Op == graph.Repartition)
	}
	if n.InKey != nil {
		p.InKey, p.InVal = k.l.typeText(n.InKey), k.l.typeText(n.InVal)
	}
	if n.Key != nil {
		p.Key = k.l.typeText(n.Key)
	}
	if n.Val != nil {
		p.Val = k.l.typeText(n.Val)
	}
	p.Label = strings.ReplaceAll(string(s.Op), "-", " ")
	hint := k.hint(s)
	switch s.Op {
	case graph.Sink:
		p.Label = "topic " + s.Topic
		if s.Routed {
			p.Label = "the topic that the record chooses"
			p.Fn = k.l.function(k.t, n.Fn, hint)
		}
		k.write(s, p)
		return p
	case graph.Count, graph.Reduce, graph.Aggregate:
		p.Kernel = k.kernels[s.ID]
		return p
	case graph.Table:
	case graph.TableJoin, graph.TableLeftJoin, graph.TableOuterJoin: // what both sides lead to
		p.Op, p.Label = "table-merge", "both sides of the join"
		p.InKey, p.InVal, p.TakesOld = p.Key, p.Val, s.SendOld
		if p.Method == "" {
			p.Method = k.names.unique(hint)
		}
	case graph.TableGroupBy:
		k.plan.Changes = true
		p.KeyCodec, p.ValCodec = k.l.codec(k.t, n.KeyCodec, k.atStep(s.ID, true)), k.l.codec(k.t, n.ValCodec, k.atStep(s.ID, false))
		p.Fn = k.l.function(k.t, n.Fn, hint)
	case graph.JoinTable, graph.LeftTable:
		p.View = k.view(k.t.resolved.Steps[s.Global])
		p.Label += " " + p.View.Node
		p.Join = k.l.function(k.t, n.Join, hint)
	case graph.Process, graph.ProcessValues:
		p.Processor = k.procs[s.ID]
		return p
	case graph.JoinGlobal, graph.LeftGlobal:
		g := k.t.Nodes[s.Global]
		k.plan.Joins = true
		p.Global = k.t.globals[s.Global]
		p.GlobalKey, p.GlobalVal = k.l.typeText(g.Key), k.l.typeText(g.Val)
		p.Label += " " + p.Global.Store
		p.Fn, p.Join = k.l.function(k.t, n.Fn, hint+"Key"), k.l.function(k.t, n.Join, hint)
	default:
		p.Fn = k.l.function(k.t, n.Fn, hint)
	}
	if kernel, ok := k.kernels[s.ID]; ok { // what follows takes what the store emits
		p.Kernel = kernel
		return p
	}
	p.Next = k.next(s)
	return p
}

// write lowers the writing side of a topic.
func (k *task) write(s *graph.Step, p *plan.Step) {
	p.Sink, p.KeyTail, p.NullKeys = k.sub.SinkOf(s.ID), s.KeyTail, s.NullKeys
	if s.ID < len(k.t.Nodes) {
		p.Part = k.l.function(k.t, k.t.Nodes[s.ID].Part, k.hint(s)+"Partition")
	}
	key, val := k.t.codec(s.Exec.Key), k.t.codec(s.Exec.Val)
	p.KeyCodec, p.ValCodec = k.l.codec(k.t, key, k.inSink(p.Sink, true)), k.l.codec(k.t, val, k.inSink(p.Sink, false))
	p.KeyForward, p.ValForward = k.forward(s, true), k.forward(s, false)
	text := func(c *topo.Codec, t string) string {
		if c == nil {
			return t
		}
		return k.l.typeText(c.Of)
	}
	p.InKey, p.InVal = text(key, s.KeyType), text(val, s.ValType)
}
