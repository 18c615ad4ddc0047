package plugin_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// counter is a source connector: it counts, and goes on after a restart where it stopped.
type counter struct{ props map[string]string }

// NewCounter is what a binary hands to connect.With.
func NewCounter() plugin.Plugin { return &counter{} }

func (*counter) Info() plugin.Info {
	return plugin.Info{Class: "example.CounterSourceConnector", Version: "1.0.0", Doc: "Counts."}
}

var counterKeys = config.New(
	config.Key{Name: "topic", Required: true, Doc: "Where the numbers go"},
	config.Key{Name: "to", Type: config.Long, Default: int64(3), Validator: config.AtLeast(1), Doc: "The last number"},
)

func (*counter) Config() *config.Def { return counterKeys }

func (c *counter) Start(_ plugin.ConnectorContext, props map[string]string) error {
	c.props = props
	return nil
}
func (c *counter) TaskConfigs(int) ([]map[string]string, error) {
	return []map[string]string{c.props}, nil // one number line cannot be divided
}
func (c *counter) Stop() error                        { return nil }
func (c *counter) NewTask() plugin.SourceTask         { return &counting{} }
func (c *counter) ExactlyOnce(map[string]string) bool { return true }

// number is an offset without a map per record.
type number int64

func (n number) OffsetFields() map[string]any { return map[string]any{"n": int64(n)} }

type counting struct {
	values config.Values
	line   *plugin.Partition
	next   int64
}

func (c *counting) Start(ctx plugin.SourceContext, props map[string]string) (err error) {
	if c.values, err = counterKeys.Parse(props); err != nil {
		return err
	}
	c.line, c.next = plugin.NewPartition(map[string]any{"line": "main"}), 1
	stored, err := ctx.Offsets().Offset(ctx.Context(), c.line)
	if n, ok := stored["n"].(int64); ok {
		c.next = n + 1
	}
	return err
}

func (c *counting) Poll(ctx context.Context) ([]plugin.SourceRecord, error) {
	if c.next > c.values.Int("to") {
		<-ctx.Done() // nothing more to come
		return nil, nil
	}
	record := plugin.SourceRecord{
		Record:          plugin.Record{Topic: c.values.Text("topic"), Partition: plugin.NoPartition, Timestamp: plugin.NoTimestamp, Value: c.next},
		SourcePartition: c.line,
		SourceOffset:    number(c.next),
	}
	c.next++
	return []plugin.SourceRecord{record}, nil
}

func (c *counting) Stop() error { return nil }

// A source that resumes after its stored offset.
func ExampleSourceConnector() {
	connector := NewCounter().(plugin.SourceConnector)
	_ = connector.Start(nil, map[string]string{"topic": "numbers"})
	configs, _ := connector.TaskConfigs(4)
	task := connector.NewTask()
	fmt.Println(len(configs), task.Start(resumed{"n": int64(1)}, configs[0]))
	records, err := task.Poll(context.Background())
	fmt.Println(records[0].Topic, records[0].Value, records[0].SourceOffset.OffsetFields(), err)
	// Output:
	// 1 <nil>
	// numbers 2 map[n:2] <nil>
}

// resumed is a context whose stored offset it is itself.
type resumed map[string]any

func (resumed) Context() context.Context               { return context.Background() }
func (resumed) Connector() string                      { return "counter" }
func (resumed) Task() int                              { return 0 }
func (r resumed) Offsets() plugin.OffsetReader         { return r }
func (resumed) Transaction() plugin.TransactionContext { return nil }
func (resumed) Reporter() plugin.ErrantRecordReporter  { return nil }
func (r resumed) Offset(context.Context, *plugin.Partition) (map[string]any, error) {
	return r, nil
}

// printer is a sink's task that buffers lines until Flush; it refuses what is no text.
type printer struct{ lines []string }

func (*printer) Start(plugin.SinkContext, map[string]string) error { return nil }
func (p *printer) Put(_ context.Context, records []plugin.SinkRecord) error {
	var bad []plugin.Rejection
	for i := range records {
		text, ok := records[i].Value.(string)
		if !ok {
			bad = append(bad, plugin.Rejection{Index: i, Cause: plugin.DataErrorf("no text: %T", records[i].Value)})
			continue
		}
		p.lines = append(p.lines, text)
	}
	return plugin.Rejected(bad...)
}
func (p *printer) Flush(context.Context, map[plugin.TopicPartition]int64) error {
	fmt.Println(strings.Join(p.lines, " "))
	p.lines = nil
	return nil
}
func (*printer) Stop() error { return nil }

// A sink that takes what it can of a batch and names the rest: errors.tolerance decides what becomes of it.
func ExampleSinkTask() {
	var task plugin.SinkTask = &printer{}
	err := task.Put(context.Background(), []plugin.SinkRecord{
		{Record: plugin.Record{Value: "good"}}, {Record: plugin.Record{Value: 7}}, {Record: plugin.Record{Value: "also"}},
	})
	bad, _ := plugin.Rejections(err)
	fmt.Println(bad[0].Index, bad[0].Cause)
	_ = task.(plugin.SinkFlusher).Flush(context.Background(), nil)
	// Output:
	// 1 no text: int
	// good also
}

