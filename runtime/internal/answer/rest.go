package answer

import (
	"context"
	"encoding/base64"
	"encoding/json/jsontext"
	"encoding/json/v2"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/streamgen/streamgen/runtime/query"
	"github.com/streamgen/streamgen/runtime/state"
)

// storeInfo is a store as the service lists it.
type storeInfo struct {
	Name       string           `json:"name"`
	Kind       string           `json:"kind"`
	Global     bool             `json:"global,omitzero"`
	InMemory   bool             `json:"inMemory,omitzero"`
	Sub        int              `json:"subtopology"`
	Partitions int32            `json:"partitions,omitzero"`
	Retention  int64            `json:"retentionMs,omitzero"`
	Instances  []query.Instance `json:"instances,omitzero"`
}

func (s *Service) info(name string) storeInfo {
	p := s.stores[name]
	i := storeInfo{Name: name, Kind: p.Kind(), Global: p.Global, InMemory: p.InMemory, Sub: p.Sub, Retention: p.Retention}
	if g := s.group(); g != nil && p.global == nil {
		i.Partitions = g.Tasks(p.sub)
	}
	return i
}

func (s *Service) serveStores(w http.ResponseWriter, _ *http.Request) {
	list := []storeInfo{}
	for _, name := range s.names {
		list = append(list, s.info(name))
	}
	write(w, http.StatusOK, list)
}

func (s *Service) serveStore(w http.ResponseWriter, req *http.Request) {
	name := req.PathValue("store")
	having, err := s.Having(name)
	if err != nil {
		fail(w, name, err)
		return
	}
	i := s.info(name)
	i.Instances = having
	write(w, http.StatusOK, i)
}

func (s *Service) serveInstances(w http.ResponseWriter, _ *http.Request) {
	list := s.Instances()
	if list == nil {
		list = []query.Instance{}
	}
	write(w, http.StatusOK, list)
}

// asked reads the parameters of a question.
type asked struct {
	p       *place
	values  url.Values
	raw     bool // keys are base64 of their bytes
	err     error
	r       query.Request
	timeout time.Duration
}

var parameters = strings.Fields("from to prefix start end limit reverse page partition uncommitted stale local atleast timeout base64")

func (s *Service) parse(req *http.Request) (*asked, error) {
	p, err := s.place(req.PathValue("store"))
	if err != nil {
		return nil, err
	}
	a := &asked{p: p, values: req.URL.Query(), timeout: defaultTimeout}
	for name := range a.values {
		if i := near(name, parameters)[0]; i != name {
			return nil, query.Errorf(query.Unsupported, p.name, "there is no parameter %q; the nearest is %s", name, i)
		}
	}
	a.r.Store, a.r.Last = p.name, math.MaxInt64
	a.raw = a.flag("base64")
	a.r.Uncommitted, a.r.Local, a.r.Reverse = a.flag("uncommitted"), a.flag("local"), a.flag("reverse")
	if a.values.Has("stale") {
		a.r.Stale, a.r.MaxLag = true, a.number("stale", 0)
		if a.r.MaxLag < 0 {
			a.r.MaxLag = math.MaxInt64
		}
	}
	for i := range a.values["partition"] {
		n, err := strconv.ParseInt(a.values["partition"][i], 10, 32)
		a.note("partition", err)
		a.r.Partitions = append(a.r.Partitions, int32(n))
	}
	if text := a.values.Get("atleast"); text != "" {
		a.note("atleast", json.Unmarshal([]byte(text), &a.r.AtLeast))
	}
	if text := a.values.Get("timeout"); text != "" {
		d, err := time.ParseDuration(text)
		a.note("timeout", err)
		a.timeout = min(d, longestTimeout)
	}
	a.r.Limit = int(a.number("limit", 0))
	a.r.First, a.r.Last = a.number("start", 0), a.number("end", math.MaxInt64)
	return a, a.err
}

