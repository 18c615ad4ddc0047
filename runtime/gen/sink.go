package gen

import (
	"fmt"

	"github.com/streamgen/streamgen/runtime/fault"
	"github.com/streamgen/streamgen/runtime/serde"
)

// Sink collects a task's output records for one topic. The writer appends a record's
// bytes to Buf: Begin, key bytes, Key, value bytes, Done; or Cancel to take back what was
// begun. The runtime takes the records between runs with Reset, and earlier by Full. It
// belongs to the task's goroutine.
type Sink struct {
	Topic      string
	Partitions int32 // of the topic, at least 1
	Buf        []byte
	Records    []OutRecord
	// Full takes the records and resets the sink when one record of the input has made many
	// of them: what a fan-out writes does not gather in memory until its end. Nil keeps them.
	Full func(*Sink)
	// Open makes the sink of a topic that a record chose, of a SinkSpec that is Routed.
	Open   func(topic string) (*Sink, error)
	routes map[string]*Sink
	start  int
	keyEnd int
	noKey  bool
	part   int32
	rotate uint32
}

// OutRecord is one record in a Sink: Buf[Start:KeyEnd] is the key, Buf[KeyEnd:End] the
// value. A plain value that belongs to the task's goroutine.
type OutRecord struct {
	Start, KeyEnd, End int
	NoKey, NoValue     bool
	Partition          int32
	Timestamp          int64
	Headers            []serde.Header
}

// Begin starts a record.
func (s *Sink) Begin() { s.start = len(s.Buf) }

// Cancel takes back the bytes of the record begun.
func (s *Sink) Cancel() { s.Buf = s.Buf[:s.start] }

// Key ends the key: present says whether there is one. The record goes to the partition
// that Kafka's default partitioner gives its bytes without the last tail ones (8 for
// windowed keys, which are placed by their inner key); absent keys rotate.
func (s *Sink) Key(present bool, tail int) {
	s.keyEnd, s.noKey = len(s.Buf), !present
	if !present {
		s.rotate++
		s.part = int32(s.rotate % uint32(s.Partitions))
		return
	}
	s.part = Partition(s.Buf[s.start:s.keyEnd-tail], s.Partitions)
}

// Place puts the record begun into a partition chosen by a function of the user's, after
// Key; -1 leaves it where Key put it.
func (s *Sink) Place(partition int) error {
	if partition == -1 {
		return nil
	}
	if partition < 0 || partition >= int(s.Partitions) {
		return s.nowhere(partition)
	}
	s.part = int32(partition)
	return nil
}

//go:noinline
func (s *Sink) nowhere(partition int) error {
	return fmt.Errorf("the partitioner chose partition %d of topic %s, which has %d; it returns 0 to %d, or -1 for the default", partition, s.Topic, s.Partitions, s.Partitions-1)
}

// Route returns the sink of the topic that a record chose. The error says that the topic
// does not exist, or could not be looked up.
func (s *Sink) Route(topic string) (*Sink, error) {
	if r := s.routes[topic]; r != nil {
		return r, nil
	}
	return s.open(topic)
}

//go:noinline
func (s *Sink) open(topic string) (*Sink, error) {
	r, err := s.Open(topic)
	if err != nil {
		return nil, err
	}
	if s.routes == nil {
		s.routes = map[string]*Sink{}
	}
	s.routes[topic] = r
	return r, nil
}

// Done ends the record. Headers are copied.
func (s *Sink) Done(present bool, ts int64, h []serde.Header) {
	if len(h) != 0 {
		h = append([]serde.Header(nil), h...)
	} else {
		h = nil
	}
	s.Records = append(s.Records, OutRecord{
		Start: s.start, KeyEnd: s.keyEnd, End: len(s.Buf),
		NoKey: s.noKey, NoValue: !present, Partition: s.part, Timestamp: ts, Headers: h,
	})
	if len(s.Buf) >= fullBytes || len(s.Records) >= fullRecords {
		s.full()
	}
}

// A sink is full with so many bytes or records: worth a hand-over of their own, and little
// beside the caches. An OutRecord takes about 90 bytes.
const (
	fullBytes   = 1 << 20
	fullRecords = 1 << 14
)

//go:noinline
func (s *Sink) full() {
	if s.Full != nil {
		s.Full(s)
	}
}

// Put appends a whole record for a partition; a nil value is Kafka's null.
func (s *Sink) Put(key, value []byte, partition int32, ts int64) {
	s.Begin()
	s.Buf = append(s.Buf, key...)
	s.keyEnd, s.noKey, s.part = len(s.Buf), false, partition
	s.Buf = append(s.Buf, value...)
	s.Done(value != nil, ts, nil)
}

// Reset forgets all records; the memory is kept.
func (s *Sink) Reset() { s.Buf, s.Records = s.Buf[:0], s.Records[:0] }

func (s *Sink) deadLetter(r *Record, e *fault.Error) {
	h := append([]serde.Header(nil), r.Headers...)
	for _, kv := range [][2]string{
		{"__streams.errors.exception", fmt.Sprintf("%T", e.Cause)},
		{"__streams.errors.message", e.Cause.Error()},
		{"__streams.errors.stacktrace", e.Error()},
		{"__streams.errors.topic", e.Topic},
		{"__streams.errors.partition", fmt.Sprint(e.Partition)},
		{"__streams.errors.offset", fmt.Sprint(e.Offset)},
	} {
		h = append(h, serde.Header{Key: kv[0], Value: []byte(kv[1])})
	}
	s.Begin()
	s.Buf = append(s.Buf, r.Key...)
	s.Key(r.Key != nil, 0)
	s.Buf = append(s.Buf, r.Value...)
	s.Done(r.Value != nil, r.Timestamp, h)
}

// Partition is Kafka's default partitioner: murmur2 of the key, made positive, modulo n.
func Partition(key []byte, n int32) int32 {
	return int32(murmur2(key)&0x7fffffff) % n
}

// murmur2 is the 32-bit hash of Kafka's Utils.murmur2, seed 0x9747b28c.
func murmur2(b []byte) uint32 {
	const m = 0x5bd1e995
	h := uint32(0x9747b28c) ^ uint32(len(b))
	for len(b) >= 4 {
		k := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
		k *= m
		k ^= k >> 24
		k *= m
		h = h*m ^ k
		b = b[4:]
	}
	switch len(b) {
	case 3:
		h ^= uint32(b[2]) << 16
		fallthrough
	case 2:
		h ^= uint32(b[1]) << 8
		fallthrough
	case 1:
		h = (h ^ uint32(b[0])) * m
	}
	h ^= h >> 13
	h *= m
	return h ^ h>>15
}
