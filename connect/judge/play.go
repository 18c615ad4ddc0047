package judge

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/convert"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/transform"
	"github.com/streamgen/streamgen/connect/transform/debezium"
)

// Plugins are those that are judged, by class.
func Plugins() map[string]plugin.Constructor {
	m := make(map[string]plugin.Constructor)
	for _, list := range [][]plugin.Constructor{convert.Kafka(), transform.Kafka()} {
		for _, c := range list {
			m[c().Info().Class] = c
		}
	}
	m[debezium.New().Info().Class] = debezium.New
	return m
}

// Play returns our answer to a case: {"ok": …} or {"err": class, "msg": text}.
func Play(plugins map[string]plugin.Constructor, c *Case) map[string]any {
	ok, err := play(plugins, c)
	if err == nil {
		return map[string]any{"ok": ok}
	}
	class := plugin.ConnectException
	var e *data.Error
	var conf *config.Error
	switch {
	case errors.As(err, &e):
		class = e.Class
	case errors.As(err, &conf):
		class = conf.JavaClass()
	}
	return map[string]any{"err": class, "msg": err.Error()}
}

func play(plugins map[string]plugin.Constructor, c *Case) (any, error) {
	construct, found := plugins[c.Class]
	if !found {
		return nil, fmt.Errorf("no plug-in %s", c.Class)
	}
	p := construct()
	schema, err := ReadSchema(c.Schema)
	if err != nil {
		return nil, err
	}
	value, err := ReadValue(c.Value)
	if err != nil {
		return nil, err
	}
	bytes, _ := value.([]byte)
	answer := func(s *data.Schema, v any, err error) (any, error) {
		if err != nil {
			return nil, err
		}
		return map[string]any{"s": ShowSchema(s), "v": ShowValue(v)}, nil
	}
	written := func(b []byte, err error) (any, error) {
		if err != nil || b == nil {
			return nil, err
		}
		return ShowValue(b), nil
	}
	switch c.Op {
	case "from", "to":
		conv := p.(plugin.Converter)
		if err := conv.Configure(c.Config, plugin.ForValue); err != nil {
			return nil, err
		}
		if c.Op == "from" {
			return written(conv.FromConnect([]byte{}, "t", nil, schema, value))
		}
		return answer(conv.ToConnect("t", nil, bytes))
	case "fromHeader", "toHeader":
		conv := p.(plugin.HeaderConverter)
		if err := conv.Configure(c.Config, plugin.ForHeader); err != nil {
			return nil, err
		}
		if c.Op == "fromHeader" {
			return written(conv.FromHeader([]byte{}, "t", "h", schema, value))
		}
		return answer(conv.ToHeader("t", "h", bytes))
	}
	r, err := c.Record.read()
	if err != nil {
		return nil, err
	}
	if c.Op == "predicate" {
		predicate := p.(plugin.Predicate)
		if err := predicate.Configure(c.Config); err != nil {
			return nil, err
		}
		return predicate.Test(r)
	}
	t := p.(plugin.Transform)
	if err := t.Configure(c.Config); err != nil {
		return nil, err
	}
	keep, err := t.Apply(r)
	if err != nil || !keep {
		return nil, err
	}
	return show(r), nil
}

func (r *Record) read() (*plugin.Record, error) {
	out := &plugin.Record{Topic: r.Topic, Partition: plugin.NoPartition, Timestamp: plugin.NoTimestamp}
	if r.Partition != nil {
		out.Partition = *r.Partition
	}
	var err error
	if r.Timestamp != nil {
		if out.Timestamp, err = strconv.ParseInt(*r.Timestamp, 10, 64); err != nil {
			return nil, err
		}
	}
	if r.Offset != nil {
		out.Sink = true
		if out.Partition == plugin.NoPartition {
			out.Partition = 0
		}
		if out.Offset, err = strconv.ParseInt(*r.Offset, 10, 64); err != nil {
			return nil, err
		}
	}
	read := func(sf, vf any) (s *data.Schema, v any) {
		if err == nil {
			s, err = ReadSchema(sf)
		}
		if err == nil {
			v, err = ReadValue(vf)
		}
		return s, v
	}
	out.KeySchema, out.Key = read(r.KeySchema, r.Key)
	out.ValueSchema, out.Value = read(r.ValueSchema, r.Value)
	for _, h := range r.Headers {
		s, v := read(h[1], h[2])
		out.Headers.Add(h[0].(string), s, v)
	}
	return out, err
}

func show(r *plugin.Record) any {
	o := map[string]any{"topic": r.Topic, "partition": nil, "ts": nil,
		"ks": ShowSchema(r.KeySchema), "k": ShowValue(r.Key), "vs": ShowSchema(r.ValueSchema), "v": ShowValue(r.Value)}
	if r.Partition != plugin.NoPartition {
		o["partition"] = strconv.Itoa(int(r.Partition))
	}
	if r.Timestamp != plugin.NoTimestamp {
		o["ts"] = strconv.FormatInt(r.Timestamp, 10)
	}
	headers := []any{}
	for _, h := range r.Headers {
		headers = append(headers, []any{h.Key, ShowSchema(h.Schema), ShowValue(h.Value)})
	}
	o["headers"] = headers
	return o
}

// told are the classes whose texts are Connect's own. The texts of the others are Java's; there it counts that both fail.
var told = []string{"org.apache.kafka.connect.errors.", "org.apache.kafka.common.config."}

// Same reports whether our answer is Java's.
func Same(java, ours map[string]any) bool {
	class, failed := java["err"].(string)
	if !failed {
		return reflect.DeepEqual(java, ours)
	}
	our, failed := ours["err"].(string)
	if !failed {
		return false
	}
	for _, prefix := range told {
		if !strings.HasPrefix(class, prefix) {
			continue
		}
		want, _ := java["msg"].(string)
		got := ours["msg"].(string)
		switch {
		case strings.HasPrefix(want, "Timestamp missing on record: "): // it prints the whole record
			return strings.HasPrefix(got, "Timestamp missing on record: ")
		case strings.Contains(want, "Invalid regex: "): // it prints what Java's parser says
			return strings.Contains(got, "Invalid regex: ")
		case strings.Contains(want, "[B@"): // it prints an address
			return class == our
		}
		return class == our && want == got
	}
	return true
}
