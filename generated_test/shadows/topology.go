// Package shadows is a case of the conformance corpus: what functions capture keeps its type, its value and its order.
package shadows

//go:generate go tool streamgen gen .

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/streamgen/streamgen/dsl"
)

// Config holds what deployments differ in.
type Config struct{ Least int }

// Match is a value of the configuration's: its receiver must be there before what uses it.
func (c Config) Match(k, v string) bool { return len(v) >= c.Least }

// shortest calls the method value when the topology is constructed.
func shortest(match func(k, v string) bool) int {
	for n := range 100 {
		if match("", strings.Repeat("x", n)) {
			return n
		}
	}
	return -1
}

type predicate func(k, v string) bool

func (p predicate) not(k, v string) bool { return !p(k, v) }

type level int

func (l level) String() string { return "level " + strconv.Itoa(int(l)) }

type counter int

func (c *counter) next() counter {
	*c++
	return *c
}

// suffix has methods on pointers.
type suffix struct{ text string }

func (s *suffix) add(k, v string) string { return v + s.text }

// described is generic: its literal has other types and captures at each call.
func described[V any](s dsl.Stream[string, V], label string, show func(V) string) dsl.Stream[string, string] {
	var none V
	return s.MapValues(func(k string, v V) string { return fmt.Sprintf("%s %s %T %s", k, label, none, show(v)) })
}

//streamgen:topology
func Shadowed(b *dsl.Builder, cfg Config) {
	match := cfg.Match
	least := shortest(match)
	end := &suffix{text: "."}
	tag := func(s dsl.Stream[string, string], t string) dsl.Stream[string, string] {
		return s.MapValues(func(k, v string) string { return v + t })
	}
	in := b.Stream("shadowed", dsl.String(), dsl.String())
	tag(tag(in.Filter(match), "!"), "?").MapValues(end.add).To("matched", dsl.String(), dsl.String())
	in.Filter(func(k, v string) bool { return len(v) < least }).To("too-short", dsl.String(), dsl.String())
	described(in, "text", strconv.Quote).To("described", dsl.String(), dsl.String())
	described(in.MapValues(func(k, v string) int { return len(v) }), "length", strconv.Itoa).To("described", dsl.String(), dsl.String())
}

//streamgen:topology
func Constants(b *dsl.Builder) {
	const (
		separator           = 'x'
		half, third         = 0.5, 1.0 / 3
		negative            = -7
		single      float32 = 0.1
		huge                = 1 << 70
		wait                = 2 * time.Second
		turn                = 1i
		greeting            = "a\tb\x00\xff"
		three       level   = 3
	)
	var limit int
	var array [3]int
	var boxed any = time.Second
	var letter any = separator
	var named fmt.Stringer = level(3)
	n := 300
	small := uint8(n)
	wrapped := small + 250
	zero := 0
	text := "abc"
	start := counter(5)
	next := start.next()
	isLong := predicate(func(k, v string) bool { return len(v) > 3 })
	b.Stream("constants", dsl.String(), dsl.String()).
		Filter(func(k, v string) bool { return isLong.not(k, v) || !isLong(k, v) || len(v) > zero }).
		MapValues(func(k, v string) string {
			switch len(v) {
			case n, small2(small), 300:
				return "never"
			case 0:
				return fmt.Sprint(text[zero:], uint8(n), fmt.Sprintf(" %T %T %T %T %T %T %T %T", separator, half, negative, single, wait, turn, greeting, three))
			}
			if zero != 0 {
				return strconv.Itoa(len(v) / zero)
			}
			f := float32(len(v)) * half * third
			return fmt.Sprintf("%v %v %T %T %v %v %v %v %v %v %v %q %v %v", limit, array, boxed, letter, named, small, wrapped, next, f, 5-negative,
				huge>>68, greeting, three, float64(single)*half)
		}).To("constants-out", dsl.String(), dsl.String())
}

func small2(n uint8) int { return int(n) + 1000 }

func bytes(v int64) int64 { return v % 2 }

// Hiding has parameters with the names of what its constructor needs: packages and its own type.
//
//streamgen:topology
func Hiding(b *dsl.Builder, hiding string, state, gen int64) {
	known := b.GlobalTable("known", dsl.String(), dsl.Int64(), dsl.Name("known"))
	b.Stream("hidden", dsl.String(), dsl.Int64()).
		JoinGlobal(known, func(k string, v int64) string { return hiding }, func(k string, v, u int64) int64 { return v*state + u*gen }).
		ToTable(dsl.Store("latest-hidden"), dsl.Codecs(dsl.String(), dsl.Int64())).
		GroupBy(func(k string, v int64) (int64, int64) { return bytes(v), v }, dsl.Int64(), dsl.Int64()).
		Count(dsl.Name("count-hidden")).
		ToStream().
		To("hidden-out", dsl.Int64(), dsl.Int64())
}
