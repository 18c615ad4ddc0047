package emit

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
)

// texts are the fields of a store's description that say its codecs.
func (e *emitter) texts(key, val *plan.Codec, d string) string {
	if key == nil || val == nil || key.Value == "" || key.Scope == plan.OfTask || val.Scope == plan.OfTask {
		return ""
	}
	return fmt.Sprintf(", Key: %s(%s), Val: %s(%s)", serdeTextOf, e.value(key, d, ""), serdeTextOf, e.value(val, d, ""))
}

// asked are the fields of a store's description that queries need.
func (e *emitter) asked(k *plan.Task, i int, d string) string {
	key, val := k.StoreCodecs(i)
	text := e.texts(key, val, d)
	if key != nil {
		text += flag(fmt.Sprintf(", Tail: %d", key.Tail()), key.Tail() > 0)
	}
	return text + flag(", Free: true", k.Stores[i].Handle != nil) + flag(", Unmatched: true", k.Stores[i].Unmatched)
}

// readers prints the type that reads a topology's stores from outside.
func (e *emitter) readers(t *plan.Topology) {
	r := t.Readers
	if r == nil {
		return
	}
	s, app := e.local("s"), e.local("app")
	var b strings.Builder
	fmt.Fprintf(&b, `// %[1]s reads the stores of a running %[2]s from outside, wherever they are. It is safe for
// concurrent use.
type %[1]s struct{ app %[3]s }

// %[4]s returns the stores of app, which is the *rt.App that runs %[2]s.
func %[4]s(%[5]s %[3]s) %[1]s { return %[1]s{%[5]s} }
`, r.Type, t.Name, queryClient, r.Make, app)
	for _, a := range r.List {
		fmt.Fprintf(&b, "\n// %[1]s is the %[2]s %[3]s.\nfunc (%[4]s %[5]s) %[1]s() %[6]s%[7]sStore[%[8]s, %[9]s] {\n\treturn %[6]s%[7]s[%[8]s, %[9]s](%[4]s.app, %[3]q)\n}\n",
			a.Method, a.What, a.Store, s, r.Type, queryPkg, a.Kind, a.Key.Type, a.Val.Type)
	}
	e.add("%s", b.String())
}

// askedGlobal are the fields of a global table's or store's description that queries need. Codecs
// that are bound to their topic are there only once the application has started: then the store
// is read as bytes, and a table, which holds values, not at all.
func (e *emitter) askedGlobal(g *plan.Global, d string) string {
	if len(g.Codecs) > 0 {
		return ""
	}
	if p := g.Processor; p != nil {
		return e.texts(p.Handle.Key, p.Handle.Val, d)
	}
	return fmt.Sprintf(",\n\tTable: %s(%s.%s, %s)", genReadTable, d, g.Field, e.value(g.Val, d, "")) + e.texts(g.Key, g.Val, d)
}
