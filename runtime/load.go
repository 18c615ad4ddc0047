package runtime

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/runtime/internal/edit"
)

// envPrefix marks configuration in the environment: STREAMGEN_COMMIT_INTERVAL_MS is
// commit.interval.ms.
const envPrefix = "STREAMGEN_"

// envReserved are variables with the prefix that are no properties; neither are those that
// begin with STREAMGEN_KAFKA_ and STREAMGEN_TEST_, which belong to the test tiers.
var envReserved = []string{"STREAMGEN_CONFIG", "STREAMGEN_KILLS"}

// LoadFile sets properties from a Java-style properties file: name=value lines, '#' and
// '!' start comments. All faulty lines are reported, with their numbers.
func (c *Config) LoadFile(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("configuration file: %w", err)
	}
	var errs []error
	for i, line := range strings.Split(string(b), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == '!' {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			errs = append(errs, fmt.Errorf("%s:%d: %q is not name=value", path, i+1, line))
			continue
		}
		if err := c.Set(strings.TrimSpace(name), strings.TrimSpace(value)); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", path, i+1, err))
		}
	}
	return errors.Join(errs...)
}

// LoadEnv sets properties from variables of the form STREAMGEN_COMMIT_INTERVAL_MS=100.
func (c *Config) LoadEnv(environ []string) error {
	names := map[string]string{}
	for _, p := range Properties() {
		names[EnvName(p)] = p
	}
	var errs []error
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		rest, ok := strings.CutPrefix(name, envPrefix)
		if !ok || slices.Contains(envReserved, name) || strings.HasPrefix(rest, "KAFKA_") || strings.HasPrefix(rest, "TEST_") {
			continue
		}
		property, known := names[name]
		if topic, ok := strings.CutPrefix(rest, "TOPIC_"); ok && !known {
			property, known = "topic."+dotted(topic), true
		}
		if !known {
			property = dotted(rest)
		}
		if err := c.Set(property, value); err != nil {
			errs = append(errs, fmt.Errorf("environment variable %s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

// EnvName returns the environment variable of a property.
func EnvName(property string) string {
	return envPrefix + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(property))
}

func dotted(env string) string { return strings.ToLower(strings.ReplaceAll(env, "_", ".")) }

// cli is what Main was asked for on the command line.
type cli struct {
	describe bool
	cleanUp  bool
}

// load completes cfg: struct < file < environment < flags. It returns flag.ErrHelp when
// help was asked for and printed.
func load(cfg *Config, name string, args, environ []string, out io.Writer) (cli, error) {
	var c cli
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	file := flags.String("config", "", "properties `file`; also STREAMGEN_CONFIG")
	flags.BoolVar(&c.describe, "describe", false, "print the topology and exit")
	flags.BoolVar(&c.cleanUp, "clean-up", false, "delete this application's local state before the start")
	type set struct{ name, value string }
	var given []set
	for _, p := range Properties() {
		if prop := properties[p]; !prop.secret {
			flags.Func(p, prop.help, func(v string) error { given = append(given, set{p, v}); return nil })
		}
	}
	flags.Func("set", "any property as `name=value`, such as topic.segment.bytes=1048576", func(v string) error {
		n, value, ok := strings.Cut(v, "=")
		if !ok {
			return fmt.Errorf("%q is not name=value", v)
		}
		given = append(given, set{n, value})
		return nil
	})
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			usage(out, name, flags)
			return c, err
		}
		if unknown, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
			return c, fmt.Errorf("flag: %w", cfg.Set(unknown, ""))
		}
		return c, err
	}
	if flags.NArg() > 0 {
		return c, fmt.Errorf("unexpected argument %q; properties are given as -name=value", flags.Arg(0))
	}
	var errs []error
	if *file == "" {
		for _, kv := range environ {
			if v, ok := strings.CutPrefix(kv, "STREAMGEN_CONFIG="); ok {
				*file = v
			}
		}
	}
	if *file != "" {
		errs = append(errs, cfg.LoadFile(*file))
	}
	errs = append(errs, cfg.LoadEnv(environ))
	for _, s := range given {
		if err := cfg.Set(s.name, s.value); err != nil {
			errs = append(errs, fmt.Errorf("flag -%s: %w", s.name, err))
		}
	}
	return c, errors.Join(errs...)
}

func usage(out io.Writer, name string, flags *flag.FlagSet) {
	fmt.Fprintf(out, `Usage: %s [-property=value ...]

Properties have Kafka Streams' names. They come from the program, then -config (or STREAMGEN_CONFIG), then the
environment (commit.interval.ms is %s), then flags; later ones win.

`, name, EnvName("commit.interval.ms"))
	flags.SetOutput(out)
	flags.PrintDefaults()
}

// nearest returns the candidate with the smallest edit distance to name, empty when none
// is near.
func nearest(name string, candidates []string) string {
	best, at := "", max(3, len(name)/4)+1
	for _, c := range candidates {
		if d := edit.Distance(name, c); d < at {
			best, at = c, d
		}
	}
	return best
}
