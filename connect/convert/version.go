package convert

import (
	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
)

// version is the release of Kafka Connect whose converters these are, as REST answers show it.
const version = "4.3.1"

// Kafka returns the converters and header converters that Apache Kafka ships.
func Kafka() []plugin.Constructor {
	return []plugin.Constructor{NewJSON, NewString, NewByteArray, NewBoolean, NewShort, NewInteger, NewLong, NewFloat, NewDouble, NewSimpleHeader}
}

// use is the key that Connect sets for what a converter is used for.
var use = config.Key{Name: "converter.type", Required: true, Validator: config.OneOf("key", "value", "header"), Importance: config.Low, Order: -1, Doc: "How this converter will be used."}

// parse reads a converter's options.
func parse(def *config.Def, props map[string]string, as plugin.Use) (config.Values, error) {
	all := make(map[string]string, len(props)+1)
	for k, v := range props {
		all[k] = v
	}
	all[use.Name] = [...]string{"key", "value", "header"}[min(int(as), 2)]
	return def.Parse(all)
}
