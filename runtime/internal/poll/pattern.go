package poll

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/internal/assign"
	"github.com/streamgen/streamgen/runtime/internal/commit"
	"github.com/streamgen/streamgen/runtime/task"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// patterned says whether some source reads the topics that match a pattern.
func (s *Settings) patterned() bool {
	for i := range s.Topology.Subtopologies {
		if slices.ContainsFunc(s.Topology.Subtopologies[i].Sources, func(src gen.Source) bool { return src.Pattern != "" }) {
			return true
		}
	}
	return false
}

// matches says whether a topic is one that the pattern means: the broker's own topics and the
// application's internal ones never are.
func (s *Settings) matches(pattern *regexp.Regexp, topic string) bool {
	if strings.HasPrefix(topic, "__") || strings.HasPrefix(topic, s.Application+"-") &&
		(strings.HasSuffix(topic, "-changelog") || strings.HasSuffix(topic, "-repartition")) {
		return false
	}
	return pattern.MatchString(topic)
}

// assignTopics fills in what each sub-topology reads. A topic has one reader: that two patterns,
// or a pattern and another source, meet in one topic shows here at the latest.
func (s *Settings) assignTopics(t *topics, external map[string]int32) error {
	t.readers = map[string]reader{}
	node := map[string]string{}
	var errs []error
	read := func(i, j int, src *gen.Source, topic string, pattern int) {
		if other, ok := node[topic]; ok {
			errs = append(errs, fmt.Errorf("topic %q is read by %s and by %s; read it once and use the stream twice", topic, other, src.Node))
		}
		node[topic], t.readers[topic] = src.Node, reader{i, j}
		t.inputs[i] = append(t.inputs[i], input{topic, pattern})
		t.structure.Groups[i] = append(t.structure.Groups[i], topic)
	}
	subs := s.Topology.Subtopologies
	t.inputs, t.structure.Groups = make([][]input, len(subs)), make([][]string, len(subs))
	for i := range subs {
		for j := range subs[i].Sources {
			if src := &subs[i].Sources[j]; src.Pattern == "" {
				read(i, j, src, task.SourceTopic(s.Application, *src), -1)
			} else {
				t.inputs[i] = append(t.inputs[i], input{"", -1})
			}
		}
	}
	for i := range subs {
		for j := range subs[i].Sources {
			src := &subs[i].Sources[j]
			if src.Pattern == "" {
				continue
			}
			pattern, err := task.Pattern(src.Pattern)
			if err != nil {
				return err
			}
			for _, topic := range slices.Sorted(maps.Keys(external)) {
				if s.matches(pattern, topic) {
					read(i, len(t.inputs[i]), src, topic, j)
				}
			}
		}
	}
	return errors.Join(errs...)
}

// matched adds the topics that patterns mean to counts.
func (a *admin) matched(ctx context.Context, counts map[string]int32) error {
	if !a.s.patterned() {
		return nil
	}
	req := kmsg.NewPtrMetadataRequest()
	req.Topics = nil // all
	resp, err := req.RequestWith(ctx, a.cl)
	if err != nil {
		return fmt.Errorf("topics cannot be listed: %w", err)
	}
	for _, d := range resp.Topics {
		if d.Topic == nil || kerr.ErrorForCode(d.ErrorCode) != nil || len(d.Partitions) == 0 {
			continue
		}
		for i := range a.s.Topology.Subtopologies {
			for _, src := range a.s.Topology.Subtopologies[i].Sources {
				if src.Pattern == "" {
					continue
				}
				pattern, err := task.Pattern(src.Pattern)
				if err != nil {
					return err
				}
				if a.s.matches(pattern, *d.Topic) {
					counts[*d.Topic] = int32(len(d.Partitions))
				}
			}
		}
	}
	return nil
}

// watch looks for topics that patterns mean and that came or went, each metadata.max.age.ms,
// until ctx ends.
func (g *Group) watch(ctx context.Context) error {
	for {
		timer := time.NewTimer(g.s.MetadataMaxAge)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
		if err := g.look(ctx, g.topics.Load()); err != nil && ctx.Err() == nil {
			return err
		}
	}
}

// look reads the topics anew when other ones match than in seen. Workers notice it in their next
// turn, commit, and go on with the new list. What cannot be asked now is asked again later.
func (g *Group) look(ctx context.Context, seen *topics) error {
	g.looking.Lock()
	defer g.looking.Unlock()
	if g.topics.Load() != seen {
		return nil // another worker was faster
	}
	ctx, cancel := context.WithTimeout(ctx, min(reachTimeout, g.s.TaskTimeout))
	defer cancel()
	counts, err := g.admin.external(ctx)
	if err != nil {
		g.s.Log.Warn("topics that match patterns cannot be looked for; tried again later", "error", err)
		return nil
	}
	fresh, _, err := g.s.plan(counts)
	if err != nil {
		return commit.As(commit.Fault, err)
	}
	if slices.Equal(fresh.subscribed(), seen.subscribed()) {
		return nil
	}
	if fresh, err = g.admin.ensureTopics(ctx); err != nil {
		return commit.As(commit.Fault, err)
	}
	g.s.Log.Info("other topics match the patterns now", "topics", fresh.subscribed())
	g.topics.Store(fresh)
	return nil
}

// errTopics ends an incarnation in peace, for one that reads other topics.
var errTopics = errors.New("other topics match the patterns")

// matched looks at partitions of topics that this worker does not know: another instance has
// noticed before that they match a pattern. True ends the incarnation.
func (w *worker) matched(owned map[string][]int32) (other bool, err error) {
	if !w.g.s.patterned() {
		return false, nil
	}
	for topic := range owned {
		if _, known := w.topics.readers[topic]; !known {
			return true, w.g.look(w.ctx, w.topics)
		}
	}
	return false, nil
}

// inputs are the partitions that a task reads, by source. Topics of patterns that are not here
// yet are left out: another instance may not know of them.
func (w *worker) inputs(id assign.Task, owned map[string][]int32) []partition {
	var list []partition
	for _, in := range w.topics.inputs[id.Group] {
		p := partition{in.topic, id.Partition}
		if p.n >= w.topics.partitions[in.topic] || in.pattern >= 0 && !slices.Contains(owned[in.topic], p.n) {
			p.n = -1
		}
		list = append(list, p)
	}
	return list
}

// arrivedAll says whether the partitions of a task are here: of patterns at least one, if
// there is nothing else.
func (w *worker) arrivedAll(group int, p int32, owned map[string][]int32) bool {
	any := false
	for _, in := range w.topics.inputs[group] {
		has := slices.Contains(owned[in.topic], p)
		if in.topic != "" && in.pattern < 0 && p < w.topics.partitions[in.topic] && !has {
			return false
		}
		any = any || has
	}
	return any
}

// repartition says whether a task's source is a repartition topic; those of patterns are not.
func repartition(sub *gen.Subtopology, source int) bool {
	return source < len(sub.Sources) && sub.Sources[source].Repartition
}

// read lists the topics of a source: of a pattern all that match.
func (s *Settings) read(t *topics, sub, source int) (names []string) {
	src := &s.Topology.Subtopologies[sub].Sources[source]
	if src.Pattern == "" {
		return []string{task.SourceTopic(s.Application, *src)}
	}
	for _, in := range t.inputs[sub] {
		if in.pattern == source {
			names = append(names, in.topic)
		}
	}
	return names
}
