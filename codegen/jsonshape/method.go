package jsonshape

import "go/types"

// jsonMethods are the methods by which a type takes its JSON form into its own hands, with their signatures.
var jsonMethods = []struct{ name, signature string }{
	{"MarshalJSONTo", "func(*encoding/json/jsontext.Encoder) error"},
	{"MarshalJSON", "func() ([]byte, error)"},
	{"AppendText", "func([]byte) ([]byte, error)"},
	{"MarshalText", "func() ([]byte, error)"},
	{"UnmarshalJSONFrom", "func(*encoding/json/jsontext.Decoder) error"},
	{"UnmarshalJSON", "func([]byte) error"},
	{"UnmarshalText", "func([]byte) error"},
}

// ownMethods says which JSON or text method t or *t has, "" when none. Pointers and interfaces have none here, since
// encoding/json/v2 looks for methods on what they hold.
func ownMethods(t types.Type) string {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface:
		return ""
	}
	for _, m := range jsonMethods {
		if hasMethod(types.NewPointer(t), m.name, m.signature) {
			return "it has the method " + m.name
		}
	}
	return ""
}

// hasMethod reports whether t's method set has the method with the signature, parameter names aside.
func hasMethod(t types.Type, name, signature string) bool {
	sel := types.NewMethodSet(t).Lookup(nil, name)
	if sel == nil {
		return false
	}
	sig, ok := sel.Type().(*types.Signature)
	return ok && types.TypeString(types.NewSignatureType(nil, nil, nil, bare(sig.Params()), bare(sig.Results()), sig.Variadic()), nil) == signature
}

// bare is a tuple without names, aliases resolved.
func bare(tuple *types.Tuple) *types.Tuple {
	var vars []*types.Var
	for v := range tuple.Variables() {
		vars = append(vars, types.NewParam(0, nil, "", resolve(v.Type())))
	}
	return types.NewTuple(vars...)
}

func resolve(t types.Type) types.Type {
	switch t := types.Unalias(t).(type) {
	case *types.Slice:
		if isByte(t.Elem()) {
			return types.NewSlice(types.Universe.Lookup("byte").Type())
		}
		return types.NewSlice(resolve(t.Elem()))
	case *types.Pointer:
		return types.NewPointer(resolve(t.Elem()))
	default:
		return t
	}
}

// zeroMethod reports whether t, or else *t, has IsZero() bool.
func zeroMethod(t types.Type) (value, pointer bool) {
	return hasMethod(t, "IsZero", "func() bool"), hasMethod(types.NewPointer(t), "IsZero", "func() bool")
}
