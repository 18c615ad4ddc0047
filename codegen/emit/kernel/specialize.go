// Package kernel specialises the source of stateful operators (templates) for one use: type
// parameters become types, function fields direct calls, fixed numbers constants. It alone
// below codegen/emit looks at types, those of the embedded templates, to know what each
// identifier of theirs stands for.
package kernel

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/templates"
)

// Instance says how to specialise a kernel. Text may hold marked package names, as in plan.
type Instance struct {
	Template string // type in templates
	Name     string // of the specialised type
	Doc      string // its doc comment's text after the name
	Types    map[string]string
	Calls    map[string]string         // function fields: the text of what is called instead
	Values   map[string]constant.Value // fields whose value is fixed
	Consts   map[string]string         // name of the declared constant by field; folded booleans have none
	Cut      map[string]bool           // methods, "parameter x" and "field x", to leave out
	Fields   []string                  // declarations to put first in the struct
	Rename   func(local string) string
}

// Source is a checked template. It is not safe for concurrent use.
type Source struct {
	text []byte
	file *ast.File
	fset *token.FileSet
	info *types.Info
}

// Read returns the embedded templates, by the type that each declares. They are checked
// with empty packages in place of their imports, which is enough to know what each
// identifier stands for (a test compares with a full check).
func Read() (map[string]*Source, error) { return read(emptyImporter{}) }

func read(importer types.Importer) (map[string]*Source, error) {
	names, err := fs.Glob(templates.Source, "*.go")
	if err != nil {
		return nil, err
	}
	out := map[string]*Source{}
	for _, name := range names {
		text, err := fs.ReadFile(templates.Source, name)
		if err != nil {
			return nil, err
		}
		k := &Source{text: text, fset: token.NewFileSet(), info: &types.Info{
			Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		}}
		k.file, err = parser.ParseFile(k.fset, name, text, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		conf := types.Config{Importer: importer, Error: func(error) {}}
		conf.Check("templates", k.fset, []*ast.File{k.file}, k.info) //nolint:errcheck // errors are those of the empty imports
		for _, d := range k.file.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE {
				out[g.Specs[0].(*ast.TypeSpec).Name.Name] = k
			}
		}
	}
	return out, nil
}

// emptyImporter imports each package as an empty one.
type emptyImporter struct{}

func (emptyImporter) Import(path string) (*types.Package, error) {
	p := types.NewPackage(path, path[strings.LastIndex(path, "/")+1:])
	p.MarkComplete()
	return p, nil
}

type sourceEdit struct {
	from, to int
	text     string
}

// specializer collects the edits of one instance.
type specializer struct {
	*Source
	in    Instance
	edits []sourceEdit
}

// Specialize prints the type and methods of a kernel for one use, with package names marked.
func (k *Source) Specialize(in Instance) string {
	s := &specializer{Source: k, in: in}
	var out strings.Builder
	for _, d := range k.file.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			if d.Tok == token.TYPE {
				s.typeDecl(d)
				out.WriteString(blankLines.ReplaceAllString(s.cutText(d.Pos(), d.End()), "\n"))
			}
		case *ast.FuncDecl:
			if in.Cut[d.Name.Name] {
				continue
			}
			from := d.Pos()
			if d.Doc != nil {
				from = d.Doc.Pos()
			}
			s.method(d)
			text := blankLines.ReplaceAllString(s.cutText(from, d.End()), "\n\n")
			out.WriteString("\n\n" + text)
		}
	}
	return out.String()
}

func (s *specializer) offset(p token.Pos) int { return s.fset.Position(p).Offset }

func (s *specializer) replace(from, to token.Pos, text string) {
	s.edits = append(s.edits, sourceEdit{s.offset(from), s.offset(to), text})
}

