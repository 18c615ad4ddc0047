//go:build real

package main

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/internal/oracle/form"
	"github.com/streamgen/streamgen/internal/oracle/play"
	"github.com/streamgen/streamgen/internal/oracle/twin"
)

// TestRealTwin: what this program writes and keeps is what its Java twin does. S180.
func TestRealTwin(t *testing.T) {
	twins := twin.Twins{Name: "wordcount", Ours: play.Entry{Generated: NewWordCount, Recorded: WordCount}}
	twins.Test(t, "../..", 10, 300, script)
}

// script is 100 lines of words in some alphabets, punctuation and nothing.
func script(r *rand.Rand) (steps []form.Step) {
	words := strings.Fields("the The THE fox, (fox) Ærø ærø déjà-vu 42 x42y … -- ß \u65e5\u672c don't \t\n")
	for range 100 {
		var line []string
		for range r.IntN(8) {
			line = append(line, words[r.IntN(len(words))])
		}
		s := twin.Pipe("lines", "", []byte(strings.Join(line, " ")), int64(r.IntN(1000)))
		switch r.IntN(10) {
		case 0:
			s.Key = nil
		case 1:
			s.Value = nil
		}
		steps = append(steps, s)
	}
	return steps
}
