// Package captures is a case of the conformance corpus: configuration values and captured variables.
package captures

//go:generate go tool streamgen gen .

import (
	"strings"

	"github.com/streamgen/streamgen/dsl"
)

// Config holds what deployments differ in.
type Config struct {
	Min    int64
	Prefix string
	Topics []string
	Rate   float64
}

var banned = map[string]bool{"spam": true}

const bonus = 3

func normal(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func (c *Config) within(k string, v int64) bool { return v <= limit(c) }

func (c *Config) scale(k string, v int64) float64 { return float64(v) * c.Rate }

func limit(c *Config) int64 { return c.Min * 1000 }

//streamgen:topology
func Captured(b *dsl.Builder, cfg Config) {
	prefix := normal(cfg.Prefix) + "-"
	tuned := Config{Rate: cfg.Rate}
	least := cfg.Min + bonus
	b.Stream(cfg.Topics[0], dsl.String(), dsl.Int64()).
		Filter(func(k string, v int64) bool { return v >= least && !banned[k] }).
		Filter((&cfg).within).
		Filter(func(k string, v int64) bool { return v < limit(&cfg) }).
		MapValues((&tuned).scale).
		SelectKey(func(k string, v float64) string { return prefix + k }).
		To(prefix+"out", dsl.String(), dsl.Float64())
}
