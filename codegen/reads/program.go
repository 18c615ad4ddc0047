package reads

import (
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/codegen/topo"
	"golang.org/x/tools/go/ssa"
)

// code is the SSA form of those functions of a topology's package that operators may call. Bodies that nothing leads to, or
// that hold a type error (main calls what is about to be generated), are left out: such functions cannot be looked into.
type code struct {
	prog     *ssa.Program
	literals map[ast.Node][]*ssa.Function
	named    map[*types.Func][]*ssa.Function // by origin, instances included
}

// newCode builds what the topologies of a program use, of their own package alone: which others a run loads depends on
// what it was asked for, and the same package gives the same code in every run. The error says why nothing can be looked into.
func newCode(p *topo.Program) (c *code, err error) {
	defer func() { // the builder takes well-typed code for granted
		if r := recover(); r != nil {
			c, err = nil, fmt.Errorf("the functions cannot be brought into SSA form: %v", r)
		}
	}()
	c = &code{literals: map[ast.Node][]*ssa.Function{}, named: map[*types.Func][]*ssa.Function{}}
	keep := c.reachable(p)
	c.prog = ssa.NewProgram(p.Fset, ssa.InstantiateGenerics|ssa.BareInits|ssa.BuildSerially)
	done := map[*types.Package]bool{p.Types: true}
	var imports func(list []*types.Package)
	imports = func(list []*types.Package) {
		for _, i := range list {
			if !done[i] {
				done[i] = true
				c.prog.CreatePackage(i, nil, nil, true)
				imports(i.Imports())
			}
		}
	}
	imports(p.Types.Imports())
	info := *p.Info
	info.InitOrder = nil // variables of packages are not looked into
	built := c.prog.CreatePackage(p.Types, cut(p.Package, keep), &info, true)
	built.Build()
	for _, name := range slices.Sorted(maps.Keys(built.Members)) {
		if fn, ok := built.Members[name].(*ssa.Function); ok {
			c.collect(fn)
		}
	}
	for _, file := range p.Files { // methods are no members
		for _, d := range file.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Recv != nil && keep[fd] {
				if obj, ok := p.Info.Defs[fd.Name].(*types.Func); ok {
					if fn := c.prog.FuncValue(obj); fn != nil {
						c.collect(fn)
					}
				}
			}
		}
	}
	return c, nil
}

// collect finds the functions in a function: its literals, and the instances that it calls.
func (c *code) collect(fn *ssa.Function) {
	key := fn.Origin()
	if key == nil {
		key = fn
	}
	if obj, ok := key.Object().(*types.Func); ok && obj != nil {
		if slices.Contains(c.named[obj], fn) {
			return
		}
		c.named[obj] = append(c.named[obj], fn)
	} else if syntax := fn.Syntax(); syntax != nil {
		if slices.Contains(c.literals[syntax], fn) {
			return
		}
		c.literals[syntax] = append(c.literals[syntax], fn)
	} else {
		return
	}
	for _, lit := range fn.AnonFuncs {
		c.collect(lit)
	}
	var buf [10]*ssa.Value
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			for _, op := range instr.Operands(buf[:0]) {
				if called, ok := (*op).(*ssa.Function); ok {
					c.collect(called)
				}
			}
		}
	}
}

// reachable are the declarations that the topologies' functions lead to and that are free of type errors.
func (c *code) reachable(p *topo.Program) map[*ast.FuncDecl]bool {
	decls := map[*types.Func]*ast.FuncDecl{}
	for _, file := range p.Files {
		for _, d := range file.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Body != nil {
				if fn, ok := p.Info.Defs[fd.Name].(*types.Func); ok {
					decls[fn] = fd
				}
			}
		}
	}
	keep := map[*ast.FuncDecl]bool{}
	var queue []*ast.FuncDecl
	want := func(fn *types.Func) {
		decl, ok := decls[fn.Origin()]
		if _, known := keep[decl]; ok && !known {
			keep[decl] = sound(p.Info, decl)
			queue = append(queue, decl)
		}
	}
	for _, t := range p.Topologies {
		want(t.Func)
		for _, n := range t.Nodes { // methods of processors are called by generated code
			if n.Proc != nil {
				obj, _, _ := types.LookupFieldOrMethod(n.Proc, true, p.Types, "Process")
				if fn, ok := obj.(*types.Func); ok {
					want(fn)
				}
			}
		}
	}
	for len(queue) > 0 {
		decl := queue[0]
		queue = queue[1:]
		ast.Inspect(decl, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if fn, ok := p.Info.Uses[id].(*types.Func); ok {
					want(fn)
				}
			}
			return true
		})
	}
	return keep
}

