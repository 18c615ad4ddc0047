package interp

import (
	"github.com/streamgen/streamgen/internal/graph"
	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde/wire"

	// The codec of messages by reflection, which recorded topologies use.
	_ "github.com/streamgen/streamgen/runtime/serde/protobuf"
)

// bindCodecs binds the codecs of a topology recorded for one task to their topics and to the Schema
// Registry, so that they write the ids that Kafka Streams' would.
func bindCodecs(r *graph.Resolved, env *processor.Env) {
	for _, s := range r.Steps {
		bindStep(r, s, env)
	}
	for i, st := range r.Stores {
		topic := graph.CodecTopic{Name: r.Stores[i].Name, Changelog: true}.Full(env.ApplicationID)
		st.Boxed.Key = st.Boxed.Key.Bound(wire.Use{Topic: topic, Key: true}, env.Schemas)
		st.Boxed.Val = st.Boxed.Val.Bound(wire.Use{Topic: topic}, env.Schemas)
	}
}

func bindStep(r *graph.Resolved, s *graph.Step, env *processor.Env) {
	if s.Exec.Key.At == nil && s.Exec.Val.At == nil {
		return
	}
	topic := r.CodecTopic(s.ID)
	if topic.Routed { // bound to the topics that records choose, as they are chosen
		return
	}
	name := topic.Full(env.ApplicationID)
	s.Exec.Key = s.Exec.Key.Bound(wire.Use{Topic: name, Key: true}, env.Schemas)
	s.Exec.Val = s.Exec.Val.Bound(wire.Use{Topic: name}, env.Schemas)
}

// routed is a step that writes to a topic that a record chose.
type routed struct {
	step  int
	topic string
}

// codecs are the codecs of a sink for a topic.
func (t *task) codecs(s *graph.Step, topic string) (key, val graph.BoxedCodec) {
	if !s.Routed || s.Exec.Key.At == nil && s.Exec.Val.At == nil {
		return s.Exec.Key, s.Exec.Val
	}
	at := routed{s.ID, topic}
	c, ok := t.routes[at]
	if !ok {
		c = [2]graph.BoxedCodec{s.Exec.Key.Bound(wire.Use{Topic: topic, Key: true}, t.env.Schemas), s.Exec.Val.Bound(wire.Use{Topic: topic}, t.env.Schemas)}
		t.routes[at] = c
	}
	return c[0], c[1]
}
