// Package twin compares whole programs, the examples of this repository, with their Java
// twins (oracle/src/main/java/oracle/twin): the same script on Kafka Streams' own
// TopologyTestDriver and on ours, every record that is written and every store's contents
// equal, byte by byte.
package twin

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/internal/oracle/compare"
	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/peer"
	"github.com/streamgen/streamgen/internal/oracle/play"
	"github.com/streamgen/streamgen/internal/oracle/session"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// Twins are a program and its Java twin. A plain value.
type Twins struct {
	Name string     // of the twin, in Twins.java
	Ours play.Entry // its Text does not count
	// Counts is what counts of a result by default, not in Kafka mode, where a mended wart
	// shows. Nil: all of it.
	Counts func(result string) string
	// Schemas makes the Schema Registry of a run. Nil: one that is empty.
	Schemas func() wire.Schemas
}

// Compare plays the script on the Java side and on ours, generated and interpreted, in Kafka
// mode and by default, and returns what differs ("-" is Kafka Streams', "+" is ours), and how
// many records Kafka Streams wrote.
func (t Twins) Compare(java *peer.Peer, script []form.Step) (differences []string, records int, err error) {
	var text strings.Builder
	text.WriteString("topology\nprogram " + t.Name + "\nscript\n")
	for _, s := range script {
		text.WriteString(s.String() + "\n")
	}
	want, err := java.Ask(text.String())
	if err != nil {
		return nil, 0, err
	}
	want = comparable(want)
	_, written, _ := strings.Cut(want, "script\n")
	written, _, _ = strings.Cut(written, "store ")
	for _, kafka := range []bool{true, false} {
		counts := func(result string) string { return result }
		if !kafka && t.Counts != nil {
			counts = t.Counts
		}
		for _, mode := range []string{play.Generated, play.Interpreted} {
			var schemas wire.Schemas
			if t.Schemas != nil {
				schemas = t.Schemas()
			}
			got := comparable(play.RunWith(t.Ours.Build(mode), script, kafka, schemas))
			if d := compare.Difference(counts(want), counts(got), true); d != "" {
				differences = append(differences, fmt.Sprintf("%s, %s mode, Kafka mode %v:\n%s", t.Name, mode, kafka, d))
			}
		}
	}
	return differences, strings.Count(written, "\n"), nil
}

// Test compares the twins on scripts of so many seeds. Each script must make Kafka Streams
// write at least so many records, or it shows nothing. root is the repository.
func (t Twins) Test(tb testing.TB, root string, seeds uint64, atLeast int, script func(*rand.Rand) []form.Step) {
	tb.Helper()
	java, err := session.Java(root)
	if err != nil {
		tb.Fatal(err)
	}
	defer java.Close()
	for seed := range seeds {
		differences, records, err := t.Compare(java, script(rand.New(rand.NewPCG(seed, 1))))
		if err != nil {
			tb.Fatal(err)
		}
		if records < atLeast {
			tb.Errorf("seed %d: Kafka Streams wrote %d records, want %d at least", seed, records, atLeast)
		}
		for _, d := range differences {
			tb.Errorf("seed %d, %s", seed, d)
		}
		if tb.Failed() {
			return // the next seeds would show the same
		}
	}
}

// words are headers of dead letters that say in the words of a language what went wrong:
// the class of its exception, its message, its stack.
var words = regexp.MustCompile(` __streams\.errors\.(exception|message|stacktrace)=\S+`)

func comparable(result string) string { return words.ReplaceAllString(result, "") }

// Pipe is a step that hands a record to a topic; a nil value is null.
func Pipe(topic, key string, value []byte, timestamp int64) form.Step {
	return form.Step{Topic: topic, Key: []byte(key), Value: value, Timestamp: timestamp}
}
