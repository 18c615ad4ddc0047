package build

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/purity"
	"github.com/streamgen/streamgen/codegen/topo"
)

// captures lists the local names that node uses from outside of itself, in order of their
// first use. In a literal (or with literal set in all of node) the names are read later,
// record by record, so variables that change are refused there.
func (f *frame) captures(node ast.Node, literal bool) ([]topo.Capture, bool) {
	c := capturer{frame: f, node: node, seen: map[types.Object]bool{}}
	c.walk(node, literal)
	return c.list, !c.failed
}

func (c *capturer) walk(node ast.Node, literal bool) {
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			if !literal {
				c.walk(n, true)
				return false
			}
		case *ast.CompositeLit:
			c.unkeyed(n)
		case *ast.CallExpr:
			if !literal {
				c.changesByCall(n)
			}
		case *ast.SelectorExpr:
			if !literal {
				c.changesParam(n)
			}
		case *ast.Ident:
			c.literal = literal
			c.use(n)
		}
		return true
	})
}

type capturer struct {
	*frame
	node    ast.Node
	literal bool // the name at hand stands in a literal
	seen    map[types.Object]bool
	list    []topo.Capture
	failed  bool
}

func (c *capturer) use(id *ast.Ident) {
	obj := c.pkg.Info.Uses[id]
	if obj == nil || obj.Pkg() == nil || c.seen[obj] {
		return
	}
	if _, ok := obj.(*types.PkgName); ok {
		return
	}
	c.seen[obj] = true
	if obj.Parent() == obj.Pkg().Scope() || isMember(obj) {
		c.qualified(id, obj)
		return
	}
	if c.node.Pos() <= obj.Pos() && obj.Pos() < c.node.End() {
		return // declared inside
	}
	switch obj := obj.(type) {
	case *types.TypeName:
		if _, ok := types.Unalias(obj.Type()).(*types.TypeParam); !ok {
			c.failed = true
			c.r.refuseLocalType(id, obj)
		}
	case *types.Const: // written in place
		if name := localType(obj.Type()); name != nil {
			c.failed = true
			c.r.refuseLocalType(id, name)
		}
	case *types.Var:
		c.variable(id, obj)
	}
}

// isMember reports whether obj is a field or a method.
func isMember(obj types.Object) bool {
	switch o := obj.(type) {
	case *types.Var:
		return o.IsField()
	case *types.Func:
		return o.Signature().Recv() != nil
	}
	return false
}

// qualified refuses names of other packages that the generated file cannot write.
func (c *capturer) qualified(id *ast.Ident, obj types.Object) {
	r := c.r
	if m, ok := obj.(*types.Func); ok && m.Name() == "ReadOnly" && m.Signature().Recv() != nil && mentions(m.Signature().Recv().Type()) {
		c.failed = true
		r.diags.Report(diag.GlobalHandle, r.span(id), "ReadOnly is called by the dsl package alone: nothing connects this handle with a store").
			Note(diag.Span{}, "hold the handle that GlobalStore returns, or that of the task's own store as it is")
		return
	}
	if c.pkg == r.target || obj.Exported() || obj.Pkg() != c.pkg.Types {
		return
	}
	c.failed = true
	what := "this expression"
	if c.literal {
		what = "this function literal"
	}
	r.diags.Report(diag.UnexportedInLiteral, r.span(id), "%s of package %s uses %s, which code generated into package %s cannot name", what, c.pkg.Name, id.Name, r.target.Name).
		Note(r.at(obj.Pos()), "%s is declared here; export it, or move the operator's function into an exported function of %s", id.Name, c.pkg.Name)
}

// unkeyed refuses T{a, b} of another package's struct with fields that the generated file
// may not set.
func (c *capturer) unkeyed(lit *ast.CompositeLit) {
	if c.pkg == c.r.target || len(lit.Elts) == 0 {
		return
	}
	s, ok := c.typeOf(lit).Underlying().(*types.Struct)
	if _, keyed := lit.Elts[0].(*ast.KeyValueExpr); !ok || keyed {
		return
	}
	for field := range s.Fields() {
		if !field.Exported() && field.Pkg() != c.r.target.Types {
			c.failed = true
			c.r.diags.Report(diag.UnexportedInLiteral, c.r.span(lit), "this literal sets %s, which code generated into package %s cannot name", field.Name(), c.r.target.Name).
				Note(c.r.at(field.Pos()), "%s is declared here; build the value in an exported function of %s", field.Name(), c.pkg.Name)
			return
		}
	}
}

// changesParam refuses a call that changes a parameter of the topology while values are
// computed: recording runs the function several times, generated code computes once.
func (c *capturer) changesParam(x *ast.SelectorExpr) {
	if !takesAddress(c.pkg.Info, x) {
		return
	}
	obj := c.pkg.Info.Uses[purity.Root(x.X)]
	v := c.lookup(obj)
	if v == nil {
		return
	}
	d, ok := v.val.(data)
	if !ok || d.ref == nil || d.ref.Kind != topo.RefParam || !c.r.mutates(c.pkg.Info.Selections[x].Obj().(*types.Func), nil) {
		return
	}
	c.failed = true
	c.r.diags.Report(diag.MutatedCapture, c.r.span(x.Sel), "%s changes %s while the topology is built", x.Sel.Name, obj.Name()).
		Note(diag.Span{}, "a topology function may run several times and its values are computed once: change the configuration in main, before the topology is constructed")
}

