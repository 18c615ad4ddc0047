package gentest

import (
	"io"
	"os"
	"testing"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/generated_test/values"
	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

// S135: Print writes "[label]: key, value"; without a label, the name of the operator before.
func TestPrintWritesToStandardOutput(t *testing.T) {
	const want = "[label]: a, x y\n[lengths]: a, 3\n[label]: null, \n[lengths]: null, 0\n[label]: b, null\n[lengths]: b, null\n"
	for mode, build := range map[string]func() *gen.Topology{"generated": values.NewPrinted, "interpreted": interpret(values.Printed)} {
		t.Run(mode, func(t *testing.T) {
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			stdout := os.Stdout
			os.Stdout = w
			defer func() { os.Stdout = stdout }()
			d, err := testdriver.New(build(), testdriver.Config{})
			if err != nil {
				t.Fatal(err)
			}
			in := testdriver.Input(d, "printed", dsl.String(), dsl.Bytes())
			in.Pipe("a", []byte("x y"), 1)
			in.PipeNullKey(nil, 2)
			in.PipeNullValue("b", 3)
			w.Close()
			got, _ := io.ReadAll(r)
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			if string(got) != want {
				t.Errorf("printed %q, want %q", got, want)
			}
		})
	}
}
