package registry

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	server "github.com/streamgen/streamgen/internal/registry"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// behind serves a registry whose requests a check must let pass.
func behind(t *testing.T, check func(*http.Request) bool) *httptest.Server {
	t.Helper()
	h, err := server.New("", "")
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !check(r) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// TestBearerToken: the token is that of the file as it is now, since such tokens expire.
func TestBearerToken(t *testing.T) {
	want := "first"
	s := behind(t, func(r *http.Request) bool { return r.Header.Get("Authorization") == "Bearer "+want })
	s.Start()
	file := filepath.Join(t.TempDir(), "token")
	put := func(token string) {
		if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("first")
	c := client(t, Config{URLs: []string{s.URL}, TokenFile: file})
	if _, _, err := c.Register(orders, "shop.Order", avroSchema(one)); err != nil {
		t.Fatal(err)
	}
	want = "second"
	_, _, err := c.Register(orders, "shop.Order", avroSchema(two))
	if out := new(*wire.Outage); !errors.As(err, out) || !strings.Contains(err.Error(), "bearer.auth") || strings.Contains(err.Error(), "first") {
		t.Errorf("a token that is out of date: %v", err)
	}
	put("second")
	if _, _, err := c.Register(orders, "shop.Order", avroSchema(two)); err != nil {
		t.Errorf("the new token: %v", err)
	}
	if _, _, err := client(t, Config{URLs: []string{s.URL}, Token: "second"}).Register(orders, "shop.Order", avroSchema(one)); err != nil {
		t.Errorf("a token in the configuration: %v", err)
	}
	gone := client(t, Config{URLs: []string{s.URL}, TokenFile: file + ".gone", Timeout: 50 * time.Millisecond})
	if _, _, err := gone.Register(orders, "shop.Order", avroSchema(one)); err == nil || !strings.Contains(err.Error(), "bearer.auth.token.file") {
		t.Errorf("a file that is not there: %v", err)
	}
}

// TestTLS: the server's certificate is checked against the authorities given, and the client shows its own.
func TestTLS(t *testing.T) {
	shown := 0
	s := behind(t, func(r *http.Request) bool { shown = len(r.TLS.PeerCertificates); return shown > 0 })
	s.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	s.StartTLS()
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	own := s.TLS.Certificates[0]
	if _, _, err := client(t, Config{URLs: []string{s.URL}, TLS: &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{own}}}).Register(orders, "shop.Order", avroSchema(one)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := client(t, Config{URLs: []string{s.URL}, TLS: &tls.Config{RootCAs: pool}}).Register(orders, "shop.Order", avroSchema(one)); err == nil || !strings.Contains(err.Error(), "401") || shown != 0 {
		t.Errorf("without a certificate: %v, %d shown", err, shown)
	}
	_, _, err := client(t, Config{URLs: []string{s.URL}, Timeout: time.Second}).Register(orders, "shop.Order", avroSchema(one))
	if out := new(*wire.Outage); !errors.As(err, out) || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an authority that nobody knows: %v", err)
	}
}
