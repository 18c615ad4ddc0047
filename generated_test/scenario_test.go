package gentest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/golden"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

// A scenario is a file whose name is a claim. Lines:
//
//	# prose
//	topology Name              which topology of the folder; first
//	commit every 3             Config.CommitEvery
//	kafka                      Config.Kafka (S180)
//	topic @10 key = value ; header=text, header=text
//	advance 100ms              the wall clock
//	commit
//	store name                 its rows, uncommitted ones included
//	changelog name             what commits wrote so far
//	counts                     processed and dropped records
//
// Indented lines are what follows; -update rewrites them.
func TestScenarios(t *testing.T) {
	seen := map[string]bool{}
	files, err := filepath.Glob("*/scenarios/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := scenarioCase(t, file, string(data))
		seen[c.name] = true
		for mode, build := range c.modes() {
			t.Run(strings.TrimSuffix(strings.Replace(file, "/scenarios", "", 1), ".txt")+"/"+mode, func(t *testing.T) {
				got, err := replay(c, build(), string(data))
				if err != nil {
					t.Fatal(err)
				}
				golden.Assert(t, file, got)
			})
		}
	}
	for _, c := range cases {
		if !seen[c.name] {
			t.Errorf("%s has no scenario", c.name)
		}
	}
}

func scenarioCase(t *testing.T, file, text string) *testCase {
	t.Helper()
	for line := range strings.Lines(text) {
		name, ok := strings.CutPrefix(strings.TrimSpace(line), "topology ")
		if !ok {
			continue
		}
		want := filepath.Dir(filepath.Dir(file)) + "/" + name
		for _, c := range cases {
			if c.name == want {
				return c
			}
		}
		t.Fatalf("%s: no topology %s in the table of cases", file, want)
	}
	t.Fatalf("%s: no topology line", file)
	return nil
}

// replay runs a scenario and returns its text with the indented lines as they are now.
func replay(c *testCase, topology *gen.Topology, text string) (string, error) {
	var out strings.Builder
	var p *player
	var config testdriver.Config
	for n, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if strings.HasPrefix(line, "    ") {
			continue
		}
		out.WriteString(line + "\n")
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" || words[0] == "topology" {
			continue
		}
		var err error
		if line == "kafka" {
			config.Kafka = true
			continue
		}
		if strings.HasPrefix(line, "commit every ") {
			config.CommitEvery, err = strconv.Atoi(words[2])
			if err != nil {
				return "", fmt.Errorf("line %d: %w", n+1, err)
			}
			continue
		}
		o, err := parseOp(c, line, words)
		if err != nil {
			return "", fmt.Errorf("line %d: %w", n+1, err)
		}
		if p == nil {
			if p, err = newPlayer(c, topology, config); err != nil {
				return "", err
			}
			defer p.d.Close()
		}
		for _, l := range p.do(o) {
			out.WriteString("    " + l + "\n")
		}
	}
	return out.String(), nil
}

func parseOp(c *testCase, line string, words []string) (o op, err error) {
	o.verb = words[0]
	switch o.verb {
	case "commit", "counts":
		return o, nil
	case "advance":
		o.by, err = time.ParseDuration(words[1])
		return o, err
	case "store", "changelog":
		o.name = words[1]
		if _, ok := c.stores[o.name]; !ok {
			return o, fmt.Errorf("no notation for store %s", o.name)
		}
		return o, nil
	}
	o.verb, o.name = "pipe", words[0]
	format, ok := c.topics[o.name]
	if !ok || len(words) < 5 || words[1][0] != '@' {
		return o, fmt.Errorf("%q is neither a command nor a record of a known topic", line)
	}
	if o.record.Timestamp, err = strconv.ParseInt(words[1][1:], 10, 64); err != nil {
		return o, err
	}
	rest := strings.TrimSpace(line[strings.Index(line, words[1])+len(words[1]):])
	rest, headers, _ := strings.Cut(rest, " ; ")
	key, val, _ := strings.Cut(rest, " = ")
	keyFormat, valFormat, _ := strings.Cut(format, " ")
	if o.record.Key, err = parse(keyFormat, key); err != nil {
		return o, err
	}
	if o.record.Value, err = parse(valFormat, val); err != nil {
		return o, err
	}
	for h := range strings.SplitSeq(headers, ", ") {
		if k, v, ok := strings.Cut(h, "="); ok {
			o.record.Headers = append(o.record.Headers, serde.Header{Key: k, Value: []byte(v)})
		}
	}
	return o, nil
}
