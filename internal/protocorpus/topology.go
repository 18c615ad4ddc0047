package protocorpus

import (
	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/internal/protocorpus/pb"
)

//go:generate go tool streamgen gen .

// Codecs makes the compiler generate the codecs of the corpus.
//
//streamgen:topology
func Codecs(b *dsl.Builder) {
	b.Stream("kitchen", dsl.Protobuf[*pb.Money](), dsl.Protobuf[*pb.Kitchen]()).To("kitchen-out", dsl.Protobuf[*pb.Money](), dsl.Protobuf[*pb.Kitchen]())
	b.Stream("bids", dsl.Int64(), dsl.Protobuf[*pb.Bid]()).To("bids-out", dsl.Int64(), dsl.Protobuf[*pb.Bid]())
	b.Stream("ten", dsl.Int64(), dsl.Protobuf[*pb.Ten]()).To("ten-out", dsl.Int64(), dsl.Protobuf[*pb.Ten]())
	b.Stream("leaves", dsl.Int64(), dsl.Protobuf[*pb.Outer_Middle_Leaf]()).To("leaves-out", dsl.Int64(), dsl.Protobuf[*pb.Outer_Middle_Leaf]())
	b.Stream("legacy", dsl.Protobuf[*pb.Empty](), dsl.Protobuf[*pb.Legacy]()).To("legacy-out", dsl.Protobuf[*pb.Empty](), dsl.Protobuf[*pb.Legacy]())
	b.Stream("edited", dsl.Int64(), dsl.Protobuf[*pb.Edited]()).To("edited-out", dsl.Int64(), dsl.Protobuf[*pb.Edited]())
}
