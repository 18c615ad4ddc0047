// Package diag is the compiler's messages as data: a code, a place, what is wrong, notes
// with places of their own and, where there is one, the edit that repairs it. Phases
// collect them in a List; a command renders the list as text or as JSON.
package diag

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
)

// Severity says whether a diagnostic stops generation.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Code identifies a kind of diagnostic; see the table in codes.go and docs/DIAGNOSTICS.md.
type Code string

// Span is a range of a source file. End is exclusive and may be zero: then only the start is known.
type Span struct {
	Start, End token.Position
}

// IsValid reports whether the span names a place.
func (s Span) IsValid() bool { return s.Start.IsValid() }

// Note adds a reason, the other side of a conflict or a remedy to a diagnostic.
type Note struct {
	Span    Span // may be invalid: a note without a place
	Message string
}

// Edit replaces a range of bytes of a file.
type Edit struct {
	File       string
	Start, End int // byte offsets
	New        string
}

// Fix is a repair that can be written into the user's files.
type Fix struct {
	Message string
	Edits   []Edit
	// Auto marks a fix that `streamgen fix` writes: the one choice that keeps the meaning
	// (a name), as opposed to a suggestion for the author to judge.
	Auto bool
}

// Diagnostic is one finding.
type Diagnostic struct {
	Code     Code
	Severity Severity
	Span     Span
	Message  string
	Notes    []Note
	Fix      *Fix
}

// List collects diagnostics from all phases. It belongs to one goroutine.
type List struct {
	all     []Diagnostic
	reading token.Position
}

// Reading notes the code that a phase works on, so that a failure of the compiler itself
// can name it.
func (l *List) Reading(at token.Position) { l.reading = at }

// LastRead is the code that was worked on last; invalid before the first.
func (l *List) LastRead() token.Position { return l.reading }

// Add appends a diagnostic; its severity is that of its code when none is set.
func (l *List) Add(d Diagnostic) {
	if d.Severity == "" {
		d.Severity = Error
		if info, ok := Codes[d.Code]; ok {
			d.Severity = info.Severity
		}
	}
	l.all = append(l.all, d)
}

// Report adds a diagnostic with a formatted message and returns it for notes and a fix,
// valid until the next Add.
func (l *List) Report(code Code, span Span, format string, args ...any) *Diagnostic {
	l.Add(Diagnostic{Code: code, Span: span, Message: fmt.Sprintf(format, args...)})
	return &l.all[len(l.all)-1]
}

// Note appends a note and returns the diagnostic.
func (d *Diagnostic) Note(span Span, format string, args ...any) *Diagnostic {
	d.Notes = append(d.Notes, Note{span, fmt.Sprintf(format, args...)})
	return d
}

// Suggest sets the fix and returns the diagnostic.
func (d *Diagnostic) Suggest(message string, edits ...Edit) *Diagnostic {
	d.Fix = &Fix{Message: message, Edits: edits}
	return d
}

// Errors counts the diagnostics that stop generation.
func (l *List) Errors() int {
	n := 0
	for _, d := range l.all {
		if d.Severity == Error {
			n++
		}
	}
	return n
}

// Len is the number of diagnostics.
func (l *List) Len() int { return len(l.all) }

// Sorted returns the diagnostics by file, place and code, each once: helpers that are
// followed from several topologies would repeat theirs.
func (l *List) Sorted() []Diagnostic {
	out := slices.Clone(l.all)
	slices.SortStableFunc(out, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Span.Start.Filename, b.Span.Start.Filename),
			cmp.Compare(a.Span.Start.Line, b.Span.Start.Line),
			cmp.Compare(a.Span.Start.Column, b.Span.Start.Column),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.CompactFunc(out, func(a, b Diagnostic) bool {
		return a.Code == b.Code && a.Span == b.Span && a.Message == b.Message
	})
}
