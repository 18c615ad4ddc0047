package lint

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// selfEvident are methods whose contract is the interface they implement.
var selfEvident = []string{"Error", "String", "Unwrap", "Len", "Less", "Swap"}

// documented are the files whose exported names are an offer to somebody: no tests, no generated code, no corpora.
func documented(f *File) bool {
	if f.Test() || f.Generated() || f.In("generated_test") {
		return false
	}
	return !slices.Contains(strings.Split(f.Dir(), "/"), "corpus")
}

// undocumented finds exported identifiers without a doc comment.
func undocumented(t *Tree) (broken []string) {
	for _, f := range t.goFiles(documented) {
		for _, decl := range f.AST.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) && !(d.Recv != nil && slices.Contains(selfEvident, d.Name.Name)) {
					broken = append(broken, t.at(d.Pos(), "%s has no doc comment", d.Name.Name))
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					for _, id := range undocumentedNames(d, spec) {
						broken = append(broken, t.at(id.Pos(), "%s has no doc comment", id.Name))
					}
				}
			}
		}
	}
	return broken
}

// undocumentedNames returns the exported names of a type, const or var spec when neither it nor its declaration is
// documented. A group's comment covers its values; a type needs its own, unless it is alone.
func undocumentedNames(d *ast.GenDecl, spec ast.Spec) (names []*ast.Ident) {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && typeDoc(d, s) == "" {
			names = append(names, s.Name)
		}
	case *ast.ValueSpec:
		for _, id := range s.Names {
			if id.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
				names = append(names, id)
			}
		}
	}
	return names
}

// typeDoc returns the doc comment of a type.
func typeDoc(d *ast.GenDecl, s *ast.TypeSpec) string {
	if s.Doc != nil {
		return s.Doc.Text()
	}
	if d.Doc != nil && len(d.Specs) == 1 {
		return d.Doc.Text()
	}
	return s.Comment.Text()
}

// exportedReceiver tells whether a function is one that others can name: no method, or one of an exported type.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	for {
		switch x := typ.(type) {
		case *ast.StarExpr:
			typ = x.X
		case *ast.ParenExpr:
			typ = x.X
		case *ast.IndexExpr:
			typ = x.X
		case *ast.IndexListExpr:
			typ = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return false
		}
	}
}

var concurrency = regexp.MustCompile(`(?i)goroutine|concurrent`)

// silentOnConcurrency finds exported structs and interfaces of the runtime's public packages whose doc comment does not
// say who may use them at the same time. Value types of one machine word or so, such as enums, need not.
func silentOnConcurrency(t *Tree) (broken []string) {
	for _, f := range t.goFiles(func(f *File) bool { return documented(f) && f.In("runtime") && !f.In("runtime/internal") }) {
		for _, decl := range f.AST.Decls {
			d, ok := decl.(*ast.GenDecl)
			if !ok || d.Tok != token.TYPE {
				continue
			}
			for _, spec := range d.Specs {
				s := spec.(*ast.TypeSpec)
				switch s.Type.(type) {
				case *ast.StructType, *ast.InterfaceType:
					if s.Name.IsExported() && !concurrency.MatchString(typeDoc(d, s)) {
						broken = append(broken, t.at(s.Pos(), "the doc of %s says nothing about goroutines", s.Name.Name))
					}
				}
			}
		}
	}
	return broken
}
