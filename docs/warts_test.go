package docs_test

import (
	"path"
	"regexp"
	"strings"
	"testing"
)

var (
	quoted = regexp.MustCompile("`([^`]+)`")
	aRule  = regexp.MustCompile(`S\d+`)
	speaks = regexp.MustCompile(`\*\[warts?[:,]`)
	aTest  = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
)

// tests are the names of all test functions, and of all files that hold cases, by full path and by base name.
func tests(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, name := range files(t, func(name string) bool {
		return strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".txt") || strings.HasSuffix(name, ".txtar")
	}) {
		if !strings.HasSuffix(name, "_test.go") {
			names[path.Base(name)], names[strings.TrimPrefix(name, "generated_test/")] = true, true
			continue
		}
		for _, m := range aTest.FindAllStringSubmatch(read(t, name), -1) {
			names[m[1]] = true
		}
	}
	return names
}

// rows returns the cells of the table below a heading.
func rows(t *testing.T, document, heading string) (out [][]string) {
	t.Helper()
	_, text, ok := strings.Cut(read(t, document), "\n"+heading+"\n")
	if !ok {
		t.Fatalf("%s lacks %q", document, heading)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "| ") {
			out = append(out, strings.Split(strings.Trim(line, "| "), " | "))
		}
	}
	if len(out) < 2 {
		t.Fatalf("%s has no table under %q", document, heading)
	}
	return out[1:]
}

// Every wart that a rule speaks of has a row that says what is done about it, and tests both by default and in Kafka
// mode, which exist.
func TestWartsAreDecidedAndTested(t *testing.T) {
	const document = "docs/SEMANTICS.md"
	listed, known := map[string]bool{}, tests(t)
	for _, row := range rows(t, document, "## Warts") {
		if len(row) != 5 {
			t.Errorf("the row %q has %d cells", row, len(row))
			continue
		}
		for _, n := range aRule.FindAllString(row[0], -1) {
			listed[n] = true
			if !strings.Contains(read(t, document), "- **"+n+" ") {
				t.Errorf("the table of warts names %s, which is no rule", n)
			}
		}
		switch word, _, _ := strings.Cut(row[2], ":"); word {
		case "fixed", "switched", "kept", "cannot arise":
		default:
			t.Errorf("%s: %q is no decision", row[0], row[2])
		}
		for i, cell := range row[3:] {
			found := quoted.FindAllStringSubmatch(cell, -1)
			if len(found) == 0 && (i == 0 || cell != "the same code" || row[2] == "switched") {
				t.Errorf("%s: %q names no test", row[0], cell)
			}
			for _, m := range found {
				if !known[m[1]] {
					t.Errorf("%s: there is no test %s", row[0], m[1])
				}
			}
		}
	}
	// Heads of rules end the match before, so the text is read rule by rule.
	for _, text := range strings.Split(read(t, document), "\n- **S")[1:] {
		n := "S" + text[:strings.IndexByte(text, ' ')]
		text, _, _ = strings.Cut(text, "\n## ")
		if speaks.MatchString(text) && !listed[n] {
			t.Errorf("%s speaks of a wart; the table of warts lacks it", n)
		}
	}
}

// Every layout that other programs see names the test that compares its bytes with Kafka's or Kafka Streams'.
func TestLayoutsAreTested(t *testing.T) {
	known := tests(t)
	for _, row := range rows(t, architecture, "## Layouts") {
		if len(row) != 3 {
			t.Errorf("the row %q has %d cells", row, len(row))
			continue
		}
		found := quoted.FindAllStringSubmatch(row[2], -1)
		if len(found) == 0 {
			t.Errorf("%s: no test", row[0])
		}
		for _, m := range found {
			if strings.HasPrefix(m[1], "Test") && !known[m[1]] {
				t.Errorf("%s: there is no test %s", row[0], m[1])
			}
		}
	}
}
