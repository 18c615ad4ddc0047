package runtime_test

import (
	"maps"
	"path/filepath"
	"testing"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
)

// S142: a store in memory is read from its changelog at each start, and leaves no files.
func TestStoreInMemoryComesFromItsChangelog(t *testing.T) {
	c := newCluster(t, broker.Topic{Name: "words", Partitions: 2}, broker.Topic{Name: "counted", Partitions: 1})
	counting := func(b *dsl.Builder) {
		b.Stream("words", dsl.String(), dsl.String()).
			GroupBy(func(_, word string) string { return word }, dsl.String(), dsl.String()).
			Count(dsl.Name("counts"), dsl.InMemory()).
			ToStream().To("counted", dsl.String(), dsl.Int64())
	}
	list, _ := words(400, 10)
	dir, want := t.TempDir(), map[string]int64{}
	r := c.read("counted")
	for _, part := range [][]string{list[:200], list[200:]} {
		app := start(t, rt.InterpretPlain(counting), c.config("app", rt.ExactlyOnce, dir))
		c.produce("words", part...)
		for _, w := range part {
			want[w]++
		}
		r.until("the counts", func() bool { return maps.Equal(r.counts(), want) })
		if err := app.Close(patience); err != nil {
			t.Fatal(err)
		}
		if files, err := filepath.Glob(filepath.Join(dir, "*", "*_*")); err != nil || len(files) > 0 {
			t.Errorf("files of tasks: %v, %v", files, err)
		}
	}
}
