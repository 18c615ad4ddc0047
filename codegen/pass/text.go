package pass

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
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

// printer edits the names of one piece of syntax.
type printer struct {
	*lowering
	syntax   *topo.Syntax
	node     ast.Node
	captures map[types.Object]topo.Capture
	ref      func(topo.Capture) string
	callees  map[*ast.Ident]bool // names that are called, not used as values
	edits    []edit
}

// print is the source text of node with free names replaced: captured ones by ref, those
// of packages by marked ones. Bytes are edited, not the tree, so that comments and layout
// survive.
func (l *lowering) print(s *topo.Syntax, node ast.Node, ref func(topo.Capture) string) string {
	p := &printer{lowering: l, syntax: s, node: node, captures: map[types.Object]topo.Capture{}, ref: ref, callees: map[*ast.Ident]bool{}}
	for _, c := range s.Captures {
		p.captures[c.Obj] = c
	}
	ast.Inspect(node, p.visit)
	file := s.Pkg.Source[s.Pkg.Fset.PositionFor(node.Pos(), false).Filename]
	slices.SortFunc(p.edits, func(a, b edit) int { return a.from - b.from })
	var b strings.Builder
	at := p.offset(node.Pos())
	for _, e := range p.edits {
		if e.from < at {
			continue
		}
		b.Write(file[at:e.from])
		b.WriteString(e.text)
		at = e.to
	}
	b.Write(file[at:p.offset(node.End())])
	return b.String()
}

func (p *printer) offset(at token.Pos) int { return p.syntax.Pkg.Fset.PositionFor(at, false).Offset }

func (p *printer) replace(n ast.Node, text string) {
	p.edits = append(p.edits, edit{p.offset(n.Pos()), p.offset(n.End()), text})
}

// visit replaces a free name; it returns whether to look below n.
func (p *printer) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		if id, ok := ast.Unparen(n.Fun).(*ast.Ident); ok {
			p.callees[id] = true
		}
	case *ast.SelectorExpr:
		if id, ok := n.X.(*ast.Ident); ok {
			if pkg, ok := p.syntax.Pkg.Info.Uses[id].(*types.PkgName); ok {
				p.replace(n, p.qualified(pkg.Imported(), n.Sel.Name))
				return false
			}
		}
		ast.Inspect(n.X, p.visit)
		return false
	case *ast.Ident:
		if obj := p.syntax.Pkg.Info.Uses[n]; obj != nil {
			p.use(n, obj)
		}
	}
	return true
}

func (p *printer) use(id *ast.Ident, obj types.Object) {
	if c, ok := obj.(*types.Const); ok && p.free(c) {
		p.replace(id, p.constText(c))
		return
	}
	if c, ok := p.captures[obj]; ok {
		text := p.ref(c)
		if named, ok := types.Unalias(obj.Type()).(*types.Named); ok && c.Kind == topo.RefFunc && !p.callees[id] {
			text = p.typeText(concrete(named, p.syntax.Types)) + "(" + text + ")" // its type may have methods
		}
		p.replace(id, text)
		return
	}
	if name, ok := obj.(*types.TypeName); ok {
		if param, ok := name.Type().(*types.TypeParam); ok {
			if t, ok := p.syntax.Types[param]; ok {
				p.replace(id, p.typeText(t))
			}
			return
		}
	}
	if q := obj.Pkg(); q != nil && q != p.prog.Types && obj.Parent() == q.Scope() {
		p.replace(id, p.qualified(q, id.Name))
	}
}

// free reports whether a constant is local to a function and declared outside of the node.
func (p *printer) free(c *types.Const) bool {
	return isLocal(c) && (c.Pos() < p.node.Pos() || c.Pos() >= p.node.End())
}

// isLocal reports whether an object is declared inside of a function.
func isLocal(o types.Object) bool { return o.Pkg() != nil && o.Parent() != o.Pkg().Scope() }

// concrete replaces the type parameters among a type's arguments.
func concrete(t *types.Named, m map[*types.TypeParam]types.Type) types.Type {
	args := make([]types.Type, t.TypeArgs().Len())
	for i := range args {
		args[i] = t.TypeArgs().At(i)
		if p, ok := args[i].(*types.TypeParam); ok && m[p] != nil {
			args[i] = m[p]
		}
	}
	if len(args) == 0 {
		return t
	}
	inst, err := types.Instantiate(nil, t.Origin(), args, false)
	if err != nil {
		return t
	}
	return inst
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
