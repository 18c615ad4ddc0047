package registry

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/streamgen/streamgen/internal/schemastore"
	"github.com/streamgen/streamgen/runtime/serde/wire"
	"github.com/twmb/franz-go/pkg/sr"
)

// Client is a client of a registry that remembers what it was told: an id has its schema for ever, and a
// schema its id in a subject. Safe for concurrent use.
type Client struct {
	cfg     Config
	servers []*sr.Client
	names   []string           // of the servers, without passwords
	mock    *schemastore.Store // instead of servers
	ctx     context.Context    // ended by Close
	end     context.CancelFunc

	mu      sync.Mutex
	first   int // the server that answered last
	schemas map[int32]wire.Schema
	ids     map[named]registered
}

// named is a schema in a subject.
type named struct{ subject, text string }

type registered struct {
	id int32
	as wire.Schema
}

// New returns a client; the registry is asked when a codec needs it. The error is that of a file with a
// secret that cannot be read, or Validate's.
func New(cfg Config) (*Client, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if len(cfg.URLs) == 0 {
		return nil, errors.New("schema.registry.url is not set")
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second
	}
	if cfg.Wait == 0 {
		cfg.Wait = 100 * time.Millisecond
	}
	if cfg.MaxWait == 0 {
		cfg.MaxWait = 2 * time.Second
	}
	c := &Client{cfg: cfg, schemas: map[int32]wire.Schema{}, ids: map[named]registered{}}
	c.ctx, c.end = context.WithCancel(context.Background())
	if name, ok := strings.CutPrefix(cfg.URLs[0], "mock://"); ok {
		c.mock = mock(name)
		return c, nil
	}
	for _, u := range cfg.URLs {
		s, err := cfg.server(u)
		if err != nil {
			return nil, err
		}
		c.servers, c.names = append(c.servers, s), append(c.names, hide(u))
	}
	return c, nil
}

// server makes the client of one URL.
func (c *Config) server(address string) (*sr.Client, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("schema.registry.url: %s is no URL", hide(address))
	}
	user := u.User
	u.User = nil
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: c.TLS, IdleConnTimeout: 30 * time.Second,
		DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext, ForceAttemptHTTP2: true}
	opts := []sr.ClientOpt{sr.URLs(u.String()), sr.UserAgent("streamgen"), sr.HTTPClient(&http.Client{Transport: transport, Timeout: 10 * time.Second})}
	switch {
	case c.CredentialsSource == "USER_INFO":
		info, err := secret(c.UserInfo, c.UserInfoFile)
		if err != nil {
			return nil, fmt.Errorf("basic.auth.user.info.file: %w", err)
		}
		name, password, ok := strings.Cut(info, ":")
		if !ok {
			return nil, errors.New("basic.auth.user.info.file: there is no colon in it; write user:password")
		}
		opts = append(opts, sr.BasicAuth(name, password))
	case user != nil:
		password, _ := user.Password()
		opts = append(opts, sr.BasicAuth(user.Username(), password))
	case c.Token != "" || c.TokenFile != "":
		opts = append(opts, sr.PreReq(func(r *http.Request) error {
			token, err := secret(c.Token, c.TokenFile)
			if err != nil {
				return fmt.Errorf("bearer.auth.token.file: %w", err)
			}
			r.Header.Set("Authorization", "Bearer "+token)
			return nil
		}))
	}
	return sr.NewClient(opts...)
}

func secret(value, file string) (string, error) {
	if value != "" || file == "" {
		return value, nil
	}
	b, err := os.ReadFile(file)
	return strings.TrimSpace(string(b)), err
}

// Close ends requests that are under way; later ones fail.
func (c *Client) Close() { c.end() }

