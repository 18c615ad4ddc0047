// Package jsonshape reads the JSON form of a Go type out of go/types, with the rules of encoding/json/v2 and its default
// options: names and tags, embedding, methods, what is omitted and what is refused.
package jsonshape

import (
	"go/types"
	"strconv"
	"strings"
	"unicode"

	"github.com/streamgen/streamgen/codegen/plan/shape"
)

// Problem is a part of a type that has no JSON form here.
type Problem struct {
	Path   string // Order.Meta.Ch; [] is an element, [key] a map's key
	Reason string
	Fix    string // what to write instead
	// Field is the innermost field that leads there; nil where none does.
	Field *types.Var
}

// Of returns the shape of t for code that lives in the package from (nil: in none of the packages concerned), and all
// problems on the way. With problems the shape is incomplete and must not be generated from.
func Of(t types.Type, from *types.Package) (*shape.Shape, []Problem) {
	r := &reader{from: from, shape: &shape.Shape{}, known: map[string]bool{}}
	r.shape.Root = r.use(t, r.rootName(t), "Value")
	r.markDeep()
	return r.shape, r.problems
}

func (r *reader) rootName(t types.Type) string {
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Obj().Name()
	}
	return r.plain(t)
}

type reader struct {
	from     *types.Package
	shape    *shape.Shape
	known    map[string]bool // Defs begun
	pointers []types.Type    // pointers being followed
	field    *types.Var      // the field being looked at
	problems []Problem
}

func (r *reader) problem(path, reason, fix string) {
	r.problems = append(r.problems, Problem{Path: path, Reason: reason, Fix: fix, Field: r.field})
}

// goType prints t as the target package may write it.
func (r *reader) goType(t types.Type) string {
	text := types.TypeString(t, func(p *types.Package) string {
		if p == r.from {
			return "⟦⟧"
		}
		return "⟦" + p.Path() + "⟧"
	})
	return strings.ReplaceAll(text, "interface{}", "any")
}

// plain prints t for a reader.
func (r *reader) plain(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == r.from {
			return ""
		}
		return p.Name()
	})
}

// use describes t at path. hint names an anonymous struct; it is the name of the place that t is used at, and never empty:
// identifiers are made of it.
func (r *reader) use(t types.Type, path, hint string) shape.Type {
	t = types.Unalias(t)
	u := shape.Type{Go: r.goType(t)}
	if !r.nameable(t, path) {
		return u
	}
	if isStd(t, "time", "Time") {
		u.Kind, u.Basic = shape.Time, u.Go
		return u
	}
	if isStd(t, "time", "Duration") {
		r.problem(path, "encoding/json/v2 has no default form for time.Duration",
			"use an int64 of a stated unit, or a type of your own with MarshalText and UnmarshalText")
		return u
	}
	if reason := ownMethods(t); reason != "" {
		u.Kind = shape.Fallback
		r.define(shape.Def{Kind: u.Kind, Go: u.Go, Hint: r.hint(t, hint), Reason: reason})
		return u
	}
	switch under := t.Underlying().(type) {
	case *types.Basic:
		r.basic(&u, t, under, path)
	case *types.Pointer:
		r.pointer(&u, t, under, path, hint)
	case *types.Slice:
		if isByte(under.Elem()) {
			u.Kind, u.Basic = shape.Bytes, "[]byte"
			return u
		}
		u.Kind = shape.List
		r.sequence(u, t, under.Elem(), 0, path, hint)
	case *types.Array:
		if isByte(under.Elem()) {
			u.Kind, u.Len = shape.ByteArray, under.Len()
			return u
		}
		u.Kind = shape.Array
		r.sequence(u, t, under.Elem(), under.Len(), path, hint)
	case *types.Map:
		u.Kind = shape.Map
		r.mapping(u, t, under, path, hint)
	case *types.Struct:
		u.Kind = shape.Struct
		r.structure(u, t, path, hint)
	case *types.Interface:
		if _, ok := t.(*types.TypeParam); ok {
			r.problem(path, "the type parameter "+t.String()+" has no form before it is instantiated", "use a concrete type")
			break
		}
		if under.Empty() && !under.IsComparable() {
			u.Kind = shape.Fallback
			r.define(shape.Def{Kind: u.Kind, Go: u.Go, Hint: r.hint(t, "Any"), Reason: "it can hold anything"})
			break
		}
		r.problem(path, "an interface with methods has no one form: decoding would not know which type to make",
			"use a concrete type, any for whatever there is, or json.RawMessage to keep the text as it is")
	default:
		r.problem(path, r.plain(t)+" has no JSON form", `leave the field out with the tag json:"-", or use a type that has one`)
	}
	return u
}

