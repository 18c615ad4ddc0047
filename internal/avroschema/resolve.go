package avroschema

import (
	"fmt"
	"slices"
	"strings"
)

// Op says what is done with a value of the writer's schema to make it one of the reader's.
type Op uint8

// The operations.
const (
	// Copy takes the bytes as they are: both schemas encode alike.
	Copy Op = iota
	IntToFloat
	IntToDouble
	FloatToDouble
	ToSymbol // an enum's index becomes another one
	ToItems  // array and map, item by item
	ToRecord // field by field
	FromUnion
	ToUnion // the reader's branch goes before the value
	Fail    // the value has no form for the reader: only an error if one comes
)

// Plan makes values that were written with one schema into those of another, from bytes to bytes:
// the specification's schema resolution as a program. It is not changed once made, so any goroutine
// may follow it. A recursive type's plan contains itself by pointer.
type Plan struct {
	Op     Op
	Writer *Schema
	Reader *Schema
	// Symbols are the reader's indices by the writer's, -1 where there is none.
	Symbols []int
	// Items is the plan of items or values, or of the value behind a branch (ToUnion).
	Items *Plan
	// Branches are the plans of a writer's union.
	Branches []*Plan
	Branch   int // of the reader's union
	// Fields are the plans of a writer's fields in its order; To says which of the reader's fields each
	// becomes, -1 where the reader has none and it is skipped.
	Fields []*Plan
	To     []int
	// Ordered says that To rises, so that fields can be written as they come.
	Ordered bool
	Reason  string // of Fail
}

// Resolve plans how values of the writer's schema are read with the reader's. Its error says where
// and why some or all of them cannot be.
func Resolve(writer, reader *Schema) (*Plan, error) {
	r := &resolver{plans: map[pair]*Plan{}, same: map[pair]bool{}}
	p := r.resolve(writer, reader)
	if p.Op == Fail {
		return nil, fmt.Errorf("avro: values of the writer's schema cannot be read: %s", p.Reason)
	}
	return p, nil
}

// Incompatible lists what keeps a reader from reading all values of a writer, as the compatibility
// check of a registry does; empty when nothing does.
func Incompatible(writer, reader *Schema) []string {
	r := &resolver{plans: map[pair]*Plan{}, same: map[pair]bool{}}
	root := r.resolve(writer, reader)
	var out []string
	seen := map[*Plan]bool{}
	var walk func(p *Plan, path string)
	walk = func(p *Plan, path string) {
		if p == nil || seen[p] {
			return
		}
		seen[p] = true
		if p.Op == Fail {
			out = append(out, strings.TrimPrefix(path+": ", ": ")+p.Reason)
			return
		}
		if p.Op == ToSymbol && p.Reader.Default == "" {
			for i, to := range p.Symbols {
				if to < 0 {
					out = append(out, fmt.Sprintf("%s: the reader's enum %s lacks the symbol %s and has no default", path, p.Reader.Name, p.Writer.Symbols[i]))
				}
			}
		}
		walk(p.Items, path)
		for _, b := range p.Branches {
			walk(b, path)
		}
		for i, f := range p.Fields {
			if p.To[i] >= 0 {
				walk(f, strings.TrimPrefix(path+"."+p.Writer.Fields[i].Name, "."))
			}
		}
	}
	walk(root, "")
	return out
}

type pair struct{ writer, reader *Schema }

type resolver struct {
	plans map[pair]*Plan
	same  map[pair]bool
}

// alike says whether the bytes of one schema are those of the other, with the same meaning.
// Pairs in question are taken to be alike, which is right unless something else differs.
func (r *resolver) alike(w, d *Schema) bool {
	if w == d {
		return true
	}
	if w.Kind != d.Kind {
		return w.Kind == Int && d.Kind == Long || w.Kind == String && d.Kind == Bytes || w.Kind == Bytes && d.Kind == String
	}
	at := pair{w, d}
	if known, ok := r.same[at]; ok {
		return known
	}
	r.same[at] = true
	ok := false
	switch w.Kind {
	case Array, Map:
		ok = r.alike(w.Items, d.Items)
	case Union:
		ok = len(w.Branches) == len(d.Branches)
		for i := 0; ok && i < len(w.Branches); i++ {
			ok = (w.Branches[i].Kind == d.Branches[i].Kind) && named(w.Branches[i], d.Branches[i]) && r.alike(w.Branches[i], d.Branches[i])
		}
	case Fixed:
		ok = w.Size == d.Size && named(w, d)
	case Enum:
		ok = named(w, d) && len(w.Symbols) <= len(d.Symbols) && slices.Equal(w.Symbols, d.Symbols[:len(w.Symbols)])
	case Record:
		ok = named(w, d) && len(w.Fields) == len(d.Fields)
		for i := 0; ok && i < len(w.Fields); i++ {
			ok = w.Fields[i].Name == d.Fields[i].Name && r.alike(w.Fields[i].Type, d.Fields[i].Type)
		}
	default:
		ok = true
	}
	r.same[at] = ok
	return ok
}

