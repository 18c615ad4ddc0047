package storage

import (
	"fmt"
	"slices"
	"strings"
)

// OffsetRecord stores the offset of a source's partition; nil deletes it.
func OffsetRecord(connector string, partition, offset map[string]any) Record {
	key := string(AppendJSON(nil, []any{connector, partition}))
	if offset == nil {
		return Record{Key: key}
	}
	return Record{key, AppendJSON(nil, offset)}
}

// Offsets is what an offset topic or file adds up to. Not safe for concurrent use.
type Offsets struct {
	// byKey holds values by canonical key: what another worker wrote with its fields in another order is found too. Raw
	// holds the key as it was written, so that a deletion reaches it.
	byKey map[string]stored
}

type stored struct {
	raw       string
	connector string
	partition map[string]any
	offset    map[string]any
}

// NewOffsets returns the state of an empty topic.
func NewOffsets() *Offsets { return &Offsets{byKey: map[string]stored{}} }

// Apply takes in the next record. What is not understood changes nothing and is reported.
func (o *Offsets) Apply(key string, value []byte) error {
	parsed, err := ParseJSON([]byte(key))
	pair, ok := parsed.([]any)
	if err != nil || !ok || len(pair) != 2 {
		return fmt.Errorf("offset key %s is no pair of connector and partition", key)
	}
	connector, _ := pair[0].(string)
	partition, _ := pair[1].(map[string]any)
	canonical := OffsetRecord(connector, partition, nil).Key
	if value == nil {
		delete(o.byKey, canonical)
		return nil
	}
	parsed, err = ParseJSON(value)
	offset, ok := parsed.(map[string]any)
	if err != nil || !ok && parsed != nil {
		return fmt.Errorf("offset of %s is no map: %s", key, value)
	}
	if offset == nil {
		delete(o.byKey, canonical)
		return nil
	}
	o.byKey[canonical] = stored{key, connector, partition, offset}
	return nil
}

// Get returns a partition's offset, nil for none.
func (o *Offsets) Get(connector string, partition map[string]any) map[string]any {
	return o.byKey[OffsetRecord(connector, partition, nil).Key].offset
}

// Partition is one stored offset. A plain value.
type Partition struct {
	Partition map[string]any
	Offset    map[string]any
	Key       string // as it is stored
}

// Of returns all that is stored of a connector, in the order of the keys.
func (o *Offsets) Of(connector string) []Partition {
	var all []Partition
	for _, s := range o.byKey {
		if s.connector == connector {
			all = append(all, Partition{s.partition, s.offset, s.raw})
		}
	}
	slices.SortFunc(all, func(a, b Partition) int { return strings.Compare(a.Key, b.Key) })
	return all
}

// Records returns everything that is stored, in the order of the keys.
func (o *Offsets) Records() []Record {
	var all []Record
	for _, s := range o.byKey {
		all = append(all, Record{s.raw, AppendJSON(nil, s.offset)})
	}
	slices.SortFunc(all, func(a, b Record) int { return strings.Compare(a.Key, b.Key) })
	return all
}