func (r *reader) basic(u *shape.Type, t types.Type, b *types.Basic, path string) {
	info := b.Info()
	u.Basic = b.Name()
	switch b.Kind() {
	case types.Uint8:
		u.Basic = "uint8"
	case types.Int32:
		u.Basic = "int32"
	}
	switch {
	case info&types.IsUntyped != 0 || b.Kind() == types.Invalid || b.Kind() == types.UnsafePointer || info&types.IsComplex != 0:
		r.problem(path, r.plain(t)+" has no JSON form", `leave the field out with the tag json:"-", or use a type that has one`)
	case info&types.IsBoolean != 0:
		u.Kind = shape.Bool
	case info&types.IsString != 0:
		u.Kind = shape.String
	case info&types.IsFloat != 0:
		u.Kind = shape.Float
	case info&types.IsUnsigned != 0:
		u.Kind = shape.Uint
	default:
		u.Kind = shape.Int
	}
	u.Bits, _ = strconv.Atoi(strings.TrimLeft(u.Basic, "abcdefghijklmnopqrstuvwxyz"))
}

func (r *reader) pointer(u *shape.Type, t types.Type, p *types.Pointer, path, hint string) {
	u.Kind = shape.Pointer
	for _, outer := range r.pointers {
		if types.Identical(outer, t) {
			r.problem(path, r.plain(t)+" points only at itself", "use a struct with a pointer to itself")
			return
		}
	}
	r.pointers = append(r.pointers, t)
	elem := r.use(p.Elem(), path, hint)
	r.pointers = r.pointers[:len(r.pointers)-1]
	u.Elem = &elem
}

func (r *reader) sequence(u shape.Type, t, elem types.Type, length int64, path, hint string) {
	if !r.begin(u) {
		return
	}
	at := r.define(shape.Def{Kind: u.Kind, Go: u.Go, Len: length})
	e := r.fresh(elem, path+"[]", r.hint(t, hint))
	r.shape.Defs[at].Elem = &e
	suffix := "List"
	if u.Kind == shape.Array {
		suffix = "Array" + strconv.FormatInt(length, 10)
	}
	r.shape.Defs[at].Hint = r.hint(t, r.typeHint(e)+suffix)
}

func (r *reader) mapping(u shape.Type, t types.Type, m *types.Map, path, hint string) {
	if !r.begin(u) {
		return
	}
	at := r.define(shape.Def{Kind: u.Kind, Go: u.Go})
	before := len(r.problems)
	key := r.fresh(m.Key(), path+"[key]", hint)
	_, open := m.Key().Underlying().(*types.Interface)
	switch {
	case key.Kind == shape.String, key.Kind == shape.Int, key.Kind == shape.Uint:
	case key.Kind == shape.Fallback && !open:
	case key.Kind == shape.Time:
		r.problem(path+"[key]", "equal times are different keys when their zones were made apart, as decoding does",
			"use a string key, or an integer such as Unix milliseconds")
	case len(r.problems) == before:
		r.problem(path+"[key]", "a map's key must be a string, an integer, or write itself as text",
			"use a string or integer key, give the key's type the methods MarshalText and UnmarshalText, or use a list of structs with a key field")
	}
	elem := r.fresh(m.Elem(), path+"[]", r.hint(t, hint))
	def := &r.shape.Defs[at]
	def.Key, def.Elem = &key, &elem
	def.Hint = r.hint(t, r.typeHint(elem)+"By"+r.typeHint(key))
}

// fresh is use behind a composite type, where following pointers begins anew.
func (r *reader) fresh(t types.Type, path, hint string) shape.Type {
	outer := r.pointers
	r.pointers = nil
	u := r.use(t, path, hint)
	r.pointers = outer
	return u
}

