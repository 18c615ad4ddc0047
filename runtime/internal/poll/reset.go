package poll

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Reset says how an application is taken back to its beginning: Kafka Streams'
// StreamsResetter (kafka-streams-application-reset). A plain value, safe for concurrent use.
type Reset struct {
	// Inputs are the topics whose offsets are moved. None means those of Known, and those
	// that the group has offsets of.
	Inputs []string
	// Internal restricts the internal topics that are deleted to these.
	Internal []string
	// Known is what the application reads and owns, where the caller has its topology. Nil:
	// internal topics are told by their names.
	Known *KnownTopics
	To    Point
	Force bool // removes members that the group still has
	// Execute does it; otherwise it is only said.
	Execute bool
}

// KnownTopics are the topics of a topology, under their names in the cluster. A plain value,
// safe for concurrent use.
type KnownTopics struct {
	Inputs, Internal []string
}

// resetPlan is what a reset will do.
type resetPlan struct {
	members  []kmsg.LeaveGroupRequestMember
	moves    []move
	forget   kadm.TopicsSet // committed offsets of internal topics
	internal []string       // to delete
}

// move is a committed offset before and after; from is -1 where there was none.
type move struct {
	at       partition
	from, to int64
	why      string
}

// Reset moves the offsets of an application's group and deletes its internal topics, or says
// what it would do. Nothing has been changed when an error comes before the first line that
// tells of a change; a reset that was interrupted is run again.
func (s Settings) Reset(ctx context.Context, r Reset, out io.Writer) error {
	cl, err := kgo.NewClient(append(s.withSparse().options("reset"), kgo.RetryTimeout(reachTimeout))...)
	if err != nil {
		return fmt.Errorf("client: %w", err)
	}
	defer cl.Close()
	if err := s.reach(ctx, cl); err != nil {
		return err
	}
	a := &admin{s: &s, cl: cl, Client: kadm.NewClient(cl)}
	p, err := a.planReset(ctx, r, out)
	if err != nil || !r.Execute {
		return err
	}
	return a.reset(ctx, p, out)
}

func (s *Settings) withSparse() *Settings {
	s.sparse = newSparse(s.Clock.Time)
	return s
}

