package connect_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/streamgen/streamgen/connect"
	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/internal/broker"
)

// half gives batches of three, the second of which cannot be transformed in its first life.
type half struct {
	foreignSource
	lives *int
}

func (*half) Info() plugin.Info                                      { return plugin.Info{Class: "test.Half", Version: "1"} }
func (*half) Config() *config.Def                                    { return config.New() }
func (*half) ExactlyOnce(map[string]string) bool                     { return true }
func (h *half) NewTask() plugin.SourceTask                           { *h.lives++; return &halfTask{life: *h.lives} }
func (*half) TaskConfigs(int) ([]map[string]string, error)           { return []map[string]string{{}}, nil }
func (*half) Start(plugin.ConnectorContext, map[string]string) error { return nil }

type halfTask struct {
	life, polls int
	part        *plugin.Partition
}

func (t *halfTask) Start(plugin.SourceContext, map[string]string) error {
	t.part = plugin.NewPartition(map[string]any{"p": "x"})
	return nil
}
func (*halfTask) Stop() error { return nil }

func (t *halfTask) Poll(ctx context.Context) (records []plugin.SourceRecord, err error) {
	if t.polls++; t.polls > 1 {
		<-ctx.Done()
		return nil, nil
	}
	for i := range 3 {
		m := data.NewMap()
		m.Put("n", fmt.Sprint(i, " of life ", t.life))
		r := plugin.SourceRecord{Record: plugin.Record{Topic: "halves", Partition: plugin.NoPartition, Value: m, Timestamp: plugin.NoTimestamp},
			SourcePartition: t.part, SourceOffset: plugin.OffsetMap{"at": int64(1)}}
		if i == 1 && t.life == 1 {
			r.Value = "no map"
		}
		records = append(records, r)
	}
	return records, nil
}

// A batch that fails in its middle is not committed in part: its transaction is aborted, and it is read again.
func TestHalfABatchIsNotCommitted(t *testing.T) {
	brokers := startBroker(t, broker.Topic{Name: "halves", Partitions: 1})
	lives := 0
	w := start(t, connect.Config{Distributed: true, Props: distributedProps(brokers, "half", "exactly.once.source.support", "enabled", "task.restart.backoff.ms", "10",
		"value.converter", "org.apache.kafka.connect.json.JsonConverter", "value.converter.schemas.enable", "false"),
		Options: []connect.Option{connect.With(func() plugin.Plugin { return &half{lives: &lives} })}})
	eventually(t, "healthy", func() bool { return get(t, w.URL()+"health", nil) == 200 })
	body := `{"connector.class":"test.Half","tasks.max":"1","transforms":"i","transforms.i.type":"org.apache.kafka.connect.transforms.InsertField$Value","transforms.i.static.field":"f","transforms.i.static.value":"v"}`
	if status, answer := send(t, w.URL(), "PUT", "connectors/half/config", map[string]string{"Content-Type": "application/json"}, body); status != 201 {
		t.Fatal(status, answer)
	}
	for i, r := range consume(t, brokers, "halves", 3) {
		if want := fmt.Sprintf(`{"n":"%d of life 2","f":"v"}`, i); string(r.Value) != want && string(r.Value) != fmt.Sprintf(`{"f":"v","n":"%d of life 2"}`, i) {
			t.Errorf("%s, want %s", r.Value, want)
		}
	}
}
