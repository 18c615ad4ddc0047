package commit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each file of testdata is a history: the first line names the mode, the lines up to
// "--" say how the steps end in the order they are tried (unnamed steps end well), the
// rest is the expected sequence of actions and the end.
func TestHistories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			script, want, ok := strings.Cut(string(raw), "--\n")
			if !ok {
				t.Fatal("no -- line")
			}
			if got := play(t, strings.TrimSpace(script)); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func play(t *testing.T, script string) string {
	lines := strings.Split(script, "\n")
	mode, events := lines[0], lines[1:]
	var out strings.Builder
	step := func(name string) func() error {
		return func() error {
			fmt.Fprintf(&out, "%s\n", name)
			if len(events) == 0 {
				return nil
			}
			event := strings.Fields(events[0])
			if event[0] != name {
				return nil
			}
			events = events[1:]
			return failure(t, event[1])
		}
	}
	limit := 3
	env := &Env{
		Flush: step("flush"), Changelog: step("changelog"), Settle: step("settle"), Offsets: step("offsets"),
		End: step("end"), Abort: step("abort"), Apply: step("apply"),
		Again: func(s State, n int, _ error) bool {
			fmt.Fprintf(&out, "again %s %d\n", s, n)
			return n < limit
		},
	}
	var end State
	var err error
	verb, arg, _ := strings.Cut(mode, " ")
	switch verb {
	case "exactly-once":
		end, err = ExactlyOnce(env)
	case "at-least-once":
		end, err = AtLeastOnce(env)
	case "exactly-once-failure":
		end, err = AbortExactlyOnce(env, failure(t, arg))
	case "at-least-once-failure":
		end, err = AbortAtLeastOnce(failure(t, arg))
	default:
		t.Fatalf("mode %q", mode)
	}
	if len(events) != 0 {
		t.Errorf("events that never happened: %q", events)
	}
	fmt.Fprintf(&out, "=> %s", end)
	if err != nil {
		fmt.Fprintf(&out, ": %v", err)
	}
	out.WriteString("\n")
	return out.String()
}

func failure(t *testing.T, class string) error {
	for c := OK; c <= Fault; c++ {
		if c.String() == class {
			if c == OK {
				return nil
			}
			return As(c, errors.New(class))
		}
	}
	if class == "plain" {
		return errors.New("plain")
	}
	t.Fatalf("class %q", class)
	return nil
}

// S43: stores may change only once the commit is certain, whatever goes wrong where.
func TestApplyOnlyAfterTheCommit(t *testing.T) {
	steps := []State{Flush, Changelog, Settle, Offsets, End, Aborting}
	for mask := range 1 << 12 { // two bits of class per step: every combination
		var ended, aborted, applied bool
		env := &Env{Again: func(State, int, error) bool { return false }}
		fail := func(s State) error {
			c := Class(mask >> (2 * int(s)) & 3)
			if c == OK {
				return nil
			}
			return As(c+1, errors.New("x"))
		}
		env.Flush = func() error { return fail(steps[0]) }
		env.Changelog = func() error { return fail(steps[1]) }
		env.Settle = func() error { return fail(steps[2]) }
		env.Offsets = func() error { return fail(steps[3]) }
		env.End = func() error { ended = fail(steps[4]) == nil; return fail(steps[4]) }
		env.Abort = func() error { aborted = true; return As(Class(mask>>10&3), errors.New("x")) }
		env.Apply = func() error { applied = true; return nil }
		end, err := ExactlyOnce(env)
		if applied && (!ended || aborted) || (end == Committed) != applied || (end == Committed) != (err == nil) {
			t.Fatalf("mask %b: ended %v aborted %v applied %v: %v %v", mask, ended, aborted, applied, end, err)
		}
	}
}
