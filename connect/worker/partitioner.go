package worker

import "github.com/twmb/franz-go/pkg/kgo"

// partitioner honours the partition that a source gave a record, and else places it as Java's producer does.
type partitioner struct{ inner kgo.Partitioner }

func newPartitioner() kgo.Partitioner { return partitioner{kgo.StickyKeyPartitioner(nil)} }

// ForTopic returns the partitioner of one topic.
func (p partitioner) ForTopic(topic string) kgo.TopicPartitioner {
	return &topicPartitioner{p.inner.ForTopic(topic)}
}

type topicPartitioner struct{ inner kgo.TopicPartitioner }

// RequiresConsistency tells whether the record may go to one partition alone.
func (p *topicPartitioner) RequiresConsistency(r *kgo.Record) bool {
	return r.Partition != unset || p.inner.RequiresConsistency(r)
}

// Partition chooses.
func (p *topicPartitioner) Partition(r *kgo.Record, n int) int {
	if r.Partition != unset {
		return int(r.Partition) // one that does not exist fails the record
	}
	return p.inner.Partition(r, n)
}

// OnNewBatch lets records without a key move on to another partition with each batch.
func (p *topicPartitioner) OnNewBatch() {
	if b, ok := p.inner.(kgo.TopicPartitionerOnNewBatch); ok {
		b.OnNewBatch()
	}
}
