// Package docs_test keeps the documents honest: every rule has a case that cites it, links lead somewhere, tables list
// what the code has, and the text of the phases is what the compiler prints.
package docs_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// read returns a file of the repository; the path is relative to its root.
func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// files lists the files of the repository for which keep is true, by slash-separated path from its root.
func files(t *testing.T, keep func(name string) bool) (names []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case !d.IsDir() && keep(name):
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// citing are the files that may cite a rule: tests, and the cases that tests read.
func citing(name string) bool {
	switch {
	case path.Dir(name) == "docs":
		return false
	case strings.HasSuffix(name, "_test.go"):
		return true
	case !strings.HasSuffix(name, ".txt"):
		return false
	}
	folder := path.Base(path.Dir(name))
	return strings.HasPrefix(name, "generated_test/") && folder == "scenarios" || strings.HasPrefix(name, "runtime/") && folder == "testdata"
}

var (
	ruleHead = regexp.MustCompile(`(?m)^- \*\*S(\d+) `)
	citation = regexp.MustCompile(`\bS([1-9]\d{0,2})\b`)
)

func TestEveryRuleIsCited(t *testing.T) {
	rules := map[int]bool{}
	last := 0
	for _, m := range ruleHead.FindAllStringSubmatch(read(t, "docs/SEMANTICS.md"), -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			t.Fatal(err)
		}
		if n <= last {
			t.Fatalf("docs/SEMANTICS.md: rule S%d follows S%d; numbers ascend and are never given again", n, last)
		}
		rules[n], last = true, n
	}
	if last == 0 {
		t.Fatal("docs/SEMANTICS.md has no rules")
	}
	cited := map[int][]string{}
	for _, name := range files(t, citing) {
		for _, m := range citation.FindAllStringSubmatch(read(t, name), -1) {
			n, err := strconv.Atoi(m[1])
			if err != nil {
				t.Fatal(err)
			}
			cited[n] = append(cited[n], name)
			if !rules[n] {
				t.Errorf("%s cites S%d, which docs/SEMANTICS.md does not have", name, n)
			}
		}
	}
	for n := 1; n <= last; n++ {
		if rules[n] && len(cited[n]) == 0 {
			t.Errorf("no case cites S%d; write S%d into the scenario or test that shows it, or add one that does", n, n)
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

func TestLinksResolve(t *testing.T) {
	for _, name := range files(t, func(name string) bool { return path.Ext(name) == ".md" }) {
		for _, m := range link.FindAllStringSubmatch(outsideCode(read(t, name)), -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, ":") {
				continue // within the document, or outside of the repository
			}
			if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(path.Join(path.Dir(name), target)))); err != nil {
				t.Errorf("%s links to %s: %v", name, m[1], err)
			}
		}
	}
}

// The Go of the README is cut from the flights example: each paragraph of it stands there word by word.
func TestReadmeCodeIsCompiled(t *testing.T) {
	source := read(t, "examples/flights/topology.go") + read(t, "examples/flights/main.go")
	paragraphs := 0
	for _, block := range blocks(read(t, "README.md"), "go") {
		for paragraph := range strings.SplitSeq(strings.TrimSpace(block), "\n\n") {
			paragraphs++
			if !strings.Contains(source, paragraph) {
				t.Errorf("README.md has Go that examples/flights has not:\n%s", paragraph)
			}
		}
	}
	if paragraphs == 0 {
		t.Error("README.md shows no Go")
	}
}

// blocks returns the fenced code blocks of one language.
func blocks(text, language string) (found []string) {
	for i, part := range strings.Split("\n"+text, "\n```") {
		if i%2 == 0 {
			continue
		}
		if first, body, _ := strings.Cut(part, "\n"); first == language {
			found = append(found, body)
		}
	}
	return found
}

// outsideCode drops fenced code blocks.
func outsideCode(text string) string {
	var b strings.Builder
	for i, part := range strings.Split("\n"+text, "\n```") {
		if i%2 == 0 {
			b.WriteString(part)
		}
	}
	return b.String()
}

// column returns the code in the first column of the tables below a heading, as it stands there, until the next heading
// of the same level.
func column(t *testing.T, name, heading string) (cells []string) {
	t.Helper()
	_, text, ok := strings.Cut(read(t, name), "\n"+heading+"\n")
	if !ok {
		t.Fatalf("%s has no %q", name, heading)
	}
	level := heading[:strings.IndexByte(heading, ' ')+1]
	text, _, _ = strings.Cut(text, "\n"+level)
	for line := range strings.Lines(text) {
		if cell, ok := strings.CutPrefix(line, "| `"); ok {
			cell, _, _ = strings.Cut(cell, "`")
			cells = append(cells, cell)
		}
	}
	return cells
}

// same demands that a table lists exactly what the code has.
func same(t *testing.T, table string, listed, real []string) {
	t.Helper()
	for _, r := range real {
		if !slices.Contains(listed, r) {
			t.Errorf("%s lacks %s", table, r)
		}
	}
	for i, l := range listed {
		if !slices.Contains(real, l) {
			t.Errorf("%s lists %s, which does not exist", table, l)
		}
		if slices.Contains(listed[:i], l) {
			t.Errorf("%s lists %s twice", table, l)
		}
	}
}

// Every dsl.X that the documents name is declared there.
func TestNamesOfTheDSLExist(t *testing.T) {
	var source strings.Builder
	for _, name := range files(t, func(name string) bool {
		return path.Dir(name) == "dsl" && path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go")
	}) {
		source.WriteString(read(t, name))
	}
	used := regexp.MustCompile(`\bdsl\.([A-Z]\w*)`)
	for _, name := range files(t, func(name string) bool {
		return name == "README.md" || path.Dir(name) == "docs" && path.Ext(name) == ".md"
	}) {
		for _, m := range used.FindAllStringSubmatch(read(t, name), -1) {
			if !regexp.MustCompile(`(?m)^(?:func|type) ` + m[1] + `\b|^\t` + m[1] + `\b.*=`).MatchString(source.String()) {
				t.Errorf("%s names dsl.%s, which is not declared", name, m[1])
			}
		}
	}
}
