package build

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/streamgen/streamgen/codegen/diag"
)

// bundle is a struct of the user's that has handles among its fields: what they stand for, by
// their index; nil where nothing was set. It is never changed, since pointers may share it: an
// assignment to a field makes another one.
type bundle struct {
	typ    *types.Struct
	fields []value
}

// bundled returns the struct below a type when handles may lie in its fields.
func bundled(t types.Type) *types.Struct {
	if t == nil || !mentions(t) {
		return nil
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil && isOwn(n.Obj().Pkg().Path()) {
		return nil
	}
	s, _ := t.Underlying().(*types.Struct)
	return s
}

// bundle reads T{…} and &T{…} of a struct with handles.
func (f *frame) bundle(x ast.Expr) (value, bool) {
	if u, ok := x.(*ast.UnaryExpr); ok && u.Op == token.AND {
		x = ast.Unparen(u.X)
	}
	lit, ok := x.(*ast.CompositeLit)
	if !ok {
		return nil, false
	}
	s := bundled(f.typeOf(lit))
	if s == nil {
		return nil, false
	}
	b := bundle{typ: s, fields: make([]value, s.NumFields())}
	for i, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			i, e = fieldIndex(s, kv.Key.(*ast.Ident).Name), kv.Value
		}
		if i < 0 || i >= len(b.fields) {
			return bad{}, true // the type checker's message says more
		}
		b.fields[i] = f.keepField(s.Field(i), e, f.eval(e))
	}
	return b, true
}

func fieldIndex(s *types.Struct, name string) int {
	for i := range s.NumFields() {
		if s.Field(i).Name() == name {
			return i
		}
	}
	return -1
}

// keepField gives a field its value: data is computed once, as for a variable.
func (f *frame) keepField(field *types.Var, x ast.Expr, v value) value {
	if d, ok := v.(data); ok && d.ref == nil && d.expr != nil {
		d.ref = f.r.hoist(field.Name(), substitute(field.Type(), f.subst), x.Pos(), d.expr, 0, 1)
		return d
	}
	return v
}

// field reads x.f, and x.g.f where g is embedded, of a bundle; ok is false where x is none.
func (f *frame) field(x *ast.SelectorExpr, sel *types.Selection) (value, bool) {
	if bundled(f.typeOf(x.X)) == nil {
		return nil, false
	}
	base := f.eval(x.X)
	if isBad(base) {
		return bad{}, true
	}
	b, ok := base.(bundle)
	if !ok {
		return nil, false
	}
	v := b.at(sel.Index())
	if v == nil {
		f.r.lost = true
		f.r.diags.Report(diag.HandleInStruct, f.r.span(x.Sel), "the field %s was not set where the compiler can see it", x.Sel.Name).
			Note(diag.Span{}, "set it in the literal that makes the struct, or keep it in a variable of its own")
		return bad{}, true
	}
	return v, true
}

// at follows the indices of a selection; nil where nothing was set.
func (b bundle) at(path []int) value {
	var v value = b
	for _, i := range path {
		in, ok := v.(bundle)
		if !ok || i >= len(in.fields) {
			return nil
		}
		v = in.fields[i]
	}
	return v
}

// setField assigns to a field of a local struct with handles, x.f = v. Structs that are reached
// by pointers could have other names.
func (f *frame) setField(s ast.Stmt, l *ast.SelectorExpr, v value) bool {
	sel := f.pkg.Info.Selections[l]
	if sel == nil || sel.Kind() != types.FieldVal {
		return false
	}
	path, t := sel.Index(), sel.Obj().(*types.Var)
	for {
		if sel.Indirect() {
			return false
		}
		x, ok := ast.Unparen(l.X).(*ast.SelectorExpr)
		if !ok {
			break
		}
		if l, sel = x, f.pkg.Info.Selections[x]; sel == nil {
			return false
		}
		path = append(append([]int(nil), sel.Index()...), path...)
	}
	id, ok := ast.Unparen(l.X).(*ast.Ident)
	if !ok {
		return false
	}
	obj := f.pkg.Info.Uses[id]
	old := f.lookup(obj)
	if old == nil {
		return false
	}
	b, ok := old.val.(bundle)
	if ok {
		b, ok = b.with(path, f.keepField(t, l, v))
	}
	if ok {
		f.assignTo(obj, s, b)
	}
	return ok
}

// with is b with another value where the indices lead.
func (b bundle) with(path []int, v value) (bundle, bool) {
	i := path[0]
	if i >= len(b.fields) {
		return b, false
	}
	if len(path) > 1 {
		in, ok := b.fields[i].(bundle)
		if s := bundled(b.typ.Field(i).Type()); !ok && b.fields[i] == nil && s != nil && !isPointer(b.typ.Field(i).Type()) {
			in, ok = bundle{typ: s, fields: make([]value, s.NumFields())}, true
		}
		if ok {
			in, ok = in.with(path[1:], v)
		}
		if !ok {
			return b, false
		}
		v = in
	}
	next := bundle{typ: b.typ, fields: append([]value(nil), b.fields...)}
	next.fields[i] = v
	return next, true
}

func isPointer(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Pointer)
	return ok
}
