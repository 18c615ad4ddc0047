package schemastore

import (
	"fmt"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/internal/avroschema"
	"github.com/streamgen/streamgen/internal/protoschema"
)

// levels are the levels of compatibility.
var levels = []string{"NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE"}

func (s *Store) level(subject string) string {
	if l, ok := s.state.Levels[subject]; ok {
		return l
	}
	return s.state.Levels[""]
}

func (s *Store) mode(subject string) string {
	if m, ok := s.state.Modes[subject]; ok {
		return m
	}
	return s.state.Modes[""]
}

func kind(s Schema) string {
	if s.Type == "" {
		return "AVRO"
	}
	return strings.ToUpper(s.Type)
}

// canonical is the text by which schemas are compared: of Avro the schema as it was understood, so that
// spaces and the order of attributes do not matter; normalized also without what does not. JSON Schemas are kept as they
// are, and never compared.
func (s *Store) canonical(schema Schema, normalize bool) (string, error) {
	switch kind(schema) {
	case "AVRO":
		parsed, err := s.parse(schema, 0)
		if err != nil {
			return "", refuse(42201, "Invalid schema %s, details: %v", schema.Text, err)
		}
		if len(schema.References) > 0 { // its text would hold what it refers to
			return schema.Text, nil
		}
		return parsed.String(), nil
	case "PROTOBUF":
		return s.protobuf(schema, normalize)
	case "JSON":
		if strings.TrimSpace(schema.Text) == "" {
			return "", refuse(42201, "Invalid schema: it is empty")
		}
		return schema.Text, nil
	}
	return "", refuse(42201, "Invalid schema type %s", schema.Type)
}

// parse reads an Avro schema with what it refers to.
func (s *Store) parse(schema Schema, depth int) (*avroschema.Schema, error) {
	if depth > 16 {
		return nil, fmt.Errorf("references go deeper than 16 levels")
	}
	var known []*avroschema.Schema
	for _, r := range schema.References {
		i := slices.IndexFunc(s.state.Subjects[r.Subject], func(e Entry) bool { return e.Version == r.Version || r.Version == -1 })
		if i < 0 {
			return nil, fmt.Errorf("no reference found for subject %q and version %d", r.Subject, r.Version)
		}
		p, err := s.parse(s.state.Subjects[r.Subject][i].Schema, depth+1)
		if err != nil {
			return nil, err
		}
		known = append(known, p)
	}
	return avroschema.ParseWith(schema.Text, known...)
}

// incompatible says what keeps a schema from following the versions of a subject, or only one of them.
func (s *Store) incompatible(subject string, schema Schema, level string, version int) ([]string, error) {
	earlier := s.live(subject)
	switch {
	case version > 0:
		earlier = slices.DeleteFunc(earlier, func(e Entry) bool { return e.Version != version })
	case !strings.HasSuffix(level, "_TRANSITIVE") && len(earlier) > 1:
		earlier = earlier[len(earlier)-1:]
	}
	if level == "NONE" {
		return nil, nil
	}
	var out []string
	for _, e := range slices.Backward(earlier) {
		if kind(e.Schema) != kind(schema) {
			out = append(out, fmt.Sprintf("version %d is %s, the new schema is %s", e.Version, kind(e.Schema), kind(schema)))
			continue
		}
		var backward, forward []string
		switch kind(schema) {
		case "AVRO":
			now, err := s.parse(schema, 0)
			if err != nil {
				return nil, refuse(42201, "Invalid schema: %v", err)
			}
			before, err := s.parse(e.Schema, 0)
			if err != nil {
				return nil, refuse(42201, "Invalid schema of version %d: %v", e.Version, err)
			}
			backward, forward = avroschema.Incompatible(before, now), avroschema.Incompatible(now, before)
		case "PROTOBUF":
			now, _, err := s.file(schema, 0)
			if err != nil {
				return nil, refuse(42201, "Invalid schema: %v", err)
			}
			before, _, err := s.file(e.Schema, 0)
			if err != nil {
				return nil, refuse(42201, "Invalid schema of version %d: %v", e.Version, err)
			}
			backward, forward = protoschema.Incompatible(before, now), protoschema.Incompatible(now, before)
		}
		note := func(what string, messages []string) {
			for _, m := range messages {
				out = append(out, fmt.Sprintf("%s version %d: %s", what, e.Version, m))
			}
		}
		if !strings.HasPrefix(level, "FORWARD") {
			note("the new schema cannot read values of", backward)
		}
		if !strings.HasPrefix(level, "BACKWARD") {
			note("values of the new schema cannot be read with", forward)
		}
	}
	return out, nil
}

// Incompatible says what keeps a schema from following a subject's versions (version 0), or one of
// them (-1 is the latest); empty when nothing does.
func (s *Store) Incompatible(subject string, schema Schema, version int) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.canonical(schema, false); err != nil {
		return nil, err
	}
	live := s.live(subject)
	if len(live) == 0 {
		return nil, nil
	}
	switch {
	case version == -1:
		version = live[len(live)-1].Version
	case version > 0 && !slices.ContainsFunc(live, func(e Entry) bool { return e.Version == version }):
		return nil, refuse(40402, "Version %d not found.", version)
	}
	return s.incompatible(subject, schema, s.level(subject), version)
}

// Level returns the level of a subject, "" for all; inherit takes that of all where it has none.
func (s *Store) Level(subject string, inherit bool) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l, ok := s.state.Levels[subject]; ok {
		return l, nil
	}
	if inherit {
		return s.state.Levels[""], nil
	}
	return "", refuse(40408, "Subject '%s' does not have subject-level compatibility configured", subject)
}

// SetLevel sets the level of a subject, "" for all.
func (s *Store) SetLevel(subject, level string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(levels, level) {
		return refuse(42203, "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive")
	}
	s.state.Levels[subject] = level
	return nil
}

// ResetLevel takes a subject's level away, or sets that of all to BACKWARD; it returns the former one.
func (s *Store) ResetLevel(subject string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.state.Levels[subject]
	if !ok {
		return "", refuse(40401, "Subject '%s' not found.", subject)
	}
	delete(s.state.Levels, subject)
	if subject == "" {
		s.state.Levels[""] = "BACKWARD"
	}
	return old, nil
}

// Mode returns the mode of a subject, "" for all.
func (s *Store) Mode(subject string, inherit bool) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m, ok := s.state.Modes[subject]; ok {
		return m, nil
	}
	if inherit {
		return s.state.Modes[""], nil
	}
	return "", refuse(40409, "Subject '%s' does not have subject-level mode configured", subject)
}

// SetMode sets the mode of a subject, "" for all: READWRITE or READONLY.
func (s *Store) SetMode(subject, mode string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if mode != "READWRITE" && mode != "READONLY" {
		return refuse(42204, "Invalid mode. Valid values are READWRITE, READONLY")
	}
	s.state.Modes[subject] = mode
	return nil
}

// ResetMode takes a subject's mode away; it returns the former one.
func (s *Store) ResetMode(subject string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.state.Modes[subject]
	if !ok {
		return "", refuse(40401, "Subject '%s' not found.", subject)
	}
	delete(s.state.Modes, subject)
	if subject == "" {
		s.state.Modes[""] = "READWRITE"
	}
	return old, nil
}
