package codegen_test

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// shape is what literals share that differ in constants only.
func (r *rewriter) shape(a argument) (shape string, cs []constantIn) {
	lit := ast.Unparen(a.x).(*ast.FuncLit)
	cs = r.constants(lit.Body)
	at := r.offset(lit.Pos())
	var b strings.Builder
	for _, c := range cs {
		if r.local(c.x) {
			return "", nil
		}
		b.WriteString(r.text[r.name][at:r.offset(c.x.Pos())] + "<" + c.typ + ">")
		at = r.offset(c.x.End())
	}
	return b.String() + r.text[r.name][at:r.offset(lit.End())], cs
}

// alike draws a literal with constants, and all of the same function and shape.
func (r *rewriter) alike(same func(a, b argument) bool) (out []argument) {
	groups := map[string][]argument{}
	var order []string
	for _, a := range r.literals() {
		s, cs := r.shape(a)
		if len(cs) == 0 {
			continue
		}
		s = a.fn.Name.Name + " " + s
		if len(groups[s]) == 0 {
			order = append(order, s)
		}
		if len(groups[s]) == 0 || same(groups[s][0], a) {
			groups[s] = append(groups[s], a)
		}
	}
	var twins []string
	for _, s := range order {
		if len(groups[s]) > 1 {
			twins = append(twins, s)
		}
	}
	if len(twins) > 0 && r.rng.IntN(3) > 0 {
		order = twins
	}
	s, _ := pickOf(r, order)
	return groups[s]
}

// parameters returns the list of parameters for constants, the text of the literal that
// uses them, and puts their names in.
func (r *rewriter) parameters(a argument, lead string) (params, lit string) {
	x := ast.Unparen(a.x).(*ast.FuncLit)
	_, cs := r.shape(a)
	inner := &rewriter{source: r.source}
	var list []string
	for i, c := range cs {
		name := fmt.Sprintf("p%s%d", r.tag, i)
		list = append(list, name+" "+c.typ)
		inner.put(c.x, lead+name)
	}
	return strings.Join(list, ", "), inner.render(x)
}

func (r *rewriter) values(a argument) string {
	_, cs := r.shape(a)
	var out []string
	for _, c := range cs {
		out = append(out, r.raw(c.x))
	}
	return strings.Join(out, ", ")
}

func earliest(as []argument) ast.Stmt {
	s := as[0].stmt
	for _, a := range as {
		if a.stmt.Pos() < s.Pos() {
			s = a.stmt
		}
	}
	return s
}

// declare writes a function: of the package when it may be, else a closure before s.
func (r *rewriter) declare(name, rest string, captures bool, s ast.Stmt) {
	if !captures && r.rng.IntN(2) == 0 {
		r.tail.WriteString("\nfunc " + name + rest + "\n")
		return
	}
	r.before(s, name+" := func"+rest)
}

// rewriteMaker wraps literals that are alike in one function that makes them.
func rewriteMaker(r *rewriter) bool {
	as := r.alike(func(a, b argument) bool { return true })
	if len(as) == 0 {
		return false
	}
	f := r.fresh("maker")
	params, lit := r.parameters(as[0], "")
	sig := r.raw(ast.Unparen(as[0].x).(*ast.FuncLit).Type)
	captures := r.local(as[0].x)
	if captures {
		as = as[:1] // what another statement captures may not exist yet
	}
	r.declare(f, "("+params+") "+sig+" { return "+lit+" }", captures, earliest(as))
	for i, a := range as {
		use := f + "(" + r.values(a) + ")"
		if r.rng.IntN(3) == 0 {
			v := fmt.Sprintf("made%s%d", f, i)
			r.before(a.stmt, v+" := "+use)
			use = v
		}
		r.put(a.x, use)
	}
	return true
}

// rewriteTwice makes one function of calls whose literals are alike, called with the
// constants in which they differ.
func rewriteTwice(r *rewriter) bool {
	as := r.alike(func(a, b argument) bool {
		return a.sel.Sel.Name == b.sel.Sel.Name && types.Identical(a.recv, b.recv) && r.others(a) == r.others(b)
	})
	if len(as) == 0 || r.others(as[0]) == "?" {
		return false
	}
	in, ok1 := r.typeText(as[0].recv)
	t := r.info.TypeOf(as[0].call.x)
	if isVoid(t) {
		return false
	}
	out, ok2 := r.typeText(t)
	if !ok1 || !ok2 {
		return false
	}
	captures := r.local(as[0].x)
	if captures {
		as = as[:1]
	}
	f := r.fresh("twice")
	params, lit := r.parameters(as[0], "")
	r.declare(f, "(s "+in+", "+params+") "+out+" {\nreturn s."+as[0].sel.Sel.Name+"("+lit+r.others(as[0])+")\n}", captures, earliest(as))
	for _, a := range as {
		r.replace(a.call.x, func() string { return f + "(" + r.render(a.sel.X) + ", " + r.values(a) + ")" })
	}
	return true
}

// others is the text of the arguments behind the first, "?" when they use local names.
func (r *rewriter) others(a argument) string {
	if a.call.x.Args[0] != a.x {
		return "?"
	}
	text := ""
	for _, x := range a.call.x.Args[1:] {
		if r.local(x) || strings.Contains(r.raw(x), "Name(") {
			return "?"
		}
		text += ", " + r.raw(x)
	}
	return text
}

// rewriteMethod makes a literal a method, whose receiver holds the constants.
func rewriteMethod(r *rewriter) bool {
	as := r.alike(func(a, b argument) bool { return true })
	if len(as) == 0 || r.local(as[0].x) {
		return false
	}
	typ := r.fresh("receiver")
	params, lit := r.parameters(as[0], "rx.")
	fmt.Fprintf(&r.tail, "\ntype %s struct {\n%s\n}\n\nfunc (rx %s) call%s\n", typ, strings.ReplaceAll(params, ", ", "\n"), typ, strings.TrimPrefix(lit, "func"))
	for i, a := range as {
		value := typ + "{" + r.values(a) + "}"
		v := fmt.Sprintf("method%s%d", typ, i)
		switch r.rng.IntN(4) {
		case 0:
			r.put(a.x, value+".call")
		case 1:
			r.before(a.stmt, v+" := "+value)
			r.put(a.x, v+".call")
		case 2:
			r.before(a.stmt, v+" := "+value+".call")
			r.put(a.x, v)
		case 3:
			fmt.Fprintf(&r.tail, "\nfunc pass%s[F any](f F) F { return f }\n", v)
			r.before(a.stmt, "m"+v+" := "+value+"\nn"+v+" := m"+v+".call\n"+v+" := pass"+v+"(n"+v+")")
			r.put(a.x, v)
		}
	}
	return true
}
