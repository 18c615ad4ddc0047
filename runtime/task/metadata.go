package task

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
)

// metadataVersion is the version of Kafka Streams' TopicPartitionMetadata that is written;
// version 1 ends after the partition time.
const metadataVersion = 2

// EncodeMetadata is the metadata that Kafka Streams commits beside an offset:
// base64(0x02 ++ partition time i64 ++ [count i32 ++ (length i32 ++ name utf8 ++ i64)*]).
// Names are sorted, so equal times give equal text. Kafka Streams keeps the progress of its
// emit-on-close processors in the map; here every operator's stream time lies in it under
// the name of its store, so that lateness survives a restart.
func EncodeMetadata(partitionTime int64, times map[string]int64) string {
	b := []byte{metadataVersion}
	b = binary.BigEndian.AppendUint64(b, uint64(partitionTime))
	if len(times) > 0 {
		b = binary.BigEndian.AppendUint32(b, uint32(len(times)))
		for _, name := range slices.Sorted(maps.Keys(times)) {
			b = binary.BigEndian.AppendUint32(b, uint32(len(name)))
			b = append(b, name...)
			b = binary.BigEndian.AppendUint64(b, uint64(times[name]))
		}
	}
	return base64.StdEncoding.EncodeToString(b)
}

// DecodeMetadata reads what EncodeMetadata or Kafka Streams (versions 1 and 2) wrote. Empty
// text, as other clients commit it, is an unknown partition time, -1.
func DecodeMetadata(text string) (partitionTime int64, times map[string]int64, err error) {
	if text == "" {
		return -1, nil, nil
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return -1, nil, fmt.Errorf("offset metadata %q is not base64: %w", text, err)
	}
	if len(b) < 9 || b[0] != 1 && b[0] != metadataVersion {
		return -1, nil, fmt.Errorf("offset metadata %q is not of version 1 or %d", text, metadataVersion)
	}
	partitionTime = int64(binary.BigEndian.Uint64(b[1:]))
	version, b := b[0], b[9:]
	if version == 1 || len(b) == 0 {
		return partitionTime, nil, nil
	}
	short := fmt.Errorf("offset metadata %q ends within its map of times", text)
	if len(b) < 4 {
		return -1, nil, short
	}
	n := binary.BigEndian.Uint32(b)
	b = b[4:]
	times = map[string]int64{}
	for range n {
		if len(b) < 4 {
			return -1, nil, short
		}
		size := binary.BigEndian.Uint32(b)
		b = b[4:]
		if size > math.MaxInt32 || len(b) < int(size)+8 {
			return -1, nil, short
		}
		times[string(b[:size])] = int64(binary.BigEndian.Uint64(b[size:]))
		b = b[size+8:]
	}
	return partitionTime, times, nil
}

// Metadata returns for each source the text to commit beside its offset.
func (t *Task) Metadata() []string {
	times := make(map[string]int64, len(t.env.Times))
	for name, at := range t.env.Times {
		times[name] = *at
	}
	if t.idle.moved > 0 || t.env.Times[idleTime] != nil {
		times[idleTime] = t.env.StreamTime
	}
	out := make([]string, len(t.sources))
	for i := range t.sources {
		out[i] = EncodeMetadata(t.sources[i].time, times)
	}
	return out
}

// SetMetadata takes the committed metadata of a source, before Start. The task's stream time
// is the highest partition time, an operator's the highest that any source names.
func (t *Task) SetMetadata(source int, text string) error {
	at, times, err := DecodeMetadata(text)
	if err != nil {
		return fmt.Errorf("task %s: source %s: %w", t.env.TaskID, t.sources[source].topic, err)
	}
	s := &t.sources[source]
	s.time = max(s.time, at)
	t.env.StreamTime = max(t.env.StreamTime, at)
	for name, at := range times {
		if name == idleTime {
			t.env.StreamTime = max(t.env.StreamTime, at)
		}
		p := t.env.Time(name)
		*p = max(*p, at)
	}
	return nil
}
