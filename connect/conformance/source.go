// Package conformance holds what every connector must pass, as functions that a connector's own test calls: order,
// redelivery, restart, cancellation, and all of them at random. It plays the worker's part against one task, without a
// broker; what the worker does itself (pausing, retries, commits) is the worker's to test.
package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// patience is how long anything may take that has to happen.
const patience = 20 * time.Second

// Source is a source connector to test, and what it must read. A plain value.
type Source struct {
	New   plugin.Constructor
	Props map[string]string
	// Want is the text of each record's value, in the order of the source. The source has all of it from the beginning.
	Want []string
}

// offsets are a store of offsets that keeps its JSON form alone, as topics do.
type offsets map[string]string

func key(p map[string]any) string {
	text, err := json.Marshal(p)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func (o offsets) store(r *plugin.SourceRecord) error {
	if r.SourcePartition == nil || r.SourceOffset == nil {
		return nil
	}
	text, err := json.Marshal(r.SourceOffset.OffsetFields())
	o[key(r.SourcePartition.Fields())] = string(text)
	return err
}

// Offset reads it back with the types that JSON leaves.
func (o offsets) Offset(_ context.Context, p *plugin.Partition) (map[string]any, error) {
	text, ok := o[key(p.Fields())]
	if !ok {
		return nil, nil
	}
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return nil, err
	}
	for k, v := range m {
		if f, ok := v.(float64); ok && f == float64(int64(f)) {
			m[k] = int64(f)
		}
	}
	return m, nil
}

// sourceContext is what a task sees of a worker.
type sourceContext struct {
	ctx     context.Context
	offsets offsets
}

func (c *sourceContext) Context() context.Context               { return c.ctx }
func (c *sourceContext) Connector() string                      { return "conformance" }
func (c *sourceContext) Task() int                              { return 0 }
func (c *sourceContext) Offsets() plugin.OffsetReader           { return c.offsets }
func (c *sourceContext) Transaction() plugin.TransactionContext { return nil }
func (c *sourceContext) Reporter() plugin.ErrantRecordReporter  { return nil }

// read runs a task until it has given n records, stores the offset of each, and stops it. What else the last batch held
// is thrown away, as a crash would.
func (s Source) read(t *testing.T, stored offsets, n int) (values []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	connector := s.New().(plugin.SourceConnector)
	if err := connector.Start(nil, maps.Clone(s.Props)); err != nil {
		t.Fatal(err)
	}
	configs, err := connector.TaskConfigs(1)
	if err != nil || len(configs) != 1 {
		t.Fatalf("one task was asked for: %d, %v", len(configs), err)
	}
	task := connector.NewTask()
	if err := task.Start(&sourceContext{ctx, stored}, configs[0]); err != nil {
		t.Fatal(err)
	}
	for len(values) < n {
		records, err := task.Poll(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if ctx.Err() != nil {
			t.Fatalf("%d of %d records after %v", len(values), n, patience)
		}
		for i := range records {
			if len(values) == n {
				break
			}
			if err := stored.store(&records[i]); err != nil {
				t.Fatal(err)
			}
			values = append(values, data.Text(records[i].Value))
		}
	}
	if err := task.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := connector.Stop(); err != nil {
		t.Fatal(err)
	}
	return values
}

// Test runs the suite.
func (s Source) Test(t *testing.T) {
	equal := func(t *testing.T, got, want []string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
	}
	t.Run("order", func(t *testing.T) { equal(t, s.read(t, offsets{}, len(s.Want)), s.Want) })
	t.Run("restart", func(t *testing.T) {
		for n := range len(s.Want) {
			stored := offsets{}
			first := s.read(t, stored, n)
			equal(t, append(first, s.read(t, stored, len(s.Want)-n)...), s.Want)
		}
	})
	t.Run("chaos", func(t *testing.T) {
		for seed := range uint64(20) {
			random := rand.New(rand.NewPCG(seed, 0))
			stored, got := offsets{}, []string{}
			for len(got) < len(s.Want) {
				n := 1 + random.IntN(len(s.Want)-len(got))
				before := maps.Clone(stored)
				batch := s.read(t, stored, n)
				if random.IntN(3) == 0 {
					stored = before // the offsets were lost: the records come again
					continue
				}
				got = append(got, batch...)
			}
			equal(t, got, s.Want)
		}
	})
	t.Run("cancel", func(t *testing.T) {
		stored := offsets{}
		s.read(t, stored, len(s.Want))
		ctx, cancel := context.WithCancel(t.Context())
		connector := s.New().(plugin.SourceConnector)
		if err := connector.Start(nil, s.Props); err != nil {
			t.Fatal(err)
		}
		configs, err := connector.TaskConfigs(1)
		if err != nil {
			t.Fatal(err)
		}
		task := connector.NewTask()
		if err := task.Start(&sourceContext{ctx, stored}, configs[0]); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() {
			for ctx.Err() == nil {
				if records, err := task.Poll(ctx); err != nil && ctx.Err() == nil {
					ended <- err
					return
				} else if len(records) > 0 {
					ended <- fmt.Errorf("%d records too many", len(records))
					return
				}
			}
			ended <- nil
		}()
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(patience):
			t.Error("Poll does not heed its context")
		}
		if err := task.Stop(); err != nil {
			t.Error(err)
		}
	})
	t.Run("bad configuration", func(t *testing.T) {
		task := s.New().(plugin.SourceConnector).NewTask()
		if err := task.Start(&sourceContext{t.Context(), offsets{}}, map[string]string{}); err == nil {
			t.Error("a task without a configuration started")
		}
		if err := task.Stop(); err != nil {
			t.Error(err)
		}
	})
}
