package processor_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/streamgen/streamgen/runtime/processor"
)

// What cannot work outside of a task is not offered there, so that asking for it does not compile (S224).
func TestGlobalContextOffersNothingThatFollows(t *testing.T) {
	var got []string
	for m := range reflect.TypeFor[*processor.GlobalContext]().Methods() {
		got = append(got, m.Name)
	}
	if want := []string{"ApplicationID", "Log", "Metadata", "WallClock"}; !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}
