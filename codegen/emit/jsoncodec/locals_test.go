package jsoncodec

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestLocalsAreListed compares the list of locals with the locals that the corpus declares.
func TestLocalsAreListed(t *testing.T) {
	text, err := os.ReadFile("internal/corpus/corpus_streamgen.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, pattern := range []string{`(?m)^\s+(?:if |for )?(\w+(?:, \w+)*) := `, `(?m)^\t+var (\w+) `, `(?m)^func \w+\((.*)\) \(`} {
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1) {
			for part := range strings.SplitSeq(m[1], ",") {
				if words := strings.Fields(part); len(words) > 0 && regexp.MustCompile(`^\w+$`).MatchString(words[0]) {
					found[strings.TrimSuffix(words[0], "_")] = true
				}
			}
		}
	}
	for name := range found {
		if name != "_" && name != "" && !locals[name] {
			t.Errorf("generated functions declare %s, which finish does not know", name)
		}
	}
	for name := range locals {
		if !found[name] {
			t.Errorf("finish lists %s, which no generated function declares", name)
		}
	}
}
