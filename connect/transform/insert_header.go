package transform

import (
	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// InsertHeader adds a header with a fixed value, whose type is guessed from its text.
type InsertHeader struct {
	name  string
	value data.SchemaAndValue
}

// Info names the transform.
func (*InsertHeader) Info() plugin.Info {
	return named("InsertHeader", "Adds a header to each record.")
}

var insertHeaderKeys = config.New(
	must(checked(option("header", config.String, nil, config.High, "The name of the header."), config.NonNull)),
	must(checked(option("value.literal", config.String, nil, config.High, "The literal value that is to be set as the header value on all records."), config.NonNull)),
)

// Config lists the keys.
func (*InsertHeader) Config() *config.Def { return insertHeaderKeys }

// Configure takes the options.
func (t *InsertHeader) Configure(props map[string]string) error {
	v, err := insertHeaderKeys.Parse(props)
	if err != nil {
		return err
	}
	t.name = v.Text("header")
	t.value, err = data.ParseValue(v.Text("value.literal"))
	return err
}

// Apply adds the header.
func (t *InsertHeader) Apply(r *plugin.Record) (bool, error) {
	if err := headerFits(t.value.Schema, t.value.Value); err != nil {
		return false, err
	}
	r.Headers = append(r.Headers[:len(r.Headers):len(r.Headers)], plugin.Header{Key: t.name, Schema: t.value.Schema, Value: t.value.Value})
	return true, nil
}

// headerFits is the check of Connect's headers, which look at a value's outer type alone.
func headerFits(s *data.Schema, v any) error {
	switch {
	case s == nil:
		return nil
	case v == nil && !s.Optional():
		return data.Errorf("A null value requires an optional schema but was %s", s)
	}
	return nil
}
