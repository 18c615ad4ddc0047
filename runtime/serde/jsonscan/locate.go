package jsonscan

import (
	"strconv"
	"strings"
)

// locate returns the JSON pointer of the value or member at byte end of doc. It serves faults only, so it reads the
// document again instead of having every scan remember where it is, and it accepts whatever the scan accepted before end.
func locate(doc []byte, end int) string {
	type place struct {
		object bool
		name   string
		index  int
		value  bool // in an object: behind the colon
	}
	var stack []place
	end = min(end, len(doc))
	for i := 0; i < end; i++ {
		top := len(stack) - 1
		switch doc[i] {
		case '{':
			stack = append(stack, place{object: true})
		case '[':
			stack = append(stack, place{})
		case '}', ']':
			if top >= 0 {
				stack = stack[:top]
			}
		case ',':
			if top >= 0 {
				stack[top].index++
				stack[top].name, stack[top].value = "", false
			}
		case ':':
			if top >= 0 {
				stack[top].value = true
			}
		case '"':
			start := i + 1
			for i = start; i < end && doc[i] != '"'; i++ {
				if doc[i] == '\\' {
					i++
				}
			}
			if top >= 0 && stack[top].object && !stack[top].value {
				stack[top].name = string(doc[start:min(i, end)])
			}
		}
	}
	var path strings.Builder
	for depth, p := range stack {
		if depth == 64 {
			path.WriteString("/…") // nobody reads further, and a hostile document has 10,000 steps
			break
		}
		step := strconv.Itoa(p.index)
		if p.object {
			step = strings.ReplaceAll(strings.ReplaceAll(p.name, "~", "~0"), "/", "~1")
			if step == "" && !p.value {
				continue
			}
		}
		path.WriteByte('/')
		path.WriteString(step)
	}
	return path.String()
}