// begin reports whether the Def of u is still to be made.
func (r *reader) begin(u shape.Type) bool {
	if r.known[u.Go] {
		return false
	}
	r.known[u.Go] = true
	return true
}

// define adds a Def, unless it is a Fallback that is there already, and returns its index.
func (r *reader) define(d shape.Def) int {
	for i := range r.shape.Defs {
		if r.shape.Defs[i].Go == d.Go {
			return i
		}
	}
	r.shape.Defs = append(r.shape.Defs, d)
	return len(r.shape.Defs) - 1
}

// hint gives the identifier that helpers of t are named after.
func (r *reader) hint(t types.Type, anonymous string) string {
	named, ok := t.(*types.Named)
	if !ok {
		return anonymous
	}
	name := title(named.Obj().Name())
	for arg := range named.TypeArgs().Types() {
		text := types.TypeString(arg, func(*types.Package) string { return "" })
		for _, word := range strings.FieldsFunc(text, func(c rune) bool { return c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
			name += title(word)
		}
	}
	return name
}

// typeHint is hint for a type in use.
func (r *reader) typeHint(u shape.Type) string {
	for u.Kind == shape.Pointer && u.Elem != nil {
		u = *u.Elem
	}
	if def := r.shape.Def(u.Go); def != nil && def.Hint != "" {
		return def.Hint
	}
	return u.Hint()
}

func title(name string) string {
	for i, c := range name {
		return string(unicode.ToUpper(c)) + name[i+len(string(c)):]
	}
	return name
}

// nameable reports whether the target package can write t itself; what is below it is checked on the way down.
func (r *reader) nameable(t types.Type, path string) bool {
	switch t := t.(type) {
	case *types.Named:
		obj := t.Obj()
		if obj.Pkg() == nil {
			return true
		}
		if obj.Parent() != nil && obj.Parent() != obj.Pkg().Scope() {
			r.problem(path, "the type "+obj.Name()+" is declared inside a function", "declare it at the top of its package")
			return false
		}
		if obj.Pkg() != r.from && !obj.Exported() {
			r.problem(path, "the type "+obj.Pkg().Name()+"."+obj.Name()+" is not exported", "export it, or copy it into a type of your own")
			return false
		}
		for i := range t.TypeArgs().Len() {
			if !r.nameable(types.Unalias(t.TypeArgs().At(i)), path) {
				return false
			}
		}
	case *types.Struct:
		for f := range t.Fields() {
			if !f.Exported() && f.Pkg() != r.from {
				r.problem(path, "the struct without a name has the field "+f.Name()+", which another package does not export",
					"give the struct a name")
				return false
			}
		}
	}
	return true
}

func isStd(t types.Type, pkg, name string) bool {
	named, ok := t.(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == pkg && named.Obj().Name() == name
}

// isByte reports whether t is byte itself: a type of its own below a slice is a number among numbers, not base64.
func isByte(t types.Type) bool {
	b, ok := types.Unalias(t).(*types.Basic)
	return ok && b.Kind() == types.Uint8
}

// markDeep finds the types that reach a recursive type.
func (r *reader) markDeep() {
	reach := map[string]map[string]bool{}
	for _, d := range r.shape.Defs {
		seen := map[string]bool{}
		r.walk(&d, seen)
		reach[d.Go] = seen
	}
	for i := range r.shape.Defs {
		d := &r.shape.Defs[i]
		d.Deep = reach[d.Go][d.Go]
		for below := range reach[d.Go] {
			d.Deep = d.Deep || reach[below][below]
		}
	}
}

// walk adds the Defs below d to seen.
func (r *reader) walk(d *shape.Def, seen map[string]bool) {
	visit := func(u *shape.Type) {
		for u != nil && u.Elem != nil {
			u = u.Elem
		}
		if u == nil || seen[u.Go] {
			return
		}
		if below := r.shape.Def(u.Go); below != nil {
			seen[u.Go] = true
			r.walk(below, seen)
		}
	}
	visit(d.Elem)
	if d.Rest != nil {
		visit(&d.Rest.Type)
	}
	for i := range d.Fields {
		visit(&d.Fields[i].Type)
	}
}
