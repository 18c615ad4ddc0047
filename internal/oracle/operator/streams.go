package operator

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/internal/oracle/form"
)

// streams reads the topics of its option topic, which commas separate.
var streams = Operator{Name: "streams", Topic: true, Weight: 2, Type: source(form.Stream),
	Go: func(l *form.Line, _ []*form.Line) string {
		return fmt.Sprintf("b.Streams([]string{\"%s\"}, %s%s)", strings.ReplaceAll(l.Get("topic"), ",", "\", \""), codecs(l), then(options(l, timed(l)...)))
	},
	Draw: func(d *Drawing) bool {
		topics := d.Name("in") + "," + d.Name("in")
		if d.Chance(3) {
			topics += "," + d.Name("in")
		}
		val := d.One("string", "int64", "int64")
		return d.Add("streams", nil, append([]string{"topic", topics, "key", d.One("string", "string", "int64"), "val", val, "name", d.Maybe("source")}, d.times(val)...)...) != nil
	},
}

// timed is the timestamp extractor of a source as an option.
func timed(l *form.Line) []string {
	if l.Get("times") == "" {
		return nil
	}
	return []string{"dsl.TimestampExtractor(" + fmt.Sprintf(goFunc(l, "times", Timestamp).Go, goType(l.Type.Key), goType(l.Type.Val)) + ")"}
}

// times are the options that give a source a timestamp extractor once in four times.
func (d *Drawing) times(val string) []string {
	f, ok := d.Function(Timestamp, "", val, "")
	if !ok || !d.Chance(4) {
		return nil
	}
	return []string{"times", f.Name}
}
