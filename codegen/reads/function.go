package reads

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// function is what is known of a function: nodes for what goes in and out, and for the values inside.
type function struct {
	a       *Analysis
	fn      *ssa.Function
	results []*node
	values  map[ssa.Value]*node
}

// function reads a function, once; a recursive one finds itself half read, which the constraints do not mind.
func (a *Analysis) function(fn *ssa.Function) *function {
	if f := a.functions[fn]; f != nil {
		return f
	}
	f := &function{a: a, fn: fn, values: map[ssa.Value]*node{}}
	a.functions[fn] = f
	for range fn.Signature.Results().Len() {
		f.results = append(f.results, a.fresh())
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			f.instruction(instr)
		}
	}
	if r := fn.Recover; r != nil {
		for _, instr := range r.Instrs {
			f.instruction(instr)
		}
	}
	return f
}

// param is the node of a parameter.
func (f *function) param(i int) *node { return f.value(f.fn.Params[i]) }

// value is the node of a value; nil for what is no part of a record: constants and functions.
func (f *function) value(v ssa.Value) *node {
	switch v := v.(type) {
	case nil, *ssa.Const, *ssa.Builtin:
		return nil
	case *ssa.Function:
		f.loose(v)
		return nil
	case *ssa.Global:
		n := f.a.fresh()
		n.give(Reason{"is kept in the package variable " + v.Name(), v.Pos()})
		return n
	}
	if n := f.values[v]; n != nil {
		return n
	}
	n := f.a.fresh()
	f.values[v] = n
	return n
}

// loose is a function used as a value: whoever calls it sees its results.
func (f *function) loose(fn *ssa.Function) {
	if len(fn.Blocks) == 0 {
		return
	}
	for _, r := range f.a.function(fn).results {
		r.give(Reason{"is returned by a function that is handed on", fn.Pos()})
	}
}

func (f *function) readAll(v ssa.Value, text string, pos token.Pos) {
	if n := f.value(v); n != nil {
		if !pos.IsValid() {
			pos = f.fn.Pos()
		}
		n.readAll(Reason{text, pos})
		if leads(v.Type()) {
			n.escape(Reason{text, pos})
		}
	}
}

func (f *function) instruction(instr ssa.Instruction) {
	pos := instr.Pos()
	switch i := instr.(type) {
	case *ssa.Alloc, *ssa.Jump, *ssa.RunDefers, *ssa.DebugRef:
	case *ssa.Store:
		if at := f.value(i.Addr); at != nil {
			at.readSelf()
			include(f.value(i.Val), at.target())
			f.value(i.Val)
			at.target().write(Reason{"is assigned to", pos})
		}
	case *ssa.UnOp:
		if i.Op != token.MUL {
			f.readAll(i.X, "is read", pos)
			return
		}
		if at := f.value(i.X); at != nil {
			at.readSelf()
			include(at.target(), f.value(i))
		}
	case *ssa.FieldAddr:
		if at := f.value(i.X); at != nil {
			at.readSelf()
			same(at.target().field(i.Field), f.value(i).target())
		}
	case *ssa.Field:
		if x := f.value(i.X); x != nil {
			include(x.field(i.Field), f.value(i))
		}
	case *ssa.IndexAddr:
		f.readAll(i.Index, "is read", pos)
		x := f.value(i.X)
		if x == nil {
			return
		}
		x.readSelf()
		if _, slice := i.X.Type().Underlying().(*types.Slice); slice {
			same(x.item(true), f.value(i).target())
		} else {
			same(x.target().item(false), f.value(i).target())
		}
	case *ssa.Index:
		f.readAll(i.Index, "is read", pos)
		x := f.value(i.X)
		if _, array := i.X.Type().Underlying().(*types.Array); array && x != nil {
			include(x.item(false), f.value(i))
		} else {
			f.readAll(i.X, "is indexed", pos)
		}
	case *ssa.Slice:
		for _, v := range []ssa.Value{i.Low, i.High, i.Max} {
			if v != nil {
				f.readAll(v, "is read", pos)
			}
		}
		x := f.value(i.X)
		if x == nil {
			return
		}
		switch i.X.Type().Underlying().(type) {
		case *types.Slice:
			x.readSelf()
			include(x, f.value(i))
			same(x.item(true), f.value(i).item(true))
		case *types.Pointer: // to an array
			x.readSelf()
			same(x.target().item(false), f.value(i).item(true))
		default:
			f.readAll(i.X, "is cut", pos)
		}
	case *ssa.Phi:
		for _, e := range i.Edges {
			include(f.value(e), f.value(i))
		}
	case *ssa.ChangeType:
		include(f.value(i.X), f.value(i))
	case *ssa.Extract:
		include(f.value(i.Tuple).field(i.Index), f.value(i))
	case *ssa.Return:
		for k, r := range i.Results {
			include(f.value(r), f.results[k])
		}
	case *ssa.BinOp:
		f.compare(i)
	case *ssa.MakeInterface:
		text, at := f.boxed(i)
		f.readAll(i.X, text, at)
	case *ssa.MakeClosure:
		f.closure(i)
	case *ssa.Call:
		f.call(i.Common(), i)
	case *ssa.Defer:
		f.call(i.Common(), nil)
	case *ssa.Go:
		f.args(i.Common(), "is handed to a goroutine", pos)
	case *ssa.MapUpdate:
		f.readAll(i.Map, "is a map that is changed", pos)
		f.readAll(i.Key, "is the key of a map", pos)
		f.readAll(i.Value, "is put into a map", pos)
	case *ssa.Send:
		f.readAll(i.Chan, "is a channel", pos)
		f.readAll(i.X, "is sent on a channel", pos)
	case *ssa.Convert:
		if b, ok := i.Type().Underlying().(*types.Basic); ok && b.Kind() == types.UnsafePointer && f.a.unsafe == nil {
			f.a.unsafe = &Reason{"may be reached through package unsafe, which a function uses", pos}
		}
		f.readAll(i.X, "is read", pos)
	default: // conversions, look-ups in maps, ranges, selections, assertions, branches, panics: whatever they take is read
		var buf [10]*ssa.Value
		for _, op := range instr.Operands(buf[:0]) {
			if *op != nil {
				f.readAll(*op, "is read", pos)
			}
		}
	}
}

