package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
)

func TestBrokerPrintsOneReadyLineAndStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, in := io.Pipe()
	var stderr bytes.Buffer
	code := make(chan int, 1)
	go func() {
		code <- brokerUntil(ctx, []string{"-port", "0", "-data", t.TempDir(), "-topic", "in:3", "-topic", "out"}, in, &stderr)
		in.Close()
	}()
	stdout := bufio.NewReader(out)
	line, err := stdout.ReadString('\n')
	if err != nil {
		t.Fatalf("%v; stderr: %s", err, &stderr)
	}
	m := regexp.MustCompile(`^streamgen broker: ready on (127\.0\.0\.1:\d+) \(data in .+\)\n$`).FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("ready line: %q", line)
	}
	c, err := kgo.NewClient(kgo.SeedBrokers(m[1]), kgo.DefaultProduceTopic("out"))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.ProduceSync(t.Context(), kgo.StringRecord("x")).FirstErr(); err != nil {
		t.Error(err)
	}
	c.Close()
	cancel()
	if rest, err := io.ReadAll(stdout); err != nil || len(rest) > 0 {
		t.Errorf("more than one line: %q, %v", rest, err)
	}
	if got := <-code; got != exitOK || stderr.Len() > 0 {
		t.Errorf("exit code %d, stderr: %s", got, &stderr)
	}
}

func TestCommandLine(t *testing.T) {
	for _, c := range []struct {
		args                   string
		code                   int
		stdoutHas, stderrHas   string
		stdoutNone, stderrNone bool
	}{
		{args: "", code: 2, stderrHas: "Usage: streamgen COMMAND", stdoutNone: true},
		{args: "help", code: 0, stdoutHas: "broker", stderrNone: true},
		{args: "help broker", code: 0, stderrHas: "do NOT survive SIGKILL", stdoutNone: true},
		{args: "brokre", code: 2, stderrHas: `unknown command "brokre": did you mean "broker"?`, stdoutNone: true},
		{args: "bro", code: 2, stderrHas: `did you mean "broker"?`, stdoutNone: true},
		{args: "elephant", code: 2, stderrHas: "unknown command \"elephant\"\nRun 'streamgen help'", stdoutNone: true},
		{args: "broker -topic a:0", code: 2, stderrHas: "write name:partitions", stdoutNone: true},
		{args: "broker -prot 1", code: 2, stderrHas: "flag provided but not defined: -prot", stdoutNone: true},
		{args: "broker orders", code: 2, stderrHas: `unexpected argument "orders"`, stdoutNone: true},
		{args: "broker -host 0.0.0.0", code: 2, stderrHas: "streamgen broker: host 0.0.0.0 cannot be advertised", stdoutNone: true},
	} {
		t.Run(c.args, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if code := run(strings.Fields(c.args), &stdout, &stderr); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if !strings.Contains(stdout.String(), c.stdoutHas) || !strings.Contains(stderr.String(), c.stderrHas) {
				t.Errorf("stdout: %s\nstderr: %s", &stdout, &stderr)
			}
			if c.stdoutNone && stdout.Len() > 0 || c.stderrNone && stderr.Len() > 0 {
				t.Errorf("not silent; stdout: %s\nstderr: %s", &stdout, &stderr)
			}
		})
	}
}
