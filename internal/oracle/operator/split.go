package operator

import (
	"fmt"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

var split = Operator{Name: "split", Weight: 4, Inputs: []form.Kind{form.Stream},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		t := in[0].Type
		t.Kind = form.Branches
		return t, nil
	},
	Go: func(l *form.Line, in []*form.Line) string {
		return fmt.Sprintf("%s.Split(%q)", in[0].ID, l.Get("name"))
	},
	Draw: func(d *Drawing) bool {
		s := d.Pick(form.Stream, nil)
		if s == nil {
			return false
		}
		f, ok := d.Function(Predicate, s.Type.Key, s.Type.Val, "")
		if !ok {
			return false
		}
		b := d.Add("split", []*form.Line{s}, "name", d.Maybe("split"))
		for {
			d.Add("branch", []*form.Line{b}, "pred", f.Name, "as", d.Maybe("-branch"))
			if d.Chance(2) {
				break
			}
			f, _ = d.Function(Predicate, s.Type.Key, s.Type.Val, "")
		}
		return d.Chance(2) || d.Add("default", []*form.Line{b}, "as", d.Maybe("-rest")) != nil
	},
}

// branched is the type of a branch.
func branched(in *form.Line) form.Type {
	t := in.Type
	t.Kind = form.Stream
	return t
}

var branch = Operator{Name: "branch", Inputs: []form.Kind{form.Branches},
	Type: func(l *form.Line, in []*form.Line) (form.Type, error) {
		_, err := function(l, "pred", Predicate, in[0].Type.Key, in[0].Type.Val, "")
		return branched(in[0]), err
	},
	Go: func(l *form.Line, in []*form.Line) string {
		f := goFunc(l, "pred", Predicate)
		return fmt.Sprintf("%s.%s(%q, %s)", in[0].ID, method("Branch", f), l.Get("as"), f.Go)
	},
}

var defaultBranch = Operator{Name: "default", Inputs: []form.Kind{form.Branches},
	Type: func(_ *form.Line, in []*form.Line) (form.Type, error) { return branched(in[0]), nil },
	Go: func(l *form.Line, in []*form.Line) string {
		if n := l.Get("as"); n != "" {
			return fmt.Sprintf("%s.Default(dsl.Name(%q))", in[0].ID, n)
		}
		return in[0].ID + ".Default()"
	},
}
