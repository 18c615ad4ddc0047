package protocorpus

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/streamgen/streamgen/internal/protocorpus/pb"
)

// BenchmarkBid reads and writes a message of seven fields, three of them strings.
func BenchmarkBid(b *testing.B) {
	own, _ := bound[*pb.Bid](bidProtobuf{})
	v := &pb.Bid{Auction: 1000, Bidder: 2001, Price: 12_345_678, Channel: "channel-1234", Url: "https://example.com/item/1234?page=2", Time: 1_700_000_000_000, Extra: "some text of forty bytes, or thereabouts"}
	src, err := own.Append(nil, v)
	if err != nil {
		b.Fatal(err)
	}
	body, err := proto.Marshal(v)
	if err != nil {
		b.Fatal(err)
	}
	variant := func(name string, f func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	codec, buf := own.(bidProtobuf), []byte(nil)
	variant("decode/generated", func() error { _, err := codec.Decode(src); return err })
	variant("decode/library", func() error { return proto.Unmarshal(body, &pb.Bid{}) })
	variant("append/generated", func() (err error) { buf, err = codec.Append(buf[:0], v); return err })
	variant("append/library", func() (err error) { buf, err = proto.MarshalOptions{}.MarshalAppend(buf[:0], v); return err })
}
