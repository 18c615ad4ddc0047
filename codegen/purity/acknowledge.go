package purity

import (
	"go/ast"
	"go/token"
	"strings"

	"github.com/streamgen/streamgen/codegen/topo"
)

// Acknowledgement begins the comment that says why a dependency or a change is intended;
// the reason follows. It stands on the line, on lines of its own right above, or in the
// doc comment of a function, for all that the function does and calls.
const Acknowledgement = "//streamgen:nondeterministic"

// line is a line of a file.
type line struct {
	file   string
	number int
}

// marks are the lines that acknowledgements speak of.
type marks map[line]bool

func (a *Analysis) marksOf(pkg *topo.Package) marks {
	if m, ok := a.marks[pkg]; ok {
		return m
	}
	m := marks{}
	for _, file := range pkg.Files {
		for _, g := range file.Comments {
			for _, c := range g.List {
				if _, ok := Reason(c.Text); !ok {
					continue
				}
				at := pkg.Fset.PositionFor(c.Pos(), false)
				m[line{at.Filename, at.Line}] = true
				if alone(pkg.Source[at.Filename], at) {
					m[line{at.Filename, pkg.Fset.PositionFor(g.End(), false).Line + 1}] = true
				}
			}
		}
	}
	if a.marks == nil {
		a.marks = map[*topo.Package]marks{}
	}
	a.marks[pkg] = m
	return m
}

// Reason returns the reason that an acknowledgement gives; ok is false for other comments
// and for those that give none.
func Reason(comment string) (reason string, ok bool) {
	rest, ok := strings.CutPrefix(comment, Acknowledgement)
	reason = strings.TrimSpace(rest)
	return reason, ok && reason != "" && strings.HasPrefix(rest, " ")
}

// alone reports whether a comment has its line for itself.
func alone(src []byte, at token.Position) bool {
	if at.Offset > len(src) || at.Column < 1 || at.Offset < at.Column-1 {
		return false
	}
	return strings.TrimSpace(string(src[at.Offset-at.Column+1:at.Offset])) == ""
}

// acknowledged reports whether a comment says that what stands at n is intended.
func (a *Analysis) acknowledged(pkg *topo.Package, n ast.Node) bool {
	m := a.marksOf(pkg)
	if len(m) == 0 {
		return false
	}
	at := pkg.Fset.PositionFor(n.Pos(), false)
	return m[line{at.Filename, at.Line}]
}

// Acknowledged reports whether a comment says that what stands at n, in code of pkg, is
// intended.
func (a *Analysis) Acknowledged(pkg *topo.Package, n ast.Node) bool { return a.acknowledged(pkg, n) }
