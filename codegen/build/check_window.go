package build

import (
	"fmt"
	"go/ast"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// checkWindowCodecs compares the size in a windowed key's codec with the window's.
func (r *reader) checkWindowCodecs() {
	for _, n := range r.t.Nodes {
		if n.Graph.Op != graph.Sink || n.KeyCodec == nil || n.KeyCodec.Kind != topo.TimeWindowed || n.KeyCodec.SizeExpr != nil {
			continue
		}
		if w := r.windowAbove(n); w != nil && w.Window.Const && w.Window.Size != n.KeyCodec.SizeMs {
			d := r.diags.Report(diag.WindowCodecSize, r.span(n.Call.Args[1]), "the key's codec says windows of %d ms, but they are of %d ms", n.KeyCodec.SizeMs, w.Window.Size).
				Note(r.span(topo.CallName(w.Call)), "the windows are aggregated here; readers get a window's end from the codec's size, so it must be the same")
			if c, ok := ast.Unparen(n.Call.Args[1]).(*ast.CallExpr); ok && len(c.Args) == 2 {
				d.Suggest("write the window's size", r.replace(c.Args[1], fmt.Sprintf("%d*time.Millisecond", w.Window.Size)))
			}
		}
	}
}

func (r *reader) windowAbove(n *topo.Node) *topo.Node {
	for len(n.Graph.In) > 0 {
		n = r.t.Nodes[n.Graph.In[0]]
		switch n.Graph.Op {
		case graph.Filter, graph.Peek, graph.Present, graph.MapValues, graph.TableFilter, graph.TableMapValues:
		case graph.ToStream:
			if n.Fn == nil || n.Fn.Obj == nil || n.Fn.Obj.Name() != "WindowedKey" {
				return nil
			}
		case graph.Count, graph.Reduce, graph.Aggregate:
			if n.Window != nil {
				return n
			}
			return nil
		default:
			return nil
		}
	}
	return nil
}
