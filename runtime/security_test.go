package runtime_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/streamgen/streamgen/internal/broker"
	rt "github.com/streamgen/streamgen/runtime"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/plain"
)

// certificate writes a self-signed certificate and its key as PEM files.
func certificate(t *testing.T, dir string) (certFile, keyFile string, pair tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	spec := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, spec, spec, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if pair, err = tls.LoadX509KeyPair(certFile, keyFile); err != nil {
		t.Fatal(err)
	}
	return certFile, keyFile, pair
}

// The broker asks for TLS with a client certificate and for a password from a file.
func TestMutualTLSAndSASL(t *testing.T) {
	for _, mechanism := range []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"} {
		t.Run(mechanism, func(t *testing.T) {
			dir := t.TempDir()
			cert, key, pair := certificate(t, dir)
			pool := x509.NewCertPool()
			pool.AddCert(pair.Leaf)
			k, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "words", "shouted"), kfake.EnableSASL(),
				kfake.Superuser(mechanism, "user", "secret"), kfake.Superuser("PLAIN", "admin", "admin"),
				kfake.TLS(&tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(k.Close)
			password := filepath.Join(dir, "password")
			if err := os.WriteFile(password, []byte("secret\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			c := &cluster{t: t, addr: k.ListenAddrs()[0]}
			cfg := c.config("app", rt.ExactlyOnce, dir)
			cfg.Security = rt.Security{Protocol: "SASL_SSL", Mechanism: mechanism, Username: "user", PasswordFile: password, CAFile: cert, CertFile: cert, KeyFile: key}
			var tunnelled atomic.Int32
			if mechanism == "PLAIN" { // TLS is spoken over a dialer of the user's too
				cfg.Dial = func(ctx context.Context, network, host string) (net.Conn, error) {
					tunnelled.Add(1)
					return (&net.Dialer{}).DialContext(ctx, network, host)
				}
			}
			app := start(t, rt.InterpretPlain(shouting), cfg)
			if cfg.Dial != nil && tunnelled.Load() == 0 {
				t.Error("the dialer was not asked")
			}
			cl, err := kgo.NewClient(kgo.SeedBrokers(c.addr), kgo.SASL(plain.Auth{User: "admin", Pass: "admin"}.AsMechanism()),
				kgo.DialTLSConfig(&tls.Config{RootCAs: pool, Certificates: []tls.Certificate{pair}}))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(cl.Close)
			if err := cl.ProduceSync(context.Background(), &kgo.Record{Topic: "words", Value: []byte("x")}).FirstErr(); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the record", func() bool { return app.Metrics().Threads()[0].RecordsOut.Load() == 1 })
		})
	}
	// What looks like a broker without TLS may be a network that is cut just now.
	t.Run("first connections end", func(t *testing.T) {
		c := newCluster(t, broker.Topic{Name: "words", Partitions: 1}, broker.Topic{Name: "shouted", Partitions: 1})
		cfg := c.config("app", rt.ExactlyOnce, t.TempDir())
		var dialled atomic.Int32
		cfg.Dial = func(ctx context.Context, network, host string) (net.Conn, error) {
			if dialled.Add(1) > 4 {
				return new(net.Dialer).DialContext(ctx, network, host)
			}
			ours, theirs := net.Pipe()
			go func() {
				_, _ = theirs.Read(make([]byte, 1024)) // what the broker is asked first
				theirs.Close()
			}()
			return ours, nil
		}
		start(t, rt.InterpretPlain(shouting), cfg)
		if n := dialled.Load(); n < 5 {
			t.Errorf("%d connections: none was cut", n)
		}
	})
	t.Run("wrong password", func(t *testing.T) {
		k, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.EnableSASL(), kfake.Superuser("PLAIN", "user", "secret"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(k.Close)
		c := &cluster{t: t, addr: k.ListenAddrs()[0]}
		cfg := c.config("app", rt.ExactlyOnce, t.TempDir())
		cfg.Security = rt.Security{Protocol: "SASL_PLAINTEXT", Mechanism: "PLAIN", Username: "user", Password: "wrong"}
		cfg.TaskTimeout = 2 * time.Second
		fails(t, cfg, "security.protocol", "sasl")
	})
}
