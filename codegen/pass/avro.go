package pass

import (
	"fmt"
	"go/types"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/codegen/avroshape"
	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/plan"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/avroschema"
	"github.com/streamgen/streamgen/internal/graph"
)

const (
	avroPath = "github.com/streamgen/streamgen/runtime/serde/avro"
	wirePath = "github.com/streamgen/streamgen/runtime/serde/wire"
)

// place says where a codec stands, for those that are bound to a topic: in a task or in the app of a
// global table. The zero place is that of a store handle, which binds its codecs itself.
type place struct {
	task   *task
	global *plan.Global
	app    names  // of the global table's topology
	topic  string // expression, in which plan.EnvMark is the environment
	hint   string
	key    bool
}

// inSink is a place at an output of the task.
func (k *task) inSink(i int, key bool) place {
	p := k.plan.Sinks[i]
	return place{task: k, topic: fmt.Sprintf("%s.Sinks[%d].Topic", plan.EnvMark, i), hint: strings.TrimPrefix(p.Field, "to"), key: key}
}

// inStore is a place in store i of the graph: codecs write to its changelog.
func (k *task) inStore(i int, key bool) place {
	n, ok := k.stores[i]
	if !ok {
		return place{task: k, topic: strconv.Quote(k.t.resolved.Stores[i].Name), hint: k.t.resolved.Stores[i].Name, key: key}
	}
	return place{task: k, topic: fmt.Sprintf("%s.Stores[%d].Topic", plan.EnvMark, n), hint: k.t.resolved.Stores[i].Name, key: key}
}

// inSource is a place at an input, where codecs read.
func (k *task) inSource(s *graph.Step, key bool) place {
	return place{task: k, topic: strconv.Quote(s.Topic), hint: s.Topic, key: key}
}

// atStep is the place of a step's codecs, as graph.CodecTopic has it.
func (k *task) atStep(id int, key bool) place {
	r := k.t.resolved
	at := r.CodecTopic(id)
	switch {
	case at.Changelog:
		for i, st := range r.Stores {
			if _, own := k.stores[i]; own && st.Name == at.Name {
				return k.inStore(i, key)
			}
		}
	case at.Repartition:
		for i, s := range k.sub.Sinks {
			if s.Repartition && s.Topic == at.Name {
				return k.inSink(i, key)
			}
		}
	}
	return place{task: k, topic: strconv.Quote(at.Name), hint: at.Name, key: key}
}

// inGlobal is a place in a global table or store: codecs write to its topic.
func (t *topology) inGlobal(g *plan.Global, key bool) place {
	return place{global: g, app: t.app, topic: g.Topic, hint: g.Store, key: key}
}

// avroCodec lowers an Avro codec: a generated type for a type of the user's, serde's own for generic records.
func (l *lowering) avroCodec(c *topo.Codec, p *plan.Codec, at place) {
	env := plan.EnvMark + ".Schemas"
	use := "⟦" + wirePath + "⟧.Use{Topic: " + at.topic + keyed(at.key) + "}"
	init := ""
	if c.Kind == topo.AvroRecord {
		l.plan.Packages[serdePath] = "serde"
		p.GoType = "⟦" + serdePath + "⟧." + "AvroRecordCodec"
		init = p.GoType + "{}.At(" + use + ", " + env + ")"
	} else {
		a := l.avroType(c)
		p.GoType = a.Name
		init = a.Name + "{⟦" + avroPath + "⟧.NewWire(" + a.Const + ", " + env + ", " + use + ")"
		if len(a.Pinned) > 0 {
			init += ".Pinned(" + a.Pins + "...)"
		}
		init += "}"
	}
	l.bind(p, init, at)
}

func keyed(key bool) string {
	if key {
		return ", Key: true"
	}
	return ""
}

// bind makes a field for a codec that is made when its task or global table is bound.
func (l *lowering) bind(p *plan.Codec, init string, at place) {
	if at.task == nil && at.global == nil {
		p.Value = p.GoType + "{}"
		return
	}
	var list *[]*plan.BoundCodec
	scope := at.app
	if at.task != nil {
		list, scope, p.Scope = &at.task.plan.Codecs, at.task.names, plan.OfTask
	} else {
		list, p.Scope = &at.global.Codecs, plan.App
	}
	for _, b := range *list {
		if b.Init == init {
			p.Value = b.Field
			return
		}
	}
	l.plan.Packages[wirePath], l.plan.Packages[avroPath], l.plan.Packages[protobufPath] = "wire", "avro", "protobuf"
	want := camel(at.hint) + "Value"
	if at.key {
		want = camel(at.hint) + "Key"
	}
	b := &plan.BoundCodec{Field: scope.unique(want), Type: p.GoType, Init: init}
	*list = append(*list, b)
	p.Value = b.Field
}

// windowedBound is a codec of windowed keys over one that is bound to a topic.
func (l *lowering) windowedBound(t *topology, inner *plan.Codec, size cutSize, p *plan.Codec, at place) {
	l.plan.Packages[serdePath] = "serde"
	generic, text := "TimeWindowedCodec", ", Size: "+strconv.FormatInt(size.ms, 10)
	switch {
	case size.session:
		generic, text = "SessionWindowedCodec", ""
	case size.expr != "":
		field := l.field(t, "windowSize", "int64", size.expr, size.of)
		text = ", Size: " + plan.TaskMark + ".app." + field
	}
	p.GoType = "⟦" + serdePath + "⟧." + generic + "[" + inner.Type + ", " + inner.GoType + "]"
	value := inner.Value
	if inner.Scope != plan.Package {
		value = plan.TaskMark + "." + inner.Value
	}
	at.hint += "-windowed"
	l.bind(p, p.GoType+"{Inner: "+value+text+"}", at)
}

// avroType is the generated codec of a type; the same for all who use it.
func (l *lowering) avroType(c *topo.Codec) *plan.Avro {
	text := l.typeText(c.Of)
	if a := l.avro[text]; a != nil {
		return a
	}
	shape, schema, err := avroshape.Of(c.Of, l.prog.Package)
	if err != nil {
		at := diag.Span{}
		if c.Pos.IsValid() {
			at.Start = l.prog.Fset.Position(c.Pos)
		}
		l.diags.Report(diag.NotAvro, at, "%s", err)
	}
	name := l.scope.unique(lower(typeHint(c.Of)) + "Avro")
	a := &plan.Avro{Name: name, Const: l.scope.unique(name + "Schema"), Type: text, Schema: schema, Shape: shape}
	l.avro[text] = a
	if err == nil {
		l.plan.Packages[avroPath], l.plan.Packages[wirePath], l.plan.Packages[serdePath] = "avro", "wire", "serde"
		for path, name := range packagesOf(c.Of, map[string]string{}, map[types.Type]bool{}) {
			l.plan.Packages[path] = name
		}
		l.pinned(a)
		l.plan.Avro = append(l.plan.Avro, a)
	}
	return a
}

// pinned finds the pinned schemas whose values become those of a codec, unless they are as the codec's own: these need
// no code.
func (l *lowering) pinned(a *plan.Avro) {
	for _, p := range l.prog.Pins {
		writer, err := avroschema.Parse(p.Schema)
		if err != nil {
			continue // the lock file's reader has parsed it
		}
		if made, err := avroschema.Resolve(writer, a.Shape.Schema); err == nil && made.Op == avroschema.ToRecord {
			a.Pinned = append(a.Pinned, &plan.PinnedAvro{Schema: p.Schema, Of: p.Of, Plan: made})
		}
	}
	if len(a.Pinned) > 0 {
		a.Pins = l.scope.unique(a.Name + "Pinned")
	}
}
