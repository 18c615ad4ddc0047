//go:build real

package protocorpus

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/streamgen/streamgen/runtime/serde"
)

// files are a file and all that it imports, those that others import first.
func files(fd protoreflect.FileDescriptor, set *descriptorpb.FileDescriptorSet, seen map[string]bool) *descriptorpb.FileDescriptorSet {
	if seen[fd.Path()] {
		return set
	}
	seen[fd.Path()] = true
	for i := range fd.Imports().Len() {
		files(fd.Imports().Get(i).FileDescriptor, set, seen)
	}
	set.File = append(set.File, protodesc.ToFileDescriptorProto(fd))
	return set
}

// TestRealJava: protobuf-java reads what generated codecs write and writes what they read, and refuses damaged bytes where
// they do. S245, S246, S248.
func TestRealJava(t *testing.T) {
	judged(t, kitchenProtobuf{}, 300)
	judged(t, bidProtobuf{}, 300)
	judged(t, tenProtobuf{}, 100)
}

func judged[T proto.Message](t *testing.T, generated serde.Codec[T], n int) {
	t.Helper()
	own, _ := bound(generated)
	r := rand.New(rand.NewPCG(4, 2))
	var none T
	of := none.ProtoReflect().Descriptor()
	set, err := proto.Marshal(files(of.ParentFile(), &descriptorpb.FileDescriptorSet{}, map[string]bool{}))
	if err != nil {
		t.Fatal(err)
	}
	in := "protobuf " + hex.EncodeToString(set) + " " + string(of.Name()) + "\n"
	head, err := own.Append(nil, none.ProtoReflect().Type().New().Interface().(T))
	if err != nil {
		t.Fatal(err)
	}
	var values [][]byte
	written := map[int]bool{}
	for i := range n {
		v := none.ProtoReflect().Type().New().Interface().(T)
		entropy{r}.fill(v.ProtoReflect(), 0, []int{5, 30, 90}[i%3])
		b, err := own.Append(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		written[len(values)] = true
		values = append(values, b[len(head):])
		for range 4 {
			damaged := bytes.Clone(b[len(head):])
			if len(damaged) > 0 {
				damaged[r.IntN(len(damaged))] = byte(r.Uint32())
				values = append(values, damaged[:len(damaged)-r.IntN(2)*r.IntN(min(4, len(damaged)))])
			}
		}
	}
	for _, v := range values {
		in += hex.EncodeToString(v) + "\n"
	}
	cmd := exec.Command("../../scripts/codecs-java.sh")
	var out, problems bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(in), &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, problems.String())
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != len(values) {
		t.Fatalf("%d answers to %d values", len(lines), len(values))
	}
	refused := 0
	for i, line := range lines {
		v, err := own.Decode(append(bytes.Clone(head), values[i]...))
		again, hexErr := hex.DecodeString(line)
		if err != nil && (strings.Contains(err.Error(), "integer overflow") || strings.Contains(err.Error(), "there is no field")) {
			refused++ // Java takes the low bits of a number, or of a tag, that has more; Go's library does not
			continue
		}
		if (err == nil) != (hexErr == nil) {
			t.Errorf("%v here, Java: %s of\n%x", err, line, values[i])
			continue
		}
		if err != nil {
			refused++
			continue
		}
		if !written[i] { // what was damaged is unknown to one, or no UTF-8 in proto2, where Java puts a sign for it
			continue
		}
		theirs, err := own.Decode(append(bytes.Clone(head), again...))
		if err != nil || !proto.Equal(v, theirs) {
			t.Errorf("here %v\nJava %v %v\nof %x", v, theirs, err, values[i])
		}
	}
	if refused < n/10 {
		t.Errorf("%s: %d of %d were refused: too few to prove anything", of.Name(), refused, len(values))
	}
}
