package gentest

import (
	"strings"
	"testing"
	"time"

	"github.com/streamgen/streamgen/dsl"
	"github.com/streamgen/streamgen/generated_test/count"
	"github.com/streamgen/streamgen/generated_test/windows"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/testdriver"
)

// S45: code that was generated from another structure does not run, in the driver or in
// an App. Option values are not structure.
func TestAChangedTopologyIsRefused(t *testing.T) {
	top := count.NewCounted()
	if top.Err != nil {
		t.Fatal(top.Err)
	}
	top.Verify(dsl.Structure(func(b *dsl.Builder) {
		count.Counted(b)
		b.Stream("added", dsl.String(), dsl.String()).To("later", dsl.String(), dsl.String())
	}))
	_, ofDriver := testdriver.New(top, testdriver.Config{})
	_, ofApp := rt.New(top, rt.Config{})
	for _, err := range []error{ofDriver, ofApp} {
		if err == nil || !strings.Contains(err.Error(), "has changed since its code was generated") || !strings.Contains(err.Error(), "go generate") {
			t.Errorf("error %v", err)
		}
	}

	other := windowsConfig
	other.Size += time.Second
	if err := windows.NewPerWindow(other).Err; err != nil {
		t.Errorf("another window size: %v", err)
	}
}
