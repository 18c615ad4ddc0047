package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/streamgen/streamgen/internal/schemastore"
	"github.com/streamgen/streamgen/runtime/serde/wire"
	"github.com/twmb/franz-go/pkg/sr"
)

// refusal is an answer that says no.
type refusal struct {
	status int // HTTP
	err    error
}

func (r *refusal) Error() string { return r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

// IsNotFound says whether an error is the registry's answer that there is no such subject, version or schema.
func IsNotFound(err error) bool {
	if r := (*refusal)(nil); errors.As(err, &r) {
		return r.status == http.StatusNotFound
	}
	if e := (*schemastore.Error)(nil); errors.As(err, &e) {
		return e.Status == http.StatusNotFound
	}
	return false
}

// Version is a version of a subject. A plain value, safe for concurrent use.
type Version struct {
	Number int
	ID     int32
	Schema wire.Schema
}

// Versions are the versions of a subject that are not deleted, ascending. Nothing of it is remembered: it is for tools,
// which ask what has changed. IsNotFound tells the error of a subject that is not there.
func (c *Client) Versions(subject string) (out []Version, err error) {
	if c.mock != nil {
		list, err := c.mock.Versions(subject, false)
		if err != nil {
			return nil, fmt.Errorf("subject %s: %w", subject, err)
		}
		for _, e := range list {
			out = append(out, Version{e.Version, int32(e.ID), wire.Schema{Type: schemaType(e.Type), Text: e.Text}})
		}
		return out, nil
	}
	err = c.try("the versions of subject "+subject, func(ctx context.Context, server *sr.Client) error {
		out = nil
		numbers, err := server.SubjectVersions(ctx, subject)
		if err != nil {
			return err
		}
		for _, n := range numbers {
			s, err := server.SchemaByVersion(ctx, subject, n)
			if err != nil {
				return err
			}
			whole, err := c.whole(ctx, server, s.Schema, 0)
			if err != nil {
				return err
			}
			out = append(out, Version{s.Version, int32(s.ID), whole})
		}
		return nil
	})
	return out, err
}

func schemaType(t string) string {
	if t == "" {
		return "AVRO"
	}
	return t
}

// Incompatible says what keeps an Avro schema from becoming the next version of a subject, by the subject's level of
// compatibility; empty when nothing does, also for a subject that is not there.
func (c *Client) Incompatible(subject, text string) (out []string, err error) {
	if c.mock != nil {
		return c.mock.Incompatible(subject, schemastore.Schema{Text: text}, 0)
	}
	err = c.try("the compatibility of a schema with subject "+subject, func(ctx context.Context, server *sr.Client) error {
		r, err := server.CheckCompatibility(sr.WithParams(ctx, sr.Verbose), subject, -1, sr.Schema{Schema: text})
		if err != nil {
			return err
		}
		if out = r.Messages; r.Is {
			out = nil
		} else if len(out) == 0 {
			out = []string{"the registry does not say why"}
		}
		return nil
	})
	if IsNotFound(err) {
		return nil, nil
	}
	return out, err
}
