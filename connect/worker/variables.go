package worker

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"time"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
)

// variables resolves ${provider:path:key} in configurations, on the worker that uses them and only then: what is stored
// and shown keeps the variable. Safe for concurrent use.
type variables struct {
	providers map[string]plugin.ConfigProvider
}

// newVariables makes the providers of config.providers.
func newVariables(set *plugin.Set, props map[string]string) (*variables, error) {
	v := &variables{providers: map[string]plugin.ConfigProvider{}}
	for _, name := range config.SplitList(props["config.providers"]) {
		class := props["config.providers."+name+".class"]
		entry, ok := set.Lookup(class, plugin.KindConfigProvider)
		if !ok {
			return nil, fmt.Errorf("worker: %w", config.Invalid("config.providers."+name+".class", class, "Class "+class+" could not be found."))
		}
		p := entry.New().(plugin.ConfigProvider)
		if err := p.Configure(withPrefix(props, "config.providers."+name+".param.")); err != nil {
			return nil, fmt.Errorf("worker: config provider %s: %w", name, err)
		}
		v.providers[name] = p
	}
	return v, nil
}

var variable = regexp.MustCompile(`\$\{([^}]*?):(([^}]*?):)?([^}]*?)\}`)

// resolve returns the properties with their variables replaced. A provider or key that is not known leaves the text as it
// is, as in Java; that a variable stayed is an error of validation.
func (v *variables) resolve(ctx context.Context, props map[string]string) (map[string]string, error) {
	out := maps.Clone(props)
	for name, text := range props {
		found := variable.FindAllStringSubmatchIndex(text, -1)
		if found == nil {
			continue
		}
		var b strings.Builder
		end := 0
		for _, m := range found {
			group := func(i int) string {
				if m[2*i] < 0 {
					return ""
				}
				return text[m[2*i]:m[2*i+1]]
			}
			b.WriteString(text[end:m[0]])
			end = m[1]
			value, err := v.lookup(ctx, group(1), group(3), group(4))
			if err != nil {
				return nil, plugin.Errorf("%s: %w", name, err)
			}
			if value == nil {
				b.WriteString(text[m[0]:m[1]])
			} else {
				b.WriteString(*value)
			}
		}
		b.WriteString(text[end:])
		out[name] = b.String()
	}
	return out, nil
}

func (v *variables) lookup(ctx context.Context, provider, path, key string) (*string, error) {
	p := v.providers[provider]
	if p == nil {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	values, _, err := p.Lookup(ctx, path, []string{key})
	if err != nil {
		return nil, fmt.Errorf("config provider %s: %w", provider, err)
	}
	if value, ok := values[key]; ok {
		return &value, nil
	}
	return nil, nil
}

// unresolved returns the keys in whose values a variable of a known provider stayed.
func (v *variables) unresolved(resolved map[string]string) (names []string) {
	for name, text := range resolved {
		for _, m := range variable.FindAllStringSubmatch(text, -1) {
			if v.providers[m[1]] != nil {
				names = append(names, name)
				break
			}
		}
	}
	return names
}

// hide puts variables back into a task's configuration where it repeats a value of the connector's that had one: what a
// connector copies under the same key or another is not stored in clear.
func (v *variables) hide(task, connector map[string]string) {
	if len(v.providers) == 0 {
		return
	}
	for name, text := range connector {
		if !variable.MatchString(text) {
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		resolved, err := v.resolve(ctx, map[string]string{name: text})
		cancel()
		if err != nil {
			continue
		}
		for k, value := range task {
			if value == resolved[name] && value != "" {
				task[k] = text
			}
		}
	}
}
