package avrocorpus

import (
	"strconv"

	"github.com/streamgen/streamgen/dsl"
)

//go:generate go tool streamgen gen .

// Codecs makes the compiler generate the codecs of the corpus.
//
//streamgen:topology
func Codecs(b *dsl.Builder) {
	b.Stream("kitchen", dsl.Avro[Node](), dsl.Avro[Kitchen]()).To("kitchen-out", dsl.Avro[Node](), dsl.Avro[Kitchen]())
	b.Stream("bids", dsl.Int64(), dsl.Avro[Bid]()).To("bids-out", dsl.Int64(), dsl.Avro[Bid]())
	b.Stream("wide", dsl.Int64(), dsl.Avro[Wide]()).To("wide-out", dsl.Int64(), dsl.Avro[Wide]())
	b.Stream("narrow", dsl.Int64(), dsl.Avro[Narrow]()).To("narrow-out", dsl.Int64(), dsl.Avro[Narrow]())
	b.Stream("evolved", dsl.Int64(), dsl.Avro[Evolved]()).To("evolved-out", dsl.Int64(), dsl.Avro[Evolved]())
	// What is made anew is decoded whole, and lies in what was fetched when it only goes on.
	b.Stream("kitchen-made", dsl.Avro[Node](), dsl.Avro[Kitchen]()).Map(func(k Node, v Kitchen) (Node, Kitchen) { return k, v }).To("kitchen-made-out", dsl.Avro[Node](), dsl.Avro[Kitchen]())
	b.Stream("bids-made", dsl.Int64(), dsl.Avro[Bid]()).MapValues(func(k int64, v Bid) Bid { return v }).To("bids-made-out", dsl.Int64(), dsl.Avro[Bid]())
	b.Stream("wide-made", dsl.Int64(), dsl.Avro[Wide]()).MapValues(func(k int64, v Wide) Wide { return v }).To("wide-made-out", dsl.Int64(), dsl.Avro[Wide]())
	b.Stream("evolved-made", dsl.Int64(), dsl.Avro[Evolved]()).MapValues(func(k int64, v Evolved) Evolved { return v }).To("evolved-made-out", dsl.Int64(), dsl.Avro[Evolved]())
	b.Stream("wide-part", dsl.Int64(), dsl.Avro[Wide]()).MapValues(three).To("wide-part-out", dsl.Int64(), dsl.String())
	b.Stream("wide-kept", dsl.Int64(), dsl.Avro[Wide]()).GroupByKey().
		Aggregate(func() string { return "" }, func(k int64, w Wide, last string) string { return three(k, w) }, dsl.String(), dsl.Name("wide-kept"))
	b.Stream("kitchen-part", dsl.Int64(), dsl.Avro[Kitchen]()).MapValues(some).To("kitchen-part-out", dsl.Int64(), dsl.String())
	b.Stream("kitchen-none", dsl.Int64(), dsl.Avro[Kitchen]()).MapValues(func(k int64, v Kitchen) int64 { return k }).To("kitchen-none-out", dsl.Int64(), dsl.Int64())
	b.Stream("lists", dsl.Avro[string](), dsl.Avro[[]Node]()).To("lists-out", dsl.Avro[string](), dsl.Avro[[]Node]())
}

// three reads three fields of sixty.
func three(_ int64, w Wide) string {
	return strconv.FormatInt(w.F04, 10) + w.F21 + strconv.FormatFloat(w.F42, 'g', -1, 64)
}

// some reads parts at every depth.
func some(_ int64, v Kitchen) string {
	out := string(v.Text) + v.Tree.Name + strconv.Itoa(len(v.Strings))
	for _, n := range v.Nodes {
		out += strconv.FormatInt(n.Value, 10)
	}
	if v.Either.String != nil {
		out += *v.Either.String
	}
	if v.Inner != nil {
		out += strconv.FormatInt(v.Inner.Value, 10)
	}
	if v.Optional != nil {
		out += "optional"
	}
	return out + strconv.FormatInt(v.Map["a"]+int64(v.Int8), 10)
}
