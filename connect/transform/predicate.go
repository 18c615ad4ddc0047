package transform

import (
	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/transform/javaregex"
)

// HasHeaderKey is true for records with a header of a name.
type HasHeaderKey struct{ name string }

// Info names the predicate.
func (*HasHeaderKey) Info() plugin.Info {
	return named("predicates.HasHeaderKey", "True for records with a header of a name.")
}

var hasHeaderKeyKeys = config.New(must(checked(option("name", config.String, nil, config.Medium, "The header name."), config.NonEmpty)))

// Config lists the keys.
func (*HasHeaderKey) Config() *config.Def { return hasHeaderKeyKeys }

// Configure takes the options.
func (p *HasHeaderKey) Configure(props map[string]string) error {
	v, err := hasHeaderKeyKeys.Parse(props)
	p.name = v.Text("name")
	return err
}

// Test looks for the header.
func (p *HasHeaderKey) Test(r *plugin.Record) (bool, error) {
	_, ok := r.Headers.Last(p.name)
	return ok, nil
}

// RecordIsTombstone is true for records whose value is null.
type RecordIsTombstone struct{}

// Info names the predicate.
func (*RecordIsTombstone) Info() plugin.Info {
	return named("predicates.RecordIsTombstone", "True for records whose value is null.")
}

// Config lists the keys, of which there are none.
func (*RecordIsTombstone) Config() *config.Def { return noKeys }

// Configure takes the options.
func (*RecordIsTombstone) Configure(map[string]string) error { return nil }

// Test looks at the value.
func (*RecordIsTombstone) Test(r *plugin.Record) (bool, error) { return r.Value == nil, nil }

// TopicNameMatches is true for records of topics that a regular expression matches as a whole.
type TopicNameMatches struct {
	regex *javaregex.Regex
	last  string
	is    bool
	known bool
}

// Info names the predicate.
func (*TopicNameMatches) Info() plugin.Info {
	return named("predicates.TopicNameMatches", "True for records whose topic a regular expression matches.")
}

var topicNameMatchesKeys = config.New(must(checked(option("pattern", config.String, nil, config.Medium,
	"A Java regular expression for matching against the name of a record's topic."), config.All(config.NonEmpty, validRegex))))

// Config lists the keys.
func (*TopicNameMatches) Config() *config.Def { return topicNameMatchesKeys }

// Configure takes the options.
func (p *TopicNameMatches) Configure(props map[string]string) error {
	v, err := topicNameMatchesKeys.Parse(props)
	if err != nil {
		return err
	}
	regex, err := javaregex.New(v.Text("pattern"))
	*p = TopicNameMatches{regex: regex}
	return err
}

// Test looks at the topic.
func (p *TopicNameMatches) Test(r *plugin.Record) (bool, error) {
	if p.known && p.last == r.Topic {
		return p.is, nil
	}
	is, err := p.regex.Matches(r.Topic)
	if err != nil {
		return false, data.Errorf("%v", err)
	}
	p.last, p.is, p.known = r.Topic, is, true
	return is, nil
}
