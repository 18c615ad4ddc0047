// Package lint holds the house rules as code, so that a rule is a failing test with its remedy and not a memory:
//
//	go test ./internal/lint
//
// A rule reads a Tree and returns what breaks it. testdata holds for each rule a small tree that breaks it, so that no
// rule can quietly stop working.
package lint

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// Module is the path that imports of this repository begin with.
const Module = "github.com/streamgen/streamgen"

// Tree is the repository as the rules see it: text files, Go files parsed. It is read-only once made and safe for
// concurrent use.
type Tree struct {
	Fset  *token.FileSet
	Files []*File
}

// File is one text file of a Tree. It is read-only.
type File struct {
	Path   string // slash-separated, relative to the repository
	Source []byte
	AST    *ast.File // nil unless it is a Go file outside testdata
}

// Dir returns the folder of the file, "." for the repository's own.
func (f *File) Dir() string { return path.Dir(f.Path) }

// Test tells whether the Go tool compiles the file for tests only.
func (f *File) Test() bool { return strings.HasSuffix(f.Path, "_test.go") }

// Generated tells whether the file declares itself generated.
func (f *File) Generated() bool { return f.AST != nil && ast.IsGenerated(f.AST) }

// In tells whether the file lies in the folder or below it.
func (f *File) In(dir string) bool { return within(f.Dir(), dir) }

// within tells whether a slash-separated path is dir or lies below it.
func within(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

// Root returns the folder with go.mod, looking upwards from the working directory.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("no go.mod above the working directory")
		}
		dir = up
	}
}

// ReadTree reads all text files below root but for hidden folders (.ci excepted) and build output.
func ReadTree(root string) (*Tree, error) {
	t := &Tree{Fset: token.NewFileSet()}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if hidden := strings.HasPrefix(d.Name(), ".") && rel != "." && rel != ".ci"; hidden || rel == "bin" || d.Name() == "target" {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if bytes.IndexByte(data[:min(len(data), 8000)], 0) >= 0 {
			return nil // not text
		}
		return t.add(rel, data)
	})
	return t, err
}

// ParseTree makes a Tree of a txtar archive, for the tests of the rules.
func ParseTree(a *txtar.Archive) (*Tree, error) {
	t := &Tree{Fset: token.NewFileSet()}
	for _, f := range a.Files {
		if err := t.add(f.Name, f.Data); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// add parses Go files, but for those below a testdata folder: they are inputs, often broken on purpose.
func (t *Tree) add(name string, data []byte) error {
	f := &File{Path: name, Source: data}
	if strings.HasSuffix(name, ".go") && !slices.Contains(strings.Split(name, "/"), "testdata") {
		parsed, err := parser.ParseFile(t.Fset, name, data, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		f.AST = parsed
	}
	t.Files = append(t.Files, f)
	return nil
}

// at words a finding about a place in a Go file.
func (t *Tree) at(pos token.Pos, format string, args ...any) string {
	p := t.Fset.Position(pos)
	return fmt.Sprintf("%s:%d: %s", p.Filename, p.Line, fmt.Sprintf(format, args...))
}

// goFiles returns the Go files for which keep is true.
func (t *Tree) goFiles(keep func(*File) bool) []*File {
	var files []*File
	for _, f := range t.Files {
		if f.AST != nil && keep(f) {
			files = append(files, f)
		}
	}
	return files
}

// imports returns the path that each name of a file's imports stands for. The name of an import without one is taken to
// be its last element, with a version dropped.
func (f *File) imports() map[string]string {
	names := map[string]string{}
	for _, spec := range f.AST.Imports {
		p := strings.Trim(spec.Path.Value, `"`)
		name := path.Base(p)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = p
	}
	return names
}

// uses calls visit for each mention of a function or variable of the package with the given import path.
func (f *File) uses(pkg string, visit func(sel *ast.SelectorExpr)) {
	for name, p := range f.imports() {
		if p != pkg {
			continue
		}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if id, ok := sel.X.(*ast.Ident); ok && id.Name == name {
					visit(sel)
				}
			}
			return true
		})
	}
}
