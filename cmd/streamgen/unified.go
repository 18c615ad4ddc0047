package main

import (
	"fmt"
	"strings"
)

// unified is the unified diff of a file with three lines of context, empty for equal
// texts. It compares what is left between the common head and tail by the longest common
// subsequence.
func unified(name, old, new string) string {
	if old == new {
		return ""
	}
	a, b := splitLines(old), splitLines(new)
	edits := compareLines(a, b)
	var out strings.Builder
	from := "a/" + name
	if old == "" {
		from = "/dev/null"
	}
	fmt.Fprintf(&out, "--- %s\n+++ b/%s\n", from, name)
	const around = 3
	for i := 0; i < len(edits); {
		if edits[i].op == ' ' {
			i++
			continue
		}
		first, last := max(0, i-around), i
		for j := i; j < len(edits) && j-last <= 2*around; j++ {
			if edits[j].op != ' ' {
				last = j
			}
		}
		end := min(len(edits), last+around+1)
		hunk(&out, edits[first:end])
		i = end
	}
	return out.String()
}

type lineEdit struct {
	op   byte // ' ', '-', '+'
	text string
	a, b int // line numbers from 0 on both sides
}

func hunk(out *strings.Builder, edits []lineEdit) {
	na, nb := 0, 0
	for _, e := range edits {
		if e.op != '+' {
			na++
		}
		if e.op != '-' {
			nb++
		}
	}
	fmt.Fprintf(out, "@@ -%d,%d +%d,%d @@\n", edits[0].a+min(1, na), na, edits[0].b+min(1, nb), nb)
	for _, e := range edits {
		fmt.Fprintf(out, "%c%s\n", e.op, e.text)
	}
}

func splitLines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(s, "\n"), "\n")
}

// maxCells bounds the table of the comparison; beyond it the middle is replaced whole.
const maxCells = 16 << 20

func compareLines(a, b []string) []lineEdit {
	var out []lineEdit
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		out = append(out, lineEdit{' ', a[head], head, head})
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	i, j, ma, mb := head, head, len(a)-tail, len(b)-tail
	table := common(a[head:ma], b[head:mb])
	for i < ma || j < mb {
		switch {
		case table != nil && i < ma && j < mb && a[i] == b[j]:
			out = append(out, lineEdit{' ', a[i], i, j})
			i, j = i+1, j+1
		case i < ma && (j == mb || table == nil || table[i-head+1][j-head] >= table[i-head][j-head+1]):
			out = append(out, lineEdit{'-', a[i], i, j})
			i++
		default:
			out = append(out, lineEdit{'+', b[j], i, j})
			j++
		}
	}
	for k := range tail {
		out = append(out, lineEdit{' ', a[ma+k], ma + k, mb + k})
	}
	return out
}

// common is the table of the lengths of the longest common subsequences of all suffixes,
// nil when it would be too large.
func common(a, b []string) [][]int32 {
	if (len(a)+1)*(len(b)+1) > maxCells {
		return nil
	}
	t := make([][]int32, len(a)+1)
	for i := range t {
		t[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				t[i][j] = t[i+1][j+1] + 1
			} else {
				t[i][j] = max(t[i+1][j], t[i][j+1])
			}
		}
	}
	return t
}