// named says whether two named types match: by their names without namespaces, as Avro's library
// does, or by an alias of the reader's.
func named(w, d *Schema) bool {
	return !w.Kind.Named() || w.Short() == d.Short() || slices.Contains(d.Aliases, w.Name)
}

func (r *resolver) resolve(w, d *Schema) *Plan {
	if p := r.plans[pair{w, d}]; p != nil {
		return p
	}
	p := &Plan{Writer: w, Reader: d}
	r.plans[pair{w, d}] = p
	// What alike has assumed of pairs in question is forgotten: it may have been refuted since.
	r.same = map[pair]bool{}
	if r.alike(w, d) {
		return p
	}
	switch {
	case w.Kind == Union:
		p.Op = FromUnion
		hope := false
		for _, b := range w.Branches {
			p.Branches = append(p.Branches, r.resolve(b, d))
			hope = hope || p.Branches[len(p.Branches)-1].Op != Fail
		}
		if !hope {
			p.Op, p.Reason = Fail, fmt.Sprintf("no branch of the union can become %s", d.Label())
		}
	case d.Kind == Union:
		r.intoUnion(p)
	case w.Kind == Int && d.Kind == Float, w.Kind == Long && d.Kind == Float:
		p.Op = IntToFloat
	case w.Kind == Int && d.Kind == Double, w.Kind == Long && d.Kind == Double:
		p.Op = IntToDouble
	case w.Kind == Float && d.Kind == Double:
		p.Op = FloatToDouble
	case w.Kind != d.Kind:
		p.Op, p.Reason = Fail, fmt.Sprintf("%s cannot become %s", w.Label(), d.Label())
	case w.Kind.Named() && !named(w, d):
		p.Op, p.Reason = Fail, fmt.Sprintf("the writer's %s %s is not the reader's %s, which has no alias of that name", w.Kind, w.Name, d.Name)
	case w.Kind == Fixed:
		p.Op, p.Reason = Fail, fmt.Sprintf("the writer's %s has %d bytes, the reader's %d", w.Name, w.Size, d.Size)
	case w.Kind == Enum:
		p.Op = ToSymbol
		for _, symbol := range w.Symbols {
			i := slices.Index(d.Symbols, symbol)
			if i < 0 && d.Default != "" {
				i = slices.Index(d.Symbols, d.Default)
			}
			p.Symbols = append(p.Symbols, i)
		}
	case w.Kind == Array, w.Kind == Map:
		p.Op, p.Items = ToItems, r.resolve(w.Items, d.Items)
		if p.Items.Op == Fail {
			p.Op, p.Reason = Fail, "items: "+p.Items.Reason
		}
	default:
		r.fields(p)
	}
	return p
}

// intoUnion finds the reader's branch: the first of the same type, else the first that a value can
// become.
func (r *resolver) intoUnion(p *Plan) {
	w, d := p.Writer, p.Reader
	p.Op = ToUnion
	first := func(fits func(b *Schema) bool) bool {
		for i, b := range d.Branches {
			if fits(b) {
				if items := r.resolve(w, b); items.Op != Fail {
					p.Items, p.Branch = items, i
					return true
				}
			}
		}
		return false
	}
	if first(func(b *Schema) bool { return b.Kind == w.Kind && w.Kind.Named() && b.Name == w.Name }) ||
		first(func(b *Schema) bool { return b.Kind == w.Kind && named(w, b) }) || first(func(*Schema) bool { return true }) {
		return
	}
	p.Op, p.Reason = Fail, fmt.Sprintf("%s can become no branch of the reader's union", w.Label())
}

func (r *resolver) fields(p *Plan) {
	w, d := p.Writer, p.Reader
	p.Op, p.Ordered = ToRecord, true
	from := make([]int, len(d.Fields))
	for i, f := range d.Fields {
		from[i] = w.Index(f.Name)
		for a := 0; from[i] < 0 && a < len(f.Aliases); a++ {
			from[i] = w.Index(f.Aliases[a])
		}
		if from[i] < 0 && f.Bytes == nil {
			p.Op, p.Reason = Fail, fmt.Sprintf("the writer's %s has no field %s, and the reader's has no default for it", w.Name, f.Name)
			return
		}
	}
	last := -1
	for i, f := range w.Fields {
		to := slices.Index(from, i)
		child := (*Plan)(nil)
		if to >= 0 {
			child = r.resolve(f.Type, d.Fields[to].Type)
			if child.Op == Fail { // a plan that is still being made is none yet
				p.Op, p.Reason = Fail, fmt.Sprintf("%s.%s: %s", w.Name, f.Name, child.Reason)
				return
			}
			p.Ordered = p.Ordered && to > last
			last = to
		}
		p.Fields, p.To = append(p.Fields, child), append(p.To, to)
	}
}
