// Package provider holds Kafka's own config providers, under their Java names: values of configurations from a properties
// file, from a directory with a file per key, and from the environment.
package provider

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
)

const version = "4.3.1"

// All returns the three providers.
func All() []plugin.Constructor {
	return []plugin.Constructor{NewFile, NewDirectory, NewEnv}
}

// paths are what a provider may read: everything when allowed.paths is not set.
type paths struct{ allowed []string }

func (p *paths) configure(props map[string]string) error {
	for _, one := range config.SplitList(props["allowed.paths"]) {
		if !filepath.IsAbs(one) {
			return config.Invalid("allowed.paths", one, "Path "+one+" is not absolute")
		}
		p.allowed = append(p.allowed, filepath.Clean(one))
	}
	return nil
}

// permits tells whether a path may be read. Links are followed first: one must not lead out of what is allowed.
func (p *paths) permits(path string) bool {
	if len(p.allowed) == 0 {
		return true
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	if real, err := filepath.EvalSymlinks(full); err == nil {
		full = real
	}
	for _, one := range p.allowed {
		if real, err := filepath.EvalSymlinks(one); err == nil {
			one = real
		}
		if full == one || strings.HasPrefix(full, one+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

var pathDef = config.New(config.Key{Name: "allowed.paths", Type: config.List, Default: []string{}, Importance: config.Low,
	Doc: "A comma separated list of paths that this config provider is allowed to access. If not set, all paths are allowed."})

// NewFile returns org.apache.kafka.common.config.provider.FileConfigProvider: ${file:/path/of.properties:key}.
func NewFile() plugin.Plugin { return &file{} }

type file struct{ paths paths }

func (*file) Info() plugin.Info {
	return plugin.Info{Class: "org.apache.kafka.common.config.provider.FileConfigProvider", Version: version, Doc: "Values from a properties file."}
}
func (*file) Config() *config.Def                       { return pathDef }
func (f *file) Configure(props map[string]string) error { return f.paths.configure(props) }
func (f *file) Lookup(_ context.Context, path string, keys []string) (map[string]string, time.Duration, error) {
	found := map[string]string{}
	if path == "" || !f.paths.permits(path) {
		return found, 0, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, fmt.Errorf("could not read properties from file %s: %w", path, err)
	}
	all, err := config.ParseProperties(string(text))
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	for _, k := range keys {
		if v, ok := all[k]; ok {
			found[k] = v
		}
	}
	return found, 0, nil
}

// NewDirectory returns org.apache.kafka.common.config.provider.DirectoryConfigProvider: ${dir:/folder:file}.
func NewDirectory() plugin.Plugin { return &directory{} }

type directory struct{ paths paths }

func (*directory) Info() plugin.Info {
	return plugin.Info{Class: "org.apache.kafka.common.config.provider.DirectoryConfigProvider", Version: version, Doc: "Values from the files of a folder."}
}
func (*directory) Config() *config.Def                       { return pathDef }
func (d *directory) Configure(props map[string]string) error { return d.paths.configure(props) }
func (d *directory) Lookup(_ context.Context, path string, keys []string) (map[string]string, time.Duration, error) {
	found := map[string]string{}
	for _, k := range keys {
		name := filepath.Join(path, k)
		// A key is a name, not a way: ${dir:/secrets:../etc/passwd} finds nothing.
		if path == "" || filepath.Base(k) != k || !d.paths.permits(name) {
			continue
		}
		text, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, 0, fmt.Errorf("could not read file %s: %w", name, err)
		}
		found[k] = string(text)
	}
	return found, 0, nil
}

// NewEnv returns org.apache.kafka.common.config.provider.EnvVarConfigProvider: ${env:NAME}.
func NewEnv() plugin.Plugin { return &env{} }

type env struct{ allowed *regexp.Regexp }

var envDef = config.New(config.Key{Name: "allowlist.pattern", Default: ".*", Importance: config.Low,
	Doc: "A pattern / regular expression that needs to match for environment variables to be used by this config provider."})

func (*env) Info() plugin.Info {
	return plugin.Info{Class: "org.apache.kafka.common.config.provider.EnvVarConfigProvider", Version: version, Doc: "Values from the environment."}
}
func (*env) Config() *config.Def { return envDef }
func (e *env) Configure(props map[string]string) (err error) {
	if pattern := props["allowlist.pattern"]; pattern != "" {
		if e.allowed, err = regexp.Compile("^(?:" + pattern + ")$"); err != nil {
			return config.Invalid("allowlist.pattern", pattern, err.Error())
		}
	}
	return nil
}
func (e *env) Lookup(_ context.Context, path string, keys []string) (map[string]string, time.Duration, error) {
	found := map[string]string{}
	for _, k := range keys {
		if v, ok := os.LookupEnv(k); ok && path == "" && (e.allowed == nil || e.allowed.MatchString(k)) {
			found[k] = v
		}
	}
	return found, 0, nil
}
