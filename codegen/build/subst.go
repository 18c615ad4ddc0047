package build

import "go/types"

// substitute replaces type parameters in t. It returns t itself when nothing changes.
func substitute(t types.Type, m map[*types.TypeParam]types.Type) types.Type {
	if len(m) == 0 || t == nil {
		return t
	}
	return rewrite(t, m)
}

// rewrite is substitute with aliases resolved wherever they stand in t.
func rewrite(t types.Type, m map[*types.TypeParam]types.Type) types.Type {
	switch t := t.(type) {
	case *types.TypeParam:
		if a, ok := m[t]; ok {
			return a
		}
	case *types.Alias:
		return rewrite(types.Unalias(t), m)
	case *types.Named:
		if t.TypeArgs().Len() == 0 {
			return t
		}
		args, changed := make([]types.Type, t.TypeArgs().Len()), false
		for i := range args {
			args[i] = rewrite(t.TypeArgs().At(i), m)
			changed = changed || args[i] != t.TypeArgs().At(i)
		}
		if !changed {
			return t
		}
		inst, err := types.Instantiate(nil, t.Origin(), args, false)
		if err != nil {
			return t
		}
		return inst
	case *types.Pointer:
		if e := rewrite(t.Elem(), m); e != t.Elem() {
			return types.NewPointer(e)
		}
	case *types.Slice:
		if e := rewrite(t.Elem(), m); e != t.Elem() {
			return types.NewSlice(e)
		}
	case *types.Array:
		if e := rewrite(t.Elem(), m); e != t.Elem() {
			return types.NewArray(e, t.Len())
		}
	case *types.Chan:
		if e := rewrite(t.Elem(), m); e != t.Elem() {
			return types.NewChan(t.Dir(), e)
		}
	case *types.Map:
		k, e := rewrite(t.Key(), m), rewrite(t.Elem(), m)
		if k != t.Key() || e != t.Elem() {
			return types.NewMap(k, e)
		}
	case *types.Tuple:
		vars, changed := rewriteVars(t, m)
		if changed {
			return types.NewTuple(vars...)
		}
	case *types.Signature:
		params, p := rewriteVars(t.Params(), m)
		results, r := rewriteVars(t.Results(), m)
		if p || r {
			return types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), types.NewTuple(results...), t.Variadic())
		}
	case *types.Struct:
		fields, tags, changed := make([]*types.Var, t.NumFields()), make([]string, t.NumFields()), false
		for i := range fields {
			v := t.Field(i)
			fields[i], tags[i] = v, t.Tag(i)
			if nt := rewrite(v.Type(), m); nt != v.Type() {
				fields[i], changed = types.NewField(v.Pos(), v.Pkg(), v.Name(), nt, v.Embedded()), true
			}
		}
		if changed {
			return types.NewStruct(fields, tags)
		}
	}
	return t
}

func rewriteVars(t *types.Tuple, m map[*types.TypeParam]types.Type) ([]*types.Var, bool) {
	vars, changed := make([]*types.Var, t.Len()), false
	for i := range vars {
		v := t.At(i)
		vars[i] = v
		if nt := rewrite(v.Type(), m); nt != v.Type() {
			vars[i], changed = types.NewVar(v.Pos(), v.Pkg(), v.Name(), nt), true
		}
	}
	return vars, changed
}

// mentions reports whether t contains one of the followed types: then code that handles
// values of type t must be read.
func mentions(t types.Type) bool { return mentionsIn(t, map[types.Type]bool{}) }

func mentionsIn(t types.Type, seen map[types.Type]bool) bool {
	if t == nil || seen[t] {
		return false
	}
	seen[t] = true
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		obj := t.Obj()
		if obj.Pkg() != nil && followed[obj.Pkg().Path()][obj.Name()] {
			return true
		}
		for i := range t.TypeArgs().Len() {
			if mentionsIn(t.TypeArgs().At(i), seen) {
				return true
			}
		}
		if obj.Pkg() != nil && isOwn(obj.Pkg().Path()) {
			return false
		}
		return mentionsIn(t.Underlying(), seen)
	case *types.Pointer:
		return mentionsIn(t.Elem(), seen)
	case *types.Slice:
		return mentionsIn(t.Elem(), seen)
	case *types.Array:
		return mentionsIn(t.Elem(), seen)
	case *types.Chan:
		return mentionsIn(t.Elem(), seen)
	case *types.Map:
		return mentionsIn(t.Key(), seen) || mentionsIn(t.Elem(), seen)
	case *types.Struct:
		for i := range t.NumFields() {
			if mentionsIn(t.Field(i).Type(), seen) {
				return true
			}
		}
	case *types.Tuple:
		for i := range t.Len() {
			if mentionsIn(t.At(i).Type(), seen) {
				return true
			}
		}
	case *types.Signature:
		return mentionsIn(t.Params(), seen) || mentionsIn(t.Results(), seen)
	}
	return false
}

func isOwn(path string) bool {
	return path == dslPath || path == windowPath || path == serdePath || path == procPath
}

// dslType returns the name and type arguments of a type of the followed packages,
// pointers removed; "" for any other.
func dslType(t types.Type) (pkg, name string, args []types.Type) {
	if t == nil {
		return "", "", nil
	}
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	if !ok || n.Obj().Pkg() == nil || !isOwn(n.Obj().Pkg().Path()) {
		return "", "", nil
	}
	for i := range n.TypeArgs().Len() {
		args = append(args, n.TypeArgs().At(i))
	}
	return n.Obj().Pkg().Path(), n.Obj().Name(), args
}
