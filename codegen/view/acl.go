package view

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/streamgen/streamgen/internal/graph"
)

// Rights says for whom ACLs are printed. A plain value.
type Rights struct {
	Application string // application.id; empty prints a placeholder
	Principal   string // "User:name"; empty prints a placeholder
	Bootstrap   string // address for the commands; empty prints a placeholder
	AtLeastOnce bool   // no transactions
}

// ACL lists the rights that the application needs from the brokers, no more and no less: as a
// table, and as commands of kafka-acls.sh. A name in angle brackets is only known when the
// application runs: it has to be put in.
func (t *Topology) ACL(o Rights) string {
	def := func(s *string, placeholder string) {
		if *s == "" {
			*s = placeholder
		}
	}
	def(&o.Application, "<application.id>")
	def(&o.Principal, "User:<name>")
	def(&o.Bootstrap, "<host:port>")
	list := t.r.Accesses(o.Application, !o.AtLeastOnce)
	for i := range list {
		list[i].Name = t.nameOf(list[i])
	}
	var b strings.Builder
	fmt.Fprintf(&b, "topology %s: rights of %s\n\n", t.Name(), o.Principal)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, a := range list {
		name := a.Name
		if a.Prefixed {
			name += "…"
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", a.Operation, a.Resource, name, a.Why)
	}
	w.Flush()
	b.WriteString("\n  Describe comes with each of them. Brokers before 3.0 ask for IdempotentWrite on the cluster too.\n\n")
	for i := 0; i < len(list); {
		a := list[i]
		var ops []string
		for ; i < len(list) && list[i].Resource == a.Resource && list[i].Name == a.Name && list[i].Prefixed == a.Prefixed; i++ {
			ops = append(ops, "--operation "+list[i].Operation)
		}
		pattern := ""
		if a.Prefixed {
			pattern = " --resource-pattern-type prefixed"
		}
		fmt.Fprintf(&b, "kafka-acls.sh --bootstrap-server %s --add --allow-principal %s %s --%s %s%s\n",
			quoted(o.Bootstrap), quoted(o.Principal), strings.Join(ops, " "), a.Resource, quoted(a.Name), pattern)
	}
	return b.String()
}

// nameOf is a resource's name, in angle brackets when the application computes it.
func (t *Topology) nameOf(a graph.Access) string {
	if a.Step < 0 || a.Step >= len(t.said.Nodes) || a.Name == graph.ChosenTopic {
		return a.Name
	}
	if n := t.said.Nodes[a.Step]; !a.DeadLetter && n.Topic != nil || a.DeadLetter && n.DeadLetter != nil {
		return "<" + a.Name + ">"
	}
	return a.Name
}

// quoted makes a word for a shell out of s.
func quoted(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:/,=") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Topics lists what an application with this id reads, topics of patterns left out, and the
// internal topics that it owns. The error names a topic that only the running application
// knows.
func (t *Topology) Topics(application string) (inputs, internal []string, err error) {
	for i := range t.r.Subs {
		for _, id := range t.r.Subs[i].Sources {
			s := t.r.Steps[id]
			if s.Op == graph.Repartition || s.Pattern != "" {
				continue
			}
			if id < len(t.said.Nodes) && t.said.Nodes[id].Topic != nil {
				return nil, nil, fmt.Errorf("topic %s is computed when the application runs; name the input topics", s.Topic)
			}
			inputs = append(inputs, s.Reads()...)
		}
	}
	for _, topic := range t.r.Topics {
		internal = append(internal, application+"-"+topic.Base+"-"+string(topic.Kind))
	}
	return inputs, internal, nil
}