// compare reads both sides; whether a pointer or slice is nil is all that a comparison with nil asks.
func (f *function) compare(i *ssa.BinOp) {
	for _, pair := range [][2]ssa.Value{{i.X, i.Y}, {i.Y, i.X}} {
		c, ok := pair[1].(*ssa.Const)
		n := f.value(pair[0])
		if n == nil {
			continue
		}
		switch pair[0].Type().Underlying().(type) {
		case *types.Pointer, *types.Slice:
			if ok && c.IsNil() {
				n.readSelf()
				continue
			}
		}
		text := "is read"
		if fieldsOf(pair[0].Type()) != nil {
			text = "is compared as a whole"
		}
		f.readAll(pair[0], text, i.Pos())
	}
}

// boxed says where a value becomes one of an interface type: mostly as an argument.
func (f *function) boxed(i *ssa.MakeInterface) (string, token.Pos) {
	text, pos := "becomes a value of an interface", i.Pos()
	var visit func(v ssa.Value, depth int) bool
	visit = func(v ssa.Value, depth int) bool {
		if v.Referrers() == nil || depth == 0 {
			return false
		}
		for _, r := range *v.Referrers() {
			switch r := r.(type) {
			case ssa.CallInstruction:
				text, pos = "is passed to "+calleeName(r.Common()), r.Pos()
				return true
			case *ssa.Store: // into the array of a variadic call
				if at, ok := r.Addr.(*ssa.IndexAddr); ok && r.Val == v && visit(at.X, depth-1) {
					return true
				}
			case *ssa.Slice:
				if visit(r, depth-1) {
					return true
				}
			}
		}
		return false
	}
	visit(i, 4)
	return text, pos
}

// closure joins what a literal captures with its free variables.
func (f *function) closure(i *ssa.MakeClosure) {
	fn, ok := i.Fn.(*ssa.Function)
	if !ok || len(fn.Blocks) == 0 {
		for _, b := range i.Bindings {
			f.readAll(b, "is captured by a function", i.Pos())
		}
		return
	}
	inner := f.a.function(fn)
	for k, b := range i.Bindings {
		include(f.value(b), inner.value(fn.FreeVars[k]))
	}
	f.loose(fn)
}

// args reads all arguments of a call.
func (f *function) args(c *ssa.CallCommon, text string, pos token.Pos) {
	if !pos.IsValid() {
		pos = c.Pos()
	}
	f.readAll(c.Value, text, pos)
	for _, arg := range c.Args {
		f.readAll(arg, text, pos)
	}
}

