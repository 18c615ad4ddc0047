package transform

import (
	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
)

// Filter drops every record that it is given; a predicate chooses them.
type Filter struct{}

// Info names the transform.
func (*Filter) Info() plugin.Info { return named("Filter", "Drops every record.") }

var noKeys = config.New()

// Config lists the keys, of which there are none.
func (*Filter) Config() *config.Def { return noKeys }

// Configure takes the options.
func (*Filter) Configure(map[string]string) error { return nil }

// Apply drops the record.
func (*Filter) Apply(*plugin.Record) (bool, error) { return false, nil }