// cutText applies the edits in a range; an edit inside of another is dropped.
func (s *specializer) cutText(from, to token.Pos) string {
	slices.SortStableFunc(s.edits, func(a, b sourceEdit) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
	var b strings.Builder
	at, end := s.offset(from), s.offset(to)
	for _, e := range s.edits {
		if e.from < at || e.to > end {
			continue
		}
		b.Write(s.text[at:e.from])
		b.WriteString(e.text)
		at = e.to
	}
	b.Write(s.text[at:end])
	s.edits = nil
	return b.String()
}

func (s *specializer) typeDecl(d *ast.GenDecl) {
	spec := d.Specs[0].(*ast.TypeSpec)
	s.replace(d.Pos(), spec.Name.End(), "// "+s.in.Name+" "+s.in.Doc+"\ntype "+s.in.Name)
	s.replace(spec.TypeParams.Opening, spec.TypeParams.Closing+1, "")
	st := spec.Type.(*ast.StructType)
	s.replace(st.Fields.Opening+1, st.Fields.Opening+1, "\n"+strings.Join(s.in.Fields, "\n"))
	for _, f := range st.Fields.List {
		if s.gone(f.Names[0].Name) || s.in.Cut["field "+f.Names[0].Name] {
			from := f.Pos()
			if f.Doc != nil {
				from = f.Doc.Pos()
			}
			s.replace(from, f.End(), "")
			continue
		}
		for _, name := range f.Names {
			s.replace(name.Pos(), name.End(), lowerFirst(name.Name))
		}
		if f.Doc != nil { // doc comments speak of the fields by name
			for _, name := range f.Names {
				for _, c := range f.Doc.List {
					for _, m := range regexp.MustCompile(`\b`+name.Name+`\b`).FindAllStringIndex(c.Text, -1) {
						s.replace(c.Pos()+token.Pos(m[0]), c.Pos()+token.Pos(m[1]), lowerFirst(name.Name))
					}
				}
			}
		}
		s.body(f.Type)
	}
}

// gone says whether a field of the kernel is replaced by a call or a constant.
func (s *specializer) gone(field string) bool {
	_, call := s.in.Calls[field]
	_, value := s.in.Values[field]
	return call || value || s.in.Cut["field "+field]
}

func (s *specializer) method(d *ast.FuncDecl) {
	recv := d.Recv.List[0].Type.(*ast.StarExpr)
	s.replace(recv.X.Pos(), recv.X.End(), s.in.Name)
	s.replace(d.Name.Pos(), d.Name.End(), lowerFirst(d.Name.Name))
	if d.Doc != nil {
		at := d.Doc.Pos() + token.Pos(len("// "))
		s.replace(at, at+token.Pos(len(d.Name.Name)), lowerFirst(d.Name.Name))
	}
	for _, id := range d.Recv.List[0].Names {
		s.local(id)
	}
	for _, p := range d.Type.Params.List {
		if len(p.Names) == 1 && s.in.Cut["parameter "+p.Names[0].Name] {
			s.replace(p.Pos(), s.after(p.End()), "")
			continue
		}
		for _, id := range p.Names {
			s.local(id)
		}
		s.body(p.Type)
	}
	if d.Type.Results != nil {
		s.body(d.Type.Results)
	}
	s.body(d.Body)
}

// after skips a comma and a space.
func (s *specializer) after(p token.Pos) token.Pos {
	o := s.offset(p)
	for o < len(s.text) && (s.text[o] == ',' || s.text[o] == ' ') {
		o++
		p++
	}
	return p
}

// line is the start of the next line.
func (s *specializer) line(p token.Pos) token.Pos {
	for o := s.offset(p); o < len(s.text) && (s.text[o] == '\n' || s.text[o] == '\t'); o++ {
		p++
	}
	return p
}

func (s *specializer) local(id *ast.Ident) {
	if id.Name == "_" {
		return
	}
	if to := s.in.Rename(id.Name); to != id.Name {
		s.replace(id.Pos(), id.End(), to)
	}
}

func (s *specializer) body(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			s.list(n.List)
			return false
		case *ast.CaseClause:
			for _, e := range n.List {
				s.body(e)
			}
			s.list(n.Body)
			return false
		case *ast.IfStmt:
			return s.fold(n)
		case *ast.CallExpr:
			s.call(n)
		case *ast.SelectorExpr:
			return s.selector(n)
		case *ast.KeyValueExpr:
			s.body(n.Value) // keys are fields of the runtime's structs
			return false
		case *ast.Ident:
			s.ident(n)
		}
		return true
	})
}

func (s *specializer) call(n *ast.CallExpr) {
	sel, ok := n.Fun.(*ast.SelectorExpr)
	if !ok || s.info.Selections[sel] == nil || s.info.Selections[sel].Kind() != types.MethodVal {
		return
	}
	for _, arg := range n.Args {
		if id, ok := arg.(*ast.Ident); ok && s.in.Cut["parameter "+id.Name] {
			s.replace(id.Pos(), s.after(id.End()), "")
		}
	}
}

func (s *specializer) selector(n *ast.SelectorExpr) bool {
	id, ok := n.X.(*ast.Ident)
	if !ok {
		return true
	}
	if pkg, ok := s.info.Uses[id].(*types.PkgName); ok {
		s.replace(n.Pos(), n.End(), "⟦"+pkg.Imported().Path()+"⟧."+n.Sel.Name)
		return false
	}
	if sel := s.info.Selections[n]; sel != nil && s.kernel(sel.Recv()) {
		switch {
		case s.in.Calls[n.Sel.Name] != "":
			s.replace(n.Pos(), n.End(), s.in.Calls[n.Sel.Name])
			return false
		case s.in.Consts[n.Sel.Name] != "":
			s.replace(n.Pos(), n.End(), s.in.Consts[n.Sel.Name])
			return false
		}
		s.replace(n.Sel.Pos(), n.Sel.End(), lowerFirst(n.Sel.Name))
	}
	s.ident(id)
	return false
}

func (s *specializer) kernel(t types.Type) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := t.(*types.Named)
	return ok && n.Obj().Name() == s.in.Template
}

func (s *specializer) ident(id *ast.Ident) {
	obj := s.info.Uses[id]
	if obj == nil {
		obj = s.info.Defs[id]
	}
	if t := s.in.Types[id.Name]; obj == nil && t != "" {
		// A type argument of a package that was imported empty.
		s.replace(id.Pos(), id.End(), t)
		return
	}
	switch obj := obj.(type) {
	case *types.TypeName:
		if _, ok := obj.Type().(*types.TypeParam); ok {
			s.replace(id.Pos(), id.End(), s.in.Types[obj.Name()])
		}
	case *types.Var:
		if !obj.IsField() {
			s.local(id)
		}
	}
}

// blankLines are what cut fields and statements leave behind.
var blankLines = regexp.MustCompile(`\n([ \t]*\n)+`)

func lowerFirst(name string) string { return strings.ToLower(name[:1]) + name[1:] }
