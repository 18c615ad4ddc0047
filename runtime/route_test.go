package runtime_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json/v2"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/dsl"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/query"
)

// served starts an App whose stores others can ask for.
func served(t *testing.T, c *cluster, token string) (*rt.App, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg := c.config("app", rt.ExactlyOnce, t.TempDir())
	cfg.ApplicationServer, cfg.NumStandbyReplicas = l.Addr().String(), standbys
	if token != "" {
		cfg.HTTPTokenFile = filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(cfg.HTTPTokenFile, []byte(token+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	app, err := rt.New(rt.InterpretPlain(keeping), cfg)
	if err != nil {
		t.Fatal(err)
	}
	web := &http.Server{Handler: app.Handler()}
	go web.Serve(l)
	t.Cleanup(func() { web.Close() })
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close(patience) })
	return app, "http://" + l.Addr().String()
}

// S232, S233: whichever of two instances is asked, the answer is the same and whole; what the
// other has comes over HTTP, in one order with its own.
func TestQueriesAreRouted(t *testing.T) {
	const partitions = 4
	_, c := eventsCluster(t, partitions)
	h := newHistory(t, c, partitions)
	h.grow(t, 3000, 500)
	one, base := served(t, c, "secret")
	two, _ := served(t, c, "secret")
	ctx := t.Context()
	bound, want := query.Position{"events": {}}, truth{}
	for p := range partitions {
		bound.Set("events", int32(p), h.length(p)-1)
		for s, rows := range h.until(p, h.length(p)-1) {
			if want[s] == nil {
				want[s] = map[string]string{}
			}
			maps.Copy(want[s], rows)
		}
	}
	str := dsl.String()
	for _, app := range []*rt.App{one, two} {
		eventually(t, "two instances", func() bool {
			n := 0
			for _, in := range app.Instances() {
				if len(in.Active) == 2 && in.Endpoint != "" {
					n++
				}
			}
			return n == 2
		})
		for _, name := range keepingStores {
			var info query.Info
			eventually(t, name, func() bool {
				got, err := rowsOf(ctx, app, name, query.AtLeast(bound), query.Tell(&info))
				if errors.Is(err, query.ErrNotAvailable) {
					return false
				}
				if err != nil || !maps.Equal(got, want[name]) {
					t.Fatalf("%s: %v %s", name, err, difference(got, want[name]))
				}
				return info.Remote // else the task has not moved yet
			})
			if len(info.Position["events"]) != partitions {
				t.Errorf("%s: %+v", name, info)
			}
		}
		s := query.KeyValueWith(app, "disk", str, str)
		keys := slices.Sorted(maps.Keys(want["disk"]))
		slices.Reverse(keys)
		got := collect(t, s.All(ctx, query.Reverse(), query.Limit(700)), func(e query.Entry[string, string]) string { return e.Key })
		if !slices.Equal(got, keys[:min(700, len(keys))]) {
			t.Errorf("%d keys in another order", len(got))
		}
		for _, k := range keys[:50] {
			if v, ok, err := s.Get(ctx, k); err != nil || !ok || v != want["disk"][k] {
				t.Errorf("%s is %q %v %v", k, v, ok, err)
			}
			if v, ok, err := s.Get(ctx, k, query.Uncommitted()); err != nil || !ok || v != want["disk"][k] {
				t.Errorf("%s is %q %v %v", k, v, ok, err)
			}
		}
		n, err := s.Count(ctx)
		if err != nil || n != int64(len(keys)) {
			t.Error(n, err)
		}
		local := int64(0)
		if local, err = s.Count(ctx, query.Local()); err != nil || local == 0 || local >= n {
			t.Error(local, err)
		}
		// Counts are found by their key, but in none of the partitions where Kafka's partitioner
		// would have put it: the input was placed by hand.
		counts := query.KeyValueWith(app, "counts", str, dsl.Int64())
		for _, k := range slices.Sorted(maps.Keys(want["counts"]))[:20] {
			if v, ok, err := counts.Get(ctx, k); err != nil || !ok || fmt.Sprint(v) != want["counts"][k] {
				t.Errorf("%s is %d %v %v, want %s", k, v, ok, err, want["counts"][k])
			}
		}
		m, err := counts.Locate("x")
		if err != nil || m.Partition < 0 || len(m.Active) != 1 || !m.Likely {
			t.Errorf("%+v %v", m, err)
		}
		if m, err := s.Locate("x"); err != nil || m.Partition != -1 || len(m.Active) != 2 {
			t.Errorf("%+v %v", m, err)
		}
	}
	overHTTP(t, base, want)

	// Without its port the other cannot be asked, and the answer is an error, not a part.
	for _, in := range one.Instances() {
		if in.Self {
			continue
		}
		bare, err := http.Get("http://" + in.Endpoint + "/streamgen/v1/stores")
		if err != nil {
			t.Fatal(err)
		}
		bare.Body.Close()
		if bare.StatusCode != 401 {
			t.Error(bare.Status)
		}
	}
	if err := two.Close(patience); err != nil {
		t.Error(err)
	}
	eventually(t, "the rest", func() bool {
		got, err := rowsOf(ctx, one, "disk")
		if err != nil && !errors.Is(err, query.ErrNotAvailable) {
			t.Fatal(err)
		}
		if err == nil && !maps.Equal(got, want["disk"]) {
			t.Fatal(difference(got, want["disk"]))
		}
		return err == nil
	})
}

// line is a row, or the end, of an answer over HTTP.
type line struct {
	Key       string         `json:"key"`
	Value     any            `json:"value"`
	Start     int64          `json:"start"`
	Bytes     string         `json:"keyBase64"`
	Rows      *int           `json:"rows"`
	Page      string         `json:"page"`
	Position  query.Position `json:"position"`
	Partition int32          `json:"partition"`
	Error     *query.Error   `json:"error"`
}

func overHTTP(t *testing.T, base string, want truth) {
	t.Helper()
	get := func(path string, accept ...string) (int, http.Header, []byte) {
		req, err := http.NewRequest("GET", base+"/streamgen/v1"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer secret")
		for _, a := range accept {
			req.Header.Set("Accept", a)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, resp.Header, b
	}
	lines := func(path string) (rows []line, end line) {
		status, _, b := get(path)
		if status != 200 {
			t.Fatalf("%s: %d %s", path, status, b)
		}
		for s := bufio.NewScanner(strings.NewReader(string(b))); s.Scan(); {
			var l line
			if err := json.Unmarshal(s.Bytes(), &l); err != nil {
				t.Fatalf("%s: %s: %v", path, s.Bytes(), err)
			}
			if l.Rows != nil {
				return rows, l
			}
			rows = append(rows, l)
		}
		t.Fatalf("%s has no end: %s", path, b)
		return nil, end
	}
	status, _, b := get("/stores")
	var list []struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(b, &list); err != nil || status != 200 || len(list) != len(keepingStores) || list[0].Name != "counts" || list[0].Kind != "key-value" {
		t.Errorf("%d %s %v", status, b, err)
	}
	keys := slices.Sorted(maps.Keys(want["disk"]))
	got, page := []string{}, ""
	for more := true; more; more = page != "" {
		rows, end := lines("/stores/disk/rows?limit=333&page=" + page)
		for _, l := range rows {
			got = append(got, l.Key)
			if l.Value != want["disk"][l.Key] {
				t.Errorf("%s is %v", l.Key, l.Value)
			}
		}
		page = end.Page
	}
	if !slices.Equal(got, keys) {
		t.Errorf("%d keys, want %d", len(got), len(keys))
	}
	k := slices.Sorted(maps.Keys(want["counts"]))[7]
	at := "/keys/" + url.PathEscape(k)
	if status, header, b := get("/stores/counts" + at); status != 200 || !strings.Contains(string(b), `"value":`+want["counts"][k]) || header.Get("Streamgen-Position") == "" {
		t.Errorf("%d %s", status, b)
	}
	if status, _, b := get("/stores/counts"+at, "application/octet-stream"); status != 200 || len(b) != 8 || fmt.Sprint(b[7]) != want["counts"][k] {
		t.Errorf("%d %q", status, b)
	}
	if status, _, b := get("/stores/counts/keys/" + base64.RawURLEncoding.EncodeToString([]byte(k)) + "?base64"); status != 200 || !strings.Contains(string(b), "valueBase64") {
		t.Errorf("%d %s", status, b)
	}
	rows, _ := lines("/stores/counts-by-time" + at)
	for _, l := range rows {
		if want["counts-by-time"][fmt.Sprint(l.Key, " ", l.Start)] != fmt.Sprint(l.Value) {
			t.Errorf("%+v", l)
		}
	}
	if len(rows) == 0 {
		t.Error("no windows")
	}
	if some, _ := lines(fmt.Sprintf("/stores/counts-by-time%s?start=%d&end=%d", at, rows[0].Start, rows[0].Start)); len(some) != 1 {
		t.Error(some)
	}
	if rows, _ := lines("/stores/sessions" + at); len(rows) == 0 {
		t.Error("no sessions")
	}
	for path, said := range map[string]string{
		"/stores/cuonts/keys/x":            "404 it has counts, ",
		"/stores/counts/keys/nobody":       "404 there is no such key",
		"/stores/counts/rows?limt=3":       "400 the nearest is limit",
		"/stores/counts/rows?limit=x":      "400 parameter limit",
		"/stores/counts/rows?partition=77": "503 there is no partition 77",
		"/stores/counts/rows?timeout=50ms&atleast=" + url.QueryEscape(`{"events":{"0":99999999}}`): "503 not offset 99999999",
	} {
		status, header, b := get(path)
		code, text, _ := strings.Cut(said, " ")
		if fmt.Sprint(status) != code || !strings.Contains(string(b), text) || code == "503" && header.Get("Retry-After") == "" {
			t.Errorf("%s: %d %s", path, status, b)
		}
	}
}

// S235: a standby answers where staleness is allowed, from this instance, with how far it is
// behind; without, or with a bound that it cannot know, the active task does.
func TestStandbysAnswer(t *testing.T) {
	const partitions = 2
	_, c := eventsCluster(t, partitions)
	h := newHistory(t, c, partitions)
	h.grow(t, 1000, 200)
	standbys = 1
	t.Cleanup(func() { standbys = 0 })
	one, _ := served(t, c, "")
	two, _ := served(t, c, "")
	want := map[string]string{}
	for p := range partitions {
		maps.Copy(want, h.until(p, h.length(p)-1)["disk"])
	}
	eventually(t, "as many standby tasks as active ones, none of them behind", func() bool {
		a, b := one.Metrics(), two.Metrics()
		return a.StandbyTasks.Load()+b.StandbyTasks.Load() == partitions && a.StandbyLag.Load()+b.StandbyLag.Load() == 0
	})
	eventually(t, "a standby that has caught up", func() bool {
		var info query.Info
		got, err := rowsOf(t.Context(), one, "disk", query.Local(), query.Stale(-1), query.Partition(0), query.Partition(1), query.Tell(&info))
		return err == nil && info.Standby && maps.Equal(got, want)
	})
	var info query.Info
	eventually(t, "the active tasks", func() bool { // they may be moving
		got, err := rowsOf(t.Context(), one, "disk", query.Tell(&info))
		if err != nil && !errors.Is(err, query.ErrNotAvailable) || info.Standby || err == nil && !maps.Equal(got, want) {
			t.Fatalf("%+v %v %s", info, err, difference(got, want))
		}
		return err == nil
	})
	bound := query.Position{"events": {0: 0, 1: 0}}
	if _, err := rowsOf(t.Context(), one, "disk", query.Local(), query.Stale(-1), query.AtLeast(bound), query.Partition(0), query.Partition(1)); !errors.Is(err, query.ErrNotUpToBound) {
		t.Error(err)
	}
}

// standbys is what served asks for.
var standbys int
