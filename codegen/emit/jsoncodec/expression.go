package jsoncodec

import (
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan/shape"
)

// convert is ref, converted unless its type is basic already.
func convert(t shape.Type, basic, ref string) string {
	if t.Go == basic {
		return ref
	}
	return basic + "(" + ref + ")"
}

// address is the expression for a pointer to ref, which is addressable.
func address(ref string) string {
	if pointer, ok := strings.CutPrefix(ref, "*"); ok {
		return pointer
	}
	return "&" + ref
}

// pointerTo is the expression for a pointer of type *basic to ref.
func pointerTo(t shape.Type, basic, ref string) string {
	if t.Go == basic {
		return address(ref)
	}
	return "(*" + basic + ")(" + address(ref) + ")"
}

func selector(root string, path []shape.Step) string {
	for _, step := range path {
		root += "." + step.Name
	}
	return root
}

// goString is a Go string literal, raw where possible, since names come with quotes.
func goString(text string) string {
	if strconv.CanBackquote(text) {
		return "`" + text + "`"
	}
	return strconv.Quote(text)
}

// plainType is a Go type for a reader: package paths shortened to their last element.
func plainType(goType string) string {
	var text strings.Builder
	for {
		before, rest, found := strings.Cut(goType, "⟦")
		text.WriteString(before)
		if !found {
			return text.String()
		}
		path, after, _ := strings.Cut(rest, "⟧")
		if path == "" {
			after = strings.TrimPrefix(after, ".")
		}
		text.WriteString(path[strings.LastIndexByte(path, '/')+1:])
		goType = after
	}
}
