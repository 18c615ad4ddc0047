package diag

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Source gives the bytes of a file that a span points into, nil when it is unknown.
type Source func(file string) []byte

// Text renders a diagnostic for people: place, code and message, the source line with the
// range underlined, then notes and the fix. Paths are shown relative to dir.
func (d Diagnostic) Text(dir string, source Source) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s %s: %s\n", placeText(d.Span, dir), d.Severity, d.Code, d.Message)
	excerpt(&b, d.Span, source)
	for _, n := range d.Notes {
		fmt.Fprintf(&b, "  note: %s%s\n", placeText(n.Span, dir), n.Message)
	}
	if d.Fix != nil {
		fmt.Fprintf(&b, "  fix: %s\n", d.Fix.Message)
		for _, e := range d.Fix.Edits {
			fmt.Fprintf(&b, "    %s\n", e.text(dir, source))
		}
	}
	return b.String()
}

func placeText(s Span, dir string) string {
	if !s.IsValid() {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d: ", Relative(dir, s.Start.Filename), s.Start.Line, s.Start.Column)
}

// Relative shortens a path below dir.
func Relative(dir, file string) string {
	if rel, err := filepath.Rel(dir, file); err == nil && !strings.HasPrefix(rel, "..") {
		return filepath.ToSlash(rel)
	}
	return file
}

// excerpt prints the first line of a span with its range underlined. Tabs are kept as
// tabs in both lines, so that they align in any terminal.
func excerpt(b *strings.Builder, s Span, source Source) {
	line := sourceLine(s, source)
	if line == "" {
		return
	}
	from := max(min(s.Start.Column-1, len(line)), 0)
	to := min(from+1, len(line))
	if s.End.IsValid() {
		to = len(line)
		if s.End.Line == s.Start.Line {
			to = min(s.End.Column-1, len(line))
		}
	}
	number := fmt.Sprint(s.Start.Line)
	fmt.Fprintf(b, "  %s | %s\n", number, line)
	pad := strings.Map(func(r rune) rune {
		if r == '\t' {
			return '\t'
		}
		return ' '
	}, line[:from])
	width := max(len([]rune(line[from:max(from, to)])), 1)
	fmt.Fprintf(b, "  %s | %s%s\n", strings.Repeat(" ", len(number)), pad, strings.Repeat("^", width))
}

func sourceLine(s Span, source Source) string {
	if !s.IsValid() || source == nil {
		return ""
	}
	lines := strings.Split(string(source(s.Start.Filename)), "\n")
	if s.Start.Line > len(lines) {
		return ""
	}
	return strings.TrimRight(lines[s.Start.Line-1], "\r")
}

// text describes an edit on one line.
func (e Edit) text(dir string, source Source) string {
	var old string
	line := 1
	if source != nil {
		if src := source(e.File); e.Start <= e.End && e.End <= len(src) {
			old = string(src[e.Start:e.End])
			line += strings.Count(string(src[:e.Start]), "\n")
		}
	}
	at := fmt.Sprintf("%s:%d: ", Relative(dir, e.File), line)
	switch {
	case old == "":
		return at + "insert " + oneLine(e.New)
	case e.New == "":
		return at + "remove " + oneLine(old)
	}
	return at + "replace " + oneLine(old) + " by " + oneLine(e.New)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