// Register implements wire.Schemas.
func (c *Client) Register(use wire.Use, name string, s wire.Schema) (int32, wire.Schema, error) {
	subject, err := c.cfg.Subject(use, name)
	if err != nil {
		return 0, s, err
	}
	at := named{subject, s.Text}
	c.mu.Lock()
	known, ok := c.ids[at]
	c.mu.Unlock()
	if ok {
		return known.id, known.as, nil
	}
	if c.mock != nil {
		known, err = c.registerMock(subject, s)
	} else {
		known, err = c.register(subject, s)
	}
	if err != nil {
		return 0, s, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ids[at] = known
	return known.id, known.as, nil
}

func (c *Client) registerMock(subject string, s wire.Schema) (registered, error) {
	schema := schemastore.Schema{Text: s.Text, Type: s.Type}
	var e schemastore.Entry
	var err error
	if !c.cfg.UseLatest {
		if schema.References, err = c.importsMock(s.Imports); err != nil {
			return registered{}, err
		}
	}
	switch {
	case !c.cfg.LookUpOnly:
		e, err = c.mock.Register(subject, schema, c.cfg.Normalize)
	case c.cfg.UseLatest:
		if e, err = c.mock.Version(subject, -1, false); err == nil {
			return registered{int32(e.ID), wire.Schema{Type: s.Type, Text: e.Text}}, nil
		}
	default:
		e, err = c.mock.Lookup(subject, schema, c.cfg.Normalize, false)
	}
	if err != nil {
		return registered{}, fmt.Errorf("subject %s: %w", subject, err)
	}
	return registered{int32(e.ID), s}, nil
}

// importsMock registers what a schema imports, each in the subject of its name.
func (c *Client) importsMock(list []wire.Import) (out []schemastore.Reference, err error) {
	for _, i := range list {
		below := schemastore.Schema{Text: i.Text, Type: i.Type}
		if below.References, err = c.importsMock(i.Imports); err != nil {
			return nil, err
		}
		var e schemastore.Entry
		if c.cfg.LookUpOnly {
			e, err = c.mock.Lookup(i.Name, below, c.cfg.Normalize, false)
		} else {
			e, err = c.mock.Register(i.Name, below, c.cfg.Normalize)
		}
		if err != nil {
			return nil, fmt.Errorf("subject %s, which is imported: %w", i.Name, err)
		}
		out = append(out, schemastore.Reference{Name: i.Name, Subject: i.Name, Version: e.Version})
	}
	return out, nil
}

// imports registers what a schema imports, each in the subject of its name, as Java's serializer does.
func (c *Client) imports(ctx context.Context, server *sr.Client, list []wire.Import, kind sr.SchemaType) (out []sr.SchemaReference, err error) {
	for _, i := range list {
		below := sr.Schema{Schema: i.Text, Type: kind}
		if below.References, err = c.imports(ctx, server, i.Imports, kind); err != nil {
			return nil, err
		}
		if !c.cfg.LookUpOnly {
			if _, err = server.RegisterSchema(ctx, i.Name, below, -1, -1); err != nil {
				return nil, fmt.Errorf("subject %s, which is imported: %w", i.Name, err)
			}
		}
		found, err := server.LookupSchema(ctx, i.Name, below)
		if err != nil {
			return nil, fmt.Errorf("subject %s, which is imported: %w", i.Name, err)
		}
		out = append(out, sr.SchemaReference{Name: i.Name, Subject: i.Name, Version: found.Version})
	}
	return out, nil
}

func (c *Client) register(subject string, s wire.Schema) (registered, error) {
	kind := sr.TypeAvro
	switch s.Type {
	case "PROTOBUF":
		kind = sr.TypeProtobuf
	case "JSON":
		kind = sr.TypeJSON
	}
	schema := sr.Schema{Schema: s.Text, Type: kind}
	out := registered{as: s}
	err := c.try("subject "+subject, func(ctx context.Context, server *sr.Client) error {
		if c.cfg.Normalize {
			ctx = sr.WithParams(ctx, sr.Normalize)
		}
		if !c.cfg.UseLatest {
			refs, err := c.imports(ctx, server, s.Imports, kind)
			if err != nil {
				return err
			}
			schema.References = refs
		}
		switch {
		case !c.cfg.LookUpOnly:
			id, err := server.RegisterSchema(ctx, subject, schema, -1, -1)
			out.id = int32(id)
			return err
		case c.cfg.UseLatest:
			latest, err := server.SchemaByVersion(ctx, subject, -1)
			if err != nil {
				return err
			}
			out.id = int32(latest.ID)
			out.as, err = c.whole(ctx, server, latest.Schema, 0)
			return err
		}
		found, err := server.LookupSchema(ctx, subject, schema)
		out.id = int32(found.ID)
		return err
	})
	return out, err
}

// Schema implements wire.Schemas.
func (c *Client) Schema(use wire.Use, id int32) (wire.Schema, error) {
	c.mu.Lock()
	known, ok := c.schemas[id]
	c.mu.Unlock()
	if ok {
		return known, nil
	}
	what := fmt.Sprintf("the schema with id %d (%s)", id, use)
	if c.mock != nil {
		s, err := c.mock.Schema(int(id))
		if err != nil {
			return known, fmt.Errorf("%s: %w", what, err)
		}
		return wire.Schema{Type: s.Type, Text: s.Text}, nil
	}
	err := c.try(what, func(ctx context.Context, server *sr.Client) error {
		s, err := server.SchemaByID(ctx, int(id))
		if err != nil {
			return err
		}
		known, err = c.whole(ctx, server, s, 0)
		return err
	})
	if err != nil {
		return known, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.schemas[id] = known
	return known, nil
}

// whole fetches what a schema refers to, deepest first.
func (c *Client) whole(ctx context.Context, server *sr.Client, s sr.Schema, depth int) (wire.Schema, error) {
	out := wire.Schema{Type: s.Type.String(), Text: s.Schema}
	if depth > 16 {
		return out, errors.New("references go deeper than 16 levels")
	}
	for _, r := range s.References {
		below, err := server.SchemaByVersion(ctx, r.Subject, r.Version)
		if err != nil {
			return out, err
		}
		w, err := c.whole(ctx, server, below.Schema, depth+1)
		if err != nil {
			return out, err
		}
		out.References = append(append(out.References, w.References...), w.Text)
	}
	return out, nil
}

// try asks the servers in turn, beginning with the one that answered last, until one answers or the
// time is up. What an answer refuses is the schema's fault; all else is an outage.
func (c *Client) try(what string, ask func(context.Context, *sr.Client) error) error {
	ctx, cancel := context.WithTimeout(c.ctx, c.cfg.Timeout)
	defer cancel()
	c.mu.Lock()
	at := c.first
	c.mu.Unlock()
	wait := c.cfg.Wait
	var last error // what a server said, rather than that the time was up while one was asked again
	for {
		for range c.servers {
			err := ask(ctx, c.servers[at])
			if err == nil {
				c.mu.Lock()
				c.first = at
				c.mu.Unlock()
				return nil
			}
			var answer *sr.ResponseError
			if errors.As(err, &answer) && answer.StatusCode < 500 && answer.StatusCode != http.StatusTooManyRequests && answer.StatusCode != http.StatusRequestTimeout {
				err = &refusal{answer.StatusCode, fmt.Errorf("the Schema Registry at %s refuses %s: %s (HTTP %d, error %d)", c.names[at], what, answer.Message, answer.StatusCode, answer.ErrorCode)}
				if answer.StatusCode == http.StatusUnauthorized || answer.StatusCode == http.StatusForbidden {
					return &wire.Outage{Err: fmt.Errorf("%w; check basic.auth.* and bearer.auth.*", err)}
				}
				return err
			}
			if last == nil || ctx.Err() == nil {
				last = fmt.Errorf("%s: %w", c.names[at], err)
			}
			at = (at + 1) % len(c.servers)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return &wire.Outage{Err: fmt.Errorf("the Schema Registry did not answer within %v when asked for %s: %w; check schema.registry.url, and that it runs", c.cfg.Timeout, what, last)}
		case <-timer.C:
		}
		wait = min(2*wait, c.cfg.MaxWait)
	}
}
