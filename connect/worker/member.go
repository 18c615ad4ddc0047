package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/streamgen/streamgen/connect/storage"
)

// member is the worker's membership in its group. One goroutine joins, heartbeats and, when the group has made this
// member its leader, plans. Its other methods are safe for concurrent use.
type member struct {
	w          *Worker
	group      string
	session    time.Duration
	heartbeat  time.Duration
	rebalance  time.Duration
	protocols  []string
	id         string
	generation int32
	owned      []item
	plan       planner
	leader     bool
	planned    []item // what was configured at the last plan, sorted

	rejoin  chan struct{}
	mu      sync.Mutex
	pending int // generation whose revocations are being carried out; 0 for none
}

func newMember(w *Worker) *member {
	v := w.values
	m := &member{
		w: w, group: v.Text("group.id"), session: millis(v, "session.timeout.ms"), heartbeat: millis(v, "heartbeat.interval.ms"),
		rebalance: millis(v, "rebalance.timeout.ms"), protocols: []string{sessioned, compatible}, rejoin: make(chan struct{}, 1),
	}
	if v.Text("connect.protocol") == compatible {
		m.protocols = []string{compatible}
	}
	m.plan.maxDelay = millis(v, "scheduled.rebalance.max.delay.ms")
	return m
}

// run keeps the membership until the context ends. An error costs the round, never the worker.
func (m *member) run(ctx context.Context) {
	for n := 0; ctx.Err() == nil; {
		err := m.round(ctx)
		if err == nil || ctx.Err() != nil {
			n = 0
			continue
		}
		m.w.log.Warn("the worker is not in its group; it joins again", "group", m.group, "error", err)
		n++
		select {
		case <-ctx.Done():
		case <-time.After(min(100*time.Millisecond<<min(n, 8), 5*time.Second)):
		}
	}
}

// round joins the group and heartbeats until the group or this worker wants another round.
func (m *member) round(ctx context.Context) error {
	select {
	case <-m.rejoin:
	default:
	}
	started := time.Now()
	joined, err := m.join(ctx)
	if err != nil {
		return m.lost(err)
	}
	a, err := m.sync(ctx, joined)
	if err != nil {
		return m.lost(err)
	}
	if a.mismatch {
		return m.catchUp(ctx, a.offset)
	}
	if err := m.catchUp(ctx, a.offset); err != nil {
		m.w.log.Warn("the config topic was not read to where the leader is; work waits", "error", err)
	}
	m.take(a)
	m.w.metrics.rebalances.Add(1)
	m.w.metrics.rebalanceNanos.Add(time.Since(started).Nanoseconds())
	return m.lost(m.beat(ctx, a))
}

// lost forgets the membership when the group has: what ran under it must stop, others may have it.
func (m *member) lost(err error) error {
	for _, gone := range []*kerr.Error{kerr.UnknownMemberID, kerr.IllegalGeneration, kerr.FencedInstanceID} {
		if errors.Is(err, gone) {
			if gone != kerr.IllegalGeneration {
				m.id = ""
			}
			m.generation, m.owned = 0, nil
			m.publish("", "")
		}
	}
	if errors.Is(err, kerr.RebalanceInProgress) {
		return nil
	}
	return err
}

func (m *member) request(ctx context.Context, r kmsg.Request) (kmsg.Response, error) {
	return m.w.client.Request(ctx, r)
}

func (m *member) join(ctx context.Context) (*kmsg.JoinGroupResponse, error) {
	m.w.mu.RLock()
	state := memberState{url: m.w.settings.AdvertisedURL, offset: m.w.config.Offset, owned: m.owned}
	m.w.mu.RUnlock()
	for {
		r := kmsg.NewPtrJoinGroupRequest()
		r.Group, r.MemberID, r.ProtocolType = m.group, m.id, protocolType
		r.SessionTimeoutMillis, r.RebalanceTimeoutMillis = int32(m.session.Milliseconds()), int32(m.rebalance.Milliseconds())
		for _, name := range m.protocols {
			p := kmsg.NewJoinGroupRequestProtocol()
			p.Name, p.Metadata = name, state.encode(name)
			r.Protocols = append(r.Protocols, p)
		}
		response, err := m.request(ctx, r)
		if err != nil {
			return nil, err
		}
		joined := response.(*kmsg.JoinGroupResponse)
		err = kerr.ErrorForCode(joined.ErrorCode)
		if errors.Is(err, kerr.MemberIDRequired) {
			m.id = joined.MemberID
			continue
		}
		if err != nil {
			return nil, err
		}
		m.id, m.generation = joined.MemberID, joined.Generation
		return joined, nil
	}
}