// call joins arguments and results with those of a function that can be looked into.
func (f *function) call(c *ssa.CallCommon, result *ssa.Call) {
	if b, ok := c.Value.(*ssa.Builtin); ok {
		f.builtin(b, c, result)
		return
	}
	callee := c.StaticCallee()
	if callee == nil {
		f.args(c, "is passed to "+calleeName(c)+", which may be any function", c.Pos())
		return
	}
	if f.known(callee, c, result) {
		return
	}
	if len(callee.Blocks) == 0 || callee.TypeParams().Len() > len(callee.TypeArgs()) {
		f.args(c, "is passed to "+calleeName(c)+", whose source is not among what was loaded", c.Pos())
		return
	}
	if c.Value != callee { // a closure called where it is made
		f.value(c.Value)
	}
	inner := f.a.function(callee)
	for i, arg := range c.Args {
		if i < len(callee.Params) {
			include(f.value(arg), inner.param(i))
		}
	}
	if result == nil {
		return
	}
	if len(inner.results) == 1 {
		include(inner.results[0], f.value(result))
		return
	}
	for k, r := range inner.results {
		include(r, f.value(result).field(k))
	}
}

// known joins calls of the vocabulary's own small functions, whose source is not loaded.
func (f *function) known(callee *ssa.Function, c *ssa.CallCommon, result *ssa.Call) bool {
	pkg := callee.Object()
	if pkg == nil || pkg.Pkg() == nil || pkg.Pkg().Path() != processorPath || result == nil {
		return false
	}
	out := f.value(result)
	receiver := callee.Signature.Recv()
	switch name := callee.Object().Name(); {
	case receiver == nil && (name == "Some" || name == "Pair"):
		for i, arg := range c.Args {
			include(f.value(arg), out.field(i))
		}
		return true
	case receiver == nil || len(c.Args) == 0 || fieldsOf(receiver.Type()) == nil:
		return false
	case name == "Get" && isNamed(receiver.Type(), "Opt"):
		in := f.value(c.Args[0])
		if in == nil {
			return true
		}
		in.field(1).readAll(Reason{"is read", c.Pos()})
		include(in.field(0), out.field(0))
		return true
	case name == "Or" && isNamed(receiver.Type(), "Opt"):
		if in := f.value(c.Args[0]); in != nil {
			in.field(1).readAll(Reason{"is read", c.Pos()})
			include(in.field(0), out)
		}
		include(f.value(c.Args[1]), out)
		return true
	}
	return false
}

func (f *function) builtin(b *ssa.Builtin, c *ssa.CallCommon, result *ssa.Call) {
	switch name := b.Name(); name {
	case "len", "cap":
		if _, slice := c.Args[0].Type().Underlying().(*types.Slice); slice {
			if n := f.value(c.Args[0]); n != nil {
				n.readSelf()
			}
			return
		}
	case "append":
		if result == nil || len(c.Args) != 2 {
			break
		}
		out := f.value(result)
		if x := f.value(c.Args[0]); x != nil {
			x.readSelf()
			include(x, out)
			same(x.item(true), out.item(true))
			x.item(true).write(Reason{"is appended to", c.Pos()})
		}
		if _, slice := c.Args[1].Type().Underlying().(*types.Slice); !slice {
			f.readAll(c.Args[1], "is read", c.Pos())
		} else if y := f.value(c.Args[1]); y != nil {
			y.readSelf()
			include(y.item(true), out.item(true))
		}
		return
	case "ssa:wrapnilchk":
		if x := f.value(c.Args[0]); x != nil && result != nil {
			x.readSelf()
			include(x, f.value(result))
		}
		return
	}
	f.args(c, "is passed to "+b.Name(), c.Pos())
}

// calleeName is what a call calls, for a reader.
func calleeName(c *ssa.CallCommon) string {
	if c.IsInvoke() {
		return "the method " + c.Method.Name() + " of an interface"
	}
	if fn := c.StaticCallee(); fn != nil {
		if fn.Origin() != nil {
			fn = fn.Origin()
		}
		if obj := fn.Object(); obj != nil {
			name := obj.Name()
			if recv := fn.Signature.Recv(); recv != nil {
				t := recv.Type()
				if p, ok := t.(*types.Pointer); ok {
					t = p.Elem()
				}
				return types.TypeString(t, func(p *types.Package) string { return p.Name() }) + "." + name
			}
			if obj.Pkg() != nil {
				return obj.Pkg().Name() + "." + name
			}
			return name
		}
		return "a function literal"
	}
	return "a function value"
}

const processorPath = "github.com/streamgen/streamgen/runtime/processor"

// isNamed reports whether a type is one of package processor by that name.
func isNamed(t types.Type, name string) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == processorPath
}
