package build

import (
	"errors"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// check looks at the whole topology once it was read: what internal/graph finds, with
// positions and fixes, and what only types and syntax can tell.
func (r *reader) check() {
	r.checkJSON()
	r.checkAvro()
	r.checkProtobuf()
	r.checkTypes()
	r.checkUnused()
	r.checkEffects()
	r.checkWindowCodecs()
	r.lintProcessors()
	r.checkInPlace()
	r.checkInitial()
	_, err := graph.Resolve(r.t.Graph)
	var problems graph.Problems
	if !errors.As(err, &problems) {
		return
	}
	for _, p := range problems {
		r.problem(p)
	}
}

// problem gives a problem of the graph its place, its notes and its fix.
func (r *reader) problem(p graph.Problem) {
	if r.failed {
		// A codec, name or constructor that was refused would be missed here once more.
		switch p.Kind {
		case graph.MissingStoreName, graph.MissingCodec, graph.TopicCodecs, graph.GroupCodecs, graph.UnusedStore, graph.Malformed:
			return
		}
	}
	switch p.Kind {
	case graph.MissingStoreName:
		r.missingName(p)
	case graph.DuplicateStore:
		r.duplicateStore(p)
	case graph.DuplicateName, graph.DuplicateTopic:
		r.duplicateName(p)
	case graph.BadName:
		r.badName(p)
	case graph.MissingCodec:
		r.missingCodec(p)
	case graph.TopicCodecs, graph.GroupCodecs:
		r.twoCodecs(p)
	case graph.IgnoredPolicy:
		n := r.t.Nodes[p.Node]
		r.removeOption(diag.CannotFail, n, r.said[n].onErrorAt, p)
	case graph.IgnoredEmit:
		n := r.t.Nodes[p.Node]
		at := r.said[n].emitEvery
		if at == nil {
			at = r.said[n].onClose
		}
		r.removeOption(diag.NoEffect, n, at, p)
	case graph.UnusedStore:
		r.unusedStore(p)
	case graph.MissingTopic:
		// Reported where the argument was read.
	default:
		code, ok := map[graph.Kind]diag.Code{graph.SourcePolicy: diag.TwoPolicies, graph.SourceTimes: diag.TwoPolicies, graph.GlobalAndStream: diag.TwoReaders, graph.OverlappingTopics: diag.TwoReaders, graph.BadPattern: diag.BadName,
			graph.UnpartitionedKey: diag.ProcessAfterKeyChange, graph.JoinCodecs: diag.TwoCodecs, graph.MissingTopicName: diag.StoreWithoutName,
			graph.FeedsItself: diag.EndlessLoop, graph.GlobalHandle: diag.GlobalHandle}[p.Kind]
		if !ok {
			code = diag.Statement
		}
		d := r.diags.Report(code, r.nodeSpan(p.Node), "%s", p.Text)
		r.noteOther(d, p.Other, "the other side is here")
		d.Note(diag.Span{}, "%s", p.Fix)
		if p.Kind == graph.UnpartitionedKey {
			r.suggestTopic(d, p)
		}
	}
}

func (r *reader) nodeSpan(i int) diag.Span {
	if i < 0 || i >= len(r.t.Nodes) {
		return r.span(r.t.Decl.Name)
	}
	return r.span(topo.CallName(r.t.Nodes[i].Call))
}

func (r *reader) noteOther(d *diag.Diagnostic, i int, format string, args ...any) {
	if i >= 0 && i < len(r.t.Nodes) {
		d.Note(r.nodeSpan(i), format, args...)
	}
}
