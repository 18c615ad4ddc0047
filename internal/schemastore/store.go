// Package schemastore is what a Schema Registry knows: subjects with versions of schemas, ids, levels
// of compatibility, modes, with the rules and error codes of Confluent's. The mock registry of tests
// and `streamgen registry` stand on it.
package schemastore

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
)

// Error is a refusal as the REST interface words it. A plain value.
type Error struct {
	Status  int // HTTP
	Code    int // error_code
	Message string
}

// Error implements error.
func (e *Error) Error() string { return e.Message }

func refuse(code int, format string, args ...any) *Error {
	status := code
	for status > 999 {
		status /= 100
	}
	return &Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Reference is what a schema refers to. A plain value.
type Reference struct {
	Name    string `json:"name"`
	Subject string `json:"subject"`
	Version int    `json:"version"`
}

// Schema is a schema as it is handed in. A plain value.
type Schema struct {
	Text       string      `json:"schema"`
	Type       string      `json:"schemaType,omitempty"` // "" is AVRO
	References []Reference `json:"references,omitempty"`
}

// Entry is a version of a subject. A plain value.
type Entry struct {
	Subject string `json:"subject"`
	Version int    `json:"version"`
	ID      int    `json:"id"`
	Schema
	Deleted bool `json:"deleted,omitempty"` // softly: versions that refer to it still can be read
}

// Store is the state of a registry. Safe for concurrent use.
type Store struct {
	mu    sync.Mutex
	state State
}

// State is all that a Store knows, as it is saved. A plain value.
type State struct {
	NextID   int                `json:"nextId"`
	Schemas  map[int]Schema     `json:"schemas"`
	Subjects map[string][]Entry `json:"subjects"`
	Levels   map[string]string  `json:"levels"` // by subject, "" is all
	Modes    map[string]string  `json:"modes"`
}

// New returns an empty store: level BACKWARD, mode READWRITE.
func New() *Store {
	return &Store{state: State{NextID: 1, Schemas: map[int]Schema{}, Subjects: map[string][]Entry{},
		Levels: map[string]string{"": "BACKWARD"}, Modes: map[string]string{"": "READWRITE"}}}
}

// Load returns a store with a state that was saved.
func Load(s State) *Store {
	out := New()
	out.state.NextID = max(out.state.NextID, s.NextID)
	maps.Copy(out.state.Schemas, s.Schemas)
	maps.Copy(out.state.Subjects, s.Subjects)
	maps.Copy(out.state.Levels, s.Levels)
	maps.Copy(out.state.Modes, s.Modes)
	return out
}

// State returns a copy of what the store knows.
func (s *Store) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.state
	out.Schemas, out.Levels, out.Modes = maps.Clone(out.Schemas), maps.Clone(out.Levels), maps.Clone(out.Modes)
	out.Subjects = map[string][]Entry{}
	for name, list := range s.state.Subjects {
		out.Subjects[name] = slices.Clone(list)
	}
	return out
}

// Register gives a subject a version with the schema and returns it; the version that is there when
// the subject has the schema already. normalize compares schemas by their meaning.
func (s *Store) Register(subject string, schema Schema, normalize bool) (Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, err := s.canonical(schema, normalize)
	if err != nil {
		return Entry{}, err
	}
	schema.Text = text
	if e := s.find(subject, schema, false); e != nil {
		return *e, nil
	}
	if mode := s.mode(subject); mode == "READONLY" {
		return Entry{}, refuse(42205, "Subject %s is in read-only mode", subject)
	}
	if messages, err := s.incompatible(subject, schema, s.level(subject), 0); err != nil {
		return Entry{}, err
	} else if len(messages) > 0 {
		return Entry{}, refuse(http.StatusConflict, "Schema being registered is incompatible with an earlier schema for subject %q, details: %v", subject, messages)
	}
	list := s.state.Subjects[subject]
	e := Entry{Subject: subject, Version: 1, ID: s.id(schema), Schema: schema}
	if len(list) > 0 {
		e.Version = list[len(list)-1].Version + 1
	}
	s.state.Subjects[subject] = append(list, e)
	return e, nil
}

// id is the id of a schema, a new one for one that no subject has had.
func (s *Store) id(schema Schema) int {
	for id, known := range s.state.Schemas {
		if same(known, schema) {
			return id
		}
	}
	id := s.state.NextID
	s.state.NextID++
	s.state.Schemas[id] = schema
	return id
}

func same(a, b Schema) bool {
	return a.Text == b.Text && kind(a) == kind(b) && slices.Equal(a.References, b.References)
}

// find is the newest version of a subject with a schema in canonical form.
func (s *Store) find(subject string, schema Schema, deleted bool) *Entry {
	list := s.state.Subjects[subject]
	for i := range slices.Backward(list) {
		if same(list[i].Schema, schema) && (deleted || !list[i].Deleted) {
			return &list[i]
		}
	}
	return nil
}

