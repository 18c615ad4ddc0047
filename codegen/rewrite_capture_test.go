package codegen_test

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"strings"
)

// constantIn is a constant expression with the text of its type.
type constantIn struct {
	x      ast.Expr
	typ    string
	isZero bool
}

// constants lists the largest constant expressions inside of n.
func (s *source) constants(n ast.Node) (out []constantIn) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncType, *ast.ArrayType, *ast.GenDecl:
			return false
		case *ast.KeyValueExpr: // a field's name is no expression
			out = append(out, s.constants(n.Value)...)
			return false
		case ast.Expr:
			tv := s.info.Types[n]
			if tv.Value == nil || tv.IsType() {
				return true
			}
			if typ, ok := s.typeText(tv.Type); ok {
				zero := map[constant.Kind]bool{constant.Int: constant.Sign(number(tv.Value)) == 0, constant.String: tv.Value.ExactString() == `""`}
				out = append(out, constantIn{n, typ, zero[tv.Value.Kind()]})
			}
			return false
		}
		return true
	})
	return out
}

func number(v constant.Value) constant.Value {
	if v.Kind() == constant.Int || v.Kind() == constant.Float {
		return v
	}
	return constant.MakeInt64(1)
}

// rewriteCapture takes a constant out of a literal: into a variable, constant, field,
// element, interface or function that the literal then captures.
func rewriteCapture(r *rewriter) bool {
	var as []argument
	var cs []constantIn
	for _, a := range r.literals() {
		for _, c := range r.constants(ast.Unparen(a.x).(*ast.FuncLit).Body) {
			as, cs = append(as, a), append(cs, c)
		}
	}
	if len(as) == 0 {
		return false
	}
	i := r.rng.IntN(len(as))
	a, c := as[i], cs[i]
	v, x := r.fresh("captured"), r.raw(c.x)
	if r.local(c.x) {
		return false
	}
	typed := "(" + c.typ + ")(" + x + ")"
	decl, use := "", v
	switch form := r.rng.IntN(16); form {
	case 0:
		decl = v + " := " + typed
	case 1:
		decl = "var " + v + " " + c.typ + " = " + x
	case 2:
		decl = "const " + v + " = " + x
	case 3:
		decl = "const " + v + " " + c.typ + " = " + x
	case 4:
		decl, use = "var "+v+" any = "+typed, v+".("+c.typ+")"
	case 5:
		decl, use = v+" := struct{ f "+c.typ+" }{"+x+"}", v+".f"
	case 6:
		decl, use = v+" := map[string]"+c.typ+"{\"a\": "+x+"}", v+`["a"]`
	case 7:
		decl, use = v+" := []"+c.typ+"{"+x+", "+x+"}", v+"[1]"
	case 8:
		fmt.Fprintf(&r.tail, "\nvar %s %s = %s\n", v, c.typ, x)
	case 9:
		fmt.Fprintf(&r.tail, "\nconst %s = %s\n", v, x)
	case 10:
		fmt.Fprintf(&r.tail, "\nfunc id%s[T any](x T) T { return x }\n", v)
		decl = v + " := id" + v + "(" + typed + ")"
	case 11:
		decl = "w" + v + " := " + typed + "\n" + v + " := w" + v
	case 12:
		decl, use = v+" := func() "+c.typ+" { return "+x+" }", v+"()"
	case 13:
		fmt.Fprintf(&r.tail, "\nfunc %s() %s { return %s }\n", v, c.typ, x)
		use = v + "()"
	case 14:
		decl, use = v+" := ["+"...]"+c.typ+"{"+x+"}", v+"[0]"
	case 15:
		if !c.isZero {
			return false
		}
		decl = "var " + v + " " + c.typ
	}
	if decl != "" {
		r.before(a.stmt, decl)
	}
	r.put(c.x, use)
	return true
}

// rewriteLiteral puts a literal into a variable, or into two.
func rewriteLiteral(r *rewriter) bool {
	a, ok := pickOf(r, r.literals())
	if !ok {
		return false
	}
	v := r.fresh("literal")
	if r.rng.IntN(3) == 0 {
		r.before(a.stmt, v+"a := "+r.raw(a.x)+"\n"+v+" := "+v+"a")
	} else {
		r.before(a.stmt, v+" := "+r.raw(a.x))
	}
	r.put(a.x, v)
	return true
}

