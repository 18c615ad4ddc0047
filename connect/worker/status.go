package worker

import (
	"fmt"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/connect/plugin"
)

// StatusError is a refusal with the HTTP status that Connect gives it. A plain value.
type StatusError struct {
	Code    int
	Message string
}

// Error returns the message.
func (e *StatusError) Error() string { return e.Message }

// refuse returns a StatusError.
func refuse(code int, format string, args ...any) error {
	return &StatusError{code, fmt.Sprintf(format, args...)}
}

// NotLeader says that another worker has to do what was asked for. A plain value.
type NotLeader struct{ URL string }

// Error names the leader.
func (e *NotLeader) Error() string {
	if e.URL == "" {
		return "Cannot complete request momentarily due to no known leader URL, likely because a rebalance was underway."
	}
	return "the worker at " + e.URL + " has to do this"
}

// unknownClass words the error of a connector class that nobody knows.
func unknownClass(set *plugin.Set, class string) error {
	var known []string
	for _, kind := range []plugin.Kind{plugin.KindSource, plugin.KindSink} {
		for _, e := range set.Of(kind) {
			known = append(known, fmt.Sprintf("PluginDesc{klass=class %s, name='%s', version='%s', encodedVersion=%s, type=%s, typeName='%s', location='classpath'}",
				e.Class, e.Class, e.Version, e.Version, e.Kind, e.Kind))
		}
	}
	slices.Sort(known)
	return refuse(400, "Failed to find any class that implements Connector and which name matches %s, available connectors are: %s", class, strings.Join(known, ", "))
}
