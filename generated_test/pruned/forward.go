package pruned

import (
	"fmt"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/dsl"
)

// City is part of an address.
type City struct {
	Name string `json:"name"`
	Zip  int32  `json:"zip,omitzero"`
}

// Parcel is what passes from topic to topic; documents that say the same in other bytes do not.
type Parcel struct {
	ID     string            `json:"id"`
	Weight float64           `json:"weight"`
	Stops  []City            `json:"stops"`
	To     *City             `json:"to"`
	Notes  map[string]string `json:"notes,omitempty"`
	Codes  [2]int16          `json:"codes"`
	Sum    int64             `json:"sum,string"`
}

// Loose cannot be known to stand as it would be written.
type Loose struct {
	ID   string
	Rest any
}

func sorted(stops []City) bool {
	return slices.IsSortedFunc(stops, func(a, b City) int { return strings.Compare(a.Name, b.Name) })
}

func relocate(c *City) { c.Zip = 7 }

func parcels(b *dsl.Builder, topic string) dsl.Stream[string, Parcel] {
	return b.Stream(topic, dsl.String(), dsl.JSON[Parcel](), dsl.OnError(dsl.Skip()))
}

// Forwarded sends on what it was given. The comments behind the sinks say of their values whether they pass as their bytes.
//
//streamgen:topology
func Forwarded(b *dsl.Builder) {
	b.Stream("straight", dsl.String(), dsl.JSON[Parcel](), dsl.OnError(dsl.Skip())). // reads nothing
												To("straight-out", dsl.String(), dsl.JSON[Parcel]()) // passes
	b.Stream("light", dsl.String(), dsl.JSON[Parcel](), dsl.OnError(dsl.Skip())). // reads Weight,To.Name
											Filter(func(k string, p Parcel) bool { return p.Weight < 5 && p.To != nil }).
											Peek(func(k string, p Parcel) { _ = p.To != nil && p.To.Name == k }).
											To("light-out", dsl.String(), dsl.JSON[Parcel]()) // passes
	b.Stream("looked-through", dsl.String(), dsl.JSON[Parcel](), dsl.OnError(dsl.Skip())). // reads Stops.Name
												Filter(func(k string, p Parcel) bool {
			for _, c := range p.Stops {
				if c.Name == k {
					return false
				}
			}
			return true
		}).
		To("looked-through-out", dsl.String(), dsl.JSON[Parcel]()) // passes
	b.Stream("relocated", dsl.String(), dsl.JSON[Parcel](), dsl.OnError(dsl.Skip())). // reads all
												Peek(func(k string, p Parcel) { //nolint
			if p.To != nil {
				relocate(p.To)
			}
		}).
		To("relocated-out", dsl.String(), dsl.JSON[Parcel]()) // anew
	b.Stream("swept", dsl.String(), dsl.JSON[Parcel](), dsl.OnError(dsl.Skip())). // reads all
											Filter(func(k string, p Parcel) bool {
			all := append(p.Stops[:0], City{Name: k})
			return len(all) > 0
		}).
		To("swept-out", dsl.String(), dsl.JSON[Parcel]()) // anew
	b.Stream("copied", dsl.String(), dsl.JSON[Parcel](), dsl.OnError(dsl.Skip())). // reads To.Name
											Filter(func(k string, p Parcel) bool {
			p.ID, p.Weight = k, 0 // of the function's own copy
			return p.To == nil || p.To.Name != k
		}).
		To("copied-out", dsl.String(), dsl.JSON[Parcel]()) // passes
	b.Stream("ordered", dsl.String(), dsl.JSON[Parcel](), dsl.OnError(dsl.Skip())). // reads all
											Filter(func(k string, p Parcel) bool { return sorted(p.Stops) }).
											To("ordered-out", dsl.String(), dsl.JSON[Parcel]()) // anew
	b.Stream("noted", dsl.String(), dsl.JSON[Parcel](), dsl.OnError(dsl.Skip())). // reads all
											Peek(func(k string, p Parcel) {
			if p.Notes != nil {
				p.Notes["k"] = k
			}
		}).
		To("noted-out", dsl.String(), dsl.JSON[Parcel]()) // anew
	b.Stream("shown", dsl.String(), dsl.JSON[Parcel](), dsl.OnError(dsl.Skip())). // reads all
											Peek(func(k string, p Parcel) { _ = len(fmt.Sprint(p.Stops)) > 3 }).
											To("shown-out", dsl.String(), dsl.JSON[Parcel]()) // anew
	fork := parcels(b, "fork")                                                                                                    // reads all
	fork.Filter(func(k string, p Parcel) bool { return p.Weight > 2 }).To("fork-heavy", dsl.String(), dsl.JSON[Parcel]())         // passes
	fork.SelectKey(func(k string, p Parcel) int64 { return p.Sum }).To("fork-by-sum", dsl.Int64(), dsl.JSON[Parcel]())            // passes
	fork.MapValues(func(k string, p Parcel) Parcel { p.Weight++; return p }).To("fork-heavier", dsl.String(), dsl.JSON[Parcel]()) // anew
	one := parcels(b, "one-of-two")                                                                                               // reads nothing
	two := parcels(b, "two-of-two")                                                                                               // reads nothing
	one.Merge(two).To("merged", dsl.String(), dsl.JSON[Parcel]())                                                                 // passes
	b.Stream("by-city", dsl.String(), dsl.JSON[Parcel](), dsl.OnError(dsl.Skip())).                                               // reads To.Name
																	GroupBy(func(k string, p Parcel) string {
			if p.To == nil {
				return ""
			}
			return p.To.Name
		}, dsl.String(), dsl.JSON[Parcel]()).
		Aggregate(func() float64 { return 0 }, func(k string, p Parcel, sum float64) float64 { return sum + p.Weight }, dsl.Float64(), dsl.Name("city-weights")) // repartition city-weights reads Weight
	b.Stream("keyed", dsl.JSON[City](), dsl.String(), dsl.OnError(dsl.Skip())). // key reads nothing
											MapValues(func(k City, v string) string { return v + "." }).
											To("keyed-out", dsl.JSON[City](), dsl.String()) // anew
	b.Stream("strict", dsl.String(), dsl.StrictJSON[Parcel](), dsl.OnError(dsl.Skip())). // reads Weight,Stops.Zip
												Filter(func(k string, p Parcel) bool { return p.Weight > 1 && (len(p.Stops) == 0 || p.Stops[0].Zip > 3) }).
												To("strict-out", dsl.String(), dsl.JSON[Parcel]()) // passes
	b.Stream("strict-out", dsl.String(), dsl.StrictJSON[Parcel](), dsl.OnError(dsl.Skip())). // reads all
													MapValues(func(k string, p Parcel) Parcel { p.Sum++; return p }).
													To("strict-again", dsl.String(), dsl.StrictJSON[Parcel]()) // anew
	b.Stream("loose", dsl.String(), dsl.JSON[Loose](), dsl.OnError(dsl.Skip())). // reads all
											To("loose-out", dsl.String(), dsl.JSON[Loose]()) // anew
}