func (c *capturer) variable(id *ast.Ident, obj *types.Var) {
	r := c.r
	v := c.lookup(obj)
	if v == nil || isBad(v.val) {
		c.failed = true
		return
	}
	if pos := c.changedAt(obj); c.literal && pos.IsValid() {
		c.failed = true
		r.diags.Report(diag.MutatedCapture, r.span(id), "%s is used by an operator's function and changes after its declaration", id.Name).
			Note(r.at(pos), "it changes here; the compiler takes the value once, when the topology is constructed").
			Note(diag.Span{}, "declare a new variable for the new value; for a count or a sum per key use Count, Reduce or Aggregate, and state of your own belongs to a processor")
		return
	}
	switch val := v.val.(type) {
	case data:
		if val.ref != nil {
			c.list = append(c.list, topo.Capture{Obj: obj, Ref: *val.ref})
			return
		}
	case storeHandle:
		kind := topo.RefStore
		if val.readOnly {
			kind = topo.RefReadOnly
		}
		c.list = append(c.list, topo.Capture{Obj: obj, Ref: topo.Ref{Kind: kind, Index: val.index}})
		return
	case funcValue:
		if fn := c.function(val, id); fn != nil {
			c.list = append(c.list, topo.Capture{Obj: obj, Ref: topo.Ref{Kind: topo.RefFunc, Func: fn}})
			return
		}
		c.failed = true
		return
	case null:
		c.failed = true
		r.diags.Report(diag.NilFunction, r.span(id), "%s is nil here", id.Name)
		return
	}
	c.failed = true
	if _, ok := v.val.(bundle); ok {
		r.diags.Report(diag.HandleInLiteral, r.span(id), "%s is a struct with handles: functions that run per record and computed values cannot use it", id.Name).
			Note(r.at(obj.Pos()), "declared here; take the field that is meant into a variable of its own before: x := %s.field", id.Name)
		return
	}
	if !c.literal {
		r.lost = true
		r.diags.Report(diag.OpaqueCall, r.span(id), "%s is a handle, which the compiler cannot follow into an expression of another type", id.Name).
			Note(diag.Span{}, "call its operators here, or pass it to a declared function whose parameter has the handle's own type")
		return
	}
	r.diags.Report(diag.HandleInLiteral, r.span(id), "%s is a handle: a function that runs per record cannot use it", id.Name).
		Note(r.at(obj.Pos()), "declared here; operators are called on handles while the topology is built, and functions see records only").
		Note(diag.Span{}, "to look a key up use JoinGlobal, or a store of a processor, which may be a global one")
}

func (r *reader) refuseLocalType(id ast.Node, obj *types.TypeName) {
	r.diags.Report(diag.LocalType, r.span(id), "type %s is declared inside a function, where generated code cannot name it", obj.Name()).
		Note(r.at(obj.Pos()), "declared here; move the declaration out of the function")
}

// changesByCall refuses a call that changes a parameter of the topology, or a variable of a
// package, while values are computed.
func (c *capturer) changesByCall(call *ast.CallExpr) {
	r := c.r
	fn := c.callee(call).fn
	if fn == nil {
		return
	}
	decl, pkg := r.declaration(fn)
	if decl == nil {
		return
	}
	refuse := func(w purity.Write, name string) {
		if r.acknowledged(call) || r.analysis().Acknowledged(w.Pkg, w.At) {
			return
		}
		c.failed = true
		r.diags.Report(diag.MutatedCapture, r.span(topo.CallName(call)), "%s changes %s while the topology is built", fn.Name(), name).
			Note(r.span(w.At), "it changes here").
			Note(diag.Span{}, "a topology function may run several times and its values are computed once: change the configuration in main, before the topology is constructed")
	}
	e := r.analysis().Effects(pkg, decl)
	for _, w := range e.Globals {
		refuse(w, "the package variable "+w.Var.Name())
	}
	sig := fn.Origin().Signature()
	changed := func(p *types.Var, x ast.Expr) {
		w, ok := e.Param(p)
		if !ok {
			return
		}
		if u, ok := ast.Unparen(x).(*ast.UnaryExpr); ok && u.Op == token.AND {
			x = u.X
		}
		obj := c.pkg.Info.Uses[purity.Root(x)]
		if v := c.lookup(obj); v != nil {
			if d, ok := v.val.(data); ok && d.ref != nil && d.ref.Kind == topo.RefParam {
				refuse(w, obj.Name())
			}
		}
	}
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && sig.Recv() != nil && !takesAddress(c.pkg.Info, sel) {
		changed(sig.Recv(), sel.X)
	}
	for i := range min(sig.Params().Len(), len(call.Args)) {
		changed(sig.Params().At(i), call.Args[i])
	}
}
