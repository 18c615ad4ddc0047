package view

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// use says what generated code does with the bytes of a key or value that it reads.
type use int

// The uses, each including those before it.
const (
	unread  use = iota // nothing, or whether there are any
	passed             // their bytes go on
	checked            // decoded to see whether they can be
	viewed             // decoded where they lie
	decoded
)

// access is what a source's method does with a record.
type access struct{ key, val use }

// accesses reads from the generated code itself what each method that takes a run does with
// the bytes of its records, by "receiver.method".
func accesses(output []byte) (map[string]access, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", output, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("the generated file: %w", err)
	}
	out := map[string]access{}
	for _, d := range file.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok || fd.Recv == nil || fd.Body == nil {
			continue
		}
		out[receiver(fd)+"."+fd.Name.Name] = access{usesOf(fd.Body, "Key"), usesOf(fd.Body, "Value")}
	}
	return out, nil
}

func receiver(fd *ast.FuncDecl) string {
	t := fd.Recv.List[0].Type
	if p, ok := t.(*ast.StarExpr); ok {
		t = p.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// usesOf finds the most that is done with rec.field.
func usesOf(body *ast.BlockStmt, field string) use {
	most := unread
	isField := func(x ast.Expr) bool {
		sel, ok := x.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != field {
			return false
		}
		id, ok := sel.X.(*ast.Ident)
		return ok && id.Name == "rec"
	}
	decodes := func(x ast.Expr) use {
		call, ok := x.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 || !isField(call.Args[0]) {
			return unread
		}
		switch f := call.Fun.(type) {
		case *ast.SelectorExpr:
			switch {
			case strings.HasPrefix(f.Sel.Name, "View"):
				return viewed
			case f.Sel.Name == "Decode", strings.HasPrefix(f.Sel.Name, "Read"):
				return decoded
			}
		case *ast.Ident:
			if f.Name == "string" {
				return decoded
			}
		}
		return unread
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr: // rec.Key != nil
			return !isField(n.X)
		case *ast.AssignStmt:
			if len(n.Rhs) == 1 && decodes(n.Rhs[0]) != unread {
				if id, ok := n.Lhs[0].(*ast.Ident); ok && id.Name == "_" {
					most = max(most, checked)
					return false
				}
			}
		case ast.Expr:
			switch {
			case decodes(n) != unread:
				most = max(most, decodes(n))
				return false
			case isField(n):
				most = max(most, passed)
			}
		}
		return true
	})
	return most
}

// phrase says it of a key or value.
func (u use) phrase(what string) string {
	switch u {
	case passed:
		return what + ": passes as bytes, not decoded"
	case checked:
		return what + ": decoded only to refuse what cannot be"
	case viewed:
		return what + ": decoded where it lies, its strings are not copied"
	case decoded:
		return what + ": decoded"
	}
	return what + ": not read"
}
