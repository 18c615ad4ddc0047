package jsonshape

import (
	"cmp"
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan/shape"
)

// candidate is a field found below a struct, before names have been settled.
type candidate struct {
	index []int
	path  []shape.Step
	field *types.Var
	tag   tag
}

// level is a struct whose fields are to be looked at: the root, or one embedded somewhere below it.
type level struct {
	t       *types.Struct
	index   []int
	path    []shape.Step
	descend bool // whether to look into what it embeds
}

func (r *reader) structure(u shape.Type, t types.Type, path, hint string) {
	if !r.begin(u) {
		return
	}
	at := r.define(shape.Def{Kind: u.Kind, Go: u.Go, Hint: r.hint(t, hint)})
	owner := r.shape.Defs[at].Hint
	var fields []shape.Field
	found, keeper := r.candidates(t, path)
	for _, c := range dominant(found) {
		place := path + "." + c.field.Name()
		outer := r.field
		r.field = c.field
		f := shape.Field{
			Name: c.tag.name, Aliases: c.tag.aliases, Path: c.path, OmitEmpty: c.tag.omitEmpty, Quoted: c.tag.quoted, IgnoreCase: c.tag.ignoreCase,
			Type: r.fresh(c.field.Type(), place, owner+title(c.field.Name())),
		}
		if f.Quoted && !quotable(f.Type) {
			r.problem(place, "the tag option string is for numbers and pointers to numbers", "remove the option")
		}
		if c.tag.omitZero {
			f.OmitZero = r.zero(c.field.Type(), place)
		}
		r.field = outer
		fields = append(fields, f)
	}
	r.aliases(path, fields)
	r.shape.Defs[at].Fields = fields
	if keeper != nil {
		rest := &shape.Rest{Name: keeper.Name(), Type: r.fresh(keeper.Type(), path+"."+keeper.Name(), owner+title(keeper.Name()))}
		if def := r.shape.Def(rest.Type.Go); def != nil && def.Kind == shape.Map {
			rest.Key, rest.Elem = def.Key.Go, def.Elem
		}
		r.shape.Defs[at].Rest = rest
	}
}

// aliases checks that no name of an object leads to two fields.
func (r *reader) aliases(path string, fields []shape.Field) {
	taken := map[string]string{}
	for _, f := range fields {
		taken[f.Name] = f.Name
	}
	for _, f := range fields {
		for _, a := range f.Aliases {
			if other, twice := taken[a]; twice {
				r.problem(path+"."+stepNames(f.Path), fmt.Sprintf("the alias %q is a name of the member %s too", a, other), "leave it out of one of the tags")
			}
			taken[a] = f.Name
		}
	}
}

func quotable(u shape.Type) bool {
	for u.Elem != nil {
		u = *u.Elem
	}
	// A type with a problem of its own has no kind, and needs no second problem.
	return u.Kind == shape.Int || u.Kind == shape.Uint || u.Kind == shape.Float || u.Kind == ""
}

// candidates walks t and what it embeds, breadth first, so that shallower fields come first.
func (r *reader) candidates(t types.Type, path string) (found []candidate, keeper *types.Var) {
	queue := []level{{t: t.Underlying().(*types.Struct), descend: true}}
	seen := map[string]bool{r.goType(t): true}
	outer := r.field
	for len(queue) > 0 {
		l := queue[0]
		queue = queue[1:]
		names := map[string]string{}
		tags, members := false, false
		for i := range l.t.NumFields() {
			field := l.t.Field(i)
			r.field = field
			place := path + "." + field.Name()
			tag, tagged, fault := parseTag(field.Name(), l.t.Tag(i))
			tags = tags || tagged
			if tag.ignored {
				continue
			}
			if !field.Exported() && !field.Embedded() {
				if tagged {
					r.problem(place, "the field has a json tag but is not exported", `export it, or use the tag json:"-"`)
				}
				continue
			}
			if fault != "" {
				r.problem(place, fault, "see the package documentation of encoding/json/v2 for the form of tags")
				continue
			}
			members = true
			c := candidate{
				index: append(slices.Clip(l.index), i),
				path:  append(slices.Clip(l.path), shape.Step{Name: field.Name()}),
				field: field, tag: tag,
			}
			if (tag.embed || field.Embedded()) && len(tag.options()) == 0 && !tag.named {
				if keeps(field.Type()) {
					switch {
					case len(l.index) > 0:
						r.problem(place, "other members are kept by the outermost struct alone", "move the field there")
					case keeper != nil:
						r.problem(place, "the struct keeps other members in "+keeper.Name()+" already", "remove one of both")
					case !field.Exported():
						r.problem(place, "the field that keeps other members is not exported", "export it")
					}
					keeper = field
					continue
				}
			}
			if tag.embed || field.Embedded() && !tag.named {
				if next, ok := r.embedded(&c, path); ok && l.descend {
					key := r.goType(next)
					queue = append(queue, level{t: next.Underlying().(*types.Struct), index: c.index, path: c.path, descend: !seen[key]})
					seen[key] = true
				}
				continue
			}
			if tag.format {
				r.problem(place, "encoding/json/v2 does not support the tag option format", "use a type of your own with MarshalText and UnmarshalText")
			}
			if !field.Exported() {
				r.problem(place, "an embedded struct that is not exported cannot have a JSON name of its own", "export it, or remove the name")
				continue
			}
			if other, twice := names[tag.name]; twice {
				r.problem(place, fmt.Sprintf("the fields %s and %s share the JSON name %q", other, field.Name(), tag.name), "rename one of them by its json tag")
			}
			names[tag.name] = field.Name()
			found = append(found, c)
		}
		r.field = outer
		if l.t.NumFields() > 0 && !tags && !members {
			r.problem(strings.TrimSuffix(path+"."+stepNames(l.path), "."), "the struct has no exported field", "export a field, or give the type the methods MarshalText and UnmarshalText")
		}
	}
	for _, c := range found {
		if keeper != nil && c.tag.ignoreCase {
			r.problem(path+"."+keeper.Name(), "a struct with case:ignore cannot keep other members: which they are would depend on the case", "remove one of both")
			break
		}
	}
	return found, keeper
}

