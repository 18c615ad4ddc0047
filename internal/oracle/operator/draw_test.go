package operator

import (
	"math/rand/v2"
	"testing"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

// TestDrawnTopologiesComeBack: what is drawn checks, has what was wanted, ends in sinks, and is
// read back as the same text.
func TestDrawnTopologiesComeBack(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 3))
		drawn := Draw(r, 1+int(seed%9), "count")
		if drawn == nil {
			continue
		}
		c, err := form.ParseCase(form.Case{Topology: drawn}.String())
		if err != nil {
			t.Fatal(err)
		}
		if err := Check(c.Topology); err != nil || c.Topology.String() != drawn.String() {
			t.Fatalf("seed %d: %v\n%s\n%s", seed, err, drawn, c.Topology)
		}
		used := map[string]bool{}
		for _, l := range drawn {
			for _, id := range l.In {
				used[id] = true
			}
		}
		counts := false
		for _, l := range drawn {
			counts = counts || l.Op == "count"
			if l.Type.Kind != form.Nothing && l.Type.Kind != form.Global && !used[l.ID] {
				t.Errorf("seed %d: nothing stands on %s\n%s", seed, l.ID, drawn)
			}
		}
		if !counts {
			t.Errorf("seed %d: no count\n%s", seed, drawn)
		}
	}
}

// TestEveryOperatorIsDrawn: a weight or a Draw that is missing would leave an operator out unseen.
func TestEveryOperatorIsDrawn(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(500) {
		for _, l := range Draw(rand.New(rand.NewPCG(seed, 4)), 9) {
			seen[l.Op] = true
		}
	}
	for _, o := range Table {
		if !seen[o.Name] {
			t.Errorf("no random topology has a %s", o.Name)
		}
	}
}

func TestWrongLinesAreRefused(t *testing.T) {
	for _, text := range []string{
		"a = nothing b",
		"a = filter b pred=even",
		"a = stream topic=t key=string val=string\nb = filter a pred=even",
		"a = stream topic=t key=string val=string\nb = filter a pred=odd",
		"a = stream topic=t key=string val=string\nb = merge a",
		"a = stream topic=t key=string val=string\nb = to-stream a",
		"a = stream topic=t key=string",
	} {
		c, err := form.ParseCase(text)
		if err == nil {
			err = Check(c.Topology)
		}
		if err == nil {
			t.Errorf("%s: no error", text)
		}
	}
}
