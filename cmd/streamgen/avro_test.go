package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const avsc = `{"type":"record","name":"Order","namespace":"shop","doc":"What was bought.","fields":[
	{"name":"order_id","type":"string"},
	{"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
	{"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
	{"name":"status","type":{"type":"enum","name":"Status","symbols":["NEW","PAID"]}},
	{"name":"note","type":["null","string"],"default":null},
	{"name":"hash","type":{"type":"fixed","name":"Hash","size":4}},
	{"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line","fields":[{"name":"sku","type":"string"},{"name":"next","type":["null","Line"],"default":null}]}}},
	{"name":"by","type":["null","string","long"]}]}`

// plainly runs a command that takes no folder.
func plainly(t *testing.T, want int, args ...string) string {
	t.Helper()
	var stdout, stderr strings.Builder
	if code := run(args, &stdout, &stderr); code != want {
		t.Fatalf("streamgen %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, want, stdout.String(), stderr.String())
	}
	return stdout.String() + stderr.String()
}

// TestAvroThereAndBack: the Go types of a schema are types that dsl.Avro takes, and their schema is the one in the file.
func TestAvroThereAndBack(t *testing.T) {
	dir := appModule(t, "example.com/app")
	put(t, filepath.Join(dir, "order.avsc"), avsc)
	source := plainly(t, exitOK, "avro", "struct", "-package", "shop", filepath.Join(dir, "order.avsc"))
	for _, want := range []string{"package shop\n", "// Order is the record shop.Order: What was bought.\n", "OrderID string", `avro:"order_id"`, "*big.Rat", "time.Time", "StatusPAID", "*string", "[4]byte", "[]Line", "*Line"} {
		if !strings.Contains(source, want) {
			t.Errorf("the types lack %q:\n%s", want, source)
		}
	}
	put(t, filepath.Join(dir, "order.go"), source)
	t.Chdir(dir)
	schema := plainly(t, exitOK, "avro", "schema", ".", "Order")
	if strings.Join(strings.Fields(schema), "") != strings.Join(strings.Fields(strings.ReplaceAll(avsc, "What was bought.", "Whatwasbought.")), "") {
		t.Errorf("the schema is\n%s\nwant\n%s", schema, avsc)
	}
	put(t, filepath.Join(dir, "own.go"), "package shop\n\n// Own has tags.\ntype Own struct {\n\tID int64 `avro:\"id\"`\n\tRate float64 `avro:\"rate,alias=ratio,default=1.5\"`\n\tBad chan int `avro:\"-\"`\n}\n\ntype Bad struct{ C chan int }\n")
	if got := plainly(t, exitOK, "avro", "schema", ".", "Own"); got != `{"type":"record","name":"Own","fields":[{"name":"id","type":"long"},{"name":"rate","type":"double","default":1.5,"aliases":["ratio"]}]}`+"\n" {
		t.Errorf("the schema of Own is %s", got)
	}
	for _, c := range []struct{ args, want string }{
		{"schema . Nobody", "has no type Nobody"}, {"schema . Bad", "C: chan int has no Avro type"}, {"schema .", "Usage"}, {"struct nowhere.avsc", "nowhere.avsc"},
		{"struct own.go", "own.go"}, {"struct", "Usage"}, {"", "Usage"}, {"list", "Usage"}, {"struct -x", "flag provided"},
	} {
		if got := plainly(t, exitFailure, append([]string{"avro"}, strings.Fields(c.args)...)...); !strings.Contains(got, c.want) {
			t.Errorf("avro %s says %q, want %q", c.args, got, c.want)
		}
	}
	if err := os.WriteFile("bad.avsc", []byte(`{"type":"record","name":"A","fields":[{"name":"b","type":"B"}]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := plainly(t, exitFailure, "avro", "struct", "bad.avsc"); !strings.Contains(got, `unknown type "B"`) {
		t.Errorf("a type that is not declared: %s", got)
	}
}
