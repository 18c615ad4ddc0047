// Package http holds a source that polls an HTTP API and a sink that posts records to one. Neither needs a schema: bodies
// are JSON or text. What the other side answers decides what becomes of a record: no answer, 429 and 5xx are the way's
// fault and are tried again; any other refusal is the record's.
package http

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// NewSource returns io.streamgen.connect.HttpSourceConnector.
func NewSource() plugin.Plugin { return &source{} }

// common are the keys of both connectors.
func common() []config.Key {
	return []config.Key{
		{Name: "http.url", Required: true, Validator: checkURL, Doc: "Where to; http or https"},
		{Name: "http.headers", Type: config.List, Default: []string{}, Importance: config.Low, Doc: "Headers of each request, name:value, separated by commas"},
		{Name: "http.authorization", Type: config.Password, Importance: config.Medium, Doc: "The value of the header Authorization"},
		{Name: "http.timeout.ms", Type: config.Long, Default: int64(30_000), Validator: config.AtLeast(1), Importance: config.Low, Doc: "How long one request may take"},
	}
}

func checkURL(name string, v any) error {
	text, _ := v.(string)
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return config.Invalid(name, v, "must be a URL that begins with http:// or https://")
	}
	return nil
}

var sourceDef = config.New(common()...).Define(
	config.Key{Name: "topic", Required: true, Validator: config.NonEmpty, Doc: "The topic to publish to"},
	config.Key{Name: "http.poll.interval.ms", Type: config.Long, Default: int64(60_000), Validator: config.AtLeast(1), Importance: config.Medium, Doc: "Pause between two requests that brought nothing new"},
	config.Key{Name: "http.items.pointer", Default: "", Importance: config.Medium, Doc: "JSON pointer to the list of items in the answer, such as /items; empty when the answer is the list"},
	config.Key{Name: "http.offset.field", Default: "", Importance: config.Medium, Doc: "Field of an item that grows from item to item, such as an id; the largest is sent as the parameter of the next request"},
	config.Key{Name: "http.offset.parameter", Default: "since", Importance: config.Medium, Doc: "Query parameter that carries the offset"},
	config.Key{Name: "http.key.field", Default: "", Importance: config.Medium, Doc: "Field of an item that becomes the record's key"},
)

type source struct{ props map[string]string }

func (*source) Info() plugin.Info {
	return plugin.Info{Class: "io.streamgen.connect.HttpSourceConnector", Version: "1.0.0", Doc: "Polls an HTTP API."}
}
func (*source) Config() *config.Def { return sourceDef }
func (s *source) Start(_ plugin.ConnectorContext, props map[string]string) error {
	s.props = props
	return nil
}

// TaskConfigs returns one task: an API has one order of items.
func (s *source) TaskConfigs(int) ([]map[string]string, error) {
	return []map[string]string{s.props}, nil
}
func (*source) Stop() error                { return nil }
func (*source) NewTask() plugin.SourceTask { return &sourceTask{} }

// ExactlyOnce is possible when items carry what the next request needs.
func (*source) ExactlyOnce(props map[string]string) bool { return props["http.offset.field"] != "" }

// requester sends requests of one task.
type requester struct {
	client  *http.Client
	url     *url.URL
	headers http.Header
}

func newRequester(v config.Values) (*requester, error) {
	u, err := url.Parse(v.Text("http.url"))
	if err != nil {
		return nil, err
	}
	r := &requester{client: &http.Client{Timeout: time.Duration(v.Int("http.timeout.ms")) * time.Millisecond}, url: u, headers: http.Header{}}
	for _, h := range v.List("http.headers") {
		name, value, ok := strings.Cut(h, ":")
		if !ok {
			return nil, config.Invalid("http.headers", h, "must be name:value")
		}
		r.headers.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	if secret := v.Secret("http.authorization"); secret != "" {
		r.headers.Set("Authorization", secret)
	}
	return r, nil
}

// maxAnswer bounds an answer.
const maxAnswer = 64 << 20

// send makes a request and classifies its failure.
func (r *requester) send(ctx context.Context, method string, target *url.URL, kind string, body io.Reader) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, target.String(), body)
	if err != nil {
		return nil, err
	}
	request.Header = r.headers.Clone()
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	response, err := r.client.Do(request)
	if err != nil {
		return nil, plugin.Transport(target.Host, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, plugin.Transport(target.Host, err)
	}
	switch code := response.StatusCode; {
	case code < 300:
		return text, nil
	case code == http.StatusTooManyRequests || code >= 500 || code == http.StatusRequestTimeout:
		return nil, plugin.Transport(target.Host, fmt.Errorf("%s %s answered %s", method, target.Redacted(), response.Status))
	case code < 400:
		return nil, plugin.DataErrorf("%s %s answered %s with Location %.200q; redirects are not followed, since most would drop the body: set http.url to where the records should go",
			method, target.Redacted(), response.Status, response.Header.Get("Location"))
	default:
		return nil, plugin.DataErrorf("%s %s answered %s: %.200s", method, target.Redacted(), response.Status, text)
	}
}

