package golden

import (
	"fmt"
	"strings"
)

// context is how many equal lines are shown around a difference.
const context = 3

// maxCells bounds the table of the comparison (rows × columns, after equal heads and tails are cut). Beyond it the
// middle is shown as removed and added in whole: a test's failure must not take gigabytes.
const maxCells = 16 << 20

// Diff shows line by line how want became got: "-" lines are only in want, "+" lines only in got, "@@" gives the line
// number in want where a piece starts. It returns an empty string for equal texts. It is safe for concurrent use.
func Diff(want, got string) string {
	if want == got {
		return ""
	}
	a, b := lines(want), lines(got)
	var out strings.Builder
	edits := script(a, b)
	for i := 0; i < len(edits); {
		if edits[i].op == ' ' {
			i++
			continue
		}
		// A piece runs on while changes are closer together than the context around both.
		first, last := i, i
		for j := i; j < len(edits) && j-last <= 2*context; j++ {
			if edits[j].op != ' ' {
				last = j
			}
		}
		first, i = max(0, first-context), min(len(edits), last+context+1)
		fmt.Fprintf(&out, "@@ line %d\n", edits[first].line+1)
		for _, e := range edits[first:i] {
			fmt.Fprintf(&out, "%c %s\n", e.op, e.text)
		}
	}
	return out.String()
}

// lines splits a text into lines. A text that does not end in a newline says so, or that difference would be invisible.
func lines(s string) []string {
	if s == "" {
		return nil
	}
	l := strings.Split(s, "\n")
	if last := len(l) - 1; l[last] == "" {
		return l[:last]
	}
	l[len(l)-1] += "⟨no newline at the end⟩"
	return l
}

// edit is one line of the comparison.
type edit struct {
	op   byte // ' ', '-' or '+'
	text string
	line int // in want
}

// script returns a shortest list of edits, by the longest common subsequence of what is left between equal ends.
func script(a, b []string) []edit {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out []edit
	for i := range head {
		out = append(out, edit{' ', a[i], i})
	}
	x, y := a[head:len(a)-tail], b[head:len(b)-tail]
	width := len(y) + 1
	var common []int32 // common[i*width+j]: length of the longest common subsequence of x[i:] and y[j:]
	if small := (len(x)+1)*width <= maxCells; small {
		common = make([]int32, (len(x)+1)*width)
		for i := len(x) - 1; i >= 0; i-- {
			for j := len(y) - 1; j >= 0; j-- {
				if x[i] == y[j] {
					common[i*width+j] = common[(i+1)*width+j+1] + 1
				} else {
					common[i*width+j] = max(common[(i+1)*width+j], common[i*width+j+1])
				}
			}
		}
	}
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case common != nil && i < len(x) && j < len(y) && x[i] == y[j]:
			out = append(out, edit{' ', x[i], head + i})
			i, j = i+1, j+1
		case i < len(x) && (common == nil || j == len(y) || common[(i+1)*width+j] >= common[i*width+j+1]):
			out = append(out, edit{'-', x[i], head + i})
			i++
		default:
			out = append(out, edit{'+', y[j], head + i})
			j++
		}
	}
	for i := len(a) - tail; i < len(a); i++ {
		out = append(out, edit{' ', a[i], i})
	}
	return out
}
