package runtime

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/runtime/internal/poll"
)

// Security says how to reach the brokers: security.protocol, sasl.* and ssl.*. Secrets
// are best given as files. A plain value, safe for concurrent use while nobody changes it.
type Security struct {
	Protocol     string // PLAINTEXT (default), SSL, SASL_PLAINTEXT, SASL_SSL
	Mechanism    string // PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER
	Username     string
	Password     string
	PasswordFile string // read at the start; Password wins
	Token        string // of OAUTHBEARER
	TokenFile    string // read for every connection; Token wins
	CAFile       string // PEM, authorities to trust; empty: the system's
	CertFile     string // PEM, this client's certificate, for mTLS
	KeyFile      string // PEM; empty: the key is in CertFile
}

func (s Security) sasl() bool { return strings.HasPrefix(s.Protocol, "SASL_") }
func (s Security) tls() bool  { return strings.HasSuffix(s.Protocol, "SSL") }

func (s Security) validate() []error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !slices.Contains([]string{"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"}, s.Protocol) {
		bad("security.protocol is %q; it must be PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL", s.Protocol)
		return errs
	}
	switch {
	case !s.sasl() && s.Mechanism != "":
		bad("sasl.mechanism is %s but security.protocol is %s; use SASL_SSL (or SASL_PLAINTEXT)", s.Mechanism, s.Protocol)
	case s.sasl():
		switch s.Mechanism {
		case "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512":
			if s.Username == "" || s.Password == "" && s.PasswordFile == "" {
				bad("sasl.mechanism %s needs sasl.username and sasl.password.file (or sasl.password)", s.Mechanism)
			}
		case "OAUTHBEARER":
			if s.Token == "" && s.TokenFile == "" {
				bad("sasl.mechanism OAUTHBEARER needs sasl.oauthbearer.token.file (or sasl.oauthbearer.token)")
			}
		default:
			bad("sasl.mechanism is %q; it must be PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER", s.Mechanism)
		}
	}
	if !s.tls() && (s.CAFile != "" || s.CertFile != "") {
		bad("ssl.* files are given but security.protocol is %s; use SSL or SASL_SSL", s.Protocol)
	}
	if s.KeyFile != "" && s.CertFile == "" {
		bad("ssl.keystore.key.location is given without ssl.keystore.location; the key needs its certificate")
	}
	return errs
}

// credentials reads the files and returns what the clients need.
func (s Security) credentials() (poll.Credentials, error) {
	var c poll.Credentials
	if s.sasl() {
		password, err := readSecret(s.Password, s.PasswordFile)
		if err != nil {
			return c, fmt.Errorf("sasl.password.file: %w", err)
		}
		c.Mechanism, c.Username, c.Password = s.Mechanism, s.Username, password
		c.Token = func(context.Context) (string, error) { return readSecret(s.Token, s.TokenFile) }
	}
	if !s.tls() {
		return c, nil
	}
	c.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	if s.CAFile != "" {
		pem, err := os.ReadFile(s.CAFile)
		if err != nil {
			return c, fmt.Errorf("ssl.truststore.location: %w", err)
		}
		c.TLS.RootCAs = x509.NewCertPool()
		if !c.TLS.RootCAs.AppendCertsFromPEM(pem) {
			return c, fmt.Errorf("ssl.truststore.location: %s holds no PEM certificate", s.CAFile)
		}
	}
	if s.CertFile != "" {
		key := s.KeyFile
		if key == "" {
			key = s.CertFile
		}
		pair, err := tls.LoadX509KeyPair(s.CertFile, key)
		if err != nil {
			return c, fmt.Errorf("ssl.keystore.location %s with key %s: %w", s.CertFile, key, err)
		}
		c.TLS.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

var jaasField = regexp.MustCompile(`(username|password)\s*=\s*"((?:[^"\\]|\\.)*)"`)

// setJAAS takes user and password from the line that Kafka's clients are configured
// with; the login module is implied by sasl.mechanism.
func setJAAS(c *Config, v string) error {
	found := jaasField.FindAllStringSubmatch(v, -1)
	if len(found) == 0 {
		return fmt.Errorf(`no username="…" or password="…" in it; PLAIN and SCRAM modules are understood`)
	}
	unquote := strings.NewReplacer(`\"`, `"`, `\\`, `\`)
	for _, f := range found {
		if f[1] == "username" {
			c.Security.Username = unquote.Replace(f[2])
		} else {
			c.Security.Password = unquote.Replace(f[2])
		}
	}
	return nil
}
