// Package convert holds the converters between Connect's values and bytes: JSON, text, bytes, numbers, and headers guessed
// from text. Those that need a schema registry are in the packages below it.
package convert

import (
	"bytes"
	"strings"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// JSON is org.apache.kafka.connect.json.JsonConverter: values as JSON, in an envelope with their schema or without. Bytes are
// those of Java's converter.
type JSON struct {
	schemas bool
	cache   int
	content *data.Schema
	reader  jsonReader
	writer  jsonWriter

	// Schemas by the bytes that they were read from, and the envelope's beginning by schema. The last ones come first: most topics
	// have one schema.
	lastText   []byte
	lastRead   *data.Schema
	read       map[string]*data.Schema
	lastSchema *data.Schema
	lastBegin  []byte
	written    map[*data.Schema][]byte
}

// NewJSON returns the converter, not yet configured.
func NewJSON() plugin.Plugin { return &JSON{} }

// Info names the converter.
func (*JSON) Info() plugin.Info {
	return plugin.Info{Class: "org.apache.kafka.connect.json.JsonConverter", Version: version, Doc: "Values as JSON, with or without their schema."}
}

var jsonKeys = config.New(use,
	config.Key{Name: "schemas.enable", Type: config.Boolean, Default: true, Group: "Schemas", Order: 0, Width: config.WidthMedium, DisplayName: "Enable Schemas",
		Doc: "Include schemas within each of the serialized values and keys."},
	config.Key{Name: "schemas.cache.size", Type: config.Int, Default: int32(1000), Group: "Schemas", Order: 1, Width: config.WidthMedium, DisplayName: "Schema Cache Size",
		Doc: "The maximum number of schemas that can be cached in this converter instance."},
	config.Key{Name: "schema.content", Group: "Schemas", Order: 2, Width: config.WidthMedium, DisplayName: "Schema Content",
		Doc: "When set, this is used as the schema for all messages, and the schemas within each of the message will be ignored." +
			"Otherwise, the schema will be included in the content of each message. This configuration applies only 'schemas.enable' is true, and it exclusively affects the sink connector."},
	config.Key{Name: "decimal.format", Default: "BASE64", Validator: config.OneOfFold("BASE64", "NUMERIC"), Importance: config.Low, Group: "Serialization", Order: 0, Width: config.WidthMedium, DisplayName: "Decimal Format",
		Doc: "Controls which format this converter will serialize decimals in. This value is case insensitive and can be either 'BASE64' (default) or 'NUMERIC'"},
	config.Key{Name: "replace.null.with.default", Type: config.Boolean, Default: true, Importance: config.Low, Group: "Serialization", Order: 1, Width: config.WidthMedium, DisplayName: "Replace null with default",
		Doc: "Whether to replace fields that have a default value and that are null to the default value. When set to true, the default value is used, otherwise null is used."},
)

// Config lists the converter's keys.
func (*JSON) Config() *config.Def { return jsonKeys }

// Configure takes the options.
func (c *JSON) Configure(props map[string]string, as plugin.Use) error {
	v, err := parse(jsonKeys, props, as)
	if err != nil {
		return err
	}
	*c = JSON{schemas: v.Bool("schemas.enable"), cache: int(v.Int("schemas.cache.size"))}
	c.reader.replaceNull = v.Bool("replace.null.with.default")
	c.writer.replaceNull = c.reader.replaceNull
	c.writer.numeric = strings.EqualFold(v.Text("decimal.format"), "NUMERIC")
	if content := v.Text("schema.content"); content != "" {
		c.reader.reset([]byte(content))
		i, none := c.reader.start()
		if !none {
			_, err = c.reader.skip(i)
		}
		if none || err != nil {
			return data.Errorf("Failed to parse schema in converter config due to serialization error: ").Because(err)
		}
		if c.content, err = c.reader.schema(i); err != nil {
			return err
		}
	}
	return nil
}

// FromHeader is FromConnect for a header's value.
func (c *JSON) FromHeader(dst []byte, topic, _ string, schema *data.Schema, value any) ([]byte, error) {
	return c.FromConnect(dst, topic, nil, schema, value)
}

// ToHeader is ToConnect for a header's value.
func (c *JSON) ToHeader(topic, _ string, b []byte) (*data.Schema, any, error) {
	return c.ToConnect(topic, nil, b)
}

// FromConnect appends the value as JSON.
func (c *JSON) FromConnect(dst []byte, _ string, _ *[]plugin.RawHeader, schema *data.Schema, value any) (_ []byte, err error) {
	if schema == nil && value == nil {
		return nil, nil
	}
	c.writer.depth = 0
	if !c.schemas {
		return c.writer.value(dst, schema, value)
	}
	begin, err := c.begin(schema)
	if err != nil {
		return nil, err
	}
	c.writer.depth = 1
	if dst, err = c.writer.value(append(dst, begin...), schema, value); err != nil {
		return nil, err
	}
	return append(dst, '}'), nil
}

// begin returns the envelope up to the payload.
func (c *JSON) begin(schema *data.Schema) ([]byte, error) {
	if schema == c.lastSchema && c.lastBegin != nil {
		return c.lastBegin, nil
	}
	begin, ok := c.written[schema]
	if !ok {
		var err error
		if begin, err = c.writer.schema([]byte(`{"schema":`), schema, ""); err != nil {
			return nil, err
		}
		begin = append(begin, `,"payload":`...)
		if c.written == nil || len(c.written) >= c.cache {
			c.written = make(map[*data.Schema][]byte)
		}
		if c.cache > 0 {
			c.written[schema] = begin
		}
	}
	c.lastSchema, c.lastBegin = schema, begin
	return begin, nil
}

func (r *jsonReader) reset(src []byte) {
	r.src, r.depth, r.odd, r.forgiven = src, 0, false, 0
}

// unreadable is the error of bytes that are no JSON.
func unreadable(cause error) error {
	return data.Errorf("Converting byte[] to Kafka Connect data failed due to serialization error: ").Because(cause)
}

// ToConnect reads JSON.
func (c *JSON) ToConnect(_ string, _ []plugin.RawHeader, b []byte) (schema *data.Schema, v any, err error) {
	if b == nil {
		return nil, nil, nil
	}
	r := &c.reader
	r.reset(b)
	i, none := r.start()
	switch {
	case none && c.schemas:
		if c.content != nil {
			v, err = r.null(c.content) // Jackson's missing node, which Connect takes for none of any type
			return c.content, v, err
		}
		return nil, nil, noEnvelope()
	case none:
		return nil, nil, nil
	case !c.schemas:
		v, i, err = r.value(i, nil)
	case c.content != nil:
		schema = c.content
		v, i, err = r.value(i, schema)
	default:
		schema, v, i, err = c.envelope(i)
	}
	begin, _ := r.start()
	if err == nil {
		if err = r.end(begin, i); err == nil {
			return schema, v, nil
		}
		return nil, nil, unreadable(err)
	}
	// A document is read as a whole before Connect looks at what it says.
	r.reset(b)
	if i, syntax := r.skip(begin); syntax != nil {
		return nil, nil, unreadable(syntax)
	} else if syntax := r.end(begin, i); syntax != nil {
		return nil, nil, unreadable(syntax)
	}
	if c.schemas && c.content == nil {
		return c.members(begin, err)
	}
	return nil, nil, err
}

// members reads an envelope that failed once more, by the last of its members of each name: an earlier one may have been at
// fault.
func (c *JSON) members(begin int, fault error) (schema *data.Schema, v any, err error) {
	r := &c.reader
	r.depth, r.odd = 0, false
	if !c.isEnvelope() {
		return nil, nil, fault
	}
	at, err := r.scanner.members(begin, "schema", "payload")
	if err != nil {
		return nil, nil, fault
	}
	if schema, err = r.schema(at[0]); err != nil {
		return nil, nil, err
	}
	r.depth, r.odd = 1, false
	v, _, err = r.value(at[1], schema)
	return schema, v, err
}

func noEnvelope() error {
	return data.Errorf(`JsonConverter with schemas.enable requires "schema" and "payload" fields and may not contain additional fields. ` +
		`If you are trying to deserialize plain JSON data, set schemas.enable=false in your converter configuration.`)
}

// envelope reads an object of schema and payload, in either order. Of a member that occurs twice the last one counts.
func (c *JSON) envelope(i int) (schema *data.Schema, v any, next int, err error) {
	r := &c.reader
	if r.src[i] != '{' {
		return nil, nil, i, noEnvelope()
	}
	schemaAt, schemaEnd, payloadAt := -1, -1, -1
	read := false
	extra := false
	i, more, err := r.enter(i, '}')
	for more && err == nil {
		var text []byte
		if text, i, err = r.name(i); err != nil {
			break
		}
		switch {
		case string(text) == "schema":
			schemaAt = i
			i, err = r.skip(i)
			schemaEnd = i
			read = false
		case string(text) == "payload" && schemaAt >= 0 && payloadAt < 0:
			payloadAt = i
			depth := r.depth
			if schema, err = c.schema(schemaAt, schemaEnd); err != nil {
				break
			}
			r.depth = depth
			v, i, err = r.value(i, schema)
			read = true
		case string(text) == "payload":
			payloadAt = i
			i, err = r.skip(i)
			read = false
		default:
			extra = true
			i, err = r.skip(i)
		}
		if err == nil {
			i, more, err = r.next(i, '}')
		}
	}
	if err != nil {
		if extra || !c.isEnvelope() {
			return nil, nil, i, noEnvelope()
		}
		return nil, nil, i, err
	}
	if extra || schemaAt < 0 || payloadAt < 0 {
		return nil, nil, i, noEnvelope()
	}
	if !read {
		r.depth = 1
		if schema, err = c.schema(schemaAt, schemaEnd); err != nil {
			return nil, nil, i, err
		}
		r.depth, r.odd = 1, false
		v, _, err = r.value(payloadAt, schema)
	}
	return schema, v, i, err
}

// isEnvelope looks at a document's members without reading them.
func (c *JSON) isEnvelope() bool {
	s := scanner{src: c.reader.src}
	i, none := s.start()
	if none || s.src[i] != '{' {
		return false
	}
	schema, payload := false, false
	i, more, err := s.enter(i, '}')
	for more && err == nil {
		var text []byte
		if text, i, err = s.name(i); err != nil {
			break
		}
		switch string(text) {
		case "schema":
			schema = true
		case "payload":
			payload = true
		default:
			return false
		}
		if i, err = s.skip(i); err != nil {
			break
		}
		i, more, err = s.next(i, '}')
	}
	return schema && payload
}

// schema returns the schema whose text lies between two positions of the document.
func (c *JSON) schema(from, to int) (*data.Schema, error) {
	text := c.reader.src[from:to]
	if c.lastText != nil && bytes.Equal(text, c.lastText) {
		return c.lastRead, nil
	}
	schema, ok := c.read[string(text)]
	if !ok {
		var err error
		if schema, err = c.reader.schema(from); err != nil {
			return nil, err
		}
		if c.read == nil || len(c.read) >= c.cache {
			c.read = make(map[string]*data.Schema)
		}
		if c.cache > 0 {
			c.read[string(text)] = schema
		}
	}
	c.lastText, c.lastRead = append(c.lastText[:0], text...), schema
	return schema, nil
}
