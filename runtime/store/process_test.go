package store

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"

	"github.com/streamgen/streamgen/runtime/gen"
)

var oneStore = []gen.Store{{Name: "s", Logged: true}}

func TestOneProcessHoldsTheDirectory(t *testing.T) {
	for name, disk := range map[string]*Disk{"machine": nil, "memory": NewMemDisk()} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "app")
			p, err := OpenProcess(dir, Options{Disk: disk})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := OpenProcess(dir, Options{Disk: disk}); err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "state.dir") {
				t.Fatalf("a second process gets %v", err)
			}
			if err := CleanUp(dir, disk); err == nil || !strings.Contains(err.Error(), "in use") {
				t.Fatalf("cleaning up under a running process gives %v", err)
			}
			id := p.ID()
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
			p, err = OpenProcess(dir, Options{Disk: disk})
			if err != nil || p.ID() != id || len(id) != 36 {
				t.Fatalf("process id %q then %q, %v", id, p.ID(), err)
			}
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
			if err := CleanUp(dir, disk); err != nil {
				t.Fatal(err)
			}
			if err := CleanUp(dir, disk); err != nil {
				t.Fatalf("cleaning up nothing: %v", err)
			}
			p, err = OpenProcess(dir, Options{Disk: disk})
			if err != nil || p.ID() == id {
				t.Fatalf("the process id outlived a clean-up: %v", err)
			}
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestMetadataIsKafkaStreams(t *testing.T) {
	dir := t.TempDir()
	id := "a3f1c6de-0000-4000-8000-000000000001"
	path := filepath.Join(dir, metadataFile)
	for _, c := range []struct {
		text string
		kept bool
	}{
		{`{"processId":"` + id + `"}`, true},
		{`{"processId":"` + id + `","version":2}`, true},
		{`{"processId":""}`, false},
		{`{"proc`, false},
		{``, false},
	} {
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := OpenProcess(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if (p.ID() == id) != c.kept {
			t.Errorf("%q gives id %s", c.text, p.ID())
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// damage is a way to make a task's database useless.
var damage = map[string]func(t *testing.T, dir string){
	"manifest cut off": func(t *testing.T, dir string) {
		for _, f := range glob(t, dir, "MANIFEST-*") {
			if err := os.Truncate(f, 10); err != nil {
				t.Fatal(err)
			}
		}
	},
	"table missing": func(t *testing.T, dir string) {
		for _, f := range glob(t, dir, "*.sst") {
			if err := os.Remove(f); err != nil {
				t.Fatal(err)
			}
		}
	},
	"table overwritten": func(t *testing.T, dir string) {
		for _, f := range glob(t, dir, "*.sst") {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(f, bytes.Repeat([]byte{0xa5}, len(data)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	},
	"table cut off": func(t *testing.T, dir string) {
		for _, f := range glob(t, dir, "*.sst") {
			if err := os.Truncate(f, 20); err != nil {
				t.Fatal(err)
			}
		}
	},
	"manifest missing": func(t *testing.T, dir string) {
		for _, f := range glob(t, dir, "MANIFEST-*") {
			if err := os.Remove(f); err != nil {
				t.Fatal(err)
			}
		}
	},
	"manifest of nonsense": func(t *testing.T, dir string) {
		for _, f := range glob(t, dir, "MANIFEST-*") {
			if err := os.WriteFile(f, bytes.Repeat([]byte("nonsense"), 100), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	},
	"of a format to come": func(t *testing.T, dir string) {
		identify(t, dir, `{"format":99,"application":"app","task":"0_1"}`)
	},
	"identity of nonsense": func(t *testing.T, dir string) { identify(t, dir, "nonsense") },
	"Kafka Streams' stores": func(t *testing.T, dir string) {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{".checkpoint": "0\n1\napp-s-changelog 0 17\n", "rocksdb/s/CURRENT": "MANIFEST-000005\n", "rocksdb/s/000004.log": ""} {
			path := filepath.Join(dir, name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, []byte(text), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
	},
	"options unreadable": func(t *testing.T, dir string) {
		for _, f := range glob(t, dir, "OPTIONS-*") {
			if err := os.WriteFile(f, []byte("[Options]\n  comparer=somebody.else\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	},
	"another task's": func(t *testing.T, dir string) {
		if err := os.Rename(filepath.Join(filepath.Dir(dir), "0_9"), dir); err != nil {
			t.Fatal(err)
		}
	},
}

// identify writes another identity into a database.
func identify(t *testing.T, dir, text string) {
	t.Helper()
	db, err := pebble.Open(dir, &pebble.Options{FormatMajorVersion: pebble.FormatNewest, Logger: pebbleLog{slog.New(slog.DiscardHandler)}})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Set(identityKey(), []byte(text), pebble.Sync), db.Flush(), db.Close()); err != nil {
		t.Fatal(err)
	}
}

func glob(t *testing.T, dir, pattern string) []string {
	t.Helper()
	m, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(m) == 0 {
		t.Fatalf("no %s in %s: %v", pattern, dir, err)
	}
	return m
}

func TestDamagedDatabasesAreSetAside(t *testing.T) {
	for name, spoil := range damage {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var log bytes.Buffer
			o := Options{Application: "app", Log: slog.New(slog.NewTextHandler(&log, nil))}
			p, err := OpenProcess(dir, o)
			if err != nil {
				t.Fatal(err)
			}
			ids := []string{"0_1", "0_9"}
			for _, id := range ids {
				task := openTask(t, p, id, oneStore)
				b := task.NewBatch()
				if err := b.Put(0, []byte("k"), []byte("v"), 0); err != nil {
					t.Fatal(err)
				}
				b.SetOffset(0, 5)
				if err := b.Commit(); err != nil {
					t.Fatal(err)
				}
				if err := task.Flush(); err != nil {
					t.Fatal(err)
				}
				if err := task.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := p.Tasks(); err != nil || !slices.Equal(got, ids) {
				t.Fatalf("tasks %v %v", got, err)
			}
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
			where := filepath.Join(dir, "0_1")
			if name == "another task's" {
				if err := os.RemoveAll(where); err != nil {
					t.Fatal(err)
				}
			}
			spoil(t, where)

			if p, err = OpenProcess(dir, o); err != nil {
				t.Fatal(err)
			}
			task := openTask(t, p, "0_1", oneStore)
			if _, ok := task.Offset(0); ok {
				t.Error("the rebuilt store says it has been restored")
			}
			if _, found, err := task.Backend(0).Get([]byte("k")); found || err != nil {
				t.Errorf("the rebuilt store has rows: %v", err)
			}
			if err := task.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(where + ".damaged"); err != nil {
				t.Error(err)
			}
			if !strings.Contains(log.String(), "set aside") {
				t.Errorf("the log says %q", log.String())
			}
			if got, err := p.Tasks(); err != nil || !slices.Contains(got, "0_1") || slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "damaged") }) {
				t.Errorf("tasks %v %v", got, err)
			}
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestAnotherApplicationsDatabaseIsNotUsed(t *testing.T) {
	disk := NewMemDisk()
	for _, app := range []string{"one", "two"} {
		p, err := OpenProcess("state", Options{Application: app, Disk: disk})
		if err != nil {
			t.Fatal(err)
		}
		task := openTask(t, p, "0_0", oneStore)
		if _, ok := task.Offset(0); ok {
			t.Error("application two reads what one has written")
		}
		b := task.NewBatch()
		b.SetOffset(0, 9)
		if err := b.Commit(); err != nil {
			t.Fatal(err)
		}
		if err := task.Flush(); err != nil {
			t.Fatal(err)
		}
		if err := task.Close(); err != nil {
			t.Fatal(err)
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpeningMistakes(t *testing.T) {
	p := openProcess(t, NewMemDisk())
	for _, id := range []string{"", "0", "a_b", "0_1/..", "0_", "_0", "0_1.damaged"} {
		if _, err := p.OpenTask(id, oneStore); err == nil {
			t.Errorf("task id %q is accepted", id)
		}
	}
	task := openTask(t, p, "0_0", oneStore)
	if _, err := p.OpenTask("0_0", oneStore); err == nil || !strings.Contains(err.Error(), "open already") {
		t.Errorf("opening twice: %v", err)
	}
	if err := p.Close(); err == nil {
		t.Error("the process closes over an open task")
	}
	if err := task.Close(); err != nil {
		t.Fatal(err)
	}
	if err := task.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	openTask(t, p, "0_0", oneStore)
}

func TestProcessIsSharedByTasks(t *testing.T) {
	p := openProcess(t, NewMemDisk())
	done := make(chan error)
	for i := range 8 {
		go func() {
			done <- func() error {
				task, err := p.OpenTask(fmt.Sprintf("0_%d", i), oneStore)
				if err != nil {
					return err
				}
				for n := range 50 {
					b := task.NewBatch()
					if err := b.Put(0, fmt.Append(nil, n), []byte{byte(i)}, 0); err != nil {
						return err
					}
					if err := b.Commit(); err != nil {
						return err
					}
					if v, ok, err := task.Backend(0).Get(fmt.Append(nil, n)); err != nil || !ok || v[0] != byte(i) {
						return fmt.Errorf("task %d reads %v %v %v", i, v, ok, err)
					}
				}
				return task.Close()
			}()
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// TestDamageFoundWhileRunning stops at the next commit, and SetAside makes room.
func TestDamageFoundWhileRunning(t *testing.T) {
	p := openProcess(t, NewMemDisk())
	task := openTask(t, p, "0_0", oneStore)
	b := task.NewBatch()
	b.SetOffset(0, 7)
	task.options().EventListener.DataCorruption(pebble.DataCorruptionInfo{Path: "000005.sst"})
	err := b.Commit()
	if !Damaged(err) {
		t.Fatalf("the commit says %v", err)
	}
	if next, ok := task.Offset(0); ok {
		t.Errorf("offset %d after a failed commit", next)
	}
	if err := task.SetAside(err); err != nil {
		t.Fatal(err)
	}
	task = openTask(t, p, "0_0", oneStore)
	b = task.NewBatch()
	b.SetOffset(0, 7)
	if err := b.Commit(); err != nil {
		t.Fatal(err)
	}
}
