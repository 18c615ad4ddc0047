package main

import (
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/examples/protobuf/shop"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/serde/registry"
	"github.com/streamgen/streamgen/runtime/serde/wire"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

func order(id, customer string, cents, seconds int64) *shop.Order {
	return &shop.Order{Id: id, Customer: customer, Lines: []*shop.Line{{Article: "a", Count: 2, Cents: cents}}, Placed: &timestamppb.Timestamp{Seconds: seconds}}
}

// TestAccounts: orders add up by customer, in both modes; what an order has that the program does not know passes, and
// the registry has the schemas. S245, S246.
func TestAccounts(t *testing.T) {
	for mode, topology := range map[string]func() *gen.Topology{"generated": NewAccounts, "interpreted": func() *gen.Topology { return rt.InterpretPlain(Accounts) }} {
		t.Run(mode, func(t *testing.T) {
			schemas := registry.Mock()
			d, err := testdriver.New(topology(), testdriver.Config{Schemas: schemas})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			in := testdriver.Input(d, "orders", dsl.String(), dsl.Protobuf[*shop.Order]())
			large := testdriver.Output(d, "large-orders", dsl.String(), dsl.Protobuf[*shop.Order]())
			updates := testdriver.Output(d, "account-updates", dsl.String(), dsl.Protobuf[*shop.Account]())
			big := order("2", "ann", 60_000, 200)
			big.ProtoReflect().SetUnknown(protowire.AppendVarint(protowire.AppendTag(nil, 99, protowire.VarintType), 7))
			for i, o := range []*shop.Order{order("1", "ann", 10, 100), big, order("3", "bob", 5, 50), order("4", "ann", 1, 150)} {
				if err := in.Pipe(o.Id, o, int64(i)); err != nil {
					t.Fatal(err)
				}
			}
			if got := large.ReadAll(); len(got) != 1 || !proto.Equal(got[0].Value, big) {
				t.Errorf("large orders: %v", got)
			}
			last := map[string]*shop.Account{}
			for _, r := range updates.ReadAll() {
				last[r.Key] = r.Value
			}
			for name, want := range map[string]*shop.Account{
				"ann": {Customer: "ann", Orders: 3, Cents: 120_022, Last: &timestamppb.Timestamp{Seconds: 200}},
				"bob": {Customer: "bob", Orders: 1, Cents: 10, Last: &timestamppb.Timestamp{Seconds: 50}},
			} {
				if !proto.Equal(last[name], want) {
					t.Errorf("%s: %v, want %v", name, last[name], want)
				}
			}
			if err := d.Err(); err != nil {
				t.Error(err)
			}
			if s, err := schemas.Schema(wire.Use{}, 1); err != nil || s.Type != "PROTOBUF" {
				t.Errorf("schema 1: %+v %v", s, err)
			}
		})
	}
}
