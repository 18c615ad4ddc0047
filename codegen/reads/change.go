package reads

import (
	"go/types"
	"slices"
)

// give notes that all of n is read by something that may change what it leads to: what n is cannot be changed, since it is
// a copy, but what its pointers, slices and maps share with others.
func (n *node) give(why Reason) {
	n.readAll(why)
	n.escape(why)
}

// escape notes that n is given to something that may change what it leads to.
func (n *node) escape(why Reason) {
	if n.given != nil {
		return
	}
	n.given = &why
	for _, e := range slices.Clone(n.order) {
		n.kids[e].escape(why)
	}
	for _, o := range slices.Clone(n.up) {
		o.escape(why)
	}
}

// write notes that something was assigned to the place that n is.
func (n *node) write(why Reason) {
	if n.written != nil {
		return
	}
	n.written = &why
	for _, o := range slices.Clone(n.up) {
		if slices.Contains(n.down, o) {
			o.write(why)
		}
	}
}

// changed says whether and why what a value of type t leads to may have been changed by a function. shared is set below
// a pointer or a slice.
func (n *node) changed(t types.Type, shared bool) *Reason {
	if n.given != nil && leads(t) {
		return n.given
	}
	if shared && n.written != nil {
		return n.written
	}
	below := func(edge int, t types.Type, shared bool) *Reason {
		if k := n.kids[edge]; k != nil {
			return k.changed(t, shared)
		}
		return nil
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return below(deref, u.Elem(), true)
	case *types.Slice:
		return below(items, u.Elem(), true)
	case *types.Array:
		return below(items, u.Elem(), shared)
	case *types.Struct:
		for i := range u.NumFields() {
			if why := below(i, u.Field(i).Type(), shared); why != nil {
				return why
			}
		}
	}
	return nil
}

// leads says whether a value shares anything that can be changed with its copies.
func leads(t types.Type) bool {
	if named, ok := types.Unalias(t).(*types.Named); ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "time" && named.Obj().Name() == "Time" {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Array:
		return leads(u.Elem())
	case *types.Struct:
		for i := range u.NumFields() {
			if leads(u.Field(i).Type()) {
				return true
			}
		}
		return false
	}
	return true
}
