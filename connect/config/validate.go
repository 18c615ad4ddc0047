package config

import "slices"

// Value is what became of one key: ConfigValue. A plain value.
type Value struct {
	Name        string
	Value       any // parsed; nil when null or not parsed
	Recommended []any
	Errors      []string
	Visible     bool
}

// fail notes an error.
func (v *Value) fail(err error) {
	if err != nil {
		v.Errors = append(v.Errors, err.Error())
	}
}

// Validate parses every key and collects all errors, in the order of the definition. Keys that are named as dependents
// but not defined come last, each with an error, as ConfigDef.validate has them.
func (d *Def) Validate(props map[string]string) []Value {
	values := map[string]*Value{}
	order := slices.Clone(d.order)
	for _, name := range d.order {
		values[name] = &Value{Name: name, Visible: true}
	}
	for _, name := range d.order {
		for _, dep := range d.keys[name].Dependents {
			if values[dep] == nil {
				values[dep] = &Value{Name: dep, Errors: []string{dep + " is referred in the dependents, but not defined."}}
				order = append(order, dep)
			}
		}
	}
	parsed := map[string]any{}
	d.walk(func(k *Key) { k.check(props, parsed, values[k.Name]) })
	d.walk(func(k *Key) { k.recommend(parsed, values[k.Name]) })
	out := make([]Value, len(order))
	for i, name := range order {
		out[i] = *values[name]
	}
	return out
}

// walk visits each key once, parents before their dependents.
func (d *Def) walk(visit func(*Key)) {
	seen := map[string]bool{}
	var down func(name string)
	down = func(name string) {
		k := d.keys[name]
		if k == nil || seen[name] {
			return
		}
		seen[name] = true
		visit(k)
		for _, dep := range k.Dependents {
			down(dep)
		}
	}
	for _, name := range d.roots() {
		down(name)
	}
}

// check parses and validates one key. A value that could not be parsed counts as null from there on, so its validator
// may complain a second time: Kafka's does.
func (k *Key) check(props map[string]string, parsed map[string]any, out *Value) {
	v := k.Default
	if text, given := props[k.Name]; given {
		var err error
		if v, err = ParseValue(k.Name, text, k.Type); err == nil {
			err = k.known(v)
		}
		if err != nil {
			v = nil
			out.fail(err)
		}
	} else if k.Required {
		v = nil
		out.fail(Missing(k.Name))
	}
	if k.Validator != nil {
		out.fail(k.Validator(k.Name, v))
	}
	out.Value = v
	parsed[k.Name] = v
}

func (k *Key) recommend(parsed map[string]any, out *Value) {
	if k.Recommender == nil {
		return
	}
	offered, err := k.Recommender.Recommend(k.Name, parsed)
	if err != nil {
		out.fail(err)
		return
	}
	out.Recommended = offered
	out.Visible = k.Recommender.Visible(k.Name, parsed)
}
