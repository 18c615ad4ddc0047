package build

import "github.com/streamgen/streamgen/internal/graph"

func tableGroupBy(f *frame, k *call) value {
	in := k.recv.(handle)
	n := f.node(k)
	n.Graph = in.cut(&graph.Node{Op: graph.TableGroupBy})
	n.Fn = f.funcArg(k.args[0])
	key, val := f.codecArg(k.args[1]), f.codecArg(k.args[2])
	o := k.opts.read()
	n.Key, n.Val = in.key, in.val
	if len(k.result) == 2 {
		n.Key, n.Val = k.result[0], k.result[1]
	}
	n.KeyCodec, n.ValCodec = key, val
	n.Graph.Key, n.Graph.Val = codecText(key), codecText(val)
	f.r.said[n] = o
	f.r.add(n, &options{name: o.name, nameAt: o.nameAt}, in.node)
	f.r.groups[k.x] = false
	return grouped{handle: handle{kind: typeTable, node: n, key: n.Key, val: n.Val}, name: o.name, keyCodec: key, valCodec: val, call: k.x}
}
