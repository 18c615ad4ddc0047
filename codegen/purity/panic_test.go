package purity

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen/topo"
)

// What NoPanic says of each function: those whose names begin with calm cannot panic, all others could.
const judged = `package p

type point struct{ x, y int64 }
type holder struct{ at *point; inner point; any any }
type number interface{ ~int64 | ~float64 }

func (p point) sum() int64 { return p.x + p.y }

var table map[string]int64
var hook func(int64) int64

func calmArithmetic(k string, v int64) int64 { return (v*5+3)>>2 ^ v%16/2 }
func calmFields(h holder) bool { p := &point{1, 2}; _ = p; return h.inner.x > 3 && h.at != nil && h.any == nil }
func calmLoop(s []int64) (n int64) { for _, v := range s { if v < 0 { continue }; n += v }; switch n { case 1: n++ }; return n }
func calmLookup(k string) int64 { if v, ok := table[k]; ok { return v }; return table["else"] }
func calmFloat(a, b float64) float64 { return a / b }
func calmCalls(k string) bool { return calmArithmetic(k, 1) > 0 && len([]byte(k)) < max(1, 2) }
func calmShift(v int64, n uint) int64 { v <<= n; return v >> 3 }
func calmLiteral(v int64) []point { return append([]point{{v, v}}, point{}) }
func calmGeneric[T number](a, b T) T { if a < b { return a }; return a + b }

func index(s []int64) int64 { return s[0] }
func text(s string) byte { return s[1] }
func slice(s string) string { return s[1:] }
func divide(a, b int64) int64 { return a / b }
func divideInto(a, b int64) int64 { a /= b; return a }
func shift(a, n int64) int64 { return a << n }
func pointer(p *point) int64 { return p.x }
func deep(h holder) int64 { return h.at.x }
func dereference(p *point) point { return *p }
func assertion(v any) string { s, _ := v.(string); return s }
func equal(a, b any) bool { return a == b }
func equalInside(a, b holder) bool { return a == b }
func generic[T comparable](a, b T) bool { return a == b }
func choose(v any) bool { switch v { case 1: return true }; return false }
func write(k string) { table[k] = 1 }
func count(k string) { table[k]++ }
func interfaceKey(m map[any]int, k any) int { return m[k] }
func value(v int64) int64 { return hook(v) }
func method(p point) int64 { return p.sum() }
func throw() { panic("x") }
func through(s []int64) int64 { return calmArithmetic("", index(s)) }
func size(n int) []int { return make([]int, n) }
func array(s []int64) [2]int64 { return [2]int64(s) }
func arrayOf[S ~[]int64](s S) [2]int64 { return [2]int64(s) }
func filled[M ~map[any]int](k any) M { return M{k: 1} }
func receive(c chan int) int { return <-c }
func literal() int { return func() int { return 1 }() }
func pull(f func(func(int) bool)) (n int) { for v := range f { n += v }; return n }
func recursive(n int64) int64 { if n < 1 { return n }; return recursive(n - 1) }
func external()
func outside() { external() }
`

func TestNoPanic(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", judged, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg := &topo.Package{Fset: fset, Files: []*ast.File{file}, Info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}, Instances: map[*ast.Ident]types.Instance{}}}
	if _, err := new(types.Config).Check("p", fset, pkg.Files, pkg.Info); err != nil {
		t.Fatal(err)
	}
	decls := map[*types.Func]*ast.FuncDecl{}
	for _, d := range file.Decls {
		if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil {
			decls[pkg.Info.Defs[d.Name].(*types.Func)] = d
		}
	}
	a := &Analysis{Decl: func(f *types.Func) (*ast.FuncDecl, *topo.Package) { return decls[f], pkg }}
	for fn, d := range decls {
		if fn.Signature().Recv() != nil {
			continue
		}
		if got, want := a.NoPanic(pkg, d), strings.HasPrefix(fn.Name(), "calm"); got != want {
			t.Errorf("%s: that it cannot panic is %v", fn.Name(), got)
		}
	}
}
