package poll

import (
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/runtime/internal/clock"
	"github.com/streamgen/streamgen/runtime/internal/commit"
)

// A worker gives up after the task timeout of failures, counted from the first: an hour
// without anything to commit was no failure.
func TestWorkerGivesUpAfterFailuresNotAfterIdling(t *testing.T) {
	now := time.Unix(0, 0)
	w := &worker{g: &Group{s: &Settings{Clock: clock.Clock{Now: func() time.Time { return now }}, TaskTimeout: time.Minute}}}
	now = now.Add(time.Hour)
	for i := range 60 {
		if w.hopeless() {
			t.Fatalf("gave up after %d s", i)
		}
		now = now.Add(time.Second)
	}
	now = now.Add(time.Second)
	if !w.hopeless() {
		t.Error("never gives up")
	}
}

// Partitions that no task reads are refused with the topic's name, not left unread.
func TestPartitionsAddedUnderTheApp(t *testing.T) {
	w := &worker{topics: &topics{partitions: map[string]int32{"words": 2}}}
	if err := w.grown(map[string][]int32{"words": {0, 1}}); err != nil {
		t.Error(err)
	}
	err := w.grown(map[string][]int32{"words": {1, 2}})
	if commit.ClassOf(err) != commit.Fault || !strings.Contains(err.Error(), `topic "words" had 2 partitions`) {
		t.Errorf("got %v", err)
	}
}

// A partition that is taken away and comes back before the loop looks is told: the client
// holds it paused at the committed offset, so its task has to be opened anew.
func TestPartitionThatCameBackIsTold(t *testing.T) {
	m := &membership{owned: map[string][]int32{"words": {0, 1}}}
	m.revoked(t.Context(), nil, map[string][]int32{"words": {1}})
	m.owned["words"] = append(m.owned["words"], 1)
	owned, left, changed, gone := m.take()
	if !changed || gone || len(owned["words"]) != 2 || !left[partition{"words", 1}] || left[partition{"words", 0}] {
		t.Errorf("owned %v, left %v, changed %v, gone %v", owned, left, changed, gone)
	}
	if _, left, changed, _ = m.take(); changed || left != nil {
		t.Errorf("told twice: %v", left)
	}
}

// A member that the group had forgotten and that joined as another one starts anew: its
// partitions were somebody else's meanwhile, although nobody took them away.
func TestMemberThatBecameAnotherIsGone(t *testing.T) {
	m := &membership{}
	m.became("a", map[string][]int32{"words": {0}})
	m.became("a", map[string][]int32{"words": {1}})
	m.became("a", nil)
	if _, _, changed, gone := m.take(); !changed || gone {
		t.Errorf("one member all the time: changed %v, gone %v", changed, gone)
	}
	m.became("b", nil)
	if _, _, _, gone := m.take(); !gone {
		t.Error("it keeps the partitions of another member")
	}
	m = &membership{}
	m.became("a", map[string][]int32{"words": {0}})
	m.revoked(t.Context(), nil, map[string][]int32{"words": {0}})
	m.became("b", map[string][]int32{"words": {0}})
	if _, _, _, gone := m.take(); gone {
		t.Error("gone, although it owned nothing when it became another")
	}
}

func TestRepeatedLinesAreThinnedOut(t *testing.T) {
	now := time.Unix(0, 0)
	s := newSparse(func() time.Time { return now })
	lines := 0
	for range 60 {
		if s.allow("away") {
			lines++
		}
		now = now.Add(time.Second)
	}
	if lines != 6 || !s.allow("other") {
		t.Errorf("%d lines in a minute", lines)
	}
}
