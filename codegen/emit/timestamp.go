package emit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/codegen/plan"
)

// times names the ways to get a source's timestamps.
var times = map[string]string{"wall-clock": genWallClock, "fail": genFailTime, "log-and-skip": genLogTime, "partition-time": genPartTime, "function": genOwnTime}

// stamp prints the method of gen.Stamper, when a source has a function of the user's, and
// the loop of each.
func (e *emitter) stamp(k *plan.Task) {
	if !slices.ContainsFunc(k.Sources, func(s *plan.Source) bool { return s.Time != nil }) {
		return
	}
	t, run, source, latest := e.local("t"), e.local("run"), e.local("source"), e.local("latest")
	var b strings.Builder
	fmt.Fprintf(&b, "// Stamp implements gen.Stamper.\nfunc (%s *%s) Stamp(%s int, %s *%s, %s int64) {\n\tswitch %s {\n", t, k.Type, source, run, genRun, latest, source)
	at := 0
	for _, s := range k.Sources {
		var cases []string
		for range 1 + len(s.More) {
			cases = append(cases, strconv.Itoa(at))
			at++
		}
		if s.Time != nil {
			fmt.Fprintf(&b, "\tcase %s:\n\t\t%s.%s(%s, %s)\n", strings.Join(cases, ", "), t, s.Stamp, run, latest)
		}
	}
	b.WriteString("\t}\n}\n")
	e.add("%s", b.String())
	for _, s := range k.Sources {
		if s.Time != nil {
			e.stampSource(s)
		}
	}
}

func (e *emitter) stampSource(s *plan.Source) {
	b := e.newBody("", "")
	run, latest, i, in := b.fresh("run"), b.fresh("latest"), b.fresh("i"), b.fresh("rec")
	k, kOK, v, vOK := b.fresh("k"), b.fresh("kOK"), b.fresh("v"), b.fresh("vOK")
	r := rec{k: k, kType: s.Key.Type, kOK: kOK, v: v, vType: s.Val.Type, vOK: vOK, ts: in + ".Timestamp", h: in + ".Headers"}
	e.add("// %s gives the records of %s their timestamps. One that cannot be read fails when it is processed.\nfunc (%s *%s) %s(%s *%s, %s int64) {\n\tfor %s := range %s.Records {\n\t\t%s := &%s.Records[%s]\n\t\t%s.env.Index, %s.env.Meta.Offset = %s, %s.Offset\n%s%s%s.Timestamp = %s(%s, %s)\n\t\tif %s.Timestamp > %s {\n\t\t\t%s = %s.Timestamp\n\t\t}\n\t}\n}\n",
		s.Stamp, origin(s), b.t, e.task.Type, s.Stamp, run, genRun, latest, i, run, in, run, i, b.t, b.t, i, in,
		b.glance(s.Key, in, "Key", k, kOK, latest), b.glance(s.Val, in, "Value", v, vOK, latest), in, callee(s.Time, b.app(), b.t), b.record(r), latest, in, latest, latest, in)
}

// glance prints how one side of a record is read for its timestamp.
func (b *body) glance(c *plan.Codec, in, field, name, ok, latest string) string {
	raw := in + "." + field
	if infallible(c) && c.Kind == "string" {
		return fmt.Sprintf("%s, %s := string(%s), %s != nil\n", name, ok, raw, raw)
	}
	err := b.err()
	return fmt.Sprintf("var %s %s\n%s := %s != nil\nif %s {\nvar %s error\n%s, %s = %s.Decode(%s)\nif %s != nil {\n%s.Timestamp = %s\nif %s < 0 {\n%s.Timestamp = 0\n}\ncontinue\n}\n}\n",
		name, c.Type, ok, raw, ok, err, name, err, b.value(c, b.app(), b.t), raw, err, in, latest, latest, in)
}
