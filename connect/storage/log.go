package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// Log keeps records by key. What is put comes back through the function that the log was opened with, in one order for all
// readers. Its methods are safe for concurrent use.
type Log interface {
	// Put writes records, all or at least in order, and returns once they are safe and have been applied.
	Put(ctx context.Context, records ...Record) error
	// Sync returns once everything that was written by anybody before has been applied.
	Sync(ctx context.Context) error
	Close() error
}

// Apply takes in one record of a log. It is called from one goroutine at a time.
type Apply func(offset int64, key string, value []byte)

// Memory is a log of a worker that is alone, kept in a file between runs if it has one. It is safe for concurrent use.
type Memory struct {
	mu     sync.Mutex
	apply  Apply
	next   int64
	path   string
	latest map[string]json.RawMessage
}

// OpenMemory returns a log in memory. With a path, the file's records are applied first, and every Put rewrites it: such
// a log is for the few records that offsets are.
func OpenMemory(path string, apply Apply) (*Memory, error) {
	m := &Memory{apply: apply, path: path, latest: map[string]json.RawMessage{}}
	if path == "" {
		return m, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(text) == 0 {
		return m, nil
	}
	if err != nil {
		return nil, fmt.Errorf("offset file: %w", err)
	}
	if err := json.Unmarshal(text, &m.latest); err != nil {
		return nil, fmt.Errorf("offset file %s is not one of ours (a Java worker's cannot be read): %w; give another offset.storage.file.filename", path, err)
	}
	for key, value := range m.latest {
		m.put(Record{key, value})
	}
	return m, nil
}

func (m *Memory) put(r Record) {
	if m.path != "" {
		if r.Value == nil {
			delete(m.latest, r.Key)
		} else {
			m.latest[r.Key] = r.Value
		}
	}
	m.apply(m.next, r.Key, r.Value)
	m.next++
}

// Put applies the records and rewrites the file.
func (m *Memory) Put(_ context.Context, records ...Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range records {
		m.put(r)
	}
	if m.path == "" || len(records) == 0 {
		return nil
	}
	text, err := json.MarshalIndent(m.latest, "", " ")
	if err != nil {
		return fmt.Errorf("offset file: %w", err)
	}
	// A crash in the middle of a write must not cost the offsets: the new file takes the old one's place in one step.
	temporary := filepath.Join(filepath.Dir(m.path), "."+filepath.Base(m.path)+".new")
	if err := os.WriteFile(temporary, text, 0o644); err != nil {
		return fmt.Errorf("offset file: %w", err)
	}
	if err := os.Rename(temporary, m.path); err != nil {
		return fmt.Errorf("offset file: %w", err)
	}
	return nil
}

// Sync does nothing: Put has applied everything.
func (m *Memory) Sync(context.Context) error { return nil }

// Close does nothing: Put has written everything.
func (m *Memory) Close() error { return nil }
