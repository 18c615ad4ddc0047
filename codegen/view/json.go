package view

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan/shape"
)

// mark is what stands around import paths in a plan's types.
var mark = regexp.MustCompile(`⟦[^⟧]*⟧\.?`)

// explainJSON lists the parts of JSON values that no code is generated for.
func (t *Topology) explainJSON(b *strings.Builder) {
	used := map[string]bool{}
	for _, s := range t.r.Steps {
		used[codecName(s.Key)], used[codecName(s.Val)] = true, true
	}
	for _, s := range t.r.Stores {
		used[codecName(s.Key)], used[codecName(s.Val)] = true, true
	}
	head := false
	for _, j := range t.json {
		whole := mark.ReplaceAllString(j.Type, "")
		if !used["JSONCodec["+whole+"]"] && !used["StrictJSONCodec["+whole+"]"] {
			continue
		}
		for _, def := range j.Shape.Defs {
			if def.Kind != shape.Fallback {
				continue
			}
			if !head {
				b.WriteString("\nJSON that is left to encoding/json/v2, with reflection for each record\n")
				head = true
			}
			part := mark.ReplaceAllString(def.Go, "")
			if part != whole {
				part += " in " + whole
			}
			fmt.Fprintf(b, "  %s: %s\n", part, def.Reason)
		}
	}
}
