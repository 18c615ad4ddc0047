//go:build real

package avrocorpus

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/internal/python"
	server "github.com/streamgen/streamgen/internal/registry"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/registry"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// TestRealPython: confluent-kafka for Python, over fastavro, understands streamgen registry, reads what the generated codec
// writes and writes what it reads. S240.
func TestRealPython(t *testing.T) {
	interpreter := python.Interpreter(t, "confluent-kafka-2.16.0", "confluent-kafka[avro,schemaregistry]==2.16.0")
	h, err := server.New(filepath.Join(t.TempDir(), "registry.json"), "ann:secret")
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	defer s.Close()
	schemas, err := registry.New(registry.Config{URLs: []string{s.URL}, CredentialsSource: "USER_INFO", UserInfo: "ann:secret"})
	if err != nil {
		t.Fatal(err)
	}
	defer schemas.Close()
	own := serde.Bind[Kitchen](kitchenAvro{}, wire.Use{Topic: "kitchen"}, schemas)
	r := rand.New(rand.NewPCG(9, 9))
	var lines strings.Builder
	var values []Kitchen
	for range 100 {
		var v Kitchen
		fill(r, reflect.ValueOf(&v).Elem(), 0)
		v.Plain %= 1 << 40 // Python's times end with the year 9999
		b, err := own.Append(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, v)
		lines.WriteString(hex.EncodeToString(b) + "\n")
	}
	cmd := exec.Command(interpreter, "testdata/client.py", s.URL)
	var out, problems bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(lines.String()), &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, problems.String())
	}
	again := strings.Fields(out.String())
	if len(again) != len(values) {
		t.Fatalf("%d values came back of %d", len(again), len(values))
	}
	for i, line := range again {
		b, err := hex.DecodeString(line)
		if err != nil {
			t.Fatal(err)
		}
		got, err := own.Decode(b)
		if err != nil || !equal(reflect.ValueOf(&got).Elem(), reflect.ValueOf(&values[i]).Elem()) && !rounded(got, values[i]) {
			t.Fatalf("Python wrote\n%+v %v\nof\n%+v", got, err, values[i])
		}
	}
}
