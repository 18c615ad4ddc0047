package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/codegen"
	"github.com/streamgen/streamgen/codegen/pin"
	"github.com/streamgen/streamgen/codegen/plan/lock"
	"github.com/streamgen/streamgen/internal/avroschema"
	"github.com/streamgen/streamgen/runtime/serde/registry"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// subjectUse is a subject with the place that uses it.
type subjectUse struct {
	subject  string
	topology string
	topic    *lock.Topic
	key      bool
	format   *lock.Format
}

func (u *subjectUse) place() string {
	what := "values"
	if u.key {
		what = "keys"
	}
	return fmt.Sprintf("topology %s %s the %s of topic %s as %s", u.topology, u.topic.Role, what, u.topic.Name, u.format)
}

// subjectsOf are the subjects of the topics that a package reads and writes through a registry. Stores and repartition
// topics have subjects too, which only this application writes and whose forms the lock file holds itself.
func subjectsOf(f *lock.File, cfg *registry.Config) (out []subjectUse, err error) {
	for _, t := range f.Topologies {
		for _, topic := range t.Topics {
			if topic.Role == lock.Repartition {
				continue
			}
			for _, side := range []struct {
				f   *lock.Format
				key bool
			}{{topic.Key, true}, {topic.Val, false}} {
				name := ""
				switch {
				case side.f != nil && side.f.Avro != nil:
					name = side.f.Avro.Name
				case side.f != nil && side.f.Proto != nil:
				case side.f == nil || side.f.Codec != "avro-record":
					continue
				}
				subject, err := cfg.Subject(wire.Use{Topic: topic.Name, Key: side.key}, name)
				if err != nil && side.f.Proto != nil {
					continue // named after the message, whose package Go's type does not know; see unnamed
				}
				if err != nil {
					return nil, err
				}
				out = append(out, subjectUse{subject, t.Name, topic, side.key, side.f})
			}
		}
	}
	return out, nil
}

// pinSubjects puts the registry's versions of a package's subjects into its lock file: all of what is read, because
// values of each may be in the topic, the latest of what is only written.
func pinSubjects(client *registry.Client, r *registryFlags, l *codegen.Lock, stdout io.Writer) error {
	uses, err := subjectsOf(l.Now, &r.cfg.Registry.Config)
	if err != nil {
		return err
	}
	l.Now.Subjects = nil
	for i, u := range uses {
		if slices.ContainsFunc(uses[:i], func(o subjectUse) bool { return o.subject == u.subject }) {
			continue
		}
		versions, err := client.Versions(u.subject)
		if registry.IsNotFound(err) {
			fmt.Fprintf(stdout, "%s: subject %s is not in the registry yet\n", l.Package, u.subject)
			continue
		}
		if err != nil {
			return err
		}
		read := slices.ContainsFunc(uses, func(o subjectUse) bool { return o.subject == u.subject && o.topic.Role == lock.Reads })
		if !read && len(versions) > 0 {
			versions = versions[len(versions)-1:]
		}
		s := &lock.Subject{Name: u.subject}
		for _, v := range versions {
			f, err := formatOf(v.Schema)
			if err != nil {
				return fmt.Errorf("subject %s, version %d: %w", u.subject, v.Number, err)
			}
			s.Versions = append(s.Versions, &lock.Version{Number: v.Number, ID: int(v.ID), Schema: f})
		}
		if len(s.Versions) > 0 {
			l.Now.Subjects = append(l.Now.Subjects, s)
		}
	}
	return nil
}

// unseen says which subjects of a package are neither pinned nor compared, one line for each topology.
func unseen(f *lock.File, cfg *registry.Config) (out []string) {
	for _, t := range f.Topologies {
		messages := 0
		for _, topic := range t.Topics {
			for i, side := range []*lock.Format{topic.Key, topic.Val} {
				if side != nil && side.Proto != nil && topic.Role != lock.Repartition {
					if _, err := cfg.Subject(wire.Use{Topic: topic.Name, Key: i == 0}, ""); err != nil {
						messages++
					}
				}
			}
		}
		if messages > 0 {
			out = append(out, fmt.Sprintf("topology %s: %d subjects are not compared: they are named after messages of Protobuf, whose packages only the running application knows", t.Name, messages))
		}
		if t.Computed > 0 {
			out = append(out, fmt.Sprintf("topology %s: the subjects of %d topics are not compared: their names are known only when the application starts", t.Name, t.Computed))
		}
	}
	return out
}

// formatOf is a registry's schema as the lock file has it: of Avro with all that it refers to in one.
func formatOf(s wire.Schema) (*lock.Format, error) {
	if s.Type != "" && s.Type != "AVRO" {
		return &lock.Format{Codec: "schema", Type: strings.ToLower(s.Type), Text: s.Text}, nil
	}
	var known []*avroschema.Schema
	for _, text := range s.References {
		r, err := avroschema.ParseWith(text, known...)
		if err != nil {
			return nil, err
		}
		known = append(known, r)
	}
	schema, err := avroschema.ParseWith(s.Text, known...)
	if err != nil {
		return nil, err
	}
	return pin.Avro(schema), nil
}
