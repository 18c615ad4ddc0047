package avrocorpus

import "github.com/streamgen/streamgen/dsl"

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
	b.Stream("lists", dsl.Avro[string](), dsl.Avro[[]Node]()).To("lists-out", dsl.Avro[string](), dsl.Avro[[]Node]())
}
