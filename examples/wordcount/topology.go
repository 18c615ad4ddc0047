package main

import (
	"strings"
	"unicode"

	"github.com/streamgen/streamgen/dsl"
)

//go:generate go tool streamgen gen .

// WordCount counts the words of the topic "lines" and keeps the counts in the topic
// "word-counts". Words are lower-cased runs of letters and digits.
//
//streamgen:topology
func WordCount(b *dsl.Builder) {
	b.Stream("lines", dsl.String(), dsl.String()).
		FlatMap(words, dsl.Codecs(dsl.String(), dsl.String())).
		GroupByKey().
		Count(dsl.Name("word-counts")).
		ToStream().
		To("word-counts", dsl.String(), dsl.Int64())
}

// words gives one record per word, keyed by the word.
func words(_ string, line string) []dsl.KV[string, string] {
	fields := strings.FieldsFunc(strings.ToLower(line), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	out := make([]dsl.KV[string, string], len(fields))
	for i, w := range fields {
		out[i] = dsl.Pair(w, w)
	}
	return out
}
