package compare

import (
	"slices"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

// result is what one side gave for a case, taken apart.
type result struct {
	describe string
	outputs  []string // in order
	stores   map[string][]string
	keeps    map[string]keep // of window and session stores; the Go side says so, and rules where less counts
	err      string
}

// keep is how long a store keeps rows.
type keep struct {
	ms             int64
	row, changelog int // bytes from the time to the end of a key: of a row, and on the changelog
}

func parse(text string) result {
	r := result{stores: map[string][]string{}, keeps: map[string]keep{}}
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
				ms, sessions := strings.CutSuffix(retention, " sessions")
				k := keep{row: 8, changelog: 12}
				if sessions { // key ++ end ++ start
					k = keep{row: 16, changelog: 16}
				}
				k.ms, _ = strconv.ParseInt(ms, 10, 64)
				r.keeps[name] = k
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

// written is what was written, without the deletions of sessions behind the retention, which
// Java's stores do not have any more.
func (r *result) written(keeps map[string]keep) (out []string) {
	highest := map[string]int64{}
	for _, line := range r.outputs {
		f := strings.Fields(line)
		if k := keeps[logged(f[1])]; k.row == 16 {
			at := form.WindowStart(f[2], k.changelog)
			if f[3] == "null" && at <= highest[f[1]]-k.ms {
				continue
			}
			highest[f[1]] = max(highest[f[1]], at)
		}
		out = append(out, line)
	}
	return out
}

// logged is the store whose changelog the topic is, "" for other topics.
func logged(topic string) string {
	if store, ok := strings.CutSuffix(strings.TrimPrefix(topic, "o-"), "-changelog"); ok {
		return store
	}
	return ""
}

// rows are a store's rows without those that lie behind its retention: Java hides them at
// different moments in its stores and caches.
func (r *result) rows(store string, k keep, windowed bool) []string {
	rows := slices.Clone(r.stores[store])
	slices.Sort(rows)
	if !windowed {
		return rows
	}
	highest := int64(-1)
	for _, o := range r.outputs {
		if f := strings.Fields(o); f[1] == "o-"+store+"-changelog" {
			highest = max(highest, form.WindowStart(f[2], k.changelog))
		}
	}
	for _, row := range rows {
		highest = max(highest, start(row, k.row))
	}
	return slices.DeleteFunc(rows, func(row string) bool { return start(row, k.row) <= highest-k.ms })
}

// start is the window start in the key that a line begins with, n bytes before its end.
func start(line string, n int) int64 {
	key, _, _ := strings.Cut(line, " ")
	return form.WindowStart(key, n)
}
