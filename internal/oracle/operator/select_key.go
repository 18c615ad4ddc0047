package operator

import (
	"github.com/streamgen/streamgen/internal/oracle/form"
)

var selectKey = Operator{Name: "select-key", Weight: 4, Inputs: []form.Kind{form.Stream},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		return keyed(l, in[0], form.Stream)
	},
	Go: func(l *form.Line, in []*form.Line) string {
		f := goFunc(l, "key", Key)
		return in[0].ID + "." + method("SelectKey", f) + "(" + f.Go + then(options(l, recode(l))) + ")"
	},
	Draw: func(d *Drawing) bool { return drawOver(d, "select-key", "key", Key, "rekey") },
}

// keyed is the type of a line that gives the records of s the key that its option key names.
func keyed(l, s *form.Line, kind form.Kind) (form.Type, error) {
	f, err := function(l, "key", Key, s.Type.Key, s.Type.Val, "")
	key, _ := f.Makes(s.Type.Key, s.Type.Val)
	return form.Type{Kind: kind, Key: key, Val: s.Type.Val, Rekeyed: true, Coded: kind == form.Stream}, err
}

// recoded is recode where the line's option codecs asks for it.
func recoded(l *form.Line) []string {
	if l.Get("codecs") == "given" {
		return []string{recode(l)}
	}
	return nil
}

// recode is the option that says the codecs of what a line makes.
func recode(l *form.Line) string { return "dsl.Codecs(" + codecs(l) + ")" }
