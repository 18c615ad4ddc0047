package codegen

import (
	"errors"
	"go/token"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen/diag"
)

// TestPanicNamesThePlace wants a panic of a phase to come back as an error that names the
// user's code and the compiler's function.
func TestPanicNamesThePlace(t *testing.T) {
	var diags diag.List
	run := func() (err error) {
		defer internal(&diags, &err)
		diags.Reading(token.Position{Filename: "topology.go", Line: 12, Column: 3})
		var args []int
		_ = args[len(args)]
		return nil
	}
	err := run()
	var fault *InternalError
	if !errors.As(err, &fault) || fault.At.Line != 12 {
		t.Fatalf("the panic became %v", err)
	}
	for _, want := range []string{"topology.go:12:3: ", "index out of range", "codegen.TestPanicNamesThePlace", "please report it"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}
