package connect_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/streamgen/streamgen/connect"
	"github.com/streamgen/streamgen/internal/broker"
)

// consume reads committed records of a topic until there are n.
func consume(t *testing.T, brokers, topic string, n int) (records []*kgo.Record) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers), kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.MetadataMinAge(50*time.Millisecond), kgo.FetchMaxWait(100*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	eventually(t, fmt.Sprintf("%d records in %s", n, topic), func() bool {
		records = append(records, client.PollRecords(t.Context(), 1000).Records()...)
		return len(records) >= n
	})
	return records
}

// A record that no converter takes goes to the dead-letter topic as it came, with the reasons; the others arrive.
func TestDeadLetters(t *testing.T) {
	brokers, dir := startBroker(t, broker.Topic{Name: "mixed", Partitions: 1}), t.TempDir()
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for i, value := range []string{`"a"`, `{broken`, `"b"`} {
		r := &kgo.Record{Topic: "mixed", Key: fmt.Appendf(nil, `"k%d"`, i), Value: []byte(value), Headers: []kgo.RecordHeader{{Key: "own", Value: []byte("x")}}}
		if err := client.ProduceSync(t.Context(), r).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	props := standaloneProps(dir, brokers)
	props["value.converter"], props["value.converter.schemas.enable"] = "org.apache.kafka.connect.json.JsonConverter", "false"
	props["task.restart.max.attempts"] = "0"
	out := filepath.Join(dir, "out.txt")
	sink := map[string]string{"name": "snk", "connector.class": "FileStreamSink", "file": out, "topics": "mixed", "errors.tolerance": "all",
		"errors.deadletterqueue.topic.name": "dead", "errors.deadletterqueue.topic.replication.factor": "1", "errors.deadletterqueue.context.headers.enable": "true"}
	w := start(t, connect.Config{Props: props, Connectors: []connect.Connector{{Name: "snk", Props: sink}}})
	eventually(t, "the good ones", func() bool { got, _ := os.ReadFile(out); return string(got) == "a\nb\n" })
	dead := consume(t, brokers, "dead", 1)[0]
	if string(dead.Key) != `"k1"` || string(dead.Value) != `{broken` {
		t.Errorf("%s %s", dead.Key, dead.Value)
	}
	headers := map[string]string{}
	for _, h := range dead.Headers {
		headers[h.Key] = string(h.Value)
	}
	for name, want := range map[string]string{"own": "x", "__connect.errors.topic": "mixed", "__connect.errors.partition": "0", "__connect.errors.offset": "1",
		"__connect.errors.connector.name": "snk", "__connect.errors.task.id": "0", "__connect.errors.stage": "VALUE_CONVERTER",
		"__connect.errors.class.name": "org.apache.kafka.connect.json.JsonConverter", "__connect.errors.exception.class.name": "org.apache.kafka.connect.errors.DataException"} {
		if headers[name] != want {
			t.Errorf("%s: %q, want %q", name, headers[name], want)
		}
	}
	var offsets struct {
		Offsets []struct {
			Offset struct {
				Offset int64 `json:"kafka_offset"`
			}
		}
	}
	eventually(t, "offsets beyond the bad record", func() bool {
		return get(t, w.URL()+"connectors/snk/offsets", &offsets) == 200 && len(offsets.Offsets) == 1 && offsets.Offsets[0].Offset.Offset == 3
	})
	// Without tolerance the same record ends the task.
	send(t, w.URL(), "PATCH", "connectors/snk/config", map[string]string{"Content-Type": "application/json"}, `{"errors.tolerance":"none"}`)
	var status struct {
		Tasks []struct{ State, Trace string }
	}
	eventually(t, "failed", func() bool { // the task that runs until the change has come takes such records to the dead-letter topic
		if err := client.ProduceSync(t.Context(), &kgo.Record{Topic: "mixed", Value: []byte("{again")}).FirstErr(); err != nil {
			t.Fatal(err)
		}
		get(t, w.URL()+"connectors/snk/status", &status)
		return len(status.Tasks) == 1 && status.Tasks[0].State == "FAILED"
	})
	if !strings.HasPrefix(status.Tasks[0].Trace, "org.apache.kafka.connect.errors.ConnectException: Tolerance exceeded in error handler\nCaused by: org.apache.kafka.connect.errors.DataException: ") {
		t.Error(status.Tasks[0].Trace)
	}
}

// A dead letter that its topic refuses (too large with its headers) fails the task, which would else deliver the same
// records for ever; the offset stays in front of the record.
func TestADeadLetterThatIsRefused(t *testing.T) {
	small := "200"
	brokers, dir := startBroker(t, broker.Topic{Name: "bad", Partitions: 1}), t.TempDir()
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := kadm.NewClient(client).CreateTopic(t.Context(), 1, 1, map[string]*string{"max.message.bytes": &small}, "tiny"); err != nil {
		t.Fatal(err)
	}
	if err := client.ProduceSync(t.Context(), &kgo.Record{Topic: "bad", Value: []byte("{" + strings.Repeat("x", 1000))}).FirstErr(); err != nil {
		t.Fatal(err)
	}
	props := standaloneProps(dir, brokers)
	props["value.converter"], props["value.converter.schemas.enable"], props["task.restart.max.attempts"] = "org.apache.kafka.connect.json.JsonConverter", "false", "0"
	w := start(t, connect.Config{Props: props, Connectors: []connect.Connector{{Name: "snk", Props: map[string]string{"name": "snk", "connector.class": "FileStreamSink",
		"file": filepath.Join(dir, "out.txt"), "topics": "bad", "errors.tolerance": "all", "errors.deadletterqueue.topic.name": "tiny"}}}})
	var status struct {
		Tasks []struct{ State, Trace string }
	}
	eventually(t, "failed", func() bool {
		get(t, w.URL()+"connectors/snk/status", &status)
		return len(status.Tasks) == 1 && status.Tasks[0].State == "FAILED"
	})
	if !strings.Contains(status.Tasks[0].Trace, "dead-letter topic tiny") {
		t.Error(status.Tasks[0].Trace)
	}
}

// An exactly-once source neither loses nor repeats a record, however often its tasks and connectors are restarted.
func TestExactlyOnceSource(t *testing.T) {
	for _, boundary := range []string{"poll", "interval"} {
		t.Run(boundary, func(t *testing.T) {
			brokers := startBroker(t, broker.Topic{Name: "made", Partitions: 2})
			w := start(t, connect.Config{Distributed: true, Props: distributedProps(brokers, "exact", "exactly.once.source.support", "enabled",
				"value.converter", "org.apache.kafka.connect.json.JsonConverter", "value.converter.schemas.enable", "false", "task.shutdown.graceful.timeout.ms", "1000")})
			eventually(t, "healthy", func() bool { return get(t, w.URL()+"health", nil) == 200 })
			const each = 3000
			body := fmt.Sprintf(`{"connector.class":"DatagenSource","topic":"made","tasks.max":"2","iterations":"%d","batch.size":"50","transaction.boundary":%q,"transaction.boundary.interval.ms":"20","exactly.once.support":"required"}`, each, boundary)
			if status, answer := send(t, w.URL(), "PUT", "connectors/gen/config", map[string]string{"Content-Type": "application/json"}, body); status != 201 {
				t.Fatal(status, answer)
			}
			for i := range 6 {
				<-time.After(30 * time.Millisecond)
				send(t, w.URL(), "POST", []string{"connectors/gen/restart?includeTasks=true", "connectors/gen/tasks/0/restart"}[i%2], nil, "")
			}
			records := consume(t, brokers, "made", 2*each)
			seen := map[string]int{}
			for _, r := range records {
				seen[string(r.Value)]++
			}
			// Both tasks have the same seed, so each record comes twice in all.
			for value, n := range seen {
				if n != 2 {
					t.Fatalf("%s came %d times", value, n)
				}
			}
			if len(seen) != each || len(records) != 2*each {
				t.Errorf("%d records, %d different", len(records), len(seen))
			}
		})
	}
}

// Secrets stay where they are: what is stored and shown has the variable, the connector gets the value.
func TestSecretsAreResolvedWhereTheyAreUsed(t *testing.T) {
	brokers, dir := startBroker(t), t.TempDir()
	in, secrets := filepath.Join(dir, "in.txt"), filepath.Join(dir, "secrets.properties")
	if err := os.WriteFile(in, []byte("line\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(secrets, []byte("where = "+in+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CONFORMANCE_TOPIC", "from-environment")
	props := standaloneProps(dir, brokers)
	props["config.providers"] = "file,env"
	props["config.providers.file.class"] = "org.apache.kafka.common.config.provider.FileConfigProvider"
	props["config.providers.file.param.allowed.paths"] = dir
	props["config.providers.env.class"] = "EnvVarConfigProvider"
	variable := "${file:" + secrets + ":where}"
	w := start(t, connect.Config{Props: props, Connectors: []connect.Connector{{Name: "src", Props: map[string]string{
		"name": "src", "connector.class": "FileStreamSource", "file": variable, "topic": "${env:CONFORMANCE_TOPIC}"}}}})
	if got := consume(t, brokers, "from-environment", 1); string(got[0].Value) != "line" {
		t.Errorf("%s", got[0].Value)
	}
	var tasks []struct{ Config map[string]string }
	get(t, w.URL()+"connectors/src/tasks", &tasks)
	if len(tasks) != 1 || tasks[0].Config["file"] != variable || tasks[0].Config["topic"] != "${env:CONFORMANCE_TOPIC}" {
		t.Errorf("%v", tasks)
	}
	status, answer := send(t, w.URL(), "PUT", "connectors/bad/config", map[string]string{"Content-Type": "application/json"},
		`{"connector.class":"FileStreamSource","file":"${file:/etc/hosts:x}","topic":"t"}`)
	if status != 400 || !strings.Contains(fmt.Sprint(answer), "could not be resolved") {
		t.Error(status, answer)
	}
}

func TestBasicAuthAndCORS(t *testing.T) {
	brokers, dir := startBroker(t), t.TempDir()
	users := filepath.Join(dir, "users")
	if err := os.WriteFile(users, []byte("# who\nuser:pass123\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	props := standaloneProps(dir, brokers)
	props["rest.extension.classes"] = "org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension"
	props["rest.basic.auth.credentials.file"] = users
	props["access.control.allow.origin"], props["access.control.allow.methods"] = "http://ui.example", "GET,PUT"
	props["response.http.headers.config"] = "set X-Frame-Options: DENY"
	w := start(t, connect.Config{Props: props})
	ask := func(method, user, password, origin string) *http.Response {
		t.Helper()
		r, err := http.NewRequest(method, w.URL()+"connectors", nil)
		if err != nil {
			t.Fatal(err)
		}
		if user != "" {
			r.SetBasicAuth(user, password)
		}
		if origin != "" {
			r.Header.Set("Origin", origin)
			r.Header.Set("Access-Control-Request-Method", "PUT")
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response
	}
	for _, c := range []struct {
		user, password string
		want           int
	}{{"", "", 401}, {"user", "wrong", 401}, {"nobody", "", 401}, {"user", "pass123", 200}} {
		if got := ask("GET", c.user, c.password, "").StatusCode; got != c.want {
			t.Errorf("%s:%s %d, want %d", c.user, c.password, got, c.want)
		}
	}
	response := ask("OPTIONS", "", "", "http://ui.example")
	if response.StatusCode != 200 || response.Header.Get("Access-Control-Allow-Origin") != "http://ui.example" || !slices.Contains(strings.Split(response.Header.Get("Access-Control-Allow-Methods"), ","), "PUT") || response.Header.Get("X-Frame-Options") != "DENY" {
		t.Error(response.Status, response.Header)
	}
	if response := ask("GET", "user", "pass123", "http://elsewhere.example"); response.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("any site may call")
	}
}
