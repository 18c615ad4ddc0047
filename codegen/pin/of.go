// Package pin says what the topologies of a package keep and exchange, in the words of streamgen.lock, and reports
// what a release on top of the one in that file would lose.
package pin

import (
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/codegen/avroshape"
	"github.com/streamgen/streamgen/codegen/jsonshape"
	"github.com/streamgen/streamgen/codegen/plan/lock"
	"github.com/streamgen/streamgen/codegen/protoshape"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/avroschema"
	"github.com/streamgen/streamgen/internal/graph"
)

// Of is what the topologies of a program have now. The error is that of a graph that does not resolve, which build
// reports as a diagnostic.
func Of(prog *topo.Program) (*lock.File, error) {
	out := &lock.File{}
	for _, t := range prog.Topologies {
		r := &reader{prog: prog, t: t}
		r.number()
		resolved, err := graph.Resolve(t.Graph)
		if err != nil {
			return nil, fmt.Errorf("topology %s: %w", t.Name, err)
		}
		r.r = resolved
		out.Topologies = append(out.Topologies, r.topology())
	}
	out.Sort()
	return out, nil
}

type reader struct {
	prog   *topo.Program
	t      *topo.Topology
	r      *graph.Resolved
	codecs []*topo.Codec // by graph.BoxedCodec.Ref - 1
}

// number marks each codec in the graph, because the text of one that Resolve derives does not say which it is.
func (r *reader) number() {
	ref := func(c *topo.Codec) graph.BoxedCodec {
		if c == nil {
			return graph.BoxedCodec{}
		}
		r.codecs = append(r.codecs, c)
		return graph.BoxedCodec{Valid: true, Ref: len(r.codecs)}
	}
	for i, n := range r.t.Nodes {
		e := &r.t.Graph.Nodes[i].Exec
		e.Key, e.Val, e.GroupKey, e.GroupVal = ref(n.KeyCodec), ref(n.ValCodec), ref(n.GroupKeyCodec), ref(n.GroupValCodec)
	}
	for i, s := range r.t.Stores {
		b := &r.t.Graph.Stores[i].Boxed
		b.Key, b.Val = ref(s.KeyCodec), ref(s.ValCodec)
	}
}

func (r *reader) topology() *lock.Topology {
	out := &lock.Topology{Name: r.t.Name}
	for i, s := range r.r.Stores {
		if s.Global || r.r.StoreSub[i] < 0 {
			continue
		}
		out.Stores = append(out.Stores, &lock.Store{Name: s.Name, Kind: r.kind(i, s), Key: r.format(s.Boxed.Key, s.Key), Val: r.format(s.Boxed.Val, s.Val)})
	}
	for _, s := range r.r.Steps {
		role := lock.Reads
		topics := []string{s.Topic}
		key, val := r.format(s.Exec.Key, s.Key), r.format(s.Exec.Val, s.Val)
		switch s.Op {
		case graph.Repartition:
			role = lock.Repartition
		case graph.Sink:
			if role = lock.Writes; s.Routed {
				out.Computed += computed(key, val)
				continue
			}
		case graph.Source, graph.Table, graph.GlobalTable, graph.GlobalStore:
			if topics = s.Reads(); s.Pattern != "" {
				out.Computed += computed(key, val)
				continue
			}
		default:
			continue
		}
		if s.ID < len(r.t.Nodes) && r.t.Nodes[s.ID].Topic != nil {
			out.Computed += computed(key, val)
			continue // its name is known when the application starts
		}
		for _, name := range topics {
			topic := &lock.Topic{Role: role, Name: name, Key: key, Val: val}
			if name != "" && !slices.ContainsFunc(out.Topics, func(t *lock.Topic) bool { return t.Role == role && t.Name == name }) {
				out.Topics = append(out.Topics, topic)
			}
		}
	}
	return out
}

// computed counts a topic whose keys or values have a subject in a registry.
func computed(sides ...*lock.Format) int {
	if slices.ContainsFunc(sides, func(f *lock.Format) bool {
		return f != nil && (f.Avro != nil || f.Proto != nil || f.Codec == "avro-record")
	}) {
		return 1
	}
	return 0
}

// kind says how the rows of a store are laid out.
func (r *reader) kind(i int, s *graph.Store) string {
	text := string(s.Kind)
	if s.Kind == graph.Window {
		text += r.size(i, s)
	}
	for _, o := range []struct {
		is   bool
		word string
	}{{s.Timestamped, "timestamped"}, {s.Duplicates, "duplicates"}, {s.Unmatched, "unmatched"}} {
		if o.is {
			text += ", " + o.word
		}
	}
	return text
}

// size is how long the windows of a store are, where that is a constant: a join's or a declared store's have no size
// in their rows.
func (r *reader) size(i int, s *graph.Store) string {
	said := r.t.Stores[i]
	w := said.Window
	if w == nil && said.Node >= 0 {
		w = r.t.Nodes[said.Node].Window
	}
	if w == nil || !w.Const || s.Size == 0 {
		return ""
	}
	return " of " + strconv.FormatInt(s.Size, 10) + " ms"
}

func (r *reader) format(b graph.BoxedCodec, name graph.Codec) *lock.Format {
	switch {
	case b.Ref > 0:
		return r.of(r.codecs[b.Ref-1])
	case name == "":
		return nil
	}
	return lock.Simple(graph.TypeName(string(name)))
}

func (r *reader) of(c *topo.Codec) *lock.Format {
	short := func(t types.Type) string { return types.TypeString(t, types.RelativeTo(r.prog.Types)) }
	switch c.Kind {
	case topo.JSON:
		if s, problems := jsonshape.Of(c.Of, r.prog.Types); len(problems) == 0 {
			return &lock.Format{Codec: "json", Type: short(c.Of), JSON: lock.FormOf(s)}
		}
	case topo.Avro:
		if shape, _, err := avroshape.Of(c.Of, r.prog.Package); err == nil {
			return Avro(shape.Schema)
		}
	case topo.Protobuf:
		if m, _, err := protoshape.Of(c.Of, r.prog.Types); err == nil {
			return &lock.Format{Codec: "protobuf", Type: m.Name, Proto: lock.FormOfMessage(m)}
		}
	case topo.TimeWindowed:
		size := c.SizeMs
		if c.SizeExpr != nil {
			size = -1
		}
		return r.of(c.Inner).Windowed(size)
	case topo.SessionWindowed:
		return r.of(c.Inner).Windowed(0)
	case topo.Custom:
		return lock.Simple("custom " + strings.ReplaceAll(short(c.Type), " ", ""))
	}
	return lock.Simple(string(c.Kind))
}

// Avro is the format of a schema's values.
func Avro(s *avroschema.Schema) *lock.Format {
	return &lock.Format{Codec: "avro", Type: s.Label(), Avro: s}
}
