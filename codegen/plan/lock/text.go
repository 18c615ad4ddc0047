package lock

import (
	"encoding/json/jsontext"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Text is the file: JSON, a line for each store, topic and version, sorted, the same for the same content.
func (f *File) Text() []byte {
	f.Sort()
	p := &printer{formats: map[string]*Format{}}
	p.line("{")
	p.line(" %s: %d,", quote(Name), version)
	p.line(" \"topologies\": {")
	for i, t := range f.Topologies {
		p.line("  %s: {", quote(t.Name))
		p.line("   \"stores\": {")
		for j, s := range t.Stores {
			earlier := ""
			if len(s.Earlier) > 0 {
				var refs []string
				for _, e := range s.Earlier {
					refs = append(refs, p.ref(e))
				}
				earlier = ", \"earlier\": [" + strings.Join(refs, ", ") + "]"
			}
			p.line("    %s: {\"kind\": %s, \"key\": %s, \"value\": %s%s}%s", quote(s.Name), quote(s.Kind), p.ref(s.Key), p.ref(s.Val), earlier, comma(j, len(t.Stores)))
		}
		p.line("   },")
		p.line("   \"topics\": {")
		for j, topic := range t.Topics {
			p.line("    %s: {\"key\": %s, \"value\": %s}%s", quote(topic.id()), p.ref(topic.Key), p.ref(topic.Val), comma(j, len(t.Topics)))
		}
		p.line("   }")
		p.line("  }%s", comma(i, len(f.Topologies)))
	}
	p.line(" },")
	p.line(" \"subjects\": {")
	for i, s := range f.Subjects {
		p.line("  %s: {", quote(s.Name))
		for j, v := range s.Versions {
			p.line("   \"%d\": {\"id\": %d, \"schema\": %s}%s", v.Number, v.ID, p.ref(v.Schema), comma(j, len(s.Versions)))
		}
		p.line("  }%s", comma(i, len(f.Subjects)))
	}
	p.line(" },")
	p.line(" \"formats\": {")
	refs := slices.Sorted(maps.Keys(p.formats))
	for i, ref := range refs {
		p.format(ref, p.formats[ref], comma(i, len(refs)))
	}
	p.line(" }")
	p.line("}")
	return []byte(p.b.String())
}

type printer struct {
	b       strings.Builder
	formats map[string]*Format
}

func (p *printer) line(format string, args ...any) { fmt.Fprintf(&p.b, format+"\n", args...) }

// ref prints a format's name and keeps the format for the list at the end.
func (p *printer) ref(f *Format) string {
	if f != nil && f.detailed() {
		p.formats[f.Ref()] = f
	}
	return quote(f.Ref())
}

func (p *printer) format(ref string, f *Format, end string) {
	switch {
	case f.Avro != nil:
		text := jsontext.Value(f.Avro.String())
		if err := text.Indent(jsontext.WithIndentPrefix("  "), jsontext.WithIndent(" ")); err == nil {
			p.line("  %s: %s%s", quote(ref), text, end)
			return
		}
		p.line("  %s: %s%s", quote(ref), f.Avro, end)
	case f.JSON != nil || f.Proto != nil:
		form := f.JSON
		if form == nil {
			form = f.Proto
		}
		p.line("  %s: {", quote(ref))
		p.line("   \"root\": %s,", quote(form.Root))
		p.line("   \"types\": {")
		for i, s := range form.Types {
			p.line("    %s: {", quote(s.Name))
			for j, m := range s.Members {
				text := quote(m.Type)
				if len(m.Aliases) > 0 {
					text = "[" + text
					for _, a := range m.Aliases {
						text += ", " + quote(a)
					}
					text += "]"
				}
				p.line("     %s: %s%s", quote(m.Name), text, comma(j, len(s.Members)))
			}
			p.line("    }%s", comma(i, len(form.Types)))
		}
		p.line("   }")
		p.line("  }%s", end)
	default:
		p.line("  %s: %s%s", quote(ref), quote(f.Text), end)
	}
}

func comma(i, n int) string {
	if i < n-1 {
		return ","
	}
	return ""
}

func quote(s string) string {
	b, err := jsontext.AppendQuote(nil, s)
	if err != nil { // not UTF-8
		return strconv.QuoteToASCII(s)
	}
	return string(b)
}
