package connect

import (
	"maps"
	"testing"

	"github.com/streamgen/streamgen/connect/config"
)

// Every form of a configuration reads to the same properties.
func TestFormsOfConfiguration(t *testing.T) {
	want := map[string]string{"bootstrap.servers": "a:1,b:2", "group.id": "g", "value.converter.schemas.enable": "false", "name": "ü x"}
	properties, err := config.ParseProperties("# comment\nbootstrap.servers = a:1,\\\n   b:2\ngroup.id:g\r\nvalue.converter.schemas.enable false\nname=\\u00fc x\n")
	if err != nil || !maps.Equal(properties, want) {
		t.Errorf("properties: %v %v", properties, err)
	}
	json, err := parseJSON([]byte(`{"bootstrap.servers":["a:1","b:2"],"group":{"id":"g"},"value.converter.schemas.enable":false,"name":"ü x"}`))
	if err != nil || !maps.Equal(json, want) {
		t.Errorf("JSON: %v %v", json, err)
	}
	yaml, err := parseYAML("---\nbootstrap.servers:\n  - a:1\n  - b:2\ngroup:\n  id: g # the group\nvalue.converter:\n  schemas.enable: false\nname: 'ü x'\n")
	if err != nil || !maps.Equal(yaml, want) {
		t.Errorf("YAML: %v %v", yaml, err)
	}
	environment := map[string]string{"name": "ü x"}
	fromEnvironment(environment, []string{"CONNECT_BOOTSTRAP_SERVERS=a:1,b:2", "CONNECT_GROUP_ID=g", "CONNECT_VALUE_CONVERTER_SCHEMAS_ENABLE=false", "HOME=/"})
	if !maps.Equal(environment, want) {
		t.Errorf("environment: %v", environment)
	}
	for _, bad := range []string{"a", "a: [1, 2]", "a: {b: c}", "a: 'open", "a: \"open", "a: \""} {
		if got, err := parseYAML(bad); err == nil {
			t.Errorf("%q was read as %v", bad, got)
		}
	}
}
