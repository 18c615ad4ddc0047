package connect

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
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
		props, err = parseProperties(string(text))
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

// parseProperties reads Java's properties format: = or : or blank after the key, \ at the end of a line goes on, \uXXXX.
func parseProperties(text string) (map[string]string, error) {
	props := map[string]string{}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		line := strings.TrimLeft(lines[i], " \t\f")
		if line == "" || line[0] == '#' || line[0] == '!' {
			continue
		}
		for continues(line) && i+1 < len(lines) {
			i++
			line = line[:len(line)-1] + strings.TrimLeft(lines[i], " \t\f")
		}
		end := 0
		for end < len(line) && strings.IndexByte("=: \t\f", line[end]) < 0 {
			if line[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end, len(line))
		key, err := unescape(line[:end])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		rest := strings.TrimLeft(line[end:], " \t\f")
		if rest != "" && (rest[0] == '=' || rest[0] == ':') {
			rest = strings.TrimLeft(rest[1:], " \t\f")
		}
		if props[key], err = unescape(rest); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return props, nil
}

// continues tells whether a line ends with an odd number of backslashes.
func continues(line string) bool {
	return (len(line)-len(strings.TrimRight(line, `\`)))%2 == 1
}

func unescape(s string) (string, error) {
	if !strings.Contains(s, `\`) {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case 'f':
			b.WriteByte('\f')
		case 'u':
			if i+5 > len(s) {
				return "", fmt.Errorf(`\u needs four digits`)
			}
			n, err := strconv.ParseUint(s[i+1:i+5], 16, 16)
			if err != nil {
				return "", fmt.Errorf(`\u%s is no character`, s[i+1:i+5])
			}
			b.WriteRune(rune(n))
			i += 4
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), nil
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
