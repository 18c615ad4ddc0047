package lock

import (
	"strings"

	"github.com/streamgen/streamgen/internal/avroschema"
)

// readAvro says what becomes of values of a writer's schema for a reader's.
func readAvro(writer, reader *avroschema.Schema) Reading {
	r := Reading{Faults: avroschema.Incompatible(writer, reader)}
	plan, err := avroschema.Resolve(writer, reader)
	if err != nil {
		return r
	}
	seen := map[*avroschema.Plan]bool{}
	var walk func(p *avroschema.Plan, path string)
	walk = func(p *avroschema.Plan, path string) {
		if p == nil || seen[p] {
			return
		}
		seen[p] = true
		walk(p.Items, path)
		for _, b := range p.Branches {
			walk(b, path)
		}
		if p.Op != avroschema.ToRecord {
			return
		}
		have := make([]bool, len(p.Reader.Fields))
		for i, f := range p.Writer.Fields {
			if p.To[i] < 0 {
				r.Dropped = append(r.Dropped, Part{path, f.Name, f.Type.Label()})
				continue
			}
			have[p.To[i]] = true
			walk(p.Fields[i], strings.TrimPrefix(path+"."+p.Reader.Fields[p.To[i]].Name, "."))
		}
		for i, f := range p.Reader.Fields {
			if !have[i] {
				r.Absent = append(r.Absent, Part{path, f.Name, f.Type.Label()})
			}
		}
	}
	walk(plan, "")
	return r
}
