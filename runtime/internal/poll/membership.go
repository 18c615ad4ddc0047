package poll

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kgo"
)

// membership collects what the client's callbacks say, for the loop to read behind the
// gate. Callbacks run on the client's goroutines and only while the loop stands in the
// gate; the client's first ones can run before its constructor returns, so they use the
// client they are given.
type membership struct {
	mu      sync.Mutex
	owned   map[string][]int32
	left    map[partition]bool // taken away since the last take; some may be owned again
	changed bool
	gone    bool   // partitions were lost: others may own them already
	member  string // the member id that the partitions were assigned to
	joined  bool
	waiting atomic.Bool // a rebalance waits at the gate
}

func (m *membership) assigned(_ context.Context, cl *kgo.Client, added map[string][]int32) {
	// Fetching starts when the tasks are restored.
	cl.PauseFetchPartitions(added)
	member, _ := cl.GroupMetadata()
	m.became(member, added)
}

// became notes what a member was assigned in addition. A client whose member the group has
// forgotten joins as another one and keeps its partitions, without a word of having lost
// them; but others had them in the generations in between.
func (m *membership) became(member string, added map[string][]int32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, ps := range m.owned {
		m.gone = m.gone || len(ps) > 0 && member != m.member
	}
	if m.owned == nil {
		m.owned = map[string][]int32{}
	}
	for topic, ps := range added {
		m.owned[topic] = append(m.owned[topic], ps...)
	}
	m.member, m.changed, m.joined = member, true, true
}

func (m *membership) revoked(_ context.Context, _ *kgo.Client, removed map[string][]int32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remove(removed)
}

func (m *membership) lost(_ context.Context, _ *kgo.Client, removed map[string][]int32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remove(removed)
	// A join that fails loses nothing when there was nothing: its error comes with a fetch.
	for _, ps := range removed {
		m.gone = m.gone || len(ps) > 0
	}
}

func (m *membership) blocked(context.Context, *kgo.Client) { m.waiting.Store(true) }

func (m *membership) remove(removed map[string][]int32) {
	if m.left == nil {
		m.left = map[partition]bool{}
	}
	for topic, ps := range removed {
		for _, p := range ps {
			m.left[partition{topic, p}] = true
		}
		m.owned[topic] = slices.DeleteFunc(m.owned[topic], func(p int32) bool { return slices.Contains(ps, p) })
	}
	m.changed = true
}

// take returns the partitions owned now, those that were taken away since the last call,
// be it for a moment, and whether anything changed.
func (m *membership) take() (owned map[string][]int32, left map[partition]bool, changed, gone bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.changed {
		return nil, nil, false, m.gone
	}
	left, m.left, m.changed = m.left, nil, false
	owned = map[string][]int32{}
	for topic, ps := range m.owned {
		owned[topic] = slices.Clone(ps)
	}
	return owned, left, true, m.gone
}

// assignedTo returns the member id that the partitions were assigned to.
func (m *membership) assignedTo() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.member
}

// hasJoined says whether the group has answered at all.
func (m *membership) hasJoined() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.joined
}
