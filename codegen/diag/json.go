package diag

import (
	"encoding/json/jsontext"
	"encoding/json/v2"
	"go/token"
)

type jsonPlace struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	EndLine int    `json:"endLine,omitzero"`
	EndCol  int    `json:"endColumn,omitzero"`
}

type jsonNote struct {
	Place   *jsonPlace `json:"place,omitzero"`
	Message string     `json:"message"`
}

type jsonEdit struct {
	File  string `json:"file"`
	Start int    `json:"start"` // byte offsets
	End   int    `json:"end"`
	New   string `json:"new"`
}

type jsonFix struct {
	Message string     `json:"message"`
	Auto    bool       `json:"auto"`
	Edits   []jsonEdit `json:"edits"`
}

type jsonDiagnostic struct {
	Code     Code       `json:"code"`
	Severity Severity   `json:"severity"`
	Place    *jsonPlace `json:"place,omitzero"`
	Message  string     `json:"message"`
	Notes    []jsonNote `json:"notes,omitempty"`
	Fix      *jsonFix   `json:"fix,omitzero"`
}

// JSON renders diagnostics as one array for editors and scripts. Paths are relative to
// dir where they lie below it.
func JSON(list []Diagnostic, dir string) ([]byte, error) {
	out := []jsonDiagnostic{}
	for _, d := range list {
		j := jsonDiagnostic{Code: d.Code, Severity: d.Severity, Message: d.Message, Place: place(d.Span, dir)}
		for _, n := range d.Notes {
			j.Notes = append(j.Notes, jsonNote{place(n.Span, dir), n.Message})
		}
		if d.Fix != nil {
			j.Fix = &jsonFix{Message: d.Fix.Message, Auto: d.Fix.Auto}
			for _, e := range d.Fix.Edits {
				j.Fix.Edits = append(j.Fix.Edits, jsonEdit{Relative(dir, e.File), e.Start, e.End, e.New})
			}
		}
		out = append(out, j)
	}
	b, err := json.Marshal(out, jsontext.WithIndent("  "))
	return append(b, '\n'), err
}

func place(s Span, dir string) *jsonPlace {
	if !s.IsValid() {
		return nil
	}
	p := &jsonPlace{File: Relative(dir, s.Start.Filename), Line: s.Start.Line, Column: s.Start.Column}
	if s.End != (token.Position{}) {
		p.EndLine, p.EndCol = s.End.Line, s.End.Column
	}
	return p
}
