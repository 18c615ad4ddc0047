package pin

import (
	"fmt"
	"go/token"
	"strings"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/plan/lock"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/avroschema"
)

// Read parses a lock file; what is wrong with it is reported.
func Read(path string, text []byte, diags *diag.List) *lock.File {
	f, err := lock.Parse(text)
	if err == nil {
		return f
	}
	at := diag.Span{Start: token.Position{Filename: path, Line: 1, Column: 1}}
	reason := err.Error()
	if e, ok := err.(*lock.Error); ok {
		at.Start.Line, reason = e.Line, e.Reason
	}
	diags.Report(diag.BadLock, at, "%s cannot be read: %s", lock.Name, reason).
		Note(diag.Span{}, "what is out there is known from this file alone; take it from the commit of the last release when nothing else helps")
	return nil
}

// Check reports what a release of prog would lose that the file at path knows.
func Check(prog *topo.Program, path string, old, now *lock.File, diags *diag.List) {
	for _, c := range lock.Compare(old, now) {
		at := place(prog, c)
		if !at.IsValid() {
			at = diag.Span{Start: token.Position{Filename: path, Line: 1, Column: 1}}
		}
		if c.Verdict == lock.Reset && c.Kind != string(lock.Reads) && c.Kind != string(lock.Writes) {
			d := diags.Report(diag.StateLost, at, "%s: %s", name(c), strings.Join(c.Reasons, "; "))
			if c.Old != nil && c.New != nil && c.Old.Ref() != c.New.Ref() {
				d.Note(diag.Span{}, "%s says %s, the topology %s", lock.Name, c.Old.Ref(), c.New.Ref())
			}
			if c.Advice != "" {
				d.Note(diag.Span{}, "%s", c.Advice)
			}
			d.Note(diag.Span{}, "nothing of it is out there yet, or it may be lost: streamgen lock accepts the change")
			continue
		}
		if c.Kind == string(lock.Reads) || c.Kind == string(lock.Writes) {
			continue
		}
		for _, pair := range c.Renamed {
			d := diags.Report(diag.PartRenamed, at, "%s: %s is gone and %s is new: the values that are there would lose it", name(c), pair[0], pair[1])
			tag := fmt.Sprintf("alias:%q", pair[0].Name)
			if c.New.Avro != nil {
				tag = fmt.Sprintf("avro:\"%s,alias=%s\"", pair[1].Name, pair[0].Name)
			}
			d.Note(diag.Span{}, "if it was renamed, add the tag `%s` to the field %s", tag, pair[1])
			d.Note(diag.Span{}, "if it is another thing, streamgen lock accepts the change")
		}
	}
}

// CheckPinned reports what the topologies read with types that cannot read the newest pinned version of its subject.
func CheckPinned(path string, now *lock.File, diags *diag.List) {
	for _, p := range Unreadable(now, now) {
		diags.Report(diag.PinnedUnread, diag.Span{Start: token.Position{Filename: path, Line: 1, Column: 1}}, "topology %s reads the topic %s as %s, which cannot read version %d of the subject %s: %s", p.Topology, p.Topic, p.Reader, p.Version.Number, p.Subject, strings.Join(p.Faults, "; ")).
			Note(diag.Span{}, "give new fields defaults (the tag option default=JSON) and renamed ones aliases (alias=NAME), or read with the schema of the subject")
	}
}

func name(c lock.Change) string {
	switch c.Kind {
	case "topology":
		return "topology " + c.Name
	case "store":
		return "store " + c.Name
	}
	return c.Kind + " topic " + c.Name
}

// place is where a store, or else its topology, is declared.
func place(prog *topo.Program, c lock.Change) diag.Span {
	for _, t := range prog.Topologies {
		if t.Name != c.Topology {
			continue
		}
		for i, s := range t.Stores {
			if c.Kind == "store" && t.Graph.Stores[i].Name == c.Name {
				if s.Pos.IsValid() {
					return diag.Span{Start: s.Pkg.Fset.Position(s.Pos)}
				}
				if s.Node >= 0 {
					n := t.Nodes[s.Node]
					return diag.Span{Start: n.Pkg.Fset.Position(n.Pos)}
				}
			}
		}
		return diag.Span{Start: prog.Fset.Position(t.Decl.Name.Pos())}
	}
	return diag.Span{}
}

// Unread is a pinned version that a topology's codec cannot read.
type Unread struct {
	Topology, Topic, Subject string
	Version                  *lock.Version
	Reader                   *lock.Format
	Faults                   []string
}

// Unreadable lists the topics that a topology of now reads with a schema that the newest pinned version of the
// subject does not resolve to.
func Unreadable(now, pinned *lock.File) (out []Unread) {
	for _, t := range now.Topologies {
		for _, topic := range t.Topics {
			if topic.Role != lock.Reads {
				continue
			}
			for _, side := range []struct {
				f      *lock.Format
				suffix string
			}{{topic.Key, "-key"}, {topic.Val, "-value"}} {
				s := pinned.Subject(topic.Name + side.suffix)
				if side.f == nil || side.f.Avro == nil || s == nil || s.Latest().Schema.Avro == nil {
					continue
				}
				if faults := avroschema.Incompatible(s.Latest().Schema.Avro, side.f.Avro); len(faults) > 0 {
					out = append(out, Unread{t.Name, topic.Name, s.Name, s.Latest(), side.f, faults})
				}
			}
		}
	}
	return out
}

// Pinned are the schemas whose values are to be read by generated code: the subjects' versions and the earlier forms of
// stores.
func Pinned(f *lock.File) (out []topo.Pin) {
	if f == nil {
		return nil
	}
	seen := map[string]bool{}
	add := func(s *lock.Format, of string) {
		if s.Avro == nil || seen[s.Avro.String()] {
			return
		}
		seen[s.Avro.String()] = true
		out = append(out, topo.Pin{Schema: s.Avro.String(), Of: of})
	}
	for _, s := range f.Subjects {
		for _, v := range s.Versions {
			add(v.Schema, fmt.Sprintf("version %d of %s", v.Number, s.Name))
		}
	}
	for _, t := range f.Topologies {
		for _, s := range t.Stores {
			for _, e := range s.Earlier {
				add(e, "earlier values of the store "+s.Name)
			}
		}
	}
	return out
}