// rewriteFunction makes a literal a function of the package.
func rewriteFunction(r *rewriter) bool {
	a, ok := pickOf(r, r.literals())
	if !ok || r.local(a.x) {
		return false
	}
	f := r.fresh("function")
	r.tail.WriteString("\nfunc " + f + strings.TrimPrefix(r.raw(ast.Unparen(a.x)), "func") + "\n")
	r.put(a.x, f)
	return true
}

// rewriteWrapper wraps a literal in a function that takes and returns functions.
func rewriteWrapper(r *rewriter) bool {
	a, ok := pickOf(r, r.literals())
	if !ok {
		return false
	}
	sig := r.info.TypeOf(a.x).Underlying().(*types.Signature)
	var tparams, ins, names, outs []string
	for i := range sig.Params().Len() {
		ins = append(ins, fmt.Sprintf("A%d", i))
		names = append(names, fmt.Sprintf("a%d", i))
	}
	for i := range sig.Results().Len() {
		outs = append(outs, fmt.Sprintf("R%d", i))
	}
	tparams = append(append(tparams, ins...), outs...)
	typ := "func(" + strings.Join(ins, ", ") + ") (" + strings.Join(outs, ", ") + ")"
	var both []string
	for i := range ins {
		both = append(both, names[i]+" "+ins[i])
	}
	ret := "return "
	if len(outs) == 0 {
		ret = ""
	}
	f := r.fresh("wrapper")
	if len(tparams) == 0 {
		return false
	}
	fmt.Fprintf(&r.tail, "\nfunc %s[%s any](f %s) %s {\n\treturn func(%s) (%s) { %sf(%s) }\n}\n", f, strings.Join(tparams, ", "),
		typ, typ, strings.Join(both, ", "), strings.Join(outs, ", "), ret, strings.Join(names, ", "))
	r.put(a.x, f+"("+r.raw(a.x)+")")
	return true
}

// rewriteThrough gives literals to operators through the parameter of a function: one for
// all calls of the same operator on the same types.
func rewriteThrough(r *rewriter) bool {
	a, ok := pickOf(r, r.literals())
	if !ok || r.others(a) == "?" {
		return false
	}
	in, ok1 := r.typeText(a.recv)
	t := r.info.TypeOf(a.call.x)
	if isVoid(t) {
		return false
	}
	out, ok2 := r.typeText(t)
	fn, ok3 := r.typeText(r.info.TypeOf(a.x))
	if !ok1 || !ok2 || !ok3 {
		return false
	}
	f := r.fresh("through")
	var as []argument
	for _, b := range r.literals() {
		if b.fn == a.fn && b.sel.Sel.Name == a.sel.Sel.Name && types.Identical(a.recv, b.recv) &&
			types.Identical(r.info.TypeOf(a.x), r.info.TypeOf(b.x)) && r.others(a) == r.others(b) {
			as = append(as, b)
			r.replace(b.call.x, func() string { return f + "(" + r.render(b.sel.X) + ", " + r.raw(b.x) + ")" })
		}
	}
	r.declare(f, "(s "+in+", f "+fn+") "+out+" {\nreturn s."+a.sel.Sel.Name+"(f"+r.others(a)+")\n}", false, earliest(as))
	return true
}

// rewriteValue takes a constant argument (topic, name, window) out: of an operator or option.
func rewriteValue(r *rewriter) bool {
	type value struct {
		a argument
		c constantIn
	}
	var vs []value
	for _, a := range r.arguments(func(a argument) bool { _, lit := ast.Unparen(a.x).(*ast.FuncLit); return !lit }) {
		if c := r.constants(a.x); len(c) == 1 && !r.local(a.x) {
			vs = append(vs, value{a, c[0]})
		}
	}
	v, ok := pickOf(r, vs)
	if !ok {
		return false
	}
	name, x := r.fresh("value"), r.raw(v.c.x)
	switch r.rng.IntN(5) {
	case 0:
		r.before(v.a.stmt, "const "+name+" = "+x)
	case 1:
		fmt.Fprintf(&r.tail, "\nconst %s %s = %s\n", name, v.c.typ, x)
	case 2:
		r.before(v.a.stmt, name+" := ("+v.c.typ+")("+x+")")
	case 3:
		r.before(v.a.stmt, "const w"+name+" = "+x+"\n"+name+" := w"+name)
	case 4:
		if v.c.typ != "string" || len(x) < 5 {
			return false
		}
		r.before(v.a.stmt, "const "+name+" = "+x[:3]+`"`)
		name += ` + "` + x[3:]
	}
	r.put(v.c.x, name)
	return true
}
