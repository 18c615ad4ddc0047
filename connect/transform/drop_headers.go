package transform

import (
	"slices"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
)

// DropHeaders removes all headers of the given names.
type DropHeaders struct{ names []string }

// Info names the transform.
func (*DropHeaders) Info() plugin.Info {
	return named("DropHeaders", "Removes headers by name.")
}

var dropHeadersKeys = config.New(must(checked(option("headers", config.List, nil, config.High, "The name of the headers to be removed."), filled(false))))

// Config lists the keys.
func (*DropHeaders) Config() *config.Def { return dropHeadersKeys }

// Configure takes the options.
func (t *DropHeaders) Configure(props map[string]string) error {
	v, err := dropHeadersKeys.Parse(props)
	t.names = listed(v, "headers")
	return err
}

// Apply removes the headers.
func (t *DropHeaders) Apply(r *plugin.Record) (bool, error) {
	kept := make(plugin.Headers, 0, len(r.Headers))
	for _, h := range r.Headers {
		if !slices.Contains(t.names, h.Key) {
			kept = append(kept, h)
		}
	}
	r.Headers = kept
	return true, nil
}
