//go:build chaos

package connect_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/streamgen/streamgen/connect"
	"github.com/streamgen/streamgen/internal/broker"
)

// workerProps is the variable that makes the test's binary a worker.
const workerProps = "STREAMGEN_CONNECT_WORKER"

func TestMain(m *testing.M) {
	if text := os.Getenv(workerProps); text != "" {
		var props map[string]string
		if err := json.Unmarshal([]byte(text), &props); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		ctx, stop := contextWithParent()
		defer stop()
		if _, err := connect.Start(ctx, connect.Config{Distributed: true, Props: props, Log: os.Stderr}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		<-ctx.Done()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child is a worker in a process of its own.
type child struct {
	url   string
	props map[string]string
	cmd   *exec.Cmd
}

func (c *child) start(t *testing.T) {
	t.Helper()
	text, err := json.Marshal(c.props)
	if err != nil {
		t.Fatal(err)
	}
	c.cmd = exec.Command(os.Args[0])
	c.cmd.Env = append(os.Environ(), workerProps+"="+string(text))
	if _, err := c.cmd.StdinPipe(); err != nil { // its end tells the child that the test is gone
		t.Fatal(err)
	}
	if testing.Verbose() {
		c.cmd.Stderr = os.Stderr
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
}

func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Three worker processes are killed again and again: an exactly-once source loses and repeats nothing.
func TestChaosConnectWorkers(t *testing.T) {
	brokers := startBroker(t, broker.Topic{Name: "made", Partitions: 3})
	var children []*child
	for range 3 {
		port := freePort(t)
		c := &child{url: fmt.Sprintf("http://127.0.0.1:%d/", port), props: distributedProps(brokers, "killed", "exactly.once.source.support", "enabled",
			"listeners", fmt.Sprintf("http://127.0.0.1:%d", port), "session.timeout.ms", "1500", "rebalance.timeout.ms", "3000", "producer.transaction.timeout.ms", "3000",
			"scheduled.rebalance.max.delay.ms", "500", "value.converter", "org.apache.kafka.connect.json.JsonConverter", "value.converter.schemas.enable", "false")}
		c.start(t)
		defer func() { c.kill() }()
		children = append(children, c)
	}
	healthy := func(c *child) func() bool {
		return func() bool { return status(c.url+"health") == 200 }
	}
	for _, c := range children {
		eventually(t, "healthy", healthy(c))
	}
	const each, tasks = 4000, 3
	body := fmt.Sprintf(`{"connector.class":"DatagenSource","topic":"made","tasks.max":"%d","iterations":"%d","batch.size":"20","max.interval.ms":"100"}`, tasks, each)
	if code, answer := send(t, children[0].url, "PUT", "connectors/gen/config", map[string]string{"Content-Type": "application/json"}, body); code != 201 {
		t.Fatal(code, answer)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		<-time.After(time.Duration(2000+random.IntN(2000)) * time.Millisecond)
		c := children[random.IntN(len(children))]
		c.kill()
		c.start(t)
		eventually(t, "back", healthy(c))
	}
	records := consume(t, brokers, "made", each*tasks)
	seen := map[string]int{}
	for _, r := range records {
		seen[string(r.Value)]++
	}
	// All tasks have the same seed, so each record comes once from each.
	for value, n := range seen {
		if n != tasks {
			t.Errorf("%s came %d times", value, n)
		}
	}
	if len(seen) != each {
		t.Errorf("%d different records of %d", len(seen), each)
	}
}
