package jsoncodec

import (
	"go/scanner"
	"go/token"
	"regexp"
	"strings"
)

// marked finds the marks of packages: the path, and the name behind it.
var marked = regexp.MustCompile(`⟦([^⟧]*)⟧\.(\pL[\pL\pN_]*)`)

// locals are the parameters and variables of generated functions.
var locals = setOf(`at behind before depth dst err expected few field i kept key known keys last lead list m more n name names next null s seen
	src start text twice unknown unread v value wide zero`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

// finish takes the marks off names of the target package. Where such a name, or the likely name of an imported package, is
// also a local of the function, the local gives way: it would hide the other.
func finish(text string) string {
	hidden := map[string]bool{}
	for _, m := range marked.FindAllStringSubmatch(text, -1) {
		if m[1] == "" {
			hidden[m[2]] = true
			continue
		}
		for _, part := range strings.FieldsFunc(m[1], func(c rune) bool { return c == '/' || c == '.' || c == '-' }) {
			hidden[part] = true
		}
	}
	rename := false
	for name := range hidden {
		rename = rename || locals[name]
	}
	if rename {
		text = renameLocals(text, hidden)
	}
	return strings.ReplaceAll(text, "⟦⟧.", "")
}

// renameLocals appends an underscore to the hidden ones among the locals.
func renameLocals(text string, hidden map[string]bool) string {
	// A mark is no Go token, so each is replaced by letters, of equal length, that make its name one identifier with it.
	code := marked.ReplaceAllStringFunc(text, func(mark string) string {
		return strings.Repeat("x", len(mark))
	})
	file := token.NewFileSet().AddFile("", -1, len(code))
	var s scanner.Scanner
	s.Init(file, []byte(code), nil, 0)
	var out strings.Builder
	copied, previous := 0, token.ILLEGAL
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			break
		}
		if tok == token.IDENT && previous != token.PERIOD && locals[lit] && hidden[lit] {
			end := file.Offset(pos) + len(lit)
			out.WriteString(text[copied:end] + "_")
			copied = end
		}
		previous = tok
	}
	return out.String() + text[copied:]
}
