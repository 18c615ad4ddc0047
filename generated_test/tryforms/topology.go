// Package tryforms is a case of the conformance corpus: functions that return errors, under each policy.
package tryforms

//go:generate go tool streamgen gen .

import (
	"errors"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/dsl"
)

var errOdd = errors.New("odd")

func parse(k string, v string) (int64, error) { return strconv.ParseInt(v, 10, 64) }

//streamgen:topology
func TryFail(b *dsl.Builder) {
	b.Stream("fail-in", dsl.String(), dsl.String()).
		TryMapValues(parse).
		To("fail-out", dsl.String(), dsl.Int64())
}

//streamgen:topology
func TrySkip(b *dsl.Builder) {
	b.Stream("skip-in", dsl.String(), dsl.String(), dsl.OnError(dsl.Skip())).
		TryMap(func(k, v string) (string, int64, error) {
			n, err := parse(k, v)
			return strings.ToUpper(k), n, err
		}, dsl.OnError(dsl.Skip())).
		TryFilter(func(k string, v int64) (bool, error) {
			if v%2 != 0 {
				return false, errOdd
			}
			return v < 100, nil
		}, dsl.OnError(dsl.Skip())).
		To("skip-out", dsl.String(), dsl.Int64())
}

//streamgen:topology
func TryDeadLetter(b *dsl.Builder) {
	b.Stream("dead-in", dsl.Int32(), dsl.String(), dsl.OnError(dsl.DeadLetter("unreadable"))).
		TryFlatMap(func(k int32, v string) ([]dsl.KV[int32, int64], error) {
			var out []dsl.KV[int32, int64]
			for part := range strings.SplitSeq(v, ",") {
				n, err := strconv.ParseInt(part, 10, 64)
				if err != nil {
					return nil, err
				}
				out = append(out, dsl.Pair(k, n))
			}
			return out, nil
		}, dsl.OnError(dsl.DeadLetter("unparsed"))).
		To("dead-out", dsl.Int32(), dsl.Int64())
}
