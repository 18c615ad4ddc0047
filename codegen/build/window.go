package build

import (
	"go/ast"
	"go/constant"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
)

// spec is a window specification as it is taken apart.
type spec struct {
	known                              bool
	session                            bool // the size is the gap
	size, advance, grace, retain       int64
	sizeAt, advanceAt, graceAt, keepAt ast.Expr // advanceAt is nil for tumbling windows
	frame                              *frame
}

// windowArg reads the argument of WindowedBy or SessionsBy.
func (f *frame) windowArg(x ast.Expr) *topo.Window {
	d, ok := f.eval(x).(data)
	if !ok {
		return nil
	}
	s := d.frame.spec(d.x, d)
	if s == nil || !s.known {
		return &topo.Window{Spec: d.syntax()}
	}
	if !s.check() {
		return nil
	}
	w := &topo.Window{Const: true, Session: s.session, Size: s.size, Advance: s.advance, Grace: s.grace, Retention: s.retain}
	if s.keepAt == nil || s.retain == 0 {
		w.Retention = s.size + s.grace
	}
	return w
}

// spec takes Tumbling(…), Hopping(…, …) or Sessions(…) with .Grace(…) and .Retention(…) apart, through
// variables; nil when the expression is something else.
func (f *frame) spec(x ast.Expr, d data) *spec {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		v := f.lookup(f.pkg.Info.Uses[x])
		if v == nil {
			return nil
		}
		if d, ok := v.val.(data); ok && d.x != nil && d.x != x && d.frame != nil {
			return d.frame.spec(d.x, d)
		}
	case *ast.CallExpr:
		c := f.callee(x)
		if c.fn == nil || c.fn.Pkg() == nil {
			return nil
		}
		path, name, args := c.fn.Pkg().Path(), c.fn.Name(), len(x.Args)
		switch {
		case c.recv == nil && (path == dslPath || path == windowPath) && ((name == "Tumbling" || name == "Sessions") && args == 1 || name == "Hopping" && args == 2):
			s := &spec{known: true, session: name == "Sessions", sizeAt: x.Args[0], frame: f}
			s.size = s.number(f, x.Args[0])
			s.advance = s.size
			if args == 2 {
				s.advance, s.advanceAt = s.number(f, x.Args[1]), x.Args[1]
			}
			return s
		case c.recv != nil && path == windowPath && (name == "Grace" || name == "Retention") && args == 1:
			s := f.spec(c.sel.X, d)
			if s == nil {
				return nil
			}
			if name == "Grace" {
				s.grace, s.graceAt = s.number(f, x.Args[0]), x.Args[0]
			} else {
				s.retain, s.keepAt = s.number(f, x.Args[0]), x.Args[0]
			}
			return s
		}
	}
	return nil
}

func (s *spec) number(f *frame, x ast.Expr) int64 {
	var v constant.Value
	if d, ok := f.eval(x).(data); ok {
		v = d.konst
	}
	ms, ok := milliseconds(v)
	s.known = s.known && ok
	return ms
}

// check reports contradictions between constants, as window.Spec.Validate does.
func (s *spec) check() bool {
	r, of, size := s.frame.r, "window", "size"
	if s.session {
		of, size = "session", "gap"
	}
	switch {
	case s.size < 1:
		r.diags.Report(diag.WindowSize, r.span(s.sizeAt), "the %s's %s is %d ms; it must be at least 1 ms", of, size, s.size).
			Note(diag.Span{}, "a plain number is nanoseconds: write time.Minute or 5*time.Second")
	case s.advance < 1 || s.advance > s.size:
		r.diags.Report(diag.WindowAdvance, r.span(s.advanceAt), "the windows advance by %d ms; it must be at least 1 ms and at most their size, %d ms", s.advance, s.size).
			Note(r.span(s.sizeAt), "the size is given here; windows that start further apart would leave records between them out").
			Suggest("windows side by side", r.replace(s.advanceAt, r.sourceOf(s.frame.pkg, s.sizeAt)))
	case s.grace < 0:
		r.diags.Report(diag.WindowGrace, r.span(s.graceAt), "the %s's grace is %d ms; it must not be negative", of, s.grace).
			Note(r.span(s.sizeAt), "grace is how much longer than its %s a %s still takes records; the %s is given here", size, of, of).
			Suggest("no grace", r.replace(s.graceAt, "0"))
	case s.keepAt != nil && s.retain != 0 && s.retain < s.size+s.grace:
		r.diags.Report(diag.WindowRetention, r.span(s.keepAt), "the %s's retention is %d ms; it must be at least %s plus grace, %d ms", of, s.retain, size, s.size+s.grace).
			Note(r.span(s.sizeAt), "the %s, %d ms, is given here; a store that forgets a %s before its grace is over would start it again for a late record", size, s.size, of).
			Suggest("keep it as long as it takes records", r.replace(s.keepAt, s.least()))
	default:
		return true
	}
	return false
}

// least is the shortest retention as source: size or gap plus grace.
func (s *spec) least() string {
	r := s.frame.r
	text := r.sourceOf(s.frame.pkg, s.sizeAt)
	if s.graceAt != nil {
		text += " + " + r.sourceOf(s.frame.pkg, s.graceAt)
	}
	return text
}
