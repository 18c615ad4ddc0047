package fn

import "github.com/streamgen/streamgen/dsl"

// Shifted moves a record by its value, early ones behind the epoch; without a value it has the
// time of its partition.
func Shifted[K any](r dsl.Rec[K, int64], partitionTime int64) int64 {
	if r.NoValue {
		return partitionTime
	}
	return r.Timestamp + 20*r.Value
}

// Latest lets no record be earlier than the one before; those without a key have no time.
func Latest[K, V any](r dsl.Rec[K, V], partitionTime int64) int64 {
	if r.NoKey {
		return -7
	}
	return max(r.Timestamp, partitionTime)
}
