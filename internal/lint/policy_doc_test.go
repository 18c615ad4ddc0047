package lint

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/internal/golden"
)

// docs/ARCHITECTURE.md shows the policy between two marks, printed from it; -update writes it anew.
func TestArchitectureShowsThePolicy(t *testing.T) {
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, "docs", "ARCHITECTURE.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const open, end = "<!-- arrows: printed by internal/lint -->\n", "<!-- end of arrows -->"
	before, rest, ok := strings.Cut(string(text), open)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("docs/ARCHITECTURE.md has no marks %q and %q", open, end)
	}
	golden.Assert(t, path, before+open+policyTable()+end+after)
}

// policyTable prints the policy as a table; modules by their last names, the leaves by one word.
func policyTable() string {
	var b strings.Builder
	b.WriteString("| packages in | may import, beside the standard library |\n|---|---|\n")
	short := strings.NewReplacer("github.com/cockroachdb/", "", "github.com/twmb/", "", "github.com/prometheus/", "", "github.com/dave/", "",
		"golang.org/", "", Module+"/", "")
	var alone []string
	for i := range policy {
		a := policy[i]
		if len(a.local)+len(a.other)+len(a.not) == 0 {
			alone = append(alone, a.from)
			continue
		}
		words := short.Replace(strings.Replace(a.String(), strings.Join(leaves, ", "), "*leaves*", 1))
		fmt.Fprintf(&b, "| %s | %s |\n", a.from, words)
	}
	fmt.Fprintf(&b, "\nThe standard library alone: %s. *leaves*: %s.\n", strings.Join(alone, ", "), strings.Join(leaves, ", "))
	return b.String()
}
