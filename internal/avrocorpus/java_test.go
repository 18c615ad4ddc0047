//go:build real

package avrocorpus

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// java gives values to Java's Avro and returns what it writes of each, nil where it refuses.
func java(t *testing.T, schema string, values [][]byte) [][]byte {
	t.Helper()
	in := "avro " + hex.EncodeToString([]byte(schema)) + "\n"
	for _, v := range values {
		in += hex.EncodeToString(v) + "\n"
	}
	cmd := exec.Command("../../scripts/codecs-java.sh")
	var out, problems bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(in), &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, problems.String())
	}
	var again [][]byte
	for line := range strings.Lines(out.String()) {
		b, err := hex.DecodeString(strings.TrimSpace(line))
		if err != nil {
			b = nil
		}
		again = append(again, b)
	}
	if len(again) != len(values) {
		t.Fatalf("%d answers to %d values", len(again), len(values))
	}
	return again
}

// TestRealJava: Java's Avro reads what generated codecs write and writes what they read, and refuses damaged bytes where they
// do. S240, S241, S244.
func TestRealJava(t *testing.T) {
	judged(t, kitchenAvro{}, kitchenAvroSchema, 300, 0)
	judged(t, bidAvro{}, bidAvroSchema, 300, 6)
	judged(t, nodeAvro{}, nodeAvroSchema, 300, 6)
	judged(t, wideAvro{}, wideAvroSchema, 100, 0)
}

// judged compares random values and as many times damages damaged ones. Types with booleans are not damaged: Java takes
// every byte for one; nor are those with ints, which may not take more than five bytes there.
func judged[T any](t *testing.T, generated serde.Codec[T], schema string, n, damages int) {
	t.Helper()
	own, _ := bound(generated)
	r := rand.New(rand.NewPCG(3, 1))
	var values [][]byte
	var head []byte
	for range n {
		var v T
		fill(r, reflect.ValueOf(&v).Elem(), 0)
		b, err := own.Append(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		head = b[:wire.Header]
		values = append(values, b[wire.Header:])
		for range damages {
			damaged := bytes.Clone(b[wire.Header:])
			for range 1 + r.IntN(2) {
				damaged[r.IntN(len(damaged))] = byte(r.Uint32())
			}
			values = append(values, damaged[:len(damaged)-r.IntN(2)*r.IntN(min(4, len(damaged)))])
		}
	}
	refused := 0
	for i, again := range java(t, schema, values) {
		v, err := own.Decode(append(bytes.Clone(head), values[i]...))
		if (err == nil) != (again != nil) {
			t.Errorf("%T of %x: %v here, Java writes %x", v, values[i], err, again)
			continue
		}
		if err != nil {
			refused++
			continue
		}
		theirs, err := own.Decode(append(bytes.Clone(head), again...))
		if !utf8.Valid(values[i]) && damages > 0 {
			continue // Java puts a sign for what is no UTF-8
		}
		if err != nil || !equal(reflect.ValueOf(&v).Elem(), reflect.ValueOf(&theirs).Elem()) {
			a, b := reflect.ValueOf(v), reflect.ValueOf(theirs)
			for k := range a.NumField() {
				if x, y := fmt.Sprintf("%+v", a.Field(k)), fmt.Sprintf("%+v", b.Field(k)); x != y {
					t.Errorf("%x: %s is %s here, Java wrote %s (%v)", values[i], a.Type().Field(k).Name, x, y, err)
				}
			}
		}
	}
	if damages > 0 && refused < n {
		t.Errorf("%T: %d of %d were refused: too few to prove anything", generated, refused, len(values))
	}
}