type sourceTask struct {
	values    config.Values
	requester *requester
	partition *plugin.Partition
	offset    any // int64 or string; nil before the first item
	wait      bool
}

func (t *sourceTask) Start(ctx plugin.SourceContext, props map[string]string) (err error) {
	if t.values, err = sourceDef.Parse(props); err != nil {
		return err
	}
	if t.requester, err = newRequester(t.values); err != nil {
		return err
	}
	t.partition = plugin.NewPartition(map[string]any{"url": t.values.Text("http.url")})
	stored, err := ctx.Offsets().Offset(ctx.Context(), t.partition)
	t.offset = stored["offset"]
	return err
}

func (t *sourceTask) Poll(ctx context.Context) ([]plugin.SourceRecord, error) {
	if t.wait {
		select {
		case <-ctx.Done():
			return nil, nil
		case <-time.After(time.Duration(t.values.Int("http.poll.interval.ms")) * time.Millisecond):
		}
	}
	t.wait = true
	target := *t.requester.url
	if t.offset != nil {
		q := target.Query()
		q.Set(t.values.Text("http.offset.parameter"), fmt.Sprint(t.offset))
		target.RawQuery = q.Encode()
	}
	text, err := t.requester.send(ctx, http.MethodGet, &target, "", nil)
	if err != nil {
		return nil, err
	}
	items, err := itemsOf(text, t.values.Text("http.items.pointer"))
	if err != nil {
		return nil, plugin.DataErrorf("%s: %w", target.Redacted(), err)
	}
	var records []plugin.SourceRecord
	for _, item := range items {
		r, err := t.record(item)
		if err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	t.wait = len(records) == 0 || t.values.Text("http.offset.field") == ""
	return records, nil
}

// record makes a record of an item: its JSON text as it came.
func (t *sourceTask) record(item json.RawMessage) (plugin.SourceRecord, error) {
	r := plugin.SourceRecord{Record: plugin.Record{Topic: t.values.Text("topic"), Partition: plugin.NoPartition, Timestamp: plugin.NoTimestamp,
		ValueSchema: data.StringSchema, Value: string(item)}}
	if field := t.values.Text("http.key.field"); field != "" {
		if v := member(item, field); v != nil {
			r.KeySchema, r.Key = data.StringSchema, fmt.Sprint(v)
		}
	}
	field := t.values.Text("http.offset.field")
	if field == "" {
		return r, nil
	}
	v := member(item, field)
	if v == nil {
		return r, plugin.DataErrorf("an item has no field %s, which http.offset.field names: %.200s", field, item)
	}
	t.offset = v
	r.SourcePartition, r.SourceOffset = t.partition, plugin.OffsetMap{"offset": v}
	return r, nil
}

// itemsOf returns the list that a pointer leads to.
func itemsOf(text []byte, pointer string) ([]json.RawMessage, error) {
	for _, step := range strings.Split(strings.Trim(pointer, "/"), "/") {
		if step == "" {
			continue
		}
		var object map[string]json.RawMessage
		if err := json.Unmarshal(text, &object); err != nil {
			return nil, err
		}
		next, ok := object[step]
		if !ok {
			return nil, errors.New("the answer has no member " + step)
		}
		text = next
	}
	var items []json.RawMessage
	return items, json.Unmarshal(text, &items)
}

// member returns a field of an item: an integer, another number as text, or a text; nil when it is absent.
func member(item json.RawMessage, name string) any {
	var object map[string]json.RawMessage
	if json.Unmarshal(item, &object) != nil {
		return nil
	}
	var v any
	d := json.NewDecoder(strings.NewReader(string(object[name])))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return nil
	}
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		return v.String()
	case string:
		return v
	}
	return nil
}

func (*sourceTask) Stop() error { return nil }
