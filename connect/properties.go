package connect

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/connect/config"
)

// readFile reads a configuration: JSON (.json), YAML (.yaml, .yml) or else Java properties.
func readFile(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var props map[string]string
	switch filepath.Ext(path) {
	case ".json":
		props, err = parseJSON(text)
	case ".yaml", ".yml":
		props, err = parseYAML(string(text))
	default:
		props, err = config.ParseProperties(string(text))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return props, nil
}

// parseJSON reads an object of texts, numbers and booleans; objects within become keys with dots.
func parseJSON(text []byte) (map[string]string, error) {
	var tree map[string]any
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		return nil, err
	}
	props := map[string]string{}
	return props, flatten(props, "", tree)
}

func flatten(props map[string]string, prefix string, tree map[string]any) error {
	for k, v := range tree {
		switch v := v.(type) {
		case nil:
		case map[string]any:
			if err := flatten(props, prefix+k+".", v); err != nil {
				return err
			}
		case []any:
			parts := make([]string, len(v))
			for i, e := range v {
				parts[i] = fmt.Sprint(e)
			}
			props[prefix+k] = strings.Join(parts, ",")
		default:
			props[prefix+k] = fmt.Sprint(v)
		}
	}
	return nil
}

// parseYAML reads the part of YAML that configurations need: maps nested by indentation, scalars, lists of scalars,
// comments. Anything else is an error that names the line.
func parseYAML(text string) (map[string]string, error) {
	type level struct {
		indent int
		prefix string
	}
	props := map[string]string{}
	levels := []level{{-1, ""}}
	last := ""
	for n, raw := range strings.Split(text, "\n") {
		line := strings.TrimRight(raw, " \t\r")
		content := strings.TrimLeft(line, " ")
		if content == "" || content[0] == '#' || content == "---" {
			continue
		}
		indent := len(line) - len(content)
		if item, ok := strings.CutPrefix(content, "- "); ok && last != "" {
			value, err := scalar(item)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n+1, err)
			}
			if props[last] != "" {
				value = props[last] + "," + value
			}
			props[last] = value
			continue
		}
		for indent <= levels[len(levels)-1].indent {
			levels = levels[:len(levels)-1]
		}
		key, value, ok := strings.Cut(content, ":")
		if !ok || value != "" && value[0] != ' ' {
			return nil, fmt.Errorf("line %d: %q is not key: value", n+1, content)
		}
		key, err := scalar(key)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		full := levels[len(levels)-1].prefix + key
		if value, err = scalar(value); err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		last = full
		if value == "" && strings.TrimSpace(content[strings.IndexByte(content, ':')+1:]) == "" {
			levels = append(levels, level{indent, full + "."})
			continue
		}
		props[full] = value
	}
	return props, nil
}

// scalar reads one value, quoted or not.
func scalar(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", nil
	}
	switch text[0] {
	case '"':
		end := strings.LastIndexByte(text, '"')
		return strconv.Unquote(text[:end+1])
	case '\'':
		end := strings.LastIndexByte(text, '\'')
		if end == 0 {
			return "", fmt.Errorf("%s has no closing quote", text)
		}
		return strings.ReplaceAll(text[1:end], "''", "'"), nil
	case '{', '[', '&', '*', '|', '>':
		return "", fmt.Errorf("%q: write one key per line, lists with a dash per line", text)
	}
	text, _, _ = strings.Cut(text, " #")
	return strings.TrimSpace(text), nil
}

// fromEnvironment adds the variables CONNECT_…, as Connect's images read them: CONNECT_BOOTSTRAP_SERVERS is
// bootstrap.servers, two underscores stand for one and three for a dash.
func fromEnvironment(props map[string]string, environment []string) {
	found := map[string]string{}
	for _, e := range environment {
		name, value, _ := strings.Cut(e, "=")
		key, ok := strings.CutPrefix(name, "CONNECT_")
		if !ok || key == "" {
			continue
		}
		key = strings.NewReplacer("___", "-", "__", "_", "_", ".").Replace(strings.ToLower(key))
		found[key] = value
	}
	maps.Copy(props, found)
}
