package query

import "maps"

// Position is how far an input is contained in something: the offset of the last record, by
// topic and partition (KIP-796). Nil is the beginning. It is safe for concurrent use while
// nobody changes it.
type Position map[string]map[int32]int64

// Merge returns the later one of two positions in every partition. Neither is changed.
func (p Position) Merge(o Position) Position {
	if len(p) == 0 {
		return o
	}
	if len(o) == 0 {
		return p
	}
	out := Position{}
	for _, from := range []Position{p, o} {
		for topic, ps := range from {
			if out[topic] == nil {
				out[topic] = maps.Clone(ps)
				continue
			}
			for n, at := range ps {
				if was, ok := out[topic][n]; !ok || at > was {
					out[topic][n] = at
				}
			}
		}
	}
	return out
}

// Contains says whether p is at or behind at in a partition.
func (p Position) Contains(topic string, partition int32, at int64) bool {
	have, ok := p[topic][partition]
	return ok && have >= at
}

// Set notes an offset.
func (p Position) Set(topic string, partition int32, at int64) {
	if p[topic] == nil {
		p[topic] = map[int32]int64{}
	}
	p[topic][partition] = at
}
