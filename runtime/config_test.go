package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	rt "github.com/streamgen/streamgen/runtime"
)

func TestLaterSourcesWin(t *testing.T) {
	file := filepath.Join(t.TempDir(), "app.properties")
	content := "# comment\napplication.id=from-file\ncommit.interval.ms = 200\npoll.ms=7\nnum.stream.threads=2\ntopic.segment.bytes=1048576\n"
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := rt.Config{ApplicationID: "from-struct", StateDir: "from-struct", BufferedRecordsPerPartition: 9}
	env := []string{"STREAMGEN_COMMIT_INTERVAL_MS=300", "STREAMGEN_POLL_MS=8", "PATH=/bin", "STREAMGEN_CONFIG=" + file}
	args := []string{"-commit.interval.ms=400", "-set", "topic.min.insync.replicas=2"}
	if err := rt.Load(&cfg, args, env, nil); err != nil {
		t.Fatal(err)
	}
	if cfg.ApplicationID != "from-file" || cfg.StateDir != "from-struct" || cfg.CommitInterval != 400*time.Millisecond ||
		cfg.Poll != 8*time.Millisecond || cfg.NumStreamThreads != 2 || cfg.BufferedRecordsPerPartition != 9 ||
		cfg.Topic["segment.bytes"] != "1048576" || cfg.Topic["min.insync.replicas"] != "2" {
		t.Errorf("%+v", cfg)
	}
}

func TestPropertyErrors(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"commit.intervall.ms", "1", "did you mean commit.interval.ms?"},
		{"comit.interval.ms", "1", "did you mean commit.interval.ms?"},
		{"nothing.like.it.at.all", "1", "unknown property"},
		{"rocksdb.config.setter", "x", "Pebble"},
		{"default.key.serde", "x", "no default serde"},
		{"poll.ms", "soon", "not a number of milliseconds"},
		{"num.stream.threads", "two", "not a whole number"},
		{"num.stream.threads", "0", "takes a worker"},
		{"cache.max.bytes.buffering", "0", "dsl.EmitEveryUpdate()"},
		{"commit.interval.ms", "0", "the shortest interval is 1"},
		{"ssl.truststore.type", "JKS", "PEM"},
		{"producer.acks", "1", "always all"},
	} {
		var cfg rt.Config
		err := cfg.Set(c.name, c.value)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s=%s: %v; want %q", c.name, c.value, err, c.want)
		}
	}
	var cfg rt.Config
	err := rt.Load(&cfg, []string{"-commit.intervall.ms=1"}, []string{"STREAMGEN_POL_MS=1"}, nil)
	if err == nil || !strings.Contains(err.Error(), "did you mean") {
		t.Error(err)
	}
	err = rt.Load(&cfg, nil, []string{"STREAMGEN_POL_MS=1"}, nil)
	if err == nil || !strings.Contains(err.Error(), "STREAMGEN_POL_MS") || !strings.Contains(err.Error(), "did you mean poll.ms?") {
		t.Error(err)
	}
}

func TestGuaranteeSetsCommitInterval(t *testing.T) {
	var alos rt.Config
	eos := rt.Config{ProcessingGuarantee: rt.ExactlyOnce}
	if a, e := alos.EnsureDefaults().CommitInterval, eos.EnsureDefaults().CommitInterval; a != 30*time.Second || e != 100*time.Millisecond {
		t.Error(a, e)
	}
	if strings.HasPrefix(alos.StateDir, os.TempDir()) && !strings.HasPrefix(os.Getenv("HOME"), os.TempDir()) {
		t.Errorf("state.dir %s is temporary", alos.StateDir)
	}
}

func TestSecurityIsValidated(t *testing.T) {
	base := rt.Config{ApplicationID: "a", BootstrapServers: []string{"h:1"}}
	for _, c := range []struct {
		s    rt.Security
		want string
	}{
		{rt.Security{Protocol: "SSLv3"}, "security.protocol"},
		{rt.Security{Mechanism: "PLAIN"}, "use SASL_SSL"},
		{rt.Security{Protocol: "SASL_SSL", Mechanism: "PLAIN"}, "sasl.username"},
		{rt.Security{Protocol: "SASL_SSL", Mechanism: "GSSAPI"}, "OAUTHBEARER"},
		{rt.Security{CAFile: "ca.pem"}, "use SSL"},
		{rt.Security{Protocol: "SSL", KeyFile: "key.pem"}, "certificate"},
	} {
		cfg := base
		cfg.Security = c.s
		if err := cfg.EnsureDefaults().Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v; want %q", c.s, err, c.want)
		}
	}
	var cfg rt.Config
	if err := cfg.Set("sasl.jaas.config", `org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="p\"w";`); err != nil || cfg.Security.Username != "u" || cfg.Security.Password != `p"w` {
		t.Error(err, cfg.Security)
	}
}

func TestMainDescribesAndExplains(t *testing.T) {
	var out, errs bytes.Buffer
	top := rt.InterpretPlain(counting)
	if code := rt.RunMain(context.Background(), top, rt.Config{}, []string{"app", "-describe"}, nil, &out, &errs); code != 0 || !strings.Contains(out.String(), "Sub-topology: 0") {
		t.Error(code, out.String(), errs.String())
	}
	out.Reset()
	if code := rt.RunMain(context.Background(), top, rt.Config{}, []string{"app", "-help"}, nil, &out, &errs); code != 0 || !strings.Contains(out.String(), "STREAMGEN_COMMIT_INTERVAL_MS") {
		t.Error(code, out.String())
	}
	if strings.Contains(out.String(), "-sasl.password ") {
		t.Error("a flag for a secret")
	}
	if code := rt.RunMain(context.Background(), top, rt.Config{}, []string{"app", "-wrong"}, nil, &out, &errs); code != 2 || !strings.Contains(errs.String(), `unknown property "wrong"`) {
		t.Error(code, errs.String())
	}
	errs.Reset()
	if code := rt.RunMain(context.Background(), top, rt.Config{}, []string{"app"}, nil, &out, &errs); code != 2 || !strings.Contains(errs.String(), "application.id is not set") {
		t.Error(code, errs.String())
	}
	var cfg rt.Config
	if err := rt.Load(&cfg, []string{"-h"}, nil, &out); !errors.Is(err, flag.ErrHelp) {
		t.Error(err)
	}
}
