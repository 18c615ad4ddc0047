//go:build real

package protocorpus

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/streamgen/streamgen/internal/protocorpus/pb"
	"github.com/streamgen/streamgen/internal/python"
	server "github.com/streamgen/streamgen/internal/registry"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/registry"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// protoc compiles the corpus's .proto files for a language into a folder.
func protoc(t *testing.T, interpreter, flag string) string {
	t.Helper()
	from, to := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(from, "corpus"), 0o755); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("pb/*.proto")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"-m", "grpc_tools.protoc", "-I" + from, flag + to}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(from, "corpus", filepath.Base(f)), b, 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, "corpus/"+filepath.Base(f))
	}
	if out, err := exec.Command(interpreter, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return to
}

// TestRealPython: confluent-kafka for Python, over protobuf's own library, understands streamgen registry, gives schemas the
// same ids, reads what the generated codec writes and writes what it reads. S245, S246, S248.
func TestRealPython(t *testing.T) {
	interpreter := python.Interpreter(t, "confluent-kafka-protobuf-2.16.0", "confluent-kafka[protobuf,schemaregistry]==2.16.0", "grpcio-tools")
	h, err := server.New(filepath.Join(t.TempDir(), "registry.json"), "")
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	defer s.Close()
	schemas, err := registry.New(registry.Config{URLs: []string{s.URL}})
	if err != nil {
		t.Fatal(err)
	}
	defer schemas.Close()
	own := serde.Bind[*pb.Kitchen](kitchenProtobuf{}, wire.Use{Topic: "kitchen"}, schemas)
	r := rand.New(rand.NewPCG(9, 9))
	var lines strings.Builder
	var values []*pb.Kitchen
	var written [][]byte
	for i := range 200 {
		v := &pb.Kitchen{}
		entropy{r}.fill(v.ProtoReflect(), 0, []int{5, 30, 90}[i%3])
		b, err := own.Append(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		values, written = append(values, v), append(written, b)
		lines.WriteString(hex.EncodeToString(b) + "\n")
	}
	cmd := exec.Command(interpreter, "testdata/client.py", s.URL, protoc(t, interpreter, "--python_out="))
	var out, problems bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(lines.String()), &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, problems.String())
	}
	again := strings.Fields(out.String())
	if len(again) != len(values)+1 {
		t.Fatalf("%d values came back of %d", len(again), len(values)+1)
	}
	alike := 0
	for i, line := range again[:len(values)] {
		b, err := hex.DecodeString(line)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(b, written[i][:header]) {
			t.Fatalf("Python's header is %x, ours %x", b[:header], written[i][:header])
		}
		got, err := own.Decode(b)
		if err != nil || !proto.Equal(got, values[i]) {
			t.Fatalf("Python wrote\n%v %v\nof\n%v", got, err, values[i])
		}
		if len(b) != len(written[i]) {
			t.Errorf("Python wrote %d bytes, we %d", len(b), len(written[i]))
		}
		if bytes.Equal(b, written[i]) {
			alike++
		}
	}
	if alike < 50 { // the others have maps of several entries
		t.Errorf("only %d of %d values have the same bytes", alike, len(values))
	}
	leaf, err := hex.DecodeString(again[len(values)])
	if err != nil {
		t.Fatal(err)
	}
	got, err := serde.Bind[*pb.Outer_Middle_Leaf](outerMiddleLeafProtobuf{}, wire.Use{Topic: "leaves"}, schemas).Decode(leaf)
	if err != nil || got.Text != "deep" {
		t.Errorf("%x: %v %v", leaf, got, err)
	}
}
