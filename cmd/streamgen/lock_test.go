package main

import (
	"bytes"
	"encoding/json/v2"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/internal/registry"
)

// pinned is an application that reads orders of another team and writes its own.
const pinned = `package main

import "github.com/streamgen/streamgen/dsl"

type Order struct {
	_      struct{} ` + "`avro:\"shop.Order\"`" + `
	ID     string   ` + "`avro:\"id\"`" + `
	Amount float64  ` + "`avro:\"amount\"`" + `
}

type Bill struct {
	_   struct{} ` + "`avro:\"shop.Bill\"`" + `
	Sum float64  ` + "`avro:\"sum\"`" + `
}

//streamgen:topology
func Bills(b *dsl.Builder) {
	b.Stream("orders", dsl.String(), dsl.Avro[Order]()).
		MapValues(func(_ string, o Order) Bill { return Bill{Sum: o.Amount} }, dsl.Codecs(dsl.String(), dsl.Avro[Bill]())).
		To("bills", dsl.String(), dsl.Avro[Bill]())
}

func main() {}
`

const (
	orderOne   = `{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"string"},{"name":"amount","type":"long"}]}`
	orderTwo   = `{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"note","type":["null","string"],"default":null},{"name":"id","type":"string"},{"name":"amount","type":"long"}]}`
	orderThree = `{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"string"},{"name":"amount","type":"string"}]}`
	billOther  = `{"type":"record","name":"Bill","namespace":"shop","fields":[{"name":"sum","type":"double"},{"name":"currency","type":"string"}]}`
)

// remote is a registry, spoken to with plain requests.
type remote struct {
	*testing.T
	*httptest.Server
}

func serveRegistry(t *testing.T, userInfo string, start func(http.Handler) *httptest.Server) *remote {
	t.Helper()
	h, err := registry.New("", userInfo)
	if err != nil {
		t.Fatal(err)
	}
	s := start(h)
	t.Cleanup(s.Close)
	return &remote{t, s}
}

