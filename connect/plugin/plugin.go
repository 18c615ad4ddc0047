// Package plugin holds the contracts between the Connect worker and what runs in it: source and sink connectors with their
// tasks, transforms, predicates, converters, header converters and config providers. A plug-in is an ordinary Go value
// that a constructor makes; a binary hands its constructors to the worker (connect.With), and nothing is loaded at run
// time. Each contract is the smallest that works; what only some plug-ins need is an interface of its own that the worker
// asks for by a type assertion.
//
// Batches cross the contracts, never single records, and records are changed in place: a pipeline of 300,000 records a
// second has no time for a call through five layers, nor for a copy, per record.
package plugin

import (
	"github.com/streamgen/streamgen/connect/config"
)

// Plugin is what all kinds have in common. Which kind a value is follows from what else it implements: SourceConnector,
// SinkConnector, Transform, Predicate, Converter, HeaderConverter or ConfigProvider. A value may be of two kinds, as most
// converters are.
type Plugin interface {
	// Info names the plug-in. It is constant and is called on values that were never configured.
	Info() Info
	// Config lists the keys that the plug-in is configured with, without prefixes. It is constant.
	Config() *config.Def
}

// Info names a plug-in. A plain value.
type Info struct {
	// Class is what configurations name, the full name of a Java class where the plug-in stands for one. The last part
	// serves too, for connectors also without the word Connector at its end.
	Class   string
	Version string
	Doc     string // one sentence
}

// Constructor makes an unconfigured plug-in. The worker calls it for each use; the values share nothing. Constructors are
// safe for concurrent use.
type Constructor func() Plugin

// Kind is what a plug-in is for.
type Kind uint8

// The kinds, in the order in which REST answers list them.
const (
	KindSink Kind = iota
	KindSource
	KindTransform
	KindPredicate
	KindConverter
	KindHeaderConverter
	KindConfigProvider
)

// String returns the kind's name in REST answers.
func (k Kind) String() string {
	names := [...]string{"sink", "source", "transformation", "predicate", "converter", "header_converter", "config_provider"}
	return names[min(int(k), len(names)-1)]
}

// Kinds returns what a plug-in can be used as.
func Kinds(p Plugin) (kinds []Kind) {
	is := func(k Kind, ok bool) {
		if ok {
			kinds = append(kinds, k)
		}
	}
	_, sink := p.(SinkConnector)
	_, source := p.(SourceConnector)
	_, transform := p.(Transform)
	_, predicate := p.(Predicate)
	_, converter := p.(Converter)
	_, header := p.(HeaderConverter)
	_, provider := p.(ConfigProvider)
	is(KindSink, sink)
	is(KindSource, source)
	is(KindTransform, transform)
	is(KindPredicate, predicate)
	is(KindConverter, converter)
	is(KindHeaderConverter, header)
	is(KindConfigProvider, provider)
	return kinds
}
