package build

import (
	"go/ast"
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

func keyValueStore(f *frame, k *call) value {
	return f.declareStore(k, &graph.Store{Kind: graph.KV}, nil)
}

func timestampedStore(f *frame, k *call) value {
	return f.declareStore(k, &graph.Store{Kind: graph.KV, Timestamped: true}, nil)
}

func windowStore(f *frame, k *call) value {
	s := &graph.Store{Kind: graph.Window}
	keep, okKeep := f.eval(k.args[3]).(data)
	size, okSize := f.eval(k.args[4]).(data)
	if !okKeep || !okSize {
		return bad{}
	}
	w := &topo.Window{Const: true}
	var known bool
	w.Retention, w.Const = milliseconds(keep.konst)
	w.Size, known = milliseconds(size.konst)
	if w.Const = w.Const && known; !w.Const {
		w.Retain, w.Width = keep.syntax(), size.syntax()
		return f.declareStore(k, s, w)
	}
	r := f.r
	switch {
	case w.Size < 1:
		r.diags.Report(diag.WindowSize, r.span(k.args[4]), "the size of the store's windows is %d ms; it must be at least 1 ms", w.Size).
			Note(diag.Span{}, "a plain number is nanoseconds: write time.Minute or 5*time.Second")
		return bad{}
	case w.Retention < w.Size:
		r.diags.Report(diag.WindowRetention, r.span(k.args[3]), "the store's retention is %d ms; it must be at least the size of its windows, %d ms", w.Retention, w.Size).
			Note(r.span(k.args[4]), "the size is given here; a shorter retention would forget windows before they end")
		return bad{}
	}
	s.Size, s.Retention = w.Size, w.Retention
	return f.declareStore(k, s, w)
}

func (f *frame) declareStore(k *call, g *graph.Store, w *topo.Window) value {
	name, ok := f.name(k.args[0])
	key, val := f.codecArg(k.args[1]), f.codecArg(k.args[2])
	if !ok || len(k.result) != 2 {
		return bad{}
	}
	g.Name = name
	if name == "" {
		f.r.diags.Report(diag.StoreWithoutName, f.r.span(k.args[0]), "the store's name is empty").
			Note(diag.Span{}, "the name is the store's identity: its changelog topic and its state on disk are found by it")
	}
	g.Key, g.Val = codecText(key), codecText(val)
	f.keepStore(k, g)
	s := &topo.Store{Graph: g, Pkg: f.pkg, Pos: k.args[0].Pos(), Key: k.result[0], Val: k.result[1], KeyCodec: key, ValCodec: val,
		Node: -1, Handle: f.typeOf(k.x), Window: w, Call: k.x}
	return storeHandle{index: f.r.addStore(s)}
}

// keepStore reads the options of a declared store.
func (f *frame) keepStore(k *call, g *graph.Store) {
	o := k.opts.read()
	for _, at := range []*ast.CallExpr{o.nameAt, o.storeAt, o.emitEvery, o.onClose, o.onErrorAt, o.codecsAt, o.placedAt, o.partitionsAt, o.timesAt, o.untimed} {
		if at != nil {
			f.r.diags.Report(diag.NoEffect, f.r.span(at), "%s has no effect on a store that is declared", types.ExprString(at.Fun)).
				Note(diag.Span{}, "dsl.InMemory is the option for it; KeyValueStore keeps no timestamps, TimestampedKeyValueStore does")
		}
	}
	o.keep(g)
}