// sound reports whether a declaration is free of type errors.
func sound(info *types.Info, decl *ast.FuncDecl) bool {
	ok := true
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			_, defined := info.Defs[n]
			used := info.Uses[n]
			if n.Name != "_" && !defined && used == nil {
				ok = false
			}
			switch used.(type) {
			case nil, *types.PkgName, *types.Builtin:
			default:
				ok = ok && !invalid(used.Type())
			}
		case *ast.FuncDecl:
		case ast.Expr:
			if tv, found := info.Types[n]; found && !tv.IsBuiltin() && invalid(tv.Type) {
				ok = false
			}
		}
		return ok
	})
	return ok
}

func invalid(t types.Type) bool {
	if t == nil {
		return false
	}
	if b, ok := t.(*types.Basic); ok {
		return b.Kind() == types.Invalid
	}
	switch t.(type) {
	case *types.Named, *types.TypeParam:
		return false
	}
	return strings.Contains(types.TypeString(t, nil), "invalid type")
}

// cut returns the files of a package without the bodies that are not kept.
func cut(pkg *topo.Package, keep map[*ast.FuncDecl]bool) []*ast.File {
	var out []*ast.File
	for _, file := range pkg.Files {
		f := *file
		f.Decls = nil
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if !keep[d] {
					bare := *d
					bare.Body = nil
					f.Decls = append(f.Decls, &bare)
					continue
				}
			case *ast.GenDecl:
			default:
				continue
			}
			f.Decls = append(f.Decls, d)
		}
		out = append(out, &f)
	}
	return out
}

// find returns the SSA functions that a topology's function stands for: more than one where a literal of generic code is
// used with several types that its signature does not show. The text says why there are none.
func (c *code) find(f *topo.Func) ([]*ssa.Function, string) {
	var list []*ssa.Function
	switch f.Kind {
	case topo.Literal:
		list = c.literals[f.Node]
	case topo.Named, topo.Method, topo.Express:
		obj, ok := f.Obj.(*types.Func)
		if !ok {
			return nil, "is passed to " + f.Obj.Name() + ", a variable that may hold any function"
		}
		list = c.named[obj.Origin()]
	default:
		return nil, "is passed to a function value, which may be any function"
	}
	var out []*ssa.Function
	for _, fn := range list {
		if len(fn.Blocks) > 0 && fits(fn, f) {
			out = append(out, fn)
		}
	}
	if len(out) == 0 {
		name := f.Name
		if f.Obj != nil {
			name = f.Obj.Name()
			if f.Obj.Pkg() != nil {
				name = f.Obj.Pkg().Name() + "." + name
			}
		}
		if name == "" {
			name = "a function"
		}
		return nil, "is passed to " + name + ", whose source is not among what was loaded"
	}
	return out, ""
}

// fits reports whether an SSA function has the parameters and results that f has where it is used.
func fits(fn *ssa.Function, f *topo.Func) bool {
	if fn.TypeParams().Len() > len(fn.TypeArgs()) {
		return false // the body of generic code itself
	}
	params, sig := fn.Params, f.Sig
	if f.Kind == topo.Method && len(params) > 0 {
		params = params[1:]
	}
	if sig == nil || len(params) != sig.Params().Len() || fn.Signature.Results().Len() != sig.Results().Len() {
		return false
	}
	for i, p := range params {
		if !types.Identical(p.Type(), sig.Params().At(i).Type()) {
			return false
		}
	}
	for i := range sig.Results().Len() {
		if !types.Identical(fn.Signature.Results().At(i).Type(), sig.Results().At(i).Type()) {
			return false
		}
	}
	return true
}
