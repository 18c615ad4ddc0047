package task

import (
	"fmt"
	"regexp"
)

// Pattern compiles the pattern of a source: it has to match the whole name of a topic, as in
// Kafka Streams.
func Pattern(text string) (*regexp.Regexp, error) {
	re, err := regexp.Compile("^(?:" + text + ")$")
	if err != nil {
		return nil, fmt.Errorf("the pattern %q of topics cannot be read: %w", text, err)
	}
	return re, nil
}

// Join adds a topic that matches the pattern of a source (index into Subtopology.Sources), and
// returns the source's index for Enqueue and its like. Topics join before the task starts, or
// between steps.
func (t *Task) Join(pattern int, topic string) int {
	s := t.sources[pattern]
	t.sources = append(t.sources, source{code: pattern, node: s.node, topic: topic, position: -1, time: -1, lag: -1, idleSince: -1, times: s.times, latest: -1})
	return len(t.sources) - 1
}
