package store

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/state"
)

func benchTask(b *testing.B, spec gen.Store) *Task {
	b.Helper()
	p, err := OpenProcess(b.TempDir(), Options{Application: "app"})
	if err != nil {
		b.Fatal(err)
	}
	task, err := p.OpenTask("0_0", []gen.Store{spec})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := task.Close(); err != nil {
			b.Error(err)
		}
		if err := p.Close(); err != nil {
			b.Error(err)
		}
	})
	return task
}

// putRows commits n rows with 8 byte keys, in batches of 10,000.
func putRows(b *testing.B, task *Task, n int, window bool) {
	b.Helper()
	val := make([]byte, 32)
	for at := 0; at < n; at += 10_000 {
		batch := task.NewBatch()
		for i := at; i < min(n, at+10_000); i++ {
			key := binary.BigEndian.AppendUint64(nil, uint64(i)*0x9e3779b97f4a7c15)
			if window {
				key = state.AppendKey(nil, key[:2], int64(i))
			}
			if err := batch.Put(0, key, val, int64(i)); err != nil {
				b.Fatal(err)
			}
		}
		batch.SetOffset(0, int64(at))
		if err := batch.Commit(); err != nil {
			b.Fatal(err)
		}
	}
}

// One hundred tasks with one store each are opened and closed; the report is per task.
func BenchmarkOpen100Tasks(b *testing.B) {
	p, err := OpenProcess(b.TempDir(), Options{Application: "app"})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var tasks []*Task
		for i := range 100 {
			task, err := p.OpenTask(fmt.Sprintf("0_%d", i), oneStore)
			if err != nil {
				b.Fatal(err)
			}
			tasks = append(tasks, task)
		}
		for _, task := range tasks {
			if err := task.Close(); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/100/float64(b.N), "ms/task")
	if err := p.Close(); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkCommit10kRows(b *testing.B) {
	task := benchTask(b, gen.Store{Name: "s", Timestamped: true})
	for b.Loop() {
		putRows(b, task, 10_000, false)
	}
}

func BenchmarkGet(b *testing.B) {
	task := benchTask(b, gen.Store{Name: "s", Timestamped: true})
	const n = 200_000
	putRows(b, task, n, false)
	if err := task.Flush(); err != nil {
		b.Fatal(err)
	}
	back := task.Backend(0)
	key := make([]byte, 8)
	b.ReportAllocs()
	i := uint64(0)
	for b.Loop() {
		i = (i + 7919) % n
		binary.BigEndian.PutUint64(key, i*0x9e3779b97f4a7c15)
		if _, ok, err := back.Get(key); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

// A range of a few rows, as a Fetch of some windows makes it.
func BenchmarkScanWindow(b *testing.B) {
	task := benchTask(b, gen.Store{Name: "s", Window: true, Retention: 100_000, Segment: 50_000})
	putRows(b, task, 200_000, true)
	if err := task.Flush(); err != nil {
		b.Fatal(err)
	}
	back := task.Backend(0)
	i := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		i++
		var key [2]byte
		binary.BigEndian.PutUint16(key[:], uint16(i*7919))
		err := back.(state.WindowBackend).ScanStarts(state.AppendKey(nil, key[:], 160_000), state.AppendKey(nil, key[:], 170_000), 160_000, 169_999, func(k, v []byte) bool { return true })
		if err != nil {
			b.Fatal(err)
		}
	}
}
