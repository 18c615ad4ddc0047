// Package source writes topologies of the conformance oracle as Go: a package that the real
// compiler generates code for, and an entry for each of its topologies.
package source

import (
	"fmt"
	"go/format"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/operator"
)

const module = "github.com/streamgen/streamgen"

// Topologies is the file with the topology functions. The topologies are checked.
func Topologies(pkg, doc string, topologies []form.Topology) ([]byte, error) {
	var body strings.Builder
	for i, t := range topologies {
		fmt.Fprintf(&body, "\n//streamgen:topology\nfunc %s(b *dsl.Builder) {\n", Name(i))
		for _, l := range t {
			expr := operator.Source(t, l)
			if l.Type.Kind != form.Nothing {
				expr = l.ID + " := " + expr
			}
			body.WriteString("\t" + expr + "\n")
		}
		body.WriteString("}\n")
	}
	imports := []string{module + "/dsl"}
	for _, path := range []string{module + "/internal/oracle/fn", module + "/runtime/processor", "time"} {
		if strings.Contains(body.String(), path[strings.LastIndexByte(path, '/')+1:]+".") {
			imports = append(imports, path)
		}
	}
	return file(doc, pkg, imports, body.String())
}

// Entries is the file that lists the topologies for package play.
func Entries(pkg string, topologies []form.Topology) ([]byte, error) {
	var body strings.Builder
	body.WriteString("\n// Entries are the topologies of this package.\nvar Entries = []play.Entry{\n")
	for i, t := range topologies {
		fmt.Fprintf(&body, "\t{Text: `%s`, Generated: New%s, Recorded: %s},\n", t, Name(i), Name(i))
	}
	body.WriteString("}\n")
	return file("", pkg, []string{module + "/internal/oracle/play"}, body.String())
}

// Main is the file that makes a program of the package.
func Main() ([]byte, error) {
	return file("", "main", []string{module + "/internal/oracle/play"}, "\nfunc main() { play.Main(Entries) }\n")
}

// Name is the name of the topology function with the number.
func Name(i int) string { return fmt.Sprintf("Topology%03d", i) }

func file(doc, pkg string, imports []string, body string) ([]byte, error) {
	s := doc + "package " + pkg + "\n\nimport (\n"
	slices.SortFunc(imports, func(a, b string) int { return strings.Compare(a, b) })
	for _, path := range imports {
		if !strings.Contains(path, "/") {
			s += "\t\"" + path + "\"\n\n"
		}
	}
	for _, path := range imports {
		if strings.Contains(path, "/") {
			s += "\t\"" + path + "\"\n"
		}
	}
	return format.Source([]byte(s + ")\n" + body))
}
