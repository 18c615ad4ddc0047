package main

import (
	"strings"
	"testing"
)

// The ratio is that of paired rounds: the second round here is a slow one, for all.
func TestTableOfMedians(t *testing.T) {
	var all []measured
	for i, out := range []string{
		"BenchmarkOperators/Counted/hand-2  100  22.0 ns/op  20.0 cpu-ns/op  0 B/op  0 allocs/op\nBenchmarkOperators/Counted/generated-2  100  26.0 ns/op  24.0 cpu-ns/op  0 B/op  0 allocs/op\n",
		"goos: linux\nBenchmarkOperators/Counted/hand-2  100  90 ns/op  80.0 cpu-ns/op  0 B/op  0 allocs/op\nBenchmarkOperators/Counted/generated-2  100  99 ns/op  88.0 cpu-ns/op  0 B/op  0 allocs/op\n",
		"BenchmarkOperators/Counted/hand-2  100  23 ns/op  21.0 cpu-ns/op  0 B/op  0 allocs/op\nBenchmarkOperators/Counted/generated-2  100  22 ns/op  21.0 cpu-ns/op  8 B/op  1 allocs/op\nPASS\n",
	} {
		all = append(all, parse(i, []byte(out))...)
	}
	var b strings.Builder
	if err := table(&b, all); err != nil {
		t.Fatal(err)
	}
	const want = `| | CPU ns/record | times hand | times generated | ns/record | allocs/record |
|---|---|---|---|---|---|
| Counted/hand | 21.0 | 1.00 | 0.91 | 23.0 | 0 |
| Counted/generated | 24.0 | 1.10 | 1.00 | 26.0 | 0 |
`
	if b.String() != want {
		t.Errorf("the table is\n%s\ninstead of\n%s", b.String(), want)
	}
}
