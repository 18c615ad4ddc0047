// Package registry is a client of Schema Registries with Confluent's interface: it finds the ids that
// values are written with and the schemas that they are read with.
package registry

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Config says where the registry is and how subjects are named; the fields are Confluent's properties.
// A plain value, safe for concurrent use while nobody changes it.
type Config struct {
	// URLs is schema.registry.url: tried in turn. mock://NAME is a registry in this process, the same for
	// all that use the name.
	URLs []string
	// KeySubject and ValueSubject are key.subject.name.strategy and value.subject.name.strategy:
	// TopicNameStrategy (the default), RecordNameStrategy or TopicRecordNameStrategy, also with the package
	// that Java writes before it.
	KeySubject, ValueSubject string
	// LookUpOnly is auto.register.schemas=false: schemas must be registered already.
	LookUpOnly bool
	// UseLatest is use.latest.version: values are written with the subject's latest schema. As with
	// Confluent's, it takes LookUpOnly.
	UseLatest bool
	// Normalize is normalize.schemas.
	Normalize bool
	// CredentialsSource is basic.auth.credentials.source: URL (the default: user:password@ in the URL) or USER_INFO.
	CredentialsSource string
	UserInfo          string // basic.auth.user.info, user:password
	UserInfoFile      string // basic.auth.user.info.file; UserInfo wins
	Token             string // bearer.auth.token
	TokenFile         string // bearer.auth.token.file, read for every request; Token wins
	// TLS is what https URLs are spoken to with; nil is the system's.
	TLS *tls.Config
	// Timeout is schema.registry.timeout.ms: how long a request is tried, over all URLs; default 30 s.
	Timeout time.Duration
	// Wait and MaxWait are retries.wait.ms and retries.max.wait.ms: the pause after the first round
	// of URLs, doubled up to the longest; default 100 ms and 2 s.
	Wait, MaxWait time.Duration
}

// Validate reports everything that is wrong with c, each with its property's name. A Config without
// URLs is valid: there is no registry.
func (c *Config) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	mocks := 0
	for _, u := range c.URLs {
		p, err := url.Parse(u)
		switch {
		case err != nil || p.Host == "" || p.Scheme != "http" && p.Scheme != "https" && p.Scheme != "mock":
			bad("schema.registry.url: %s is no URL of a registry; write http://host:port, https://host:port or mock://name", hide(u))
		case p.Scheme == "mock":
			mocks++
		}
	}
	if mocks > 0 && len(c.URLs) > 1 {
		bad("schema.registry.url: a mock:// registry stands alone")
	}
	for _, s := range []struct{ name, v string }{{"key.subject.name.strategy", c.KeySubject}, {"value.subject.name.strategy", c.ValueSubject}} {
		if !slices.Contains([]string{"", topicName, recordName, topicRecordName}, short(s.v)) {
			bad("%s is %q; it must be %s, %s or %s", s.name, s.v, topicName, recordName, topicRecordName)
		}
	}
	switch c.CredentialsSource {
	case "", "URL":
		if c.UserInfo != "" || c.UserInfoFile != "" {
			bad("basic.auth.user.info is given, but basic.auth.credentials.source is not USER_INFO")
		}
	case "USER_INFO":
		if c.UserInfo == "" && c.UserInfoFile == "" {
			bad("basic.auth.credentials.source is USER_INFO; it needs basic.auth.user.info.file (or basic.auth.user.info), user:password")
		}
		if c.UserInfo != "" && !strings.Contains(c.UserInfo, ":") {
			bad("basic.auth.user.info has no colon; write user:password")
		}
		if c.Token != "" || c.TokenFile != "" {
			bad("both basic.auth.user.info and bearer.auth.token are given; use one")
		}
	default:
		bad("basic.auth.credentials.source is %q; it must be URL or USER_INFO", c.CredentialsSource)
	}
	if c.UseLatest && !c.LookUpOnly {
		bad("use.latest.version takes auto.register.schemas=false: what is registered would be the latest version")
	}
	if len(c.URLs) == 0 && (c.LookUpOnly || c.UseLatest || c.UserInfo != "" || c.UserInfoFile != "" || c.Token != "" || c.TokenFile != "" || c.KeySubject != "" || c.ValueSubject != "") {
		bad("schema.registry.url is not set, but other properties of the registry are")
	}
	if c.Timeout < 0 || c.Wait < 0 || c.MaxWait < 0 {
		bad("schema.registry.timeout.ms, retries.wait.ms and retries.max.wait.ms must not be negative")
	}
	return errors.Join(errs...)
}

// hide is a URL without its password, for errors.
func hide(u string) string {
	if at := strings.LastIndexByte(u, '@'); at >= 0 {
		scheme, _, ok := strings.Cut(u, "://")
		if !ok {
			scheme = ""
		} else {
			scheme += "://"
		}
		return scheme + "…" + u[at:]
	}
	return u
}

// The strategies' names.
const (
	topicName       = "TopicNameStrategy"
	recordName      = "RecordNameStrategy"
	topicRecordName = "TopicRecordNameStrategy"
)

// short is a strategy's name without Java's package.
func short(strategy string) string { return strategy[strings.LastIndexByte(strategy, '.')+1:] }