// planReset finds out what there is to do and prints it.
func (a *admin) planReset(ctx context.Context, r Reset, out io.Writer) (*resetPlan, error) {
	p := &resetPlan{forget: kadm.TopicsSet{}}
	if err := a.planMembers(ctx, p, r.Force, out); err != nil {
		return nil, err
	}
	topics, err := a.ListTopics(ctx)
	if err != nil {
		return nil, fmt.Errorf("topics cannot be listed: %w", err)
	}
	committed, err := a.committed(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.planInternal(ctx, p, r, topics, out); err != nil {
		return nil, err
	}
	inputs := slices.Clone(r.Inputs)
	if len(inputs) == 0 {
		for at := range committed {
			if !a.owns(at.topic) && topics.Has(at.topic) {
				inputs = append(inputs, at.topic)
			}
		}
		if r.Known != nil {
			inputs = append(inputs, r.Known.Inputs...)
		}
	}
	slices.Sort(inputs)
	inputs = slices.Compact(inputs)
	var missing []string
	for _, t := range inputs {
		if a.owns(t) {
			return nil, fmt.Errorf("topic %q is an internal topic of the application, which is deleted; inputs are the topics that others write", t)
		}
		if !topics.Has(t) {
			missing = append(missing, t)
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("input topics %q do not exist; correct the names", missing)
	}
	if err := a.planMoves(ctx, p, r.To, inputs, committed); err != nil {
		return nil, err
	}
	for at, m := range committed {
		switch {
		case slices.Contains(p.internal, at.topic):
			p.forget.Add(at.topic, at.n)
		case !slices.Contains(inputs, at.topic) && !a.owns(at.topic):
			// It stays where it is, but the stream times beside it are those of state that goes.
			p.moves = append(p.moves, move{at, m.offset, m.offset, "kept; its stream time is forgotten"})
		}
	}
	slices.SortFunc(p.moves, func(x, y move) int {
		if x.at.topic != y.at.topic {
			return strings.Compare(x.at.topic, y.at.topic)
		}
		return int(x.at.n - y.at.n)
	})
	for _, m := range p.moves {
		was := "none"
		if m.from >= 0 {
			was = fmt.Sprint(m.from)
		}
		fmt.Fprintf(out, "offset of %s-%d: %s → %d (%s)\n", m.at.topic, m.at.n, was, m.to, m.why)
	}
	for _, t := range p.internal {
		fmt.Fprintf(out, "delete topic %s (%d partitions)\n", t, len(topics[t].Partitions))
	}
	return p, nil
}

// planMembers refuses a group that is at work, because its members would go on with the state
// and the offsets that they have.
func (a *admin) planMembers(ctx context.Context, p *resetPlan, force bool, out io.Writer) error {
	groups, err := a.DescribeGroups(ctx, a.s.Application)
	if err != nil {
		return fmt.Errorf("group %q cannot be described: %w", a.s.Application, err)
	}
	g := groups[a.s.Application]
	if g.Err != nil && !errors.Is(g.Err, kerr.GroupIDNotFound) {
		return fmt.Errorf("group %q cannot be described: %w", a.s.Application, g.Err)
	}
	var names []string
	for _, m := range g.Members {
		lm := kmsg.NewLeaveGroupRequestMember()
		lm.MemberID, lm.InstanceID, lm.Reason = m.MemberID, m.InstanceID, kmsg.StringPtr("the application is reset")
		p.members = append(p.members, lm)
		names = append(names, fmt.Sprintf("%s at %s (%s)", m.ClientID, m.ClientHost, m.MemberID))
	}
	slices.Sort(names)
	switch {
	case len(names) == 0:
		fmt.Fprintf(out, "group %s has no members\n", a.s.Application)
	case !force:
		return fmt.Errorf("group %q has %d members: %s; stop every instance (one that was killed is forgotten after consumer.session.timeout.ms), or remove the members with -force", a.s.Application, len(names), strings.Join(names, ", "))
	}
	for _, n := range names {
		fmt.Fprintf(out, "remove member %s\n", n)
	}
	return nil
}

// committed reads all offsets of the group; those in an undecided transaction are waited for.
func (a *admin) committed(ctx context.Context) (map[partition]mark, error) {
	offsets, err := a.FetchOffsets(kadm.RequireStable(ctx), a.s.Application)
	switch {
	case errors.Is(err, kerr.GroupIDNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("offsets of group %q cannot be read: %w", a.s.Application, err)
	}
	m := map[partition]mark{}
	for topic, ps := range offsets {
		for n, o := range ps {
			if o.Err != nil {
				return nil, fmt.Errorf("committed offset of %s-%d cannot be read: %w; try again in a moment", topic, n, o.Err)
			}
			if o.At >= 0 {
				m[partition{topic, n}] = mark{offset: o.At, metadata: o.Metadata}
			}
		}
	}
	return m, nil
}

// foreignKey are the names that Kafka Streams gives the topics of a foreign-key join.
var foreignKey = regexp.MustCompile(`KTABLE-FK-JOIN-SUBSCRIPTION-(REGISTRATION|RESPONSE)-\d+-topic$`)

// owns says whether a topic has the name of an internal topic of the application, by
// StreamsResetter.isInternalTopic's rule.
func (a *admin) owns(topic string) bool {
	base, ok := strings.CutPrefix(topic, a.s.Application+"-")
	return ok && (strings.HasSuffix(base, "-changelog") || strings.HasSuffix(base, "-repartition") ||
		strings.HasSuffix(base, "-subscription-registration-topic") || strings.HasSuffix(base, "-subscription-response-topic") ||
		foreignKey.MatchString(base))
}

// planInternal finds the internal topics to delete. Names alone cannot tell app's topic
// "app-two-counts-changelog" from the one of an application "app-two": where a group of such a
// name exists, the topic is left alone unless it is asked for.
func (a *admin) planInternal(ctx context.Context, p *resetPlan, r Reset, topics kadm.TopicDetails, out io.Writer) error {
	var bad []string
	for _, t := range r.Internal {
		if !a.owns(t) || !topics.Has(t) {
			bad = append(bad, t)
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("topics %q are no internal topics of application %q in this cluster; their names are <application.id>-…-changelog or …-repartition", bad, a.s.Application)
	}
	var others []string
	if groups, err := a.ListGroups(ctx); err == nil { // without the right to list them there are none to compare with
		for g := range groups {
			if strings.HasPrefix(g, a.s.Application+"-") {
				others = append(others, g)
			}
		}
	}
	for _, t := range slices.Sorted(maps.Keys(topics)) {
		if !a.owns(t) {
			continue
		}
		asked := slices.Contains(r.Internal, t)
		other := slices.IndexFunc(others, func(g string) bool { return strings.HasPrefix(t, g+"-") })
		switch {
		case asked:
			p.internal = append(p.internal, t)
		case len(r.Internal) > 0:
			fmt.Fprintf(out, "leave topic %s: it is not among the internal topics that were asked for\n", t)
		case r.Known != nil && slices.Contains(r.Known.Internal, t):
			p.internal = append(p.internal, t)
		case r.Known != nil:
			fmt.Fprintf(out, "leave topic %s: the topology has no such topic; if it is left over from an older one, name it with -internal-topics\n", t)
		case other >= 0:
			fmt.Fprintf(out, "leave topic %s: it may belong to application %s; if it does not, name it with -internal-topics\n", t, others[other])
		default:
			p.internal = append(p.internal, t)
		}
	}
	return nil
}
