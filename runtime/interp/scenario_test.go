package interp_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/golden"
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/interp"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/task"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

func interpret(topology func(*dsl.Builder)) *gen.Topology {
	return interp.New("T", func() (*graph.Graph, error) { return dsl.Record(topology) })
}

// TestScenarios runs each testdata file through the test driver. A script's lines are:
//
//	topology <name>                       of topologies
//	commit-every <n>                      -1: only by commit
//	pipe <topic> <key> <value> <ts> [header=value]   "-" is null
//	commit
//	wall <duration>
//	store <name>, changelog <name>
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range txtar.Parse(src).Files {
				if s.Name == "script" {
					golden.AssertSection(t, f, "output", run(t, string(s.Data)))
				}
			}
		})
	}
}

type scenario struct {
	t   *testing.T
	d   *testdriver.Driver
	out strings.Builder
	top *gen.Topology
	cfg testdriver.Config
}

// run executes a script and returns its transcript: each line, then what it put out.
func run(t *testing.T, script string) string {
	s := &scenario{t: t}
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		s.line(strings.Fields(line), line)
	}
	if s.d != nil {
		if c := s.d.Counts(); c.Drops != (gen.Drops{}) {
			fmt.Fprintf(&s.out, "drops %+v\n", c.Drops)
		}
		s.d.Close()
	}
	return s.out.String()
}

func (s *scenario) line(f []string, line string) {
	var err error
	switch f[0] {
	case "topology":
		if topologies[f[1]] == nil {
			s.t.Fatalf("no topology %s", f[1])
		}
		s.top = interpret(topologies[f[1]])
		return
	case "commit-every":
		s.cfg.CommitEvery, err = strconv.Atoi(f[1])
		if err != nil {
			s.t.Fatal(err)
		}
		return
	}
	if s.d == nil {
		if s.d, err = testdriver.New(s.top, s.cfg); err != nil {
			s.t.Fatal(err)
		}
	}
	fmt.Fprintln(&s.out, line)
	switch f[0] {
	case "pipe":
		ts, perr := strconv.ParseInt(f[4], 10, 64)
		if perr != nil {
			s.t.Fatal(perr)
		}
		r := testdriver.Record{Key: value(f[2]), Value: value(f[3]), Timestamp: ts}
		for _, h := range f[5:] {
			k, v, _ := strings.Cut(h, "=")
			r.Headers = append(r.Headers, processor.Header{Key: k, Value: []byte(v)})
		}
		err = s.d.Pipe(f[1], r)
	case "commit":
		err = s.d.Commit()
	case "wall":
		d, perr := time.ParseDuration(f[1])
		if perr != nil {
			s.t.Fatal(perr)
		}
		err = s.d.AdvanceWallClock(d)
	case "store":
		s.show("", s.d.Contents(f[1]))
	case "changelog":
		s.show("", s.d.Changelog(f[1]))
	default:
		s.t.Fatalf("unknown line %q", line)
	}
	if err != nil {
		fmt.Fprintf(&s.out, "  error: %v\n", err)
		return
	}
	s.read()
}

// read prints what the sinks put out, by topic.
func (s *scenario) read() {
	var topics []string
	for _, sub := range s.top.Subtopologies {
		for _, k := range sub.Sinks {
			topics = append(topics, task.SinkTopic("test", k))
		}
	}
	slices.Sort(topics)
	for _, topic := range slices.Compact(topics) {
		s.show(topic+": ", s.d.ReadAll(topic))
	}
}

func (s *scenario) show(prefix string, rs []testdriver.Record) {
	for _, r := range rs {
		fmt.Fprintf(&s.out, "  %s%s = %s @%d", prefix, shown(r.Key), shown(r.Value), r.Timestamp)
		for _, h := range r.Headers {
			fmt.Fprintf(&s.out, " %s=%q", h.Key, h.Value)
		}
		s.out.WriteByte('\n')
	}
}

func value(s string) []byte {
	if s == "-" {
		return nil
	}
	return []byte(s)
}

// shown prints bytes as text; a tail of 8 bytes that starts with 0 as a number (an int64, or
// the start of a windowed key), one of 12 as a row of a window store.
func shown(b []byte) string {
	n := len(b)
	switch {
	case b == nil:
		return "null"
	case n >= 12 && b[n-12] == 0 && binary.BigEndian.Uint32(b[n-4:]) == 0:
		return fmt.Sprintf("%s[%d]", b[:n-12], binary.BigEndian.Uint64(b[n-12:]))
	case n >= 8 && b[n-8] == 0:
		return fmt.Sprintf("%s(%d)", b[:n-8], binary.BigEndian.Uint64(b[n-8:]))
	}
	return string(b)
}