func (m *member) sync(ctx context.Context, joined *kmsg.JoinGroupResponse) (a groupAssignment, err error) {
	r := kmsg.NewPtrSyncGroupRequest()
	r.Group, r.MemberID, r.Generation = m.group, m.id, m.generation
	protocol := sessioned
	if joined.Protocol != nil {
		protocol = *joined.Protocol
	}
	kind := protocolType
	r.ProtocolType, r.Protocol = &kind, &protocol
	m.leader = joined.LeaderID == m.id
	if m.leader {
		if r.GroupAssignment, err = m.lead(ctx, joined, protocol); err != nil {
			return a, err
		}
	}
	response, err := m.request(ctx, r)
	if err != nil {
		return a, err
	}
	synced := response.(*kmsg.SyncGroupResponse)
	if err := kerr.ErrorForCode(synced.ErrorCode); err != nil {
		return a, err
	}
	return decodeAssignment(synced.MemberAssignment)
}

// lead plans for all members.
func (m *member) lead(ctx context.Context, joined *kmsg.JoinGroupResponse, protocol string) ([]kmsg.SyncGroupRequestGroupAssignment, error) {
	members := map[string]memberState{}
	newest := int64(-1)
	for _, one := range joined.Members {
		s, err := decodeMember(one.ProtocolMetadata)
		if err != nil {
			return nil, fmt.Errorf("member %s: %w", one.MemberID, err)
		}
		members[one.MemberID] = s
		newest = max(newest, s.offset)
	}
	mismatch := m.catchUp(ctx, newest) != nil
	m.w.mu.RLock()
	offset := m.w.config.Offset
	configured := configuredItems(m.w.config)
	m.w.mu.RUnlock()
	var p plan
	if !mismatch {
		p = m.plan.divide(time.Now(), members, configured)
		m.mu.Lock()
		m.planned = configured
		m.mu.Unlock()
	}
	var all []kmsg.SyncGroupRequestGroupAssignment
	for id := range members {
		a := groupAssignment{mismatch: mismatch, leader: m.id, leaderURL: members[m.id].url, offset: max(offset, newest),
			assigned: p.assigned[id], revoked: p.revoked[id], delayMillis: int32(p.delay.Milliseconds())}
		one := kmsg.NewSyncGroupRequestGroupAssignment()
		one.MemberID, one.MemberAssignment = id, a.encode(protocol)
		all = append(all, one)
	}
	return all, nil
}

// configuredItems is all the work there is, sorted.
func configuredItems(s *storage.ConfigState) (items []item) {
	for name := range s.Connectors {
		items = append(items, item{name, -1})
		for i := range s.Tasks[name] {
			items = append(items, item{name, i})
		}
	}
	slices.SortFunc(items, compareItems)
	return items
}

// catchUp reads the config topic at least to an offset.
func (m *member) catchUp(ctx context.Context, offset int64) error {
	m.w.mu.RLock()
	behind := m.w.config.Offset < offset
	m.w.mu.RUnlock()
	if !behind {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, max(millis(m.w.values, "worker.sync.timeout.ms"), time.Millisecond))
	defer cancel()
	return m.w.configLog.Sync(ctx)
}

// take carries out an assignment: it adds to what this worker has, less what is revoked.
func (m *member) take(a groupAssignment) {
	m.owned = slices.DeleteFunc(m.owned, func(i item) bool { return slices.Contains(a.revoked, i) })
	for _, i := range a.assigned {
		if !slices.Contains(m.owned, i) {
			m.owned = append(m.owned, i)
		}
	}
	m.mu.Lock()
	m.pending = 0
	if len(a.revoked) > 0 {
		m.pending = int(m.generation)
	}
	m.mu.Unlock()
	m.publish(a.leader, a.leaderURL)
	if m.leader {
		go m.w.keepSession()
	}
}

// publish makes the worker run its share.
func (m *member) publish(leader, leaderURL string) {
	s := assignment{connectors: map[string]bool{}, tasks: map[storage.TaskID]bool{}, generation: int(m.generation), leader: leader, leaderURL: leaderURL, isLeader: leader != "" && m.leader}
	for _, i := range m.owned {
		if i.index < 0 {
			s.connectors[i.connector] = true
		} else {
			s.tasks[i.task()] = true
		}
	}
	m.w.mu.Lock()
	m.w.share = s
	m.w.mu.Unlock()
	m.w.nudge()
}

// beat heartbeats until there has to be another round. The error is the group's; nil means that this worker wants one.
func (m *member) beat(ctx context.Context, a groupAssignment) error {
	ticker := time.NewTicker(m.heartbeat)
	defer ticker.Stop()
	var delayed <-chan time.Time
	if a.delayMillis > 0 && m.leader {
		delayed = time.After(time.Duration(a.delayMillis) * time.Millisecond)
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-m.rejoin:
			return nil
		case <-delayed:
			return nil
		case <-ticker.C:
			r := kmsg.NewPtrHeartbeatRequest()
			r.Group, r.MemberID, r.Generation = m.group, m.id, m.generation
			response, err := m.request(ctx, r)
			if err != nil {
				return err
			}
			if err := kerr.ErrorForCode(response.(*kmsg.HeartbeatResponse).ErrorCode); err != nil {
				return err
			}
		}
	}
}