// Lookup finds a schema among the versions of a subject.
func (s *Store) Lookup(subject string, schema Schema, normalize, deleted bool) (Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.live(subject)) == 0 && !(deleted && len(s.state.Subjects[subject]) > 0) {
		return Entry{}, noSubject(subject)
	}
	text, err := s.canonical(schema, normalize)
	if err != nil {
		return Entry{}, err
	}
	schema.Text = text
	if e := s.find(subject, schema, deleted); e != nil {
		return *e, nil
	}
	return Entry{}, refuse(40403, "Schema not found")
}

func noSubject(subject string) error { return refuse(40401, "Subject '%s' not found.", subject) }

// live are the versions of a subject that are not deleted.
func (s *Store) live(subject string) (out []Entry) {
	for _, e := range s.state.Subjects[subject] {
		if !e.Deleted {
			out = append(out, e)
		}
	}
	return out
}

// Schema returns the schema with an id.
func (s *Store) Schema(id int) (Schema, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	schema, ok := s.state.Schemas[id]
	if !ok {
		return schema, refuse(40403, "Schema %d not found", id)
	}
	return schema, nil
}

// Uses are the versions that have an id, sorted.
func (s *Store) Uses(id int, deleted bool) ([]Entry, error) {
	if _, err := s.Schema(id); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Entry
	for _, subject := range slices.Sorted(maps.Keys(s.state.Subjects)) {
		for _, e := range s.state.Subjects[subject] {
			if e.ID == id && (deleted || !e.Deleted) {
				out = append(out, e)
			}
		}
	}
	return out, nil
}

// Subjects are the names of the subjects, sorted.
func (s *Store) Subjects(deleted bool) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []string{}
	for _, subject := range slices.Sorted(maps.Keys(s.state.Subjects)) {
		if len(s.live(subject)) > 0 || deleted && len(s.state.Subjects[subject]) > 0 {
			out = append(out, subject)
		}
	}
	return out
}

// Versions are the versions of a subject.
func (s *Store) Versions(subject string, deleted bool) ([]Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.live(subject)
	if deleted {
		list = slices.Clone(s.state.Subjects[subject])
	}
	if len(list) == 0 {
		return nil, noSubject(subject)
	}
	return list, nil
}

// Version returns a version of a subject; -1 is the latest.
func (s *Store) Version(subject string, version int, deleted bool) (Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.live(subject)
	if deleted {
		list = s.state.Subjects[subject]
	}
	if len(list) == 0 {
		return Entry{}, noSubject(subject)
	}
	if version == -1 {
		return list[len(list)-1], nil
	}
	for _, e := range list {
		if e.Version == version {
			return e, nil
		}
	}
	return Entry{}, refuse(40402, "Version %d not found.", version)
}

// DeleteSubject deletes all versions: softly first, then for good. It returns their numbers.
func (s *Store) DeleteSubject(subject string, permanent bool) ([]int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.state.Subjects[subject]
	live := s.live(subject)
	switch {
	case len(list) == 0:
		return nil, noSubject(subject)
	case permanent && len(live) > 0:
		return nil, refuse(40405, "Subject '%s' was not deleted first before being permanently deleted", subject)
	case !permanent && len(live) == 0:
		return nil, refuse(40404, "Subject '%s' was soft deleted.Set permanent=true to delete permanently", subject)
	}
	var out []int
	for i := range list {
		if permanent || !list[i].Deleted {
			out = append(out, list[i].Version)
		}
		list[i].Deleted = true
	}
	if permanent {
		delete(s.state.Subjects, subject)
	}
	delete(s.state.Levels, subject)
	delete(s.state.Modes, subject)
	return out, nil
}

// DeleteVersion deletes a version: softly first, then for good; -1 is the latest.
func (s *Store) DeleteVersion(subject string, version int, permanent bool) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.state.Subjects[subject]
	if len(list) == 0 {
		return 0, noSubject(subject)
	}
	if live := s.live(subject); version == -1 && len(live) > 0 {
		version = live[len(live)-1].Version
	}
	for i := range list {
		switch e := &list[i]; {
		case e.Version != version:
			continue
		case permanent && !e.Deleted:
			return 0, refuse(40407, "Subject '%s' Version %d was not deleted first before being permanently deleted", subject, version)
		case !permanent && e.Deleted:
			return 0, refuse(40406, "Subject '%s' Version %d was soft deleted.Set permanent=true to delete permanently", subject, version)
		case permanent:
			s.state.Subjects[subject] = slices.Delete(list, i, i+1)
			if len(s.state.Subjects[subject]) == 0 {
				delete(s.state.Subjects, subject)
			}
		default:
			e.Deleted = true
		}
		return version, nil
	}
	return 0, refuse(40402, "Version %d not found.", version)
}
