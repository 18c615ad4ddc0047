package view

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// Measures of a drawing in pixels. Text is set in a monospaced face, so that its width is
// known without a browser.
const (
	letter    = 7.0 // width of a letter of a detail line; titles are drawn as wide
	nodeHigh  = 42.0
	gapAcross = 26.0
	gapDown   = 46.0
	boxPad    = 18.0
	boxHead   = 24.0
	margin    = 20.0
)

// box is a placed rectangle.
type box struct{ x, y, w, h float64 }

// layout places a picture: boxes one below the other, in each its nodes by rank (the
// longest way from what enters), topics in rows between the boxes.
type layout struct {
	*picture
	at    map[string]box
	frame []box // of the groups
	w, h  float64
}

func (n node) width() float64 {
	return float64(max(utf8.RuneCountInString(n.title), utf8.RuneCountInString(n.detail)))*letter + 2*14
}

func arrange(p *picture) *layout {
	l := &layout{picture: p, at: map[string]box{}, frame: make([]box, len(p.groups)), h: margin}
	for g := range p.groups {
		l.row(l.outside(g, true))
		l.group(g)
		l.row(l.outside(g, false))
	}
	for i := range l.frame { // boxes as wide as the drawing
		l.frame[i].x, l.frame[i].w = margin, l.w-2*margin
	}
	l.center()
	l.h += margin - gapDown
	return l
}

// outside lists the topics that a box reads (or, below it, writes) and that stand nowhere
// yet. What a later box reads and an earlier one writes stands between them.
func (l *layout) outside(g int, above bool) []string {
	var out []string
	for _, e := range l.edges {
		topic, step := e.to, e.from
		if above {
			topic, step = e.from, e.to
		}
		n := l.nodes[l.index[topic]]
		if n.group >= 0 || l.nodes[l.index[step]].group != g || slices.Contains(out, topic) {
			continue
		}
		if _, placed := l.at[topic]; placed {
			continue
		}
		if above && l.writtenLater(topic, g) {
			continue
		}
		out = append(out, topic)
	}
	return out
}

// writtenLater reports whether a box after g writes a topic: then it is drawn below that.
func (l *layout) writtenLater(topic string, g int) bool {
	return slices.ContainsFunc(l.edges, func(e edge) bool {
		return e.to == topic && l.nodes[l.index[e.from]].group > g
	})
}

// row places nodes side by side at the current height.
func (l *layout) row(ids []string) {
	if len(ids) == 0 {
		return
	}
	x := margin
	for _, id := range ids {
		n := l.nodes[l.index[id]]
		l.at[id] = box{x, l.h, n.width(), nodeHigh}
		x += n.width() + gapAcross
	}
	l.w = max(l.w, x-gapAcross+margin)
	l.h += nodeHigh + gapDown
}

// group places the nodes of a box in rows by rank, ordered by where they come from.
func (l *layout) group(g int) {
	top := l.h
	l.h += boxHead + boxPad
	rank := map[string]int{}
	members := l.inGroup(g)
	for range members { // longest ways: as many rounds as the longest can have steps
		for _, e := range l.edges {
			from, to := l.nodes[l.index[e.from]], l.nodes[l.index[e.to]]
			if from.group == g && to.group == g && to.kind != storeNode {
				rank[to.id] = max(rank[to.id], rank[from.id]+1)
			}
		}
	}
	for _, e := range l.edges { // a store stands beside the first operator that keeps it
		if to := l.nodes[l.index[e.to]]; to.kind == storeNode && to.group == g {
			if _, ok := rank[to.id]; !ok {
				rank[to.id] = rank[e.from]
			}
		}
	}
	rows := map[int][]string{}
	last := 0
	for _, n := range members {
		rows[rank[n.id]] = append(rows[rank[n.id]], n.id)
		last = max(last, rank[n.id])
	}
	width := float64(utf8.RuneCountInString(l.groups[g]))*letter + 2*boxPad
	for i := 0; i <= last; i++ {
		ids := l.order(rows[i])
		x := margin + boxPad
		for _, id := range ids {
			n := l.nodes[l.index[id]]
			l.at[id] = box{x, l.h, n.width(), nodeHigh}
			x += n.width() + gapAcross
		}
		width = max(width, x-gapAcross-margin+boxPad)
		l.h += nodeHigh + gapDown
	}
	l.h += boxPad - gapDown
	l.frame[g] = box{margin, top, width, l.h - top}
	l.w = max(l.w, width+2*margin)
	l.h += gapDown
}

// order sorts a row by where its nodes come from and puts each store right of the first
// operator that keeps it.
func (l *layout) order(row []string) []string {
	var stores, out []string
	for _, id := range row {
		if l.nodes[l.index[id]].kind == storeNode {
			stores = append(stores, id)
		} else {
			out = append(out, id)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return cmp.Compare(l.pull(a), l.pull(b)) })
	for _, id := range stores {
		at := len(out)
		for _, e := range l.edges {
			if i := slices.Index(out, e.from); e.to == id && i >= 0 {
				at = i + 1
				break
			}
		}
		out = slices.Insert(out, at, id)
	}
	return out
}

// pull is the mean place of what leads to a node and is placed already.
func (l *layout) pull(id string) float64 {
	sum, n := 0.0, 0.0
	for _, e := range l.edges {
		if b, ok := l.at[e.from]; ok && e.to == id {
			sum, n = sum+b.x+b.w/2, n+1
		}
	}
	if n == 0 {
		return 0
	}
	return sum / n
}

// center moves each row to the middle of the drawing.
func (l *layout) center() {
	rows := map[float64][]string{}
	for _, n := range l.nodes {
		if b, ok := l.at[n.id]; ok {
			rows[b.y] = append(rows[b.y], n.id)
		}
	}
	for _, ids := range rows {
		right := 0.0
		left := l.w
		for _, id := range ids {
			b := l.at[id]
			left, right = min(left, b.x), max(right, b.x+b.w)
		}
		shift := (l.w - (right - left)) / 2
		for _, id := range ids {
			b := l.at[id]
			b.x += shift - left
			l.at[id] = b
		}
	}
}
