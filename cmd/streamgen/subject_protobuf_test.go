package main

import (
	"encoding/json/v2"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// messages is an application that reads and writes messages, one of them on a topic whose name is computed.
const messages = `package main

import (
	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/examples/protobuf/shop"
)

type Config struct{ Copy string }

//streamgen:topology
func Accounts(b *dsl.Builder, cfg Config) {
	orders := b.Stream("orders", dsl.String(), dsl.Protobuf[*shop.Order]())
	orders.MapValues(func(_ string, o *shop.Order) *shop.Account { return &shop.Account{Customer: o.GetCustomer(), Orders: 1} }).
		To("accounts", dsl.String(), dsl.Protobuf[*shop.Account]())
	orders.To(cfg.Copy, dsl.String(), dsl.Protobuf[*shop.Order]())
}

func main() {}
`

// orderProto is the schema of orders with a field more or another one.
func orderProto(customer, more string) string {
	return fmt.Sprintf(`syntax = "proto3"; package other.name; import "google/protobuf/timestamp.proto";
message Head { string x = 1; }
message Order { string id = 1; %s customer = 2; repeated Line lines = 3; google.protobuf.Timestamp placed = 4; %s }
message Line { string article = 1; int32 count = 2; int64 cents = 3; }`, customer, more)
}

// TestMessagesArePinned: subjects of Protobuf are pinned and compared by numbers; what is not compared is said. S247, S255.
func TestMessagesArePinned(t *testing.T) {
	dir := appModule(t, "example.com/app")
	put(t, filepath.Join(dir, "main.go"), messages)
	t.Setenv("GOFLAGS", "-mod=mod") // the messages' own module is to be added to go.mod
	r := serveRegistry(t, "", httptest.NewServer)
	register := func(subject, text string) {
		b, err := json.Marshal(map[string]string{"schemaType": "PROTOBUF", "schema": text})
		if err != nil {
			t.Fatal(err)
		}
		r.ask("POST", "/subjects/"+subject+"/versions", string(b))
	}
	at := []string{"-registry", r.URL}
	check, pin := append([]string{"check"}, at...), append([]string{"lock"}, at...)
	tool(t, exitOK, dir, []string{"gen"})
	tool(t, exitOK, dir, check, "topology Accounts: the subjects of 1 topics are not compared: their names are known only when the application starts")
	register("orders-value", orderProto("string", ""))
	tool(t, exitFound, dir, check, "subject orders-value is not pinned, and the registry has 1 versions of it; topology Accounts reads the values of topic orders as protobuf Order")
	tool(t, exitOK, dir, pin, "subject accounts-value is not in the registry yet")
	if text := read(t, filepath.Join(dir, "streamgen.lock")); !strings.Contains(text, `"1": {"id": 1, "schema": "schema protobuf `) {
		t.Errorf("the lock file does not hold the schema:\n%s", text)
	}
	tool(t, exitOK, dir, check)
	tool(t, exitOK, dir, pin, "streamgen.lock is current")

	register("orders-value", orderProto("string", "int64 weight = 5;"))
	tool(t, exitOK, dir, check, "1 versions more than were pinned, which can be read")
	r.ask("PUT", "/config/orders-value", `{"compatibility":"NONE"}`)
	register("orders-value", orderProto("double", ""))
	tool(t, exitFound, dir, check, "subject orders-value: version 3 (id 3) cannot be read", "customer: string does not hold every double", "what to do:")
	r.ask("DELETE", "/subjects/orders-value/versions/3", "")
	register("orders-value", `syntax = "proto3"; message Other { string id = 1; }`)
	tool(t, exitFound, dir, check, "version 4 (id 4) does not fit the message", "it has no message Order, but Other")
	r.ask("DELETE", "/subjects/orders-value/versions/4", "")

	register("accounts-value", `syntax = "proto3"; message Account { string customer = 1; string orders = 2; }`)
	tool(t, exitOK, dir, pin)
	tool(t, exitFound, dir, check, "subject accounts-value: would be refused; topology Accounts writes the values of topic accounts as protobuf Account", "orders: int64 does not hold every string")
	tool(t, exitOK, dir, append(check, "-set", "value.subject.name.strategy=RecordNameStrategy"), "are not compared: they are named after messages of Protobuf")
}
