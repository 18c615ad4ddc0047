package connect_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/connect"
	"github.com/streamgen/streamgen/internal/broker"
)

func distributedProps(brokers, group string, more ...string) map[string]string {
	props := map[string]string{
		"bootstrap.servers": brokers, "listeners": "http://127.0.0.1:0", "group.id": group,
		"config.storage.topic": group + "-c", "offset.storage.topic": group + "-o", "status.storage.topic": group + "-s",
		"config.storage.replication.factor": "1", "offset.storage.replication.factor": "1", "status.storage.replication.factor": "1",
		"offset.storage.partitions": "2", "status.storage.partitions": "2", "offset.flush.interval.ms": "100",
		"key.converter": "org.apache.kafka.connect.storage.StringConverter", "value.converter": "org.apache.kafka.connect.storage.StringConverter",
		"scheduled.rebalance.max.delay.ms": "0", "heartbeat.interval.ms": "100",
	}
	for i := 0; i+1 < len(more); i += 2 {
		props[more[i]] = more[i+1]
	}
	return props
}

type statuses map[string]struct {
	Status struct {
		Connector struct {
			State  string
			Worker string `json:"worker_id"`
		}
		Tasks []struct {
			State  string
			Worker string `json:"worker_id"`
		}
	}
}

// running returns how many tasks run, and on how many workers; ok is false while anything does not.
func (s statuses) running() (tasks int, workers map[string]int, ok bool) {
	workers, ok = map[string]int{}, true
	for _, one := range s {
		ok = ok && one.Status.Connector.State == "RUNNING"
		for _, t := range one.Status.Tasks {
			ok = ok && t.State == "RUNNING"
			workers[t.Worker]++
			tasks++
		}
	}
	return tasks, workers, ok
}

// Three workers share the tasks; any of them takes requests; what one leaves the others take over.
func TestClusterSharesWork(t *testing.T) {
	brokers, dir := startBroker(t, broker.Topic{Name: "shared", Partitions: 4}), t.TempDir()
	var workers []*connect.Worker
	for range 3 {
		workers = append(workers, start(t, connect.Config{Distributed: true, Props: distributedProps(brokers, "cluster")}))
	}
	for _, w := range workers {
		eventually(t, "healthy", func() bool { return get(t, w.URL()+"health", nil) == 200 })
	}
	// Two of the three have to forward this.
	for i, w := range workers {
		path := filepath.Join(dir, fmt.Sprintf("in%d.txt", i))
		if err := os.WriteFile(path, []byte("a\nb\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		body := fmt.Sprintf(`{"name":"src%d","config":{"connector.class":"FileStreamSource","file":%q,"topic":"shared"}}`, i, path)
		eventually(t, "created", func() bool {
			status, answer := send(t, w.URL(), "POST", "connectors", map[string]string{"Content-Type": "application/json"}, body)
			if status != 201 && status != 409 {
				t.Log(status, answer)
			}
			return status == 201
		})
	}
	out := filepath.Join(dir, "out.txt")
	body := fmt.Sprintf(`{"connector.class":"FileStreamSink","file":%q,"topics":"shared","tasks.max":"3"}`, out)
	if status, answer := send(t, workers[2].URL(), "PUT", "connectors/snk/config", map[string]string{"Content-Type": "application/json"}, body); status != 201 {
		t.Fatal(status, answer)
	}
	var all statuses
	shared := func(w *connect.Worker, n int) func() bool {
		return func() bool {
			all = nil
			get(t, w.URL()+"connectors?expand=status", &all)
			tasks, on, ok := all.running()
			return ok && len(all) == 4 && tasks == 6 && len(on) == n
		}
	}
	eventually(t, "six tasks on three workers", shared(workers[0], 3))
	eventually(t, "all lines once", func() bool {
		got, _ := os.ReadFile(out)
		return strings.Count(string(got), "a\n") == 3 && strings.Count(string(got), "b\n") == 3
	})
	if err := workers[0].Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "six tasks on the two that are left", shared(workers[1], 2))
	// A connector and a task restart on whichever worker has them.
	for _, path := range []string{"connectors/src0/restart", "connectors/snk/tasks/2/restart", "connectors/snk/tasks/0/restart"} {
		if status, answer := send(t, workers[1].URL(), "POST", path, nil, ""); status != 204 {
			t.Error(path, status, answer)
		}
	}
	again := start(t, connect.Config{Distributed: true, Props: distributedProps(brokers, "cluster")})
	eventually(t, "the one that came gets a share", shared(again, 3))
}
