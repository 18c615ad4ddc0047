package pass

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/codegen/topo"
)

// typeText prints a type with its packages marked.
func (l *lowering) typeText(t types.Type) string {
	text := types.TypeString(t, func(p *types.Package) string {
		if p == l.prog.Types {
			return ""
		}
		l.plan.Packages[p.Path()] = p.Name()
		return "⟦" + p.Path() + "⟧"
	})
	return strings.ReplaceAll(text, "interface{}", "any")
}

func (l *lowering) qualified(p *types.Package, name string) string {
	if p == nil || p == l.prog.Types {
		return name
	}
	l.plan.Packages[p.Path()] = p.Name()
	return "⟦" + p.Path() + "⟧." + name
}

type edit struct {
	from, to int // byte offsets in the file
	text     string
}

// print is the source text of node with free names replaced: captured ones by ref, those
// of packages by marked ones. Bytes are edited, not the tree, so that comments and layout
// survive.
func (l *lowering) print(s *topo.Syntax, node ast.Node, ref func(topo.Capture) string) string {
	captures := map[types.Object]topo.Capture{}
	for _, c := range s.Captures {
		captures[c.Obj] = c
	}
	offset := func(p token.Pos) int { return s.Pkg.Fset.PositionFor(p, false).Offset }
	var edits []edit
	replace := func(n ast.Node, text string) { edits = append(edits, edit{offset(n.Pos()), offset(n.End()), text}) }
	ast.Inspect(node, func(n ast.Node) bool { return l.ident(s, n, captures, ref, replace) })
	file := s.Pkg.Source[s.Pkg.Fset.PositionFor(node.Pos(), false).Filename]
	slices.SortFunc(edits, func(a, b edit) int { return a.from - b.from })
	var b strings.Builder
	at := offset(node.Pos())
	for _, e := range edits {
		if e.from < at {
			continue
		}
		b.Write(file[at:e.from])
		b.WriteString(e.text)
		at = e.to
	}
	b.Write(file[at:offset(node.End())])
	return b.String()
}

// ident replaces a free name; it returns whether to look below n.
func (l *lowering) ident(s *topo.Syntax, n ast.Node, captures map[types.Object]topo.Capture, ref func(topo.Capture) string, replace func(ast.Node, string)) bool {
	if sel, ok := n.(*ast.SelectorExpr); ok {
		if id, ok := sel.X.(*ast.Ident); ok {
			if pkg, ok := s.Pkg.Info.Uses[id].(*types.PkgName); ok {
				replace(sel, l.qualified(pkg.Imported(), sel.Sel.Name))
				return false
			}
		}
		ast.Inspect(sel.X, func(m ast.Node) bool { return l.ident(s, m, captures, ref, replace) })
		return false
	}
	id, ok := n.(*ast.Ident)
	if !ok {
		return true
	}
	obj := s.Pkg.Info.Uses[id]
	if obj == nil {
		return true
	}
	if c, ok := captures[obj]; ok {
		replace(id, ref(c))
		return true
	}
	if name, ok := obj.(*types.TypeName); ok {
		if param, ok := name.Type().(*types.TypeParam); ok {
			if t, ok := s.Types[param]; ok {
				replace(id, l.typeText(t))
			}
			return true
		}
	}
	if p := obj.Pkg(); p != nil && p != l.prog.Types && obj.Parent() == p.Scope() {
		replace(id, l.qualified(p, id.Name))
	}
	return true
}

// constText is a constant in Go, typed; ok is false for kinds that are better computed.
func (l *lowering) constText(v constant.Value, t types.Type) (string, bool) {
	var text string
	switch v.Kind() {
	case constant.Bool:
		text = v.String()
	case constant.String:
		text = strconv.Quote(constant.StringVal(v))
	case constant.Int:
		text = v.ExactString()
	default:
		return "", false
	}
	if basic, ok := t.(*types.Basic); ok && (basic.Info()&types.IsUntyped != 0 || basic.Kind() == types.String || basic.Kind() == types.Bool) {
		if strings.HasPrefix(text, "-") {
			return "(" + text + ")", true
		}
		return text, true
	}
	return l.typeText(t) + "(" + text + ")", true
}

// locals are the names that a piece of syntax declares.
func locals(s *topo.Syntax, node ast.Node) map[string]bool {
	out := map[string]bool{}
	ast.Inspect(node, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && s.Pkg.Info.Defs[id] != nil {
			out[id.Name] = true
		}
		return true
	})
	return out
}