// upper is a transform and the predicate that chooses its records.
type upper struct{}

func (upper) Info() plugin.Info                        { return plugin.Info{Class: "example.Upper", Version: "1.0.0"} }
func (upper) Config() *config.Def                      { return config.New() }
func (upper) Configure(map[string]string) error        { return nil }
func (upper) Test(record *plugin.Record) (bool, error) { return record.Topic == "names", nil }
func (upper) Apply(record *plugin.Record) (bool, error) {
	text, ok := record.Value.(string)
	if !ok {
		return false, plugin.DataErrorf("only strings can be made upper case, found: %T", record.Value)
	}
	record.Value = strings.ToUpper(text)
	return text != "", nil
}

// A transform changes the record that it is given; false drops it.
func ExampleTransform() {
	var transform plugin.Transform = upper{}
	record := plugin.Record{Topic: "names", Value: "ada"}
	keep, err := transform.Apply(&record)
	fmt.Println(keep, record.Value, err)
	// Output: true ADA <nil>
}

// A predicate looks and does not touch.
func ExamplePredicate() {
	var predicate plugin.Predicate = upper{}
	yes, err := predicate.Test(&plugin.Record{Topic: "names"})
	fmt.Println(yes, err)
	// Output: true <nil>
}

// decimal converts integers to digits.
type decimal struct{}

func (decimal) Info() plugin.Info {
	return plugin.Info{Class: "example.DecimalConverter", Version: "1.0.0"}
}
func (decimal) Config() *config.Def                           { return config.New() }
func (decimal) Configure(map[string]string, plugin.Use) error { return nil }
func (decimal) FromConnect(dst []byte, _ string, _ *[]plugin.RawHeader, _ *data.Schema, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	}
	return nil, plugin.DataErrorf("%T is no integer", value)
}
func (decimal) ToConnect(_ string, _ []plugin.RawHeader, bytes []byte) (*data.Schema, any, error) {
	if bytes == nil {
		return nil, nil, nil
	}
	n, err := strconv.ParseInt(string(bytes), 10, 64)
	if err != nil {
		return nil, nil, plugin.DataErrorf("no integer: %w", err)
	}
	return nil, n, nil
}

// A converter appends to the buffer that it is given, and returns nil for null.
func ExampleConverter() {
	var converter plugin.Converter = decimal{}
	bytes, _ := converter.FromConnect([]byte{}, "numbers", nil, nil, int64(42))
	_, value, err := converter.ToConnect("numbers", nil, bytes)
	null, _ := converter.FromConnect([]byte{}, "numbers", nil, nil, nil)
	fmt.Println(string(bytes), value, err, null == nil)
	// Output: 42 42 <nil> true
}

// textHeaders converts header values to text.
type textHeaders struct{ decimal }

func (textHeaders) FromHeader(dst []byte, _, _ string, _ *data.Schema, value any) ([]byte, error) {
	if value == nil {
		return nil, nil
	}
	return fmt.Append(dst, value), nil
}
func (textHeaders) ToHeader(_, _ string, bytes []byte) (*data.Schema, any, error) {
	if bytes == nil {
		return nil, nil, nil
	}
	return nil, string(bytes), nil
}

// A header converter is a converter's counterpart for headers; one value may be both.
func ExampleHeaderConverter() {
	var headers plugin.HeaderConverter = textHeaders{}
	bytes, err := headers.FromHeader([]byte{}, "numbers", "unit", nil, "cm")
	fmt.Println(string(bytes), err, plugin.Kinds(textHeaders{}))
	// Output: cm <nil> [converter header_converter]
}

// vault is a config provider with a fixed content.
type vault struct{}

func (vault) Info() plugin.Info                 { return plugin.Info{Class: "example.Vault", Version: "1.0.0"} }
func (vault) Config() *config.Def               { return config.New() }
func (vault) Configure(map[string]string) error { return nil }
func (vault) Lookup(_ context.Context, path string, keys []string) (map[string]string, time.Duration, error) {
	found := map[string]string{}
	for _, k := range keys {
		if path == "db" && k == "password" {
			found[k] = "pass123"
		}
	}
	return found, time.Hour, nil
}

// ${vault:db:password} asks a provider for the key password under the path db.
func ExampleConfigProvider() {
	var provider plugin.ConfigProvider = vault{}
	values, ttl, err := provider.Lookup(context.Background(), "db", []string{"password", "unknown"})
	fmt.Println(values, ttl, err)
	// Output: map[password:pass123] 1h0m0s <nil>
}

// A binary lists its constructors once; configurations name them by class or alias.
func ExampleNewSet() {
	set, err := plugin.NewSet(NewCounter)
	entry, found := set.Lookup("CounterSource", plugin.KindSource)
	fmt.Println(entry.Class, entry.Kind, found, err)
	// Output: example.CounterSourceConnector source true <nil>
}
