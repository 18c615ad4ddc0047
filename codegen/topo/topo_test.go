package topo_test

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// program is a source and a filter whose function captures a parameter.
func program() *topo.Program {
	pkg := &topo.Package{Path: "example.com/app", Name: "app", Types: types.NewPackage("example.com/app", "app")}
	str := types.Typ[types.String]
	sig := types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(types.NewVar(token.NoPos, nil, "", types.Typ[types.Bool])), false)
	limit := types.NewVar(token.NoPos, pkg.Types, "limit", types.Typ[types.Int])
	g := &graph.Graph{}
	t := &topo.Topology{Name: "Orders", Graph: g, Params: []topo.Param{{Name: "limit", Type: types.Typ[types.Int], Obj: limit}}}
	add := func(n *graph.Node, fn *topo.Func) {
		n.Store, n.Global = -1, -1
		g.Add(n)
		t.Nodes = append(t.Nodes, &topo.Node{Graph: n, Pkg: pkg, Call: &ast.CallExpr{}, Key: str, Val: str, Fn: fn})
	}
	add(&graph.Node{Op: graph.Source, Topic: "orders", KeyType: "string", ValType: "string"}, nil)
	add(&graph.Node{Op: graph.Filter, In: []int{0}, KeyType: "string", ValType: "string"}, &topo.Func{Kind: topo.Literal, Sig: sig,
		Syntax: topo.Syntax{Pkg: pkg, Node: &ast.FuncLit{}, Captures: []topo.Capture{{Obj: limit, Ref: topo.Ref{Kind: topo.RefParam, Index: 0}}}}})
	return &topo.Program{Package: pkg, Output: "topology_streamgen.go", Topologies: []*topo.Topology{t}}
}

func TestCheckFindsWhatTypesCannotSay(t *testing.T) {
	if err := program().Check(); err != nil {
		t.Fatal(err)
	}
	for want, breaks := range map[string]func(*topo.Topology){
		"beside a graph of":             func(o *topo.Topology) { o.Nodes = o.Nodes[:1] },
		"node 0 is incomplete":          func(o *topo.Topology) { o.Nodes[0].Key = nil },
		"has no signature":              func(o *topo.Topology) { o.Nodes[1].Fn.Sig = nil },
		"limit refers to param 3 of 1":  func(o *topo.Topology) { o.Nodes[1].Fn.Captures[0].Index = 3 },
		"limit refers to value 0 of 0":  func(o *topo.Topology) { o.Nodes[1].Fn.Captures[0].Kind = topo.RefValue },
		"limit refers to no function":   func(o *topo.Topology) { o.Nodes[1].Fn.Captures[0].Kind = topo.RefFunc },
		"value 0 (x) has no expression": func(o *topo.Topology) { o.Values = []*topo.Value{{Name: "x"}} },
		"limit refers to store 0 of 0":  func(o *topo.Topology) { o.Nodes[1].Fn.Captures[0].Kind = topo.RefStore },
		"result 2 of 2": func(o *topo.Topology) {
			o.Values = []*topo.Value{{Name: "x", Expr: &topo.Syntax{}, Result: 2, Tuple: 2}}
		},
		"topology Orders: node 1 is inco": func(o *topo.Topology) { o.Nodes[1].Call = nil },
	} {
		p := program()
		breaks(p.Topologies[0])
		if err := p.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestStringIsStable(t *testing.T) {
	want := `topology Orders
param limit int
0 source topic="orders" string -> string
1 filter 0 string -> string
node 1 fn literal () bool {limit: param 0}
`
	if got := program().String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