// settled is called when what runs has become what a share says: revocations are done, the next round may hand them out.
func (m *member) settled(share assignment) {
	m.mu.Lock()
	due := m.pending != 0 && share.generation >= m.pending
	if due {
		m.pending = 0
	}
	m.mu.Unlock()
	if due {
		m.again()
	}
}

func (m *member) again() {
	select {
	case m.rejoin <- struct{}{}:
	default:
	}
}

// configChanged makes the leader plan again when there is more or less to do than it planned.
func (m *member) configChanged(e storage.Event) {
	switch e.Kind {
	case storage.ConnectorChanged, storage.ConnectorRemoved, storage.TasksChanged:
	default:
		return
	}
	m.w.mu.RLock()
	share := m.w.share
	items := configuredItems(m.w.config)
	m.w.mu.RUnlock()
	if share.isLeader && !slices.Equal(items, m.lastPlanned()) {
		m.again()
	}
}

// lastPlanned is what the leader planned for. The goroutine that plans writes it between two rounds alone, and a change in
// between asks for another round anyway.
func (m *member) lastPlanned() []item {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.planned
}

// leave tells the group, so that others take over at once.
func (m *member) leave() {
	if m.id == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	r := kmsg.NewPtrLeaveGroupRequest()
	r.Group, r.MemberID = m.group, m.id
	one := kmsg.NewLeaveGroupRequestMember()
	one.MemberID = m.id
	r.Members = append(r.Members, one)
	if _, err := m.request(ctx, r); err != nil {
		m.w.log.Debug("the group was not told that the worker leaves", "error", err)
	}
}

// urlOf returns the URL of a worker by its id.
func (w *Worker) urlOf(owner string) string {
	if owner == "" {
		return ""
	}
	scheme := "http://"
	if len(w.settings.AdvertisedURL) > 5 && w.settings.AdvertisedURL[:5] == "https" {
		scheme = "https://"
	}
	return scheme + owner + "/"
}

// keepSession hands out a key for signed requests when there is none or it is old.
func (w *Worker) keepSession() {
	w.mu.RLock()
	session := w.config.Session
	w.mu.RUnlock()
	if session != nil && time.Since(session.Created) < millis(w.values, "inter.worker.key.ttl.ms") {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	if err := w.write(ctx, storage.SessionKeyRecord(newKey(w.values.Text("inter.worker.key.generation.algorithm")))); err != nil {
		w.log.Warn("no session key was handed out", "error", err)
	}
}

// fence ends what producers of a source's former tasks may still do, and notes it for this generation of tasks. One call
// does so at a time: a second one, once it has its turn, finds it done, and does not fence the tasks that started since.
func (w *Worker) fence(ctx context.Context, name string, request requester) error {
	select {
	case w.fencing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-w.fencing }()
	w.mu.RLock()
	done := w.config.FencedAt[name] > w.config.TasksAt[name] && w.config.Fenced[name] > 0
	before, now := w.config.Fenced[name], len(w.config.Tasks[name])
	w.mu.RUnlock()
	if done {
		return nil
	}
	for i := range before {
		id := w.transactionalID(storage.TaskID{Connector: name, Task: i})
		if err := fenceProducer(ctx, id, request); err != nil {
			return fmt.Errorf("the producer %s could not be fenced: %w", id, err)
		}
	}
	return w.write(ctx, storage.FencingRecord(name, now))
}

// requester is kgo's Client.Request.
type requester func(context.Context, kmsg.Request) (kmsg.Response, error)

// fenceProducer raises the epoch of a transactional id. A transaction that is still being ended answers
// CONCURRENT_TRANSACTIONS for a while; that and whatever else passes is tried again until the context ends.
func fenceProducer(ctx context.Context, id string, request requester) error {
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 2*time.Second) {
		r := kmsg.NewPtrInitProducerIDRequest()
		r.TransactionalID, r.TransactionTimeoutMillis = &id, 10_000
		r.ProducerID, r.ProducerEpoch = -1, -1
		response, err := request(ctx, r)
		if err != nil {
			return err
		}
		err = kerr.ErrorForCode(response.(*kmsg.InitProducerIDResponse).ErrorCode)
		if err == nil || !kerr.IsRetriable(err) && !errors.Is(err, kerr.ConcurrentTransactions) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(pause):
		}
	}
}
