package view

import (
	"encoding/xml"
	"fmt"
	"strings"
)

const style = `text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#1f2933}.d{fill:#697586;font-size:10.5px}.g{fill:#f4f6f8;stroke:#cbd2d9}` +
	`.topic{fill:#e3f2fd;stroke:#5b9bd5}.internal{fill:#fff4de;stroke:#d9a441}.step{fill:#fff;stroke:#7b8794}.store{fill:#e7f6ec;stroke:#4caf7d}` +
	`path{fill:none;stroke:#7b8794}.n{stroke-dasharray:4 3}.l{font-size:10px;fill:#697586}`

// SVG draws topologies as one picture that needs nothing else.
func SVG(list []*Topology) string {
	var body strings.Builder
	w, h := 0.0, 0.0
	for _, t := range list {
		l := arrange(t.picture())
		fmt.Fprintf(&body, "<g transform=\"translate(0 %.0f)\">\n<text x=\"%.0f\" y=\"18\" font-weight=\"bold\">%s</text>\n<g transform=\"translate(0 18)\">\n", h, margin, escape("topology "+t.Name()))
		l.draw(&body)
		body.WriteString("</g>\n</g>\n")
		w, h = max(w, l.w), h+l.h+30
	}
	return fmt.Sprintf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\">\n"+
		"<defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" style=\"fill:#7b8794;stroke:none\"/></marker></defs>\n"+
		"<style>%s</style>\n%s</svg>\n", w, h, w, h, style, body.String())
}

func (l *layout) draw(b *strings.Builder) {
	for g, f := range l.frame {
		fmt.Fprintf(b, "<rect class=\"g\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"8\"/>\n<text x=\"%.1f\" y=\"%.1f\">%s</text>\n",
			f.x, f.y, f.w, f.h, f.x+boxPad, f.y+boxHead-6, escape(l.groups[g]))
	}
	for _, e := range l.edges {
		l.edge(b, e)
	}
	for _, n := range l.nodes {
		l.node(b, n)
	}
}

func (l *layout) node(b *strings.Builder, n node) {
	at, ok := l.at[n.id]
	if !ok {
		return
	}
	radius := map[kind]float64{topicNode: nodeHigh / 2, internalNode: nodeHigh / 2, stepNode: 5, storeNode: 12}[n.kind]
	fmt.Fprintf(b, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%.0f\"/>\n", n.kind, at.x, at.y, at.w, at.h, radius)
	x := at.x + at.w/2
	fmt.Fprintf(b, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n<text class=\"d\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n",
		x, at.y+18, escape(n.title), x, at.y+33, escape(n.detail))
}

// edge draws a curve from the foot of one node to the head of the other, and a straight
// line to a store beside its operator.
func (l *layout) edge(b *strings.Builder, e edge) {
	from, ok := l.at[e.from]
	to, placed := l.at[e.to]
	if !ok || !placed {
		return
	}
	class := "r"
	if e.dashed {
		class = "n"
	}
	x1, y1, x2, y2 := from.x+from.w/2, from.y+from.h, to.x+to.w/2, to.y
	marker := " marker-end=\"url(#a)\""
	switch {
	case from.y == to.y:
		x1, y1, x2, y2 = from.x+from.w, from.y+from.h/2, to.x, to.y+to.h/2
		if to.x < from.x {
			x1, x2 = from.x, to.x+to.w
		}
		fmt.Fprintf(b, "<path class=\"%s\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n", class, x1, y1, x2, y2)
		return
	case to.y < from.y: // back up: a topic that an earlier box reads
		x1, y1, x2, y2 = from.x+from.w, from.y+from.h/2, to.x+to.w, to.y+to.h/2
		side := max(x1, x2) + 40
		fmt.Fprintf(b, "<path class=\"%s\" d=\"M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f\"%s/>\n", class, x1, y1, side, y1, side, y2, x2, y2, marker)
		return
	}
	bend := (y2 - y1) / 2
	fmt.Fprintf(b, "<path class=\"%s\" d=\"M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f\"%s/>\n", class, x1, y1, x1, y1+bend, x2, y2-bend, x2, y2, marker)
	if e.label != "" {
		fmt.Fprintf(b, "<text class=\"l\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", (x1+x2)/2+6, (y1+y2)/2+3, escape(e.label))
	}
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}

// HTML is a page with the drawing and the explanation of each topology that needs nothing
// else.
func HTML(title string, list []*Topology) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>%s</title>\n"+
		"<style>body{font-family:system-ui,sans-serif;margin:2em;color:#1f2933}pre{background:#f4f6f8;padding:1em;overflow:auto}svg{max-width:100%%;height:auto}</style>\n<h1>%s</h1>\n", escape(title), escape(title))
	for _, t := range list {
		fmt.Fprintf(&b, "<h2>%s</h2>\n%s<pre>%s</pre>\n", escape(t.Name()), SVG([]*Topology{t}), escape(t.Explain()))
	}
	b.WriteString("</html>\n")
	return b.String()
}
