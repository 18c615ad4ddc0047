package compare

import (
	"slices"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

// result is what one side gave for a case, taken apart.
type result struct {
	describe  string
	outputs   []string // in order
	stores    map[string][]string
	retention map[string]int64 // of window stores; only the Go side says so
	err       string
}

func parse(text string) result {
	r := result{stores: map[string][]string{}, retention: map[string]int64{}}
	section := ""
	var described []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case word == "error":
			r.err = line
		case word == "because":
			r.err += "\n" + line
		case line == "describe", line == "script":
			section = ""
		case word == "store":
			name, retention, windowed := strings.Cut(rest, " retention ")
			if windowed {
				r.retention[name], _ = strconv.ParseInt(retention, 10, 64)
			}
			section, r.stores[name] = name, nil
		case strings.HasPrefix(line, "|"):
			described = append(described, line[1:])
		case section == "":
			r.outputs = append(r.outputs, line)
		default:
			r.stores[section] = append(r.stores[section], line)
		}
	}
	r.describe = normalised(described)
	return r
}

// normalised sorts what Java prints in the order of its hash maps: the members of a list, and
// the nodes within a sub-topology.
func normalised(lines []string) string {
	var out strings.Builder
	var nodes []string
	flush := func() {
		slices.Sort(nodes)
		for _, n := range nodes {
			out.WriteString(n)
		}
		nodes = nil
	}
	for _, l := range lines {
		l = sortList(strings.TrimRight(l, " "))
		switch {
		case strings.HasPrefix(l, "      ") && len(nodes) > 0:
			nodes[len(nodes)-1] += l + "\n"
		case strings.HasPrefix(l, "    "):
			nodes = append(nodes, l+"\n")
		default:
			flush()
			out.WriteString(l + "\n")
		}
	}
	flush()
	return out.String()
}

// sortList sorts what stands between brackets, or after an arrow.
func sortList(l string) string {
	sorted := func(list string) string {
		names := strings.Split(list, ", ")
		slices.Sort(names)
		return strings.Join(names, ", ")
	}
	if before, list, ok := strings.Cut(l, "["); ok {
		if list, after, ok := strings.Cut(list, "]"); ok {
			return before + "[" + sorted(list) + "]" + after
		}
	}
	for _, arrow := range []string{"--> ", "<-- "} {
		if before, list, ok := strings.Cut(l, arrow); ok {
			return before + arrow + sorted(list)
		}
	}
	return l
}

// rows are a store's rows without those that lie behind its retention: Java hides them at
// different moments in its stores and caches.
func (r *result) rows(store string, retention int64, windowed bool) []string {
	rows := slices.Clone(r.stores[store])
	slices.Sort(rows)
	if !windowed {
		return rows
	}
	highest := int64(-1)
	for _, o := range r.outputs {
		if f := strings.Fields(o); f[1] == "o-"+store+"-changelog" {
			highest = max(highest, start(f[2], 12))
		}
	}
	for _, row := range rows {
		highest = max(highest, start(row, 8))
	}
	return slices.DeleteFunc(rows, func(row string) bool { return start(row, 8) <= highest-retention })
}

// start is the window start in the key that a line begins with, n bytes before its end.
func start(line string, n int) int64 {
	key, _, _ := strings.Cut(line, " ")
	return form.WindowStart(key, n)
}
