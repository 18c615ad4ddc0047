package view

import (
	"fmt"
	"strings"
)

// Mermaid draws a topology in Mermaid's text form, which GitHub and others show as a picture
// in a ```mermaid block.
func (t *Topology) Mermaid() string {
	p := t.picture()
	var b strings.Builder
	fmt.Fprintf(&b, "%%%% topology %s\nflowchart TB\n", t.Name())
	ids := map[string]string{} // Mermaid's identifiers take no punctuation
	for i, n := range p.nodes {
		ids[n.id] = fmt.Sprintf("n%d", i)
	}
	shape := func(indent string, n node) {
		open, end := "[", "]"
		switch n.kind {
		case topicNode:
			open, end = "([", "])"
		case internalNode:
			open, end = "{{", "}}"
		case storeNode:
			open, end = "[(", ")]"
		}
		fmt.Fprintf(&b, "%s%s%s\"%s<br/><small>%s</small>\"%s\n", indent, ids[n.id], open, mermaidText(n.title), mermaidText(n.detail), end)
	}
	for _, n := range p.inGroup(-1) {
		shape("  ", n)
	}
	for g, title := range p.groups {
		fmt.Fprintf(&b, "  subgraph g%d[\"%s\"]\n", g, mermaidText(title))
		for _, n := range p.inGroup(g) {
			shape("    ", n)
		}
		b.WriteString("  end\n")
	}
	for _, e := range p.edges {
		arrow := "-->"
		if e.dashed {
			arrow = "-.->"
			if strings.HasPrefix(e.to, "store_") {
				arrow = "-.-"
			}
		}
		if e.label != "" {
			arrow += "|\"" + mermaidText(e.label) + "\"|"
		}
		fmt.Fprintf(&b, "  %s %s %s\n", ids[e.from], arrow, ids[e.to])
	}
	return b.String()
}

// mermaidText escapes what Mermaid would take for syntax or HTML.
func mermaidText(s string) string {
	return strings.NewReplacer(`"`, "#quot;", "<", "#lt;", ">", "#gt;").Replace(s)
}
