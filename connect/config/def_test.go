package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/connect/config"
)

// The texts are those that ConfigDef gives for the same values.
func TestParseErrorsAreKafkas(t *testing.T) {
	for _, c := range []struct {
		key  config.Key
		text string
		want string
	}{
		{config.Key{Name: "b", Type: config.Boolean}, "yes", "Invalid value yes for configuration b: Expected value to be either true or false"},
		{config.Key{Name: "b", Type: config.Boolean}, " TRUE ", ""},
		{config.Key{Name: "i", Type: config.Int}, "zero", "Invalid value zero for configuration i: Not a number of type INT"},
		{config.Key{Name: "i", Type: config.Int}, "2147483648", "Invalid value 2147483648 for configuration i: Not a number of type INT"},
		{config.Key{Name: "s", Type: config.Short}, "40000", "Invalid value 40000 for configuration s: Not a number of type SHORT"},
		{config.Key{Name: "l", Type: config.Long, Validator: config.Between(1, 5)}, "6", "Invalid value 6 for configuration l: Value must be no more than 5"},
		{config.Key{Name: "o", Validator: config.OneOf("none", "all")}, "some", "Invalid value some for configuration o: String must be one of: none, all"},
		{config.Key{Name: "n", Validator: config.NoControls}, "a\u0007b", "Invalid value a\u0007b for configuration n: String may not contain control sequences but had the following ASCII chars: 7"},
		{config.Key{Name: "c", Type: config.Class, Known: func(string) bool { return false }}, "x.Y", "Invalid value x.Y for configuration c: Class x.Y could not be found."},
	} {
		_, err := config.New(c.key).Parse(map[string]string{c.key.Name: c.text})
		if got := fmt.Sprint(err); got != c.want && !(err == nil && c.want == "") {
			t.Errorf("%s=%q: %s, want %s", c.key.Name, c.text, got, c.want)
		}
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	def := config.New(config.Key{Name: "password", Type: config.Password, Validator: func(name string, value any) error {
		return config.Invalid(name, value, "too short")
	}})
	props := map[string]string{"password": "pass123"}
	infos := def.Infos("x", def.Validate(props))
	_, err := def.Parse(props)
	if text := fmt.Sprintf("%+v %v %#v", *infos.Configs[0].Value.Value, infos.Configs[0].Value.Errors, err); strings.Contains(text, "pass123") || !strings.Contains(text, config.Hidden) {
		t.Error(text)
	}
}

// A key is checked after the key on which it depends; a dependent that nobody defined is reported.
func TestDependents(t *testing.T) {
	def := config.New(config.Key{Name: "child"}, config.Key{Name: "parent", Dependents: []string{"child", "ghost"}})
	values := def.Validate(nil)
	names := []string{}
	for _, v := range values {
		names = append(names, v.Name)
	}
	if !slices.Equal(names, []string{"child", "parent", "ghost"}) || len(values[2].Errors) != 1 || values[2].Visible {
		t.Errorf("%+v", values)
	}
}

func TestEmbeddedKeysKeepTheirRecommender(t *testing.T) {
	inner := config.New(config.Key{Name: "a", Default: "x"}, config.Key{Name: "b", Recommender: sees{}})
	outer := config.New(config.Key{Name: "a", Default: "outer"}).Embed("p.", "Group", 1, inner)
	values := outer.Validate(map[string]string{"p.a": "inner"})
	if got := values[2].Recommended; len(got) != 1 || got[0] != "inner" {
		t.Errorf("%+v", values)
	}
}

// sees recommends what it sees of the key a.
type sees struct{}

func (sees) Recommend(_ string, parsed map[string]any) ([]any, error) {
	return []any{parsed["a"]}, nil
}
func (sees) Visible(string, map[string]any) bool { return true }
