//go:build real

package registry

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// apicurio starts Apicurio Registry for the test and returns the URL of its Confluent interface.
func apicurio(t *testing.T) string {
	t.Helper()
	port := 32000 + os.Getpid()%6000*2
	out, err := exec.Command("../../../scripts/registry/start-registry.sh", t.TempDir(), strconv.Itoa(port)).Output()
	if err != nil {
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			err = fmt.Errorf("%w\n%s", err, exit.Stderr)
		}
		t.Fatalf("the registry does not start: %v", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Kill(pid, syscall.SIGKILL) })
	return fmt.Sprintf("http://127.0.0.1:%d/apis/ccompat/v7", port)
}

// TestRealApicurio: a registry that we did not write understands the client, and the client its answers: registration,
// look-up, the latest version, refusals, versions, compatibility. S240, S242.
func TestRealApicurio(t *testing.T) {
	url := apicurio(t)
	c := client(t, Config{URLs: []string{url}})
	if _, err := c.Versions("orders-value"); !IsNotFound(err) {
		t.Errorf("a subject that is not there: %v", err)
	}
	if faults, err := c.Incompatible("orders-value", one); err != nil || len(faults) > 0 {
		t.Errorf("compatible with nothing: %v, %v", faults, err)
	}
	first, _, err := c.Register(orders, "shop.Order", avroSchema(one))
	if err != nil {
		t.Fatal(err)
	}
	second, _, err := c.Register(orders, "shop.Order", avroSchema(two))
	if err != nil || first == second {
		t.Fatalf("ids %d and %d, %v", first, second, err)
	}
	other := client(t, Config{URLs: []string{url}})
	if got, err := other.Schema(orders, second); err != nil || got.Text != two {
		t.Errorf("id %d is %q, %v", second, got.Text, err)
	}
	_, err = other.Schema(orders, 1<<20)
	if out := new(*wire.Outage); err == nil || errors.As(err, out) || !IsNotFound(err) {
		t.Errorf("an unknown id: %v", err)
	}
	looking := client(t, Config{URLs: []string{url}, LookUpOnly: true})
	if id, _, err := looking.Register(orders, "shop.Order", avroSchema(one)); err != nil || id != first {
		t.Errorf("looked up: id %d, %v; want %d", id, err, first)
	}
	if _, _, err := looking.Register(orders, "shop.Order", avroSchema(bad)); !IsNotFound(err) {
		t.Errorf("a schema that is not registered: %v", err)
	}
	id, as, err := client(t, Config{URLs: []string{url}, LookUpOnly: true, UseLatest: true}).Register(orders, "shop.Order", avroSchema(one))
	if err != nil || id != second || as.Text != two {
		t.Errorf("the latest is id %d %q, %v; want %d", id, as.Text, err, second)
	}
	versions, err := c.Versions("orders-value")
	if err != nil || len(versions) != 2 || versions[0].Number != 1 || versions[0].ID != first || versions[1].ID != second || versions[1].Schema.Text != two {
		t.Errorf("the versions are %+v, %v", versions, err)
	}
	level(t, url, "orders-value", "BACKWARD") // Apicurio has none unless told
	if faults, err := c.Incompatible("orders-value", bad); err != nil || len(faults) == 0 {
		t.Errorf("a string that becomes a long: %v, %v", faults, err)
	}
	if faults, err := c.Incompatible("orders-value", two); err != nil || len(faults) > 0 {
		t.Errorf("what is there: %v, %v", faults, err)
	}
	_, _, err = c.Register(orders, "shop.Order", avroSchema(bad))
	if out := new(*wire.Outage); err == nil || errors.As(err, out) || !strings.Contains(err.Error(), "409") {
		t.Errorf("an incompatible schema: %v", err)
	}
}

func level(t *testing.T, url, subject, level string) {
	t.Helper()
	req, err := http.NewRequest("PUT", url+"/config/"+subject, strings.NewReader(`{"compatibility":"`+level+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("the level of %s: HTTP %d", subject, res.StatusCode)
	}
}
