package http

import (
	"bytes"
	"context"
	"net/http"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// NewSink returns io.streamgen.connect.HttpSinkConnector.
func NewSink() plugin.Plugin { return &sink{} }

var sinkDef = config.New(common()...).Define(
	config.Key{Name: "http.method", Default: "POST", Validator: config.OneOf("POST", "PUT", "PATCH"), Importance: config.Medium, Doc: "The method of the requests"},
	config.Key{Name: "http.content.type", Default: "application/json", Importance: config.Low, Doc: "The content type of the bodies"},
	config.Key{Name: "http.batch", Type: config.Boolean, Default: false, Importance: config.Medium, Doc: "Send a whole batch as one JSON list; otherwise a request per record, in order"},
)

type sink struct{ props map[string]string }

func (*sink) Info() plugin.Info {
	return plugin.Info{Class: "io.streamgen.connect.HttpSinkConnector", Version: "1.0.0", Doc: "Posts records to an HTTP API."}
}
func (*sink) Config() *config.Def { return sinkDef }
func (s *sink) Start(_ plugin.ConnectorContext, props map[string]string) error {
	s.props = props
	return nil
}
func (s *sink) TaskConfigs(n int) ([]map[string]string, error) {
	configs := make([]map[string]string, n)
	for i := range configs {
		configs[i] = s.props
	}
	return configs, nil
}
func (*sink) Stop() error              { return nil }
func (*sink) NewTask() plugin.SinkTask { return &sinkTask{} }

type sinkTask struct {
	values    config.Values
	requester *requester
	body      []byte
	// sent counts the records of the batch that were taken already: a batch that is delivered again after a failure of the
	// way goes on behind them.
	sent  int
	first plugin.SinkRecord
	size  int
}

func (t *sinkTask) Start(_ plugin.SinkContext, props map[string]string) (err error) {
	if t.values, err = sinkDef.Parse(props); err != nil {
		return err
	}
	if t.requester, err = newRequester(t.values); err != nil {
		return err
	}
	// A client that follows 301, 302 and 303 asks with GET and without the body; the 200 of that would count as taken.
	t.requester.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return nil
}

func (t *sinkTask) Put(ctx context.Context, records []plugin.SinkRecord) error {
	if len(records) == 0 {
		return nil
	}
	if t.values.Bool("http.batch") {
		return t.whole(ctx, records)
	}
	if t.size != len(records) || t.first.Original != records[0].Original || t.first.Offset != records[0].Offset {
		t.sent = 0
	}
	t.size, t.first = len(records), records[0]
	var bad []plugin.Rejection
	for i := t.sent; i < len(records); i++ {
		t.body = appendBody(t.body[:0], records[i].Value)
		err := t.post(ctx, t.body)
		if plugin.IsRetriable(err) {
			// Where some were refused before, the batch begins again: only a Put that ends can name them.
			if t.sent = i; len(bad) > 0 {
				t.sent = 0
			}
			return err
		}
		if err != nil {
			bad = append(bad, plugin.Rejection{Index: i, Cause: err})
		}
	}
	t.sent, t.size = 0, 0
	return plugin.Rejected(bad...)
}

// whole sends one list. The other side takes all of it or none, so one refusal is everybody's.
func (t *sinkTask) whole(ctx context.Context, records []plugin.SinkRecord) error {
	t.body = append(t.body[:0], '[')
	for i := range records {
		if i > 0 {
			t.body = append(t.body, ',')
		}
		t.body = appendBody(t.body, records[i].Value)
	}
	err := t.post(ctx, append(t.body, ']'))
	if err == nil || plugin.IsRetriable(err) {
		return err
	}
	bad := make([]plugin.Rejection, len(records))
	for i := range bad {
		bad[i] = plugin.Rejection{Index: i, Cause: err}
	}
	return plugin.Rejected(bad...)
}

func (t *sinkTask) post(ctx context.Context, body []byte) error {
	_, err := t.requester.send(ctx, t.values.Text("http.method"), t.requester.url, t.values.Text("http.content.type"), bytes.NewReader(body))
	return err
}

// appendBody appends a value: texts and bytes as they are, anything else in Connect's text form.
func appendBody(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case string:
		return append(dst, v...)
	case []byte:
		return append(dst, v...)
	}
	return data.AppendText(dst, v)
}

func (*sinkTask) Stop() error { return nil }