// keeps says whether a field of a type keeps members that no other field has.
func keeps(t types.Type) bool {
	t = types.Unalias(t)
	m, ok := t.(*types.Map)
	if !ok {
		return isStd(t, "encoding/json/jsontext", "Value")
	}
	b, ok := m.Key().Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0 && ownMethods(m.Key()) == ""
}

// embedded checks that the field's members may be promoted and returns the struct that has them.
func (r *reader) embedded(c *candidate, path string) (types.Type, bool) {
	place := path + "." + c.field.Name()
	if extra := c.tag.options(); len(extra) > 0 || c.tag.named {
		if c.tag.named {
			extra = append(extra, "the name "+c.tag.name)
		}
		r.problem(place, "an embedded struct takes no name and no option beside embed", "remove "+strings.Join(extra, ", "))
		return nil, false
	}
	t := types.Unalias(c.field.Type())
	step := &c.path[len(c.path)-1]
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
		step.Alloc = r.goType(t)
		if !c.field.Exported() {
			r.problem(place, "decoding cannot allocate an embedded pointer to a type that is not exported", "embed the struct itself, or export it")
			return nil, false
		}
	}
	if _, ok := t.Underlying().(*types.Struct); !ok {
		r.problem(place, "only structs are embedded here, and jsontext.Value or a map by name to keep other members; "+r.plain(t)+" is none", "give the field a JSON name by its tag")
		return nil, false
	}
	if reason := ownMethods(t); reason != "" {
		r.problem(place, "an embedded struct must not write itself, but "+reason, "give the field a JSON name by its tag")
		return nil, false
	}
	if !c.field.Exported() && c.field.Pkg() != r.from {
		r.problem(place, "the embedded struct is not exported by its package", "name its fields in a type of your own")
		return nil, false
	}
	return t, step.Alloc == "" || r.nameable(t, place)
}

// dominant settles which field has each name, as Go does for selectors: the shallowest, among equals the one named by a
// tag, and none when that leaves several. The result is in the order of the source, embedded fields in their place.
func dominant(all []candidate) []candidate {
	byName := slices.Clone(all)
	slices.SortStableFunc(byName, func(a, b candidate) int {
		return cmp.Or(strings.Compare(a.tag.name, b.tag.name), cmp.Compare(len(a.index), len(b.index)), cmp.Compare(rank(a), rank(b)))
	})
	var kept []candidate
	for len(byName) > 0 {
		n := 1
		for n < len(byName) && byName[n].tag.name == byName[0].tag.name {
			n++
		}
		if n == 1 || len(byName[0].index) != len(byName[1].index) || rank(byName[0]) != rank(byName[1]) {
			kept = append(kept, byName[0])
		}
		byName = byName[n:]
	}
	slices.SortFunc(kept, func(a, b candidate) int { return slices.Compare(a.index, b.index) })
	return kept
}

func rank(c candidate) int {
	if c.tag.named {
		return 0
	}
	return 1
}

func stepNames(path []shape.Step) string {
	var names []string
	for _, s := range path {
		names = append(names, s.Name)
	}
	return strings.Join(names, ".")
}

// zero picks the test of omitzero for a field of type t.
func (r *reader) zero(t types.Type, path string) shape.Zero {
	t = types.Unalias(t)
	value, pointer := zeroMethod(t)
	if _, isPointer := t.Underlying().(*types.Pointer); isPointer && value {
		return shape.ZeroNilOr
	}
	if value || pointer {
		return shape.ZeroMethod
	}
	switch under := t.Underlying().(type) {
	case *types.Basic:
		switch info := under.Info(); {
		case info&types.IsBoolean != 0:
			return shape.ZeroFalse
		case info&types.IsString != 0:
			return shape.ZeroString
		}
		return shape.ZeroNumber
	case *types.Pointer, *types.Slice, *types.Map, *types.Interface:
		return shape.ZeroNil
	}
	if !types.Comparable(t) {
		r.problem(path, "omitzero would have to compare every part of "+r.plain(t)+", which == cannot", "give the type a method IsZero() bool, or use omitempty")
	}
	return shape.ZeroLiteral
}
