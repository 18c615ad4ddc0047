package codegen_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen/build"
	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/load"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/golden"
)

// TestRewritingKeepsTheGraph rewrites the corpus at random in ways that mean the same in
// Go (variables for parts of chains, functions, codecs and options; generic helper
// functions; functions of the package in place of literals; options in another order;
// parentheses; the body in a helper), again and again, and wants the same graph.
func TestRewritingKeepsTheGraph(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	rounds, mutants := 2, 1
	if testing.Short() {
		rounds, mutants = 1, 1
	}
	dir := fuzzModule(t, root)
	want := map[string]string{} // graph by mutant's folder
	for _, p := range readCorpus(t, root) {
		if p.Name == "main" || strings.Contains(p.Path, "testdata") {
			continue
		}
		for m := range mutants {
			name := fmt.Sprintf("%s%d", p.Name, m)
			for file, src := range p.Source {
				write(t, filepath.Join(dir, name, filepath.Base(file)), string(src))
			}
			want[name] = graphs(p)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	applied := map[string]int{}
	for round := range rounds {
		programs := reload(t, dir)
		for _, p := range programs {
			rewrite(t, p, rng, round, round == rounds-1, applied)
		}
		for _, p := range reload(t, dir) {
			name := filepath.Base(p.Dir)
			if got := graphs(p); got != want[name] {
				t.Errorf("%s, round %d: the graph changed:\n%s\nsource:\n%s", name, round, golden.Diff(want[name], got), allSource(p))
				want[name] = got
			}
		}
	}
	for _, kind := range []string{"chain", "literal", "function", "codec", "option", "order", "helper", "parentheses", "body"} {
		if applied[kind] == 0 && !testing.Short() {
			t.Errorf("no rewrite of kind %s was ever made: %v", kind, applied)
		}
	}
	t.Log(applied)
}

func fuzzModule(t *testing.T, root string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.mod"), fmt.Sprintf(
		"module example.com/rewritten\n\ngo 1.27\n\nrequire github.com/streamgen/streamgen v0.0.0\n\nreplace github.com/streamgen/streamgen => %s\n", root))
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.sum"), string(sum))
	return dir
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// reload reads all rewritten packages.
func reload(t *testing.T, dir string) []*topo.Program {
	t.Helper()
	r, err := load.Load(context.Background(), load.Options{Dir: dir, Patterns: []string{"./..."}}, build.Helpers)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Problems {
		t.Errorf("%s: a rewrite does not compile: %s", r.Fset.Position(p.Pos), p.Message)
	}
	var out []*topo.Program
	for _, pkg := range r.Roots {
		var diags diag.List
		p := build.Program(r, pkg, &diags)
		for _, d := range diags.Sorted() {
			if d.Severity == diag.Error {
				t.Errorf("%s\n%s", d.Text(dir, nil), allSource(p))
			}
		}
		out = append(out, p)
	}
	return out
}

// graphs is the text of all topologies of a package; computed topics are texts of
// expressions, which rewriting may change.
func graphs(p *topo.Program) string {
	var b strings.Builder
	for _, t := range p.Topologies {
		text := t.Graph.String()
		if dynamic(t) {
			text = t.Graph.Structure()
		}
		b.WriteString(t.Name + "\n" + text)
	}
	return b.String()
}

func allSource(p *topo.Program) string {
	var b strings.Builder
	for _, name := range sortedKeys(p.Source) {
		if strings.Contains(string(p.Source[name]), "//streamgen:topology") {
			b.Write(p.Source[name])
		}
	}
	return b.String()
}

// rewriter changes one topology function: at most one rewrite per statement and round, so
// that edits do not overlap.
type rewriter struct {
	p     *topo.Program
	rng   *rand.Rand
	tag   string
	n     int
	edits []diag.Edit
	tail  strings.Builder // declarations appended to the file
	file  string
	made  map[string]int
}

func rewrite(t *testing.T, p *topo.Program, rng *rand.Rand, round int, last bool, made map[string]int) {
	t.Helper()
	for _, top := range p.Topologies {
		r := &rewriter{p: p, rng: rng, tag: fmt.Sprintf("%s%d", strings.ToLower(top.Name), round), made: made,
			file: p.Fset.Position(top.Decl.Pos()).Filename}
		if last && rng.IntN(4) == 0 { // what is in a helper is not rewritten again
			r.body(top)
		} else {
			for _, s := range top.Decl.Body.List {
				r.statement(s)
			}
		}
		src, _, err := diag.Apply(p.Source[r.file], r.edits)
		if err != nil {
			t.Fatal(err)
		}
		src, err = format.Source(append(src, r.tail.String()...))
		if err != nil {
			t.Fatalf("a rewrite does not parse: %v\n%s", err, src)
		}
		write(t, r.file, string(src))
		p.Source[r.file] = src
		break // positions of further topologies in the file have moved: next round
	}
}

func (r *rewriter) name(kind string) string {
	r.n++
	r.made[kind]++
	return fmt.Sprintf("%s%s%d", kind, r.tag, r.n)
}

func (r *rewriter) offset(p token.Pos) int { return r.p.Fset.Position(p).Offset }

func (r *rewriter) text(n ast.Node) string {
	return string(r.p.Source[r.file][r.offset(n.Pos()):r.offset(n.End())])
}

func (r *rewriter) replace(n ast.Node, text string) {
	r.edits = append(r.edits, diag.Edit{File: r.file, Start: r.offset(n.Pos()), End: r.offset(n.End()), New: text})
}

func (r *rewriter) before(s ast.Stmt, text string) {
	r.edits = append(r.edits, diag.Edit{File: r.file, Start: r.offset(s.Pos()), End: r.offset(s.Pos()), New: text + "\n"})
}

// body moves the statements into a helper function.
func (r *rewriter) body(top *topo.Topology) {
	name := r.name("body")
	var params, args []string
	for _, f := range top.Decl.Type.Params.List {
		for _, n := range f.Names {
			if n.Name == "_" {
				return
			}
			params = append(params, n.Name+" "+r.text(f.Type))
			args = append(args, n.Name)
		}
		if len(f.Names) == 0 {
			return
		}
	}
	fmt.Fprintf(&r.tail, "\nfunc %s(%s) %s\n", name, strings.Join(params, ", "), r.text(top.Decl.Body))
	r.replace(top.Decl.Body, "{ "+name+"("+strings.Join(args, ", ")+") }")
}

// statement makes one rewrite of a statement that begins with a chain.
func (r *rewriter) statement(s ast.Stmt) {
	var x ast.Expr
	switch s := s.(type) {
	case *ast.ExprStmt:
		x = s.X
	case *ast.AssignStmt:
		if len(s.Rhs) != 1 {
			return
		}
		x = s.Rhs[0]
	default:
		return
	}
	spine := r.spine(x)
	if len(spine) == 0 {
		return
	}
	if r.rng.IntN(2) == 0 {
		var declared []string
		for _, call := range spine {
			declared = append(declared, r.argument(call)...)
		}
		if len(declared) > 0 {
			r.before(s, strings.Join(declared, "\n"))
		}
		return
	}
	call := spine[r.rng.IntN(len(spine))]
	recv := ast.Unparen(call.Fun).(*ast.SelectorExpr).X
	_, isCall := ast.Unparen(recv).(*ast.CallExpr)
	switch {
	case !isCall:
		r.name("parentheses")
		r.replace(recv, "("+r.text(recv)+")")
	case r.rng.IntN(2) == 0:
		v := r.name("chain")
		r.before(s, v+" := "+r.text(recv))
		r.replace(recv, v)
	default:
		f := r.name("helper")
		fmt.Fprintf(&r.tail, "\nfunc %s[S any](s S) S {\n\tresult := s\n\treturn result\n}\n", f)
		r.replace(recv, f+"("+r.text(recv)+")")
	}
}

// spine lists the method calls of a chain, from the last to the first.
func (r *rewriter) spine(x ast.Expr) []*ast.CallExpr {
	var out []*ast.CallExpr
	for {
		call, ok := ast.Unparen(x).(*ast.CallExpr)
		if !ok {
			return out
		}
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok || r.p.Info.Selections[sel] == nil {
			return out
		}
		out = append(out, call)
		x = sel.X
	}
}

// argument rewrites one argument of a call, or the order of its options. It returns the
// declarations to put before the statement.
func (r *rewriter) argument(call *ast.CallExpr) []string {
	if len(call.Args) == 0 || call.Ellipsis.IsValid() {
		return nil
	}
	if opts := r.options(call); len(opts) > 1 {
		r.name("order")
		first, last := opts[0], opts[len(opts)-1]
		slices.Reverse(opts)
		var texts []string
		for _, o := range opts {
			texts = append(texts, r.text(o))
		}
		r.edits = append(r.edits, diag.Edit{File: r.file, Start: r.offset(first.Pos()), End: r.offset(last.End()), New: strings.Join(texts, ", ")})
		return nil
	}
	arg := call.Args[r.rng.IntN(len(call.Args))]
	switch a := ast.Unparen(arg).(type) {
	case *ast.FuncLit:
		if r.rng.IntN(2) == 0 && !r.captures(a) {
			f := r.name("function")
			fmt.Fprintf(&r.tail, "\nfunc %s%s\n", f, strings.TrimPrefix(r.text(a), "func"))
			r.replace(arg, f)
			return nil
		}
		v := r.name("literal")
		r.replace(arg, v)
		return []string{v + " := " + r.text(a)}
	case *ast.CallExpr:
		t := r.p.Info.TypeOf(a)
		kind := "codec"
		switch {
		case isOption(t):
			kind = "option"
		case t == nil || !strings.HasSuffix(strings.SplitN(t.String(), "[", 2)[0], "Codec"):
			return nil
		}
		v := r.name(kind)
		r.replace(arg, v)
		return []string{v + " := " + r.text(a)}
	}
	return nil
}

func (r *rewriter) options(call *ast.CallExpr) []ast.Expr {
	var out []ast.Expr
	for _, a := range call.Args {
		if isOption(r.p.Info.TypeOf(a)) {
			out = append(out, a)
		}
	}
	return out
}

func isOption(t types.Type) bool {
	return t != nil && strings.HasSuffix(t.String(), "streamgen/dsl.Option")
}

// captures reports whether a literal uses local names from around it.
func (r *rewriter) captures(lit *ast.FuncLit) bool {
	found := false
	ast.Inspect(lit, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		obj := r.p.Info.Uses[id]
		if obj == nil || obj.Pkg() != r.p.Types || obj.Parent() == r.p.Types.Scope() || obj.Parent() == nil {
			return true
		}
		if _, isPkg := obj.(*types.PkgName); !isPkg && (obj.Pos() < lit.Pos() || obj.Pos() >= lit.End()) {
			found = true
		}
		return true
	})
	return found
}
