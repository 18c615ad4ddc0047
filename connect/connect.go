// Package connect is a Kafka Connect worker as a Go library: the same REST API, configurations, internal topics and
// semantics, in one static binary without plug-in loading. A binary hands its own connectors to Main:
//
//	func main() {
//		connect.Main(connect.With(mysource.New, mysink.New))
//	}
//
// The contracts to implement are in connect/plugin; their names are repeated here. docs/CONNECT.md says what differs from
// Java's worker, by number.
package connect

import (
	"github.com/streamgen/streamgen/connect/connector/datagen"
	"github.com/streamgen/streamgen/connect/connector/file"
	"github.com/streamgen/streamgen/connect/connector/http"
	"github.com/streamgen/streamgen/connect/connector/provider"
	"github.com/streamgen/streamgen/connect/convert"
	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/transform"
	"github.com/streamgen/streamgen/connect/transform/debezium"
)

// The contracts, from connect/plugin, where their concurrency is said.
type (
	// Plugin: what all plug-ins have in common.
	Plugin = plugin.Plugin
	// Constructor makes a plug-in; With takes them.
	Constructor = plugin.Constructor
	// SourceConnector: plans tasks that read from outside.
	SourceConnector = plugin.SourceConnector
	// SourceTask: reads a share of a source.
	SourceTask = plugin.SourceTask
	// SourceRecord: a record from a source.
	SourceRecord = plugin.SourceRecord
	// SinkConnector: plans tasks that write to outside.
	SinkConnector = plugin.SinkConnector
	// SinkTask: writes a share of the topics.
	SinkTask = plugin.SinkTask
	// SinkRecord: a record to a sink.
	SinkRecord = plugin.SinkRecord
	// Transform: changes or drops records.
	Transform = plugin.Transform
	// Predicate: chooses the records of a transform.
	Predicate = plugin.Predicate
	// Converter: turns values into bytes and back.
	Converter = plugin.Converter
	// HeaderConverter: turns header values into bytes and back.
	HeaderConverter = plugin.HeaderConverter
	// ConfigProvider: finds what variables in configurations stand for.
	ConfigProvider = plugin.ConfigProvider
)

// Option changes what a binary offers. It is a plain value.
type Option struct{ constructors []plugin.Constructor }

// With adds plug-ins: connectors, transforms, predicates, converters, config providers.
func With(constructors ...plugin.Constructor) Option { return Option{constructors} }

// BuiltIn returns the plug-ins that every worker has.
func BuiltIn() []plugin.Constructor {
	all := []plugin.Constructor{file.NewSource, file.NewSink, datagen.New, http.NewSource, http.NewSink}
	all = append(all, provider.All()...)
	all = append(all, convert.Kafka()...)
	all = append(all, transform.Kafka()...)
	return append(all, debezium.New)
}

// pluginSet is the built-in plug-ins and those of the options.
func pluginSet(options []Option) (*plugin.Set, error) {
	all := BuiltIn()
	for _, o := range options {
		all = append(all, o.constructors...)
	}
	return plugin.NewSet(all...)
}
