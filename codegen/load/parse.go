package load

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"path/filepath"
	"strings"
	"sync"
)

func isGenerated(filename string) bool { return strings.HasSuffix(filename, Suffix) }

// files parses, keeps sources and collects syntax errors; ParseFile is called concurrently.
type files struct {
	mu     sync.Mutex
	source map[string][]byte
	errs   scanner.ErrorList
}

func (f *files) parse(fset *token.FileSet, filename string, src []byte) (*ast.File, error) {
	if isGenerated(filename) {
		name, err := packageName(filepath.Dir(filename))
		if err != nil {
			name = "masked"
		}
		return parser.ParseFile(fset, filename, "package "+name+"\n", parser.PackageClauseOnly)
	}
	// Without AllErrors the parser gives up after ten errors and returns an empty file.
	file, err := parser.ParseFile(fset, filename, src, parser.ParseComments|parser.SkipObjectResolution|parser.AllErrors)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.source[filename] = src
	var list scanner.ErrorList
	if errors.As(err, &list) {
		f.errs = append(f.errs, list...)
	}
	return file, err
}

// packageName reads the package clause of the first file of a folder that is neither
// generated nor a test.
func packageName(dir string) (string, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return "", err
	}
	for _, n := range names {
		if isGenerated(n) || strings.HasSuffix(n, "_test.go") {
			continue
		}
		if file, err := parser.ParseFile(token.NewFileSet(), n, nil, parser.PackageClauseOnly); err == nil && file.Name.Name != "documentation" {
			return file.Name.Name, nil
		}
	}
	return "", fmt.Errorf("no Go files in %s", dir)
}

func (f *files) problems(fset *token.FileSet) []Problem {
	f.errs.Sort()
	var out []Problem
	for _, e := range f.errs {
		var pos token.Pos
		fset.Iterate(func(t *token.File) bool {
			if t.Name() == e.Pos.Filename && e.Pos.Offset <= t.Size() {
				pos = t.Pos(e.Pos.Offset)
				return false
			}
			return true
		})
		out = append(out, Problem{Pos: pos, Message: e.Msg, Parse: true})
	}
	return out
}