func (r *remote) ask(method, path, body string) {
	r.Helper()
	req, err := http.NewRequest(method, r.URL+path, strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	res, err := r.Client().Do(req)
	if err != nil {
		r.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		var b bytes.Buffer
		b.ReadFrom(res.Body)
		r.Fatalf("%s %s: %d %s", method, path, res.StatusCode, b.String())
	}
}

func (r *remote) register(subject, schema string) {
	r.Helper()
	b, err := json.Marshal(map[string]string{"schema": schema})
	if err != nil {
		r.Fatal(err)
	}
	r.ask("POST", "/subjects/"+subject+"/versions", string(b))
}

// tool runs the command in a folder; want is its exit code and what it prints.
func tool(t *testing.T, want int, dir string, args []string, texts ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(append([]string{args[0], "-C", dir}, args[1:]...), &stdout, &stderr)
	out := stdout.String() + stderr.String()
	if code != want {
		t.Fatalf("streamgen %s: exit code %d, want %d\n%s", strings.Join(args, " "), code, want, out)
	}
	for _, text := range texts {
		if !strings.Contains(out, text) {
			t.Fatalf("streamgen %s does not say %q:\n%s", strings.Join(args, " "), text, out)
		}
	}
	return out
}

// TestRegistryIsPinned: lock pins, check tells what moved. S241, S254.
func TestRegistryIsPinned(t *testing.T) {
	dir := appModule(t, "example.com/app")
	put(t, filepath.Join(dir, "main.go"), pinned)
	r := serveRegistry(t, "", httptest.NewServer)
	at := []string{"-registry", r.URL}
	check, pin := append([]string{"check"}, at...), append([]string{"lock"}, at...)

	tool(t, exitOK, dir, []string{"gen"})
	tool(t, exitOK, dir, check) // nothing registered, nothing pinned
	r.register("orders-value", orderOne)
	tool(t, exitFound, dir, check, "subject orders-value is not pinned, and the registry has 1 versions of it; topology Bills reads the values of topic orders as avro shop.Order", "run streamgen lock -registry")
	tool(t, exitOK, dir, pin, "subject bills-value is not in the registry yet", "wrote streamgen.lock")
	text := read(t, filepath.Join(dir, "streamgen.lock"))
	for _, want := range []string{`"orders-value": {`, `"1": {"id": 1, "schema": "avro shop.Order `, `"type": "long"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the lock file does not hold %s:\n%s", want, text)
		}
	}
	tool(t, exitOK, dir, check)
	tool(t, exitOK, dir, pin, "streamgen.lock is current")
	tool(t, exitOK, dir, []string{"diff"})

	// A version more, which can be read, and pinned.
	r.register("orders-value", orderTwo)
	tool(t, exitOK, dir, check, "1 versions more than were pinned, which can be read")
	tool(t, exitOK, dir, pin)

	// One that cannot be read.
	r.ask("PUT", "/config/orders-value", `{"compatibility":"NONE"}`)
	r.register("orders-value", orderThree)
	tool(t, exitFound, dir, check, "subject orders-value: version 3 (id 3) cannot be read", "shop.Order.amount: string cannot become double", "what to do:")
	tool(t, exitFound, dir, pin, "SG0704", "version 3 of the subject orders-value", "string cannot become double")

	// What is written must be accepted.
	r.ask("DELETE", "/subjects/orders-value/versions/3", "")
	r.register("bills-value", billOther)
	tool(t, exitFound, dir, check, "subject bills-value is not pinned")
	tool(t, exitOK, dir, pin)
	r.ask("PUT", "/config/bills-value", `{"compatibility":"FULL"}`)
	tool(t, exitFound, dir, check, "subject bills-value: would be refused; topology Bills writes the values of topic bills as avro shop.Bill", "currency")
	r.ask("PUT", "/config/bills-value", `{"compatibility":"NONE"}`)
	tool(t, exitOK, dir, check)

	// Deleted, and registered anew.
	r.ask("DELETE", "/subjects/orders-value", "")
	tool(t, exitFound, dir, check, "subject orders-value is gone: version 2 (id 2) was pinned")
	r.ask("DELETE", "/subjects/orders-value?permanent=true", "")
	r.register("orders-value", orderTwo)
	tool(t, exitFound, dir, check, "version 1 is another schema than the one that was pinned (id 2 now, 1 then)", "version 2 (id 2), the newest that was pinned, is gone")
}

// TestRegistryIsAuthenticated: basic auth in the URL and as USER_INFO, and a certificate of an authority of one's own.
func TestRegistryIsAuthenticated(t *testing.T) {
	dir := appModule(t, "example.com/app")
	put(t, filepath.Join(dir, "main.go"), pinned)
	tool(t, exitOK, dir, []string{"gen"})
	r := serveRegistry(t, "ann:secret", httptest.NewTLSServer)
	ca, user := filepath.Join(t.TempDir(), "ca.pem"), filepath.Join(t.TempDir(), "user")
	put(t, ca, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.Certificate().Raw})))
	put(t, user, "ann:secret\n")
	withCA := func(url string, more ...string) []string {
		return append([]string{"check", "-registry", url, "-set", "schema.registry.ssl.truststore.location=" + ca, "-set", "schema.registry.timeout.ms=300"}, more...)
	}
	tool(t, exitOK, dir, withCA(strings.Replace(r.URL, "https://", "https://ann:secret@", 1)))
	tool(t, exitOK, dir, withCA(r.URL, "-set", "basic.auth.credentials.source=USER_INFO", "-set", "basic.auth.user.info.file="+user))
	if out := tool(t, exitFailure, dir, withCA(strings.Replace(r.URL, "https://", "https://ann:wrong@", 1)), "HTTP 401", "basic.auth"); strings.Contains(out, "wrong") {
		t.Errorf("the password shows:\n%s", out)
	}
	tool(t, exitFailure, dir, []string{"check", "-registry", r.URL, "-set", "schema.registry.timeout.ms=300"}, "certificate")
	properties := filepath.Join(t.TempDir(), "app.properties")
	put(t, properties, fmt.Sprintf("application.id=app\nschema.registry.url=%s\nschema.registry.ssl.truststore.location=%s\nbasic.auth.credentials.source=USER_INFO\nbasic.auth.user.info.file=%s\n", r.URL, ca, user))
	tool(t, exitOK, dir, []string{"check", "-config", properties})
}

// TestRegistryAnswersOtherwise: whatever it answers is an error that says so; nothing is written.
func TestRegistryAnswersOtherwise(t *testing.T) {
	dir := appModule(t, "example.com/app")
	put(t, filepath.Join(dir, "main.go"), pinned)
	tool(t, exitOK, dir, []string{"gen"})
	before := read(t, filepath.Join(dir, "streamgen.lock"))
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request)
		want   string
	}{
		"an error of its own": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, "did not answer"},
		"no JSON":             {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }, "did not answer"},
		"a conflict": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(409)
			fmt.Fprint(w, `{"error_code":409,"message":"no"}`)
		}, "HTTP 409"},
		"a schema that is none": {func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/versions") {
				fmt.Fprint(w, `[1]`)
				return
			}
			fmt.Fprint(w, `{"subject":"orders-value","version":1,"id":1,"schema":"{\"type\":\"recod\"}"}`)
		}, "subject orders-value, version 1: avro schema"},
		"a schema that refers to itself": {func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/versions") {
				fmt.Fprint(w, `[1]`)
				return
			}
			fmt.Fprint(w, `{"subject":"orders-value","version":1,"id":1,"schema":"\"x\"","references":[{"name":"x","subject":"x","version":1}]}`)
		}, "deeper than 16 levels"},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(c.answer))
			defer s.Close()
			tool(t, exitFailure, dir, []string{"lock", "-registry", s.URL, "-set", "schema.registry.timeout.ms=100"}, c.want)
			if read(t, filepath.Join(dir, "streamgen.lock")) != before {
				t.Error("the lock file was changed")
			}
		})
	}
	tool(t, exitFailure, dir, []string{"lock", "-registry", "localhost:8081"}, "schema.registry.url")
	tool(t, exitFailure, dir, []string{"lock", "-registry", "http://127.0.0.1:1", "-set", "schema.registry.timeout.ms=100"}, "did not answer")
}

// TestReferencesArePinnedWhole: a schema is pinned with what it refers to, a recursive one too.
func TestReferencesArePinnedWhole(t *testing.T) {
	dir := appModule(t, "example.com/app")
	put(t, filepath.Join(dir, "main.go"), pinned)
	r := serveRegistry(t, "", httptest.NewServer)
	r.register("note", `{"type":"record","name":"Note","namespace":"shop","fields":[{"name":"text","type":"string"},{"name":"next","type":["null","Note"],"default":null}]}`)
	b, err := json.Marshal(map[string]any{"schema": `{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"string"},{"name":"note","type":"shop.Note"},{"name":"amount","type":"double"}]}`,
		"references": []map[string]any{{"name": "shop.Note", "subject": "note", "version": 1}}})
	if err != nil {
		t.Fatal(err)
	}
	r.ask("POST", "/subjects/orders-value/versions", string(b))
	tool(t, exitOK, dir, []string{"lock", "-registry", r.URL})
	if text := read(t, filepath.Join(dir, "streamgen.lock")); !strings.Contains(text, `"next"`) {
		t.Errorf("what it refers to is not there:\n%s", text)
	}
	tool(t, exitOK, dir, []string{"check", "-registry", r.URL})
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
