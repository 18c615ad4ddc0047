package registry

import (
	"fmt"

	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// Subject is the subject of a topic's keys or values. name is the full name of a record or other named
// type, "" for types without one.
func (c *Config) Subject(use wire.Use, name string) (string, error) {
	strategy, property := short(c.ValueSubject), "value.subject.name.strategy"
	if use.Key {
		strategy, property = short(c.KeySubject), "key.subject.name.strategy"
	}
	if (strategy == recordName || strategy == topicRecordName) && name == "" {
		return "", fmt.Errorf("%s: %s is %s, which takes a schema with a name: a record, enum or fixed", use, property, strategy)
	}
	switch strategy {
	case recordName:
		return name, nil
	case topicRecordName:
		return use.Topic + "-" + name, nil
	}
	if use.Key {
		return use.Topic + "-key", nil
	}
	return use.Topic + "-value", nil
}
