package worker

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/streamgen/streamgen/connect/plugin"
)

func policyOf(t *testing.T, props map[string]string) *policy {
	t.Helper()
	props["name"], props["connector.class"], props["topics"] = "c", "x", "t"
	v, err := bareConnectorDef(plugin.KindSink).Parse(props)
	if err != nil {
		t.Fatal(err)
	}
	return newPolicy("c-0", v, slog.New(slog.DiscardHandler), &breakers{})
}

// What is retried, for how long, and what becomes of the record: stage by kind of error and setting.
func TestPolicy(t *testing.T) {
	refused := errors.New("refused")
	for _, c := range []struct {
		name   string
		props  map[string]string
		err    error
		heals  time.Duration // until when the operation fails; negative: always
		skips  bool
		passes bool
	}{
		{"an error of data, none tolerated", map[string]string{}, refused, -1, false, false},
		{"an error of data, all tolerated", map[string]string{"errors.tolerance": "all"}, refused, -1, true, false},
		{"retriable without a time to retry", map[string]string{}, plugin.Retriable(refused), time.Second, false, false},
		{"retriable that passes in time", map[string]string{"errors.retry.timeout": "5000"}, plugin.Retriable(refused), 2 * time.Second, false, true},
		{"retriable that does not", map[string]string{"errors.retry.timeout": "5000", "errors.tolerance": "all"}, plugin.Retriable(refused), time.Minute, true, false},
		{"the way, without a time to retry", map[string]string{}, plugin.Transport("db", refused), time.Hour, false, true},
		{"the way, beyond the time to retry, all tolerated", map[string]string{"errors.retry.timeout": "5000", "errors.tolerance": "all"}, plugin.Transport("db", refused), time.Hour, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := policyOf(t, c.props)
				began := time.Now()
				err, attempts := p.retry(context.Background(), c.err, func() error {
					if c.heals >= 0 && time.Since(began) >= c.heals {
						return nil
					}
					return c.err
				})
				if (err == nil) != c.passes {
					t.Fatalf("%v after %d attempts", err, attempts)
				}
				if err == nil {
					return
				}
				failed := p.give(failure{stage: StageValue, err: err, attempts: attempts})
				if (failed == nil) != c.skips {
					t.Errorf("skipped %v: %v", failed == nil, failed)
				}
				if failed != nil && !errors.Is(failed, refused) {
					t.Errorf("the cause is lost: %v", failed)
				}
			})
		})
	}
}

// The pause is a system's, not a task's: many that fail at once do not lengthen it, one that succeeds ends it.
func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &breakers{}
		for range 100 {
			if d := b.failed("db"); d > breakerFirst {
				t.Fatal(d)
			}
		}
		last := time.Duration(0)
		for range 12 {
			time.Sleep(breakerMost + time.Second)
			d := b.failed("db")
			if d < last || d > breakerMost {
				t.Fatal(d, last)
			}
			last = d
		}
		if last != breakerMost || b.open()["db"] != 13 {
			t.Error(last, b.open())
		}
		b.succeeded("db")
		if d := b.failed("db"); d != breakerFirst {
			t.Error(d)
		}
	})
}
