package serde

import (
	"bytes"
	"encoding"
	"encoding/json/jsontext"
	"encoding/json/v2"
	"reflect"
	"strings"
	"sync"
)

// renamer gives the members of a document the names that encoding/json/v2 knows, where it has them under an alias (the
// tag alias of a field). Generated codecs do the same in their decoders; this is for the codec by reflection. Nil below
// types that have none. Not changed once made, so any goroutine may read it.
type renamer struct {
	names   map[string]string   // aliases and the names that they stand for
	members map[string]*renamer // by name; nil entries are left out
	elem    *renamer            // of lists and maps
}

// renamers are those of types, nil for types without aliases.
var renamers sync.Map // reflect.Type to *renamer

func renamerOf(t reflect.Type) *renamer {
	if known, ok := renamers.Load(t); ok {
		return known.(*renamer)
	}
	r := makeRenamer(t, map[reflect.Type]*renamer{})
	if !r.any(map[*renamer]bool{}) {
		r = nil
	}
	renamers.Store(t, r)
	return r
}

// any says whether there is an alias at all.
func (r *renamer) any(seen map[*renamer]bool) bool {
	if r == nil || seen[r] {
		return false
	}
	seen[r] = true
	if len(r.names) > 0 || r.elem.any(seen) {
		return true
	}
	for _, m := range r.members {
		if m.any(seen) {
			return true
		}
	}
	return false
}

var ownJSON = []reflect.Type{reflect.TypeFor[json.UnmarshalerFrom](), reflect.TypeFor[json.Unmarshaler](), reflect.TypeFor[encoding.TextUnmarshaler]()}

func makeRenamer(t reflect.Type, made map[reflect.Type]*renamer) *renamer {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if r, ok := made[t]; ok {
		return r
	}
	for _, own := range ownJSON {
		if reflect.PointerTo(t).Implements(own) {
			return nil
		}
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map:
		r := &renamer{}
		made[t] = r
		r.elem = makeRenamer(t.Elem(), made)
		return r
	case reflect.Struct:
		r := &renamer{names: map[string]string{}, members: map[string]*renamer{}}
		made[t] = r
		r.fields(t, made, map[reflect.Type]bool{})
		return r
	}
	return nil
}

// fields adds the fields of a struct and of those that it embeds; shallower ones come first and stay.
func (r *renamer) fields(t reflect.Type, made map[reflect.Type]*renamer, within map[reflect.Type]bool) {
	if within[t] {
		return
	}
	within[t] = true
	var embedded []reflect.Type
	for i := range t.NumField() {
		f := t.Field(i)
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" && rest == "" {
			continue
		}
		below := f.Type
		for below.Kind() == reflect.Pointer {
			below = below.Elem()
		}
		if f.Anonymous && name == "" && below.Kind() == reflect.Struct || strings.Contains(","+rest+",", ",embed,") {
			embedded = append(embedded, below)
			continue
		}
		if name == "" {
			name = f.Name
		}
		if _, there := r.members[name]; there {
			continue
		}
		r.members[name] = makeRenamer(f.Type, made)
		if aliases, ok := f.Tag.Lookup("alias"); ok {
			for a := range strings.SplitSeq(aliases, ",") {
				r.names[a] = name
			}
		}
	}
	for _, e := range embedded {
		r.fields(e, made, within)
	}
	delete(within, t)
}

// rename writes src anew with the names that are known. A document that is none stays as it is: its decoder says why.
func (r *renamer) rename(src []byte) []byte {
	dec := jsontext.NewDecoder(bytes.NewReader(src), jsontext.AllowDuplicateNames(true))
	var out bytes.Buffer
	enc := jsontext.NewEncoder(&out, jsontext.AllowDuplicateNames(true))
	if err := r.value(dec, enc); err != nil {
		return src
	}
	if rest := bytes.TrimSpace(src[dec.InputOffset():]); len(rest) > 0 {
		return src
	}
	return out.Bytes()
}

func (r *renamer) value(dec *jsontext.Decoder, enc *jsontext.Encoder) error {
	kind := dec.PeekKind()
	if r == nil || kind != '{' && kind != '[' {
		v, err := dec.ReadValue()
		if err != nil {
			return err
		}
		return enc.WriteValue(v)
	}
	open, err := dec.ReadToken()
	if err != nil {
		return err
	}
	if err := enc.WriteToken(open); err != nil {
		return err
	}
	for dec.PeekKind() != '}' && dec.PeekKind() != ']' {
		below := r.elem
		if kind == '{' {
			t, err := dec.ReadToken()
			if err != nil {
				return err
			}
			name := t.String()
			if own, ok := r.names[name]; ok {
				name = own
			}
			if err := enc.WriteToken(jsontext.String(name)); err != nil {
				return err
			}
			if r.members != nil {
				below = r.members[name]
			}
		}
		if err := below.value(dec, enc); err != nil {
			return err
		}
	}
	end, err := dec.ReadToken()
	if err != nil {
		return err
	}
	return enc.WriteToken(end)
}
