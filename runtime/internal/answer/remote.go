package answer

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json/v2"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/streamgen/streamgen/runtime/query"
)

// forwarded is the header of a question that an instance passes on: who is asked answers from
// what it has, and passes nothing on itself.
const forwarded = "Streamgen-Forwarded"

// queryPath is where instances ask each other.
const queryPath = "/streamgen/v1/query"

// newClient returns what questions are passed on with. There is no proxy between instances.
func newClient() *http.Client {
	dial := &net.Dialer{Timeout: 3 * time.Second}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dial.DialContext, MaxIdleConnsPerHost: 32, IdleConnTimeout: 30 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// remote asks another instance, when it is asked first. It belongs to one goroutine.
type remote struct {
	s        *Service
	sc       *scope
	endpoint string   // the one asked
	others   []string // asked when it cannot answer
	r        query.Request
	ctx      context.Context // of the answer: it ends with Close
	cancel   func()
	body     io.ReadCloser
	in       *bufio.Reader
	info     query.Info
	end      bool
}

// far asks the first of some instances that answers for some partitions.
func (s *Service) far(ctx context.Context, sc *scope, endpoints []string, partitions []int32) *remote {
	r := &remote{s: s, sc: sc, endpoint: endpoints[0], others: endpoints[1:], r: sc.r}
	r.r.Local, r.r.Partitions = true, partitions
	r.ctx, r.cancel = context.WithCancel(ctx)
	return r
}

// Info implements query.Cursor.
func (r *remote) Info() query.Info {
	info := r.info
	info.Remote = true
	return info
}

// Close implements query.Cursor.
func (r *remote) Close() {
	r.cancel()
	if r.body != nil {
		_ = r.body.Close() // what is left of the answer is not wanted
		r.body = nil
	}
}

// Next implements query.Cursor.
func (r *remote) Next(ctx context.Context) ([]query.Row, error) {
	if r.end {
		return nil, nil
	}
	stop := context.AfterFunc(ctx, r.cancel) // the wait of this page, too
	defer stop()
	if r.in == nil {
		if err := r.first(ctx); err != nil {
			return nil, err
		}
	}
	rows, end, err := readPage(r.in, &r.info)
	if err != nil {
		return nil, r.fault(ctx, err)
	}
	r.end = end
	return rows, nil
}

// first asks until one answers.
func (r *remote) first(ctx context.Context) error {
	for {
		err := r.ask()
		if err == nil {
			return nil
		}
		err = r.fault(ctx, err)
		if len(r.others) == 0 || !errors.Is(err, query.ErrNotAvailable) && !errors.Is(err, query.ErrNotUpToBound) {
			return err
		}
		r.endpoint, r.others = r.others[0], r.others[1:]
	}
}

func (r *remote) ask() error {
	body, err := json.Marshal(r.r, json.Deterministic(true))
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(r.ctx, http.MethodPost, "http://"+r.endpoint+queryPath, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", rowsType)
	req.Header.Set(forwarded, r.s.name())
	if r.s.Token != "" {
		req.Header.Set("Authorization", "Bearer "+r.s.Token)
	}
	if at, ok := r.ctx.Deadline(); ok { // a little less than the asker has, so that the error comes through
		req.Header.Set("Streamgen-Timeout", max(time.Until(at)*9/10, time.Millisecond).String())
	}
	resp, err := r.s.http.Do(req)
	if err != nil {
		return err
	}
	if resp.StatusCode == http.StatusOK && resp.Header.Get("Content-Type") == rowsType {
		r.body, r.in = resp.Body, bufio.NewReaderSize(resp.Body, 64<<10)
		return nil
	}
	defer resp.Body.Close()
	var e struct {
		Error query.Error `json:"error"`
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err == nil && json.Unmarshal(b, &e) == nil && e.Error.Code != "" {
		return &e.Error
	}
	if resp.StatusCode == http.StatusUnauthorized {
		return query.Errorf(query.Refused, r.sc.p.name, "the instance at %s does not accept this one's token; give all instances the same http.token.file", r.endpoint)
	}
	return query.Errorf(query.NotPresent, r.sc.p.name, "the instance at %s answered %s; is application.server the address of its HTTP port?", r.endpoint, resp.Status)
}

// fault words what kept another instance from answering.
func (r *remote) fault(ctx context.Context, err error) error {
	var own *query.Error
	if errors.As(err, &own) {
		return own
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	return query.Errorf(query.NotPresent, r.sc.p.name, "the instance at %s cannot be asked: %v; try again", r.endpoint, err)
}
