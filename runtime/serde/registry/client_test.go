package registry

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	server "github.com/streamgen/streamgen/internal/registry"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

const (
	one = `{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"string"}]}`
	two = `{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"string"},{"name":"note","type":["null","string"],"default":null}]}`
	bad = `{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"long"}]}`
)

func serve(t *testing.T, userInfo string) *httptest.Server {
	t.Helper()
	h, err := server.New("", userInfo)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func client(t *testing.T, c Config) *Client {
	t.Helper()
	if c.Timeout == 0 {
		c.Timeout = 5 * time.Second
	}
	c.Wait = time.Millisecond
	out, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(out.Close)
	return out
}

func avroSchema(text string) wire.Schema { return wire.Schema{Type: "AVRO", Text: text} }

var orders = wire.Use{Topic: "orders"}

func TestRegisterAndFetch(t *testing.T) {
	s := serve(t, "")
	c := client(t, Config{URLs: []string{s.URL}})
	first, _, err := c.Register(orders, "shop.Order", avroSchema(one))
	if err != nil {
		t.Fatal(err)
	}
	second, _, err := c.Register(orders, "shop.Order", avroSchema(two))
	if err != nil || first == second {
		t.Fatalf("ids %d and %d, %v", first, second, err)
	}
	again, _, err := client(t, Config{URLs: []string{s.URL}}).Register(wire.Use{Topic: "other", Key: true}, "shop.Order", avroSchema(one))
	if err != nil || again != first {
		t.Errorf("the same schema has id %d in another subject, %d before, %v", again, first, err)
	}
	got, err := client(t, Config{URLs: []string{s.URL}}).Schema(orders, second)
	if err != nil || got.Text != two {
		t.Errorf("id %d is %q, %v", second, got.Text, err)
	}
	_, _, err = c.Register(orders, "shop.Order", avroSchema(bad))
	if out := new(*wire.Outage); err == nil || errors.As(err, out) || !strings.Contains(err.Error(), "incompatible") {
		t.Errorf("an incompatible schema: %v", err)
	}
	_, err = c.Schema(orders, 99)
	if out := new(*wire.Outage); err == nil || errors.As(err, out) || !strings.Contains(err.Error(), "id 99") {
		t.Errorf("an unknown id: %v", err)
	}
}

func TestLatestAndLookUp(t *testing.T) {
	s := serve(t, "")
	writer := client(t, Config{URLs: []string{s.URL}})
	for _, text := range []string{one, two} {
		if _, _, err := writer.Register(orders, "shop.Order", avroSchema(text)); err != nil {
			t.Fatal(err)
		}
	}
	id, as, err := client(t, Config{URLs: []string{s.URL}, LookUpOnly: true, UseLatest: true}).Register(orders, "shop.Order", avroSchema(one))
	if err != nil || as.Text != two {
		t.Errorf("the latest is id %d %q, %v", id, as.Text, err)
	}
	id, as, err = client(t, Config{URLs: []string{s.URL}, LookUpOnly: true}).Register(orders, "shop.Order", avroSchema(one))
	if err != nil || as.Text != one || id != 1 {
		t.Errorf("looked up: id %d %q, %v", id, as.Text, err)
	}
	if _, _, err = client(t, Config{URLs: []string{s.URL}, LookUpOnly: true}).Register(wire.Use{Topic: "new"}, "shop.Order", avroSchema(one)); err == nil || !strings.Contains(err.Error(), "40401") {
		t.Errorf("looked up in a subject that is not there: %v", err)
	}
}

func TestSubjects(t *testing.T) {
	for strategy, want := range map[string]string{"": "orders-value", "TopicNameStrategy": "orders-value", "RecordNameStrategy": "shop.Order",
		"io.confluent.kafka.serializers.subject.TopicRecordNameStrategy": "orders-shop.Order"} {
		c := Config{URLs: []string{"mock://x"}, ValueSubject: strategy}
		if got, err := c.Subject(orders, "shop.Order"); err != nil || got != want {
			t.Errorf("%s: subject %s, %v; want %s", strategy, got, err, want)
		}
		if err := c.Validate(); err != nil {
			t.Error(err)
		}
	}
	c := Config{KeySubject: "RecordNameStrategy"}
	if _, err := c.Subject(wire.Use{Topic: "orders", Key: true}, ""); err == nil {
		t.Error("a string key has a subject that is named after its record")
	}
}

func TestBasicAuth(t *testing.T) {
	s := serve(t, "ann:secret")
	file := filepath.Join(t.TempDir(), "user")
	if err := os.WriteFile(file, []byte("ann:secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]Config{
		"USER_INFO": {URLs: []string{s.URL}, CredentialsSource: "USER_INFO", UserInfo: "ann:secret"},
		"a file":    {URLs: []string{s.URL}, CredentialsSource: "USER_INFO", UserInfoFile: file},
		"the URL":   {URLs: []string{strings.Replace(s.URL, "http://", "http://ann:secret@", 1)}},
	} {
		if _, _, err := client(t, c).Register(orders, "shop.Order", avroSchema(one)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, _, err := client(t, Config{URLs: []string{s.URL}, CredentialsSource: "USER_INFO", UserInfo: "ann:wrong"}).Register(orders, "shop.Order", avroSchema(one))
	if out := new(*wire.Outage); !errors.As(err, out) || !strings.Contains(err.Error(), "basic.auth") || strings.Contains(err.Error(), "wrong") {
		t.Errorf("a wrong password: %v", err)
	}
}

func TestServersAreTriedInTurn(t *testing.T) {
	s := serve(t, "")
	var asked atomic.Int32
	ill := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer ill.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	c := client(t, Config{URLs: []string{gone.URL, ill.URL, s.URL}})
	if _, _, err := c.Register(orders, "shop.Order", avroSchema(one)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Schema(orders, 1); err != nil {
		t.Fatal(err)
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("the server that is ill was asked %d times; the one that answered comes first then", n)
	}
	c = client(t, Config{URLs: []string{gone.URL, ill.URL}, Timeout: 50 * time.Millisecond})
	_, _, err := c.Register(orders, "shop.Order", avroSchema(one))
	if out := new(*wire.Outage); !errors.As(err, out) || !strings.Contains(err.Error(), "schema.registry.url") || asked.Load() < 3 {
		t.Errorf("no server answers: %v, asked %d times", err, asked.Load())
	}
}

func TestConfigIsChecked(t *testing.T) {
	for want, c := range map[string]Config{
		"schema.registry.url":            {URLs: []string{"localhost:8081"}},
		"value.subject.name.strategy":    {URLs: []string{"mock://x"}, ValueSubject: "Other"},
		"basic.auth.user.info":           {URLs: []string{"mock://x"}, UserInfo: "a:b"},
		"basic.auth.credentials.source":  {URLs: []string{"mock://x"}, CredentialsSource: "SASL_INHERIT"},
		"auto.register.schemas=false":    {URLs: []string{"mock://x"}, UseLatest: true},
		"schema.registry.url is not set": {LookUpOnly: true},
	} {
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v; want something about %s", c, err, want)
		}
	}
	if err := (&Config{URLs: []string{"ftp://user:hidden@host"}}).Validate(); err == nil || strings.Contains(err.Error(), "hidden") {
		t.Errorf("a password shows: %v", err)
	}
}
