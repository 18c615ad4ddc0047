package transform

import (
	"strings"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/data/datepattern"
	"github.com/streamgen/streamgen/connect/plugin"
)

// TimestampRouter puts the record's timestamp into its topic's name.
type TimestampRouter struct {
	format  string
	pattern *datepattern.Pattern
	invalid error // of the pattern, which Connect reports with the first record
}

// Info names the transform.
func (*TimestampRouter) Info() plugin.Info {
	return named("TimestampRouter", "Puts the record's timestamp into its topic's name.")
}

var timestampRouterKeys = config.New(
	option("topic.format", config.String, "${topic}-${timestamp}", config.High,
		"Format string which can contain <code>${topic}</code> and <code>${timestamp}</code> as placeholders for the topic and timestamp, respectively."),
	option("timestamp.format", config.String, "yyyyMMdd", config.High, "Format string for the timestamp that is compatible with <code>java.text.SimpleDateFormat</code>."),
)

// Config lists the keys.
func (*TimestampRouter) Config() *config.Def { return timestampRouterKeys }

// Configure takes the options.
func (t *TimestampRouter) Configure(props map[string]string) error {
	v, err := timestampRouterKeys.Parse(props)
	if err != nil {
		return err
	}
	t.format = v.Text("topic.format")
	t.pattern, t.invalid = datepattern.New(v.Text("timestamp.format"))
	return nil
}

// Apply renames the record's topic.
func (t *TimestampRouter) Apply(r *plugin.Record) (bool, error) {
	if r.Timestamp == plugin.NoTimestamp {
		return false, data.Errorf("Timestamp missing on record: topic %s", r.Topic)
	}
	if t.invalid != nil {
		return false, data.ErrorOf(data.IllegalArgument, "%v", t.invalid)
	}
	topic := strings.ReplaceAll(t.format, "${topic}", r.Topic)
	r.Topic = strings.ReplaceAll(topic, "${timestamp}", t.pattern.Format(r.Timestamp))
	return true, nil
}
