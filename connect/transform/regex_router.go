package transform

import (
	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/transform/javaregex"
)

// RegexRouter renames topics that a regular expression matches as a whole.
type RegexRouter struct {
	regex       *javaregex.Regex
	replacement string

	// The last topic and its new name: records of one topic come in runs.
	last, routed string
	known        bool
}

// Info names the transform.
func (*RegexRouter) Info() plugin.Info {
	return named("RegexRouter", "Renames topics by a regular expression.")
}

func validRegex(name string, v any) error {
	text, _ := v.(string)
	if _, err := javaregex.New(text); err != nil {
		return config.Invalid(name, v, "Invalid regex: "+err.Error())
	}
	return nil
}

var regexRouterKeys = config.New(
	must(checked(option("regex", config.String, nil, config.High, "Regular expression to use for matching."), validRegex)),
	must(option("replacement", config.String, nil, config.High, "Replacement string.")),
)

// Config lists the keys.
func (*RegexRouter) Config() *config.Def { return regexRouterKeys }

// Configure takes the options.
func (t *RegexRouter) Configure(props map[string]string) error {
	v, err := regexRouterKeys.Parse(props)
	if err != nil {
		return err
	}
	regex, err := javaregex.New(v.Text("regex"))
	*t = RegexRouter{regex: regex, replacement: v.Text("replacement")}
	return err
}

// Apply renames the record's topic.
func (t *RegexRouter) Apply(r *plugin.Record) (bool, error) {
	if t.known && t.last == r.Topic {
		r.Topic = t.routed
		return true, nil
	}
	matches, err := t.regex.Matches(r.Topic)
	if err != nil {
		return false, data.Errorf("%v", err)
	}
	routed := r.Topic
	if matches {
		if routed, err = t.regex.ReplaceFirst(r.Topic, t.replacement); err != nil {
			return false, data.ErrorOf(data.IllegalArgument, "%v", err)
		}
	}
	t.last, t.routed, t.known = r.Topic, routed, true
	r.Topic = routed
	return true, nil
}