func (a *asked) note(name string, err error) {
	if err != nil && a.err == nil {
		a.err = query.Errorf(query.Unsupported, a.p.name, "parameter %s: %v", name, err)
	}
}

func (a *asked) flag(name string) bool {
	if !a.values.Has(name) || a.values.Get(name) == "" {
		return a.values.Has(name)
	}
	on, err := strconv.ParseBool(a.values.Get(name))
	a.note(name, err)
	return on
}

func (a *asked) number(name string, otherwise int64) int64 {
	text := a.values.Get(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseInt(text, 10, 64)
	a.note(name, err)
	return n
}

// key encodes a key that is given as text.
func (a *asked) key(text string) ([]byte, error) {
	if a.raw || a.p.Key == nil {
		b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
		if err != nil {
			return nil, query.Errorf(query.Unsupported, a.p.name, "key %q is not base64url: %v", text, err)
		}
		return b, nil
	}
	b, err := a.p.Key.Parse(text)
	if err != nil {
		return nil, query.Errorf(query.Unsupported, a.p.name, "key: %v; keys are text, or JSON where they are no strings", err)
	}
	return b, nil
}

// row is a row as JSON. What the codecs cannot show is base64.
type row struct {
	Key       jsontext.Value `json:"key,omitzero"`
	KeyBytes  []byte         `json:"keyBase64,omitzero"`
	Start     *int64         `json:"start,omitzero"`
	End       *int64         `json:"end,omitzero"`
	Value     jsontext.Value `json:"value,omitzero"`
	Bytes     []byte         `json:"valueBase64,omitzero"`
	Timestamp *int64         `json:"timestamp,omitzero"`
	Partition *int32         `json:"partition,omitzero"`
}

func (a *asked) row(r query.Row) row {
	var out row
	key := r.Key
	switch {
	case a.p.Session:
		if k, w, ok := state.SplitSession(key); ok {
			key, out.Start, out.End = k, &w.Start, &w.End
		}
	case a.p.Window:
		if k, start, ok := state.SplitKey(key); ok {
			key, out.Start = k, &start
		}
	}
	out.KeyBytes, out.Bytes = key, r.Value
	if !a.raw && a.p.Key != nil {
		if b, err := a.p.Key.JSON(key); err == nil {
			out.Key, out.KeyBytes = b, nil
		}
	}
	if !a.raw && a.p.Val != nil {
		if b, err := a.p.Val.JSON(r.Value); err == nil {
			out.Value, out.Bytes = b, nil
		}
	}
	if r.Timestamp >= 0 {
		out.Timestamp = &r.Timestamp
	}
	if r.Partition >= 0 {
		out.Partition = &r.Partition
	}
	return out
}

// serveKey answers with the value of a key, or of a window store with the key's windows.
func (s *Service) serveKey(w http.ResponseWriter, req *http.Request) {
	a, err := s.parse(req)
	var key []byte
	if err == nil {
		key, err = a.key(req.PathValue("key"))
	}
	if err != nil {
		fail(w, req.PathValue("store"), err)
		return
	}
	if a.p.Window {
		a.r.Key, a.r.Keyed = key, true
		s.rows(w, req, a)
		return
	}
	a.r.Row, a.r.One = key, true
	ctx, cancel := context.WithTimeout(req.Context(), a.timeout)
	defer cancel()
	cur, rows, err := s.first(ctx, a.r)
	if err != nil {
		fail(w, a.p.name, err)
		return
	}
	defer cur.Close()
	if b, err := json.Marshal(cur.Info().Position, json.Deterministic(true)); err == nil {
		w.Header().Set("Streamgen-Position", string(b))
	}
	if len(rows) == 0 {
		write(w, http.StatusNotFound, failure{*query.Errorf("NOT_FOUND", a.p.name, "there is no such key")})
		return
	}
	if strings.Contains(req.Header.Get("Accept"), "application/octet-stream") {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Streamgen-Timestamp", fmt.Sprint(rows[0].Timestamp))
		_, _ = w.Write(rows[0].Value) // who asked has gone
		return
	}
	write(w, http.StatusOK, a.row(rows[0]))
}

// first asks and takes the first page, as long as an answer's status is not sent yet.
func (s *Service) first(ctx context.Context, r query.Request) (query.Cursor, []query.Row, error) {
	cur, err := s.Query(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	page, err := cur.Next(ctx)
	if err != nil {
		cur.Close()
		return nil, nil, err
	}
	return cur, page, nil
}

// serveRows answers with a range of rows.
func (s *Service) serveRows(w http.ResponseWriter, req *http.Request) {
	a, err := s.parse(req)
	if err == nil {
		err = a.bounds()
	}
	if err != nil {
		fail(w, req.PathValue("store"), err)
		return
	}
	s.rows(w, req, a)
}

// bounds reads from, to and prefix: to is included.
func (a *asked) bounds() error {
	one := func(name string, to *[]byte) error {
		if !a.values.Has(name) {
			return nil
		}
		b, err := a.key(a.values.Get(name))
		*to = b
		return err
	}
	var prefix []byte
	for name, to := range map[string]*[]byte{"from": &a.r.From, "to": &a.r.To, "prefix": &prefix} {
		if err := one(name, to); err != nil {
			return err
		}
	}
	if a.r.To != nil {
		a.r.To = append(a.r.To, 0)
	}
	if a.values.Has("prefix") {
		if a.r.From != nil || a.r.To != nil {
			return query.Errorf(query.Unsupported, a.p.name, "prefix excludes from and to")
		}
		a.r.From, a.r.To = prefix, query.After(prefix)
	}
	return nil
}

// last is the last line of an answer with rows. An answer without it was cut off.
type last struct {
	Rows     int            `json:"rows"`
	Page     string         `json:"page,omitzero"` // where the next rows are asked for
	Position query.Position `json:"position,omitzero"`
	Standby  bool           `json:"standby,omitzero"`
}

// rows streams the answer as JSON, one row a line.
func (s *Service) rows(w http.ResponseWriter, req *http.Request, a *asked) {
	if a.r.Limit == 0 {
		a.r.Limit = defaultRows
	}
	if page := a.values.Get("page"); page != "" {
		b, err := base64.RawURLEncoding.DecodeString(page)
		if err != nil {
			fail(w, a.p.name, query.Errorf(query.Unsupported, a.p.name, "page %q is not one that an answer gave", page))
			return
		}
		a.r.After = b
	}
	ctx, cancel := context.WithTimeout(req.Context(), a.timeout)
	defer cancel()
	cur, page, err := s.first(ctx, a.r)
	if err != nil {
		fail(w, a.p.name, err)
		return
	}
	defer cur.Close()
	w.Header().Set("Content-Type", "application/x-ndjson")
	out := http.NewResponseController(w)
	end := last{}
	var buf, at []byte
	line := func(v any) {
		if b, err := json.Marshal(v, json.Deterministic(true)); err == nil {
			buf = append(append(buf, b...), '\n')
		}
	}
	for err == nil && len(page) > 0 {
		for _, r := range page {
			line(a.row(r))
			at = r.Key
		}
		end.Rows += len(page)
		if !flush(w, out, &buf) {
			return
		}
		page, err = cur.Next(ctx)
	}
	if err != nil {
		line(asFailure(a.p.name, err))
	} else {
		if end.Rows == a.r.Limit {
			end.Page = base64.RawURLEncoding.EncodeToString(at)
		}
		end.Position, end.Standby = cur.Info().Position, cur.Info().Standby
		line(end)
	}
	flush(w, out, &buf)
}

func flush(w http.ResponseWriter, out *http.ResponseController, buf *[]byte) bool {
	_ = out.SetWriteDeadline(time.Now().Add(slowReader)) // not every ResponseWriter has one
	_, err := w.Write(*buf)
	*buf = (*buf)[:0]
	_ = out.Flush() // as above
	return err == nil
}
