package worker

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/oauth"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// clientRole is which settings of a Java client count.
type clientRole uint8

const (
	adminClient clientRole = iota
	producerClient
	consumerClient
)

// clientOptions turns the properties of a Java client into options of ours. What has no counterpart is left out: a setting
// that tunes the Java client is no reason to refuse a configuration that works there.
func clientOptions(props map[string]string, role clientRole) ([]kgo.Opt, error) {
	seeds := strings.FieldsFunc(props["bootstrap.servers"], func(r rune) bool { return r == ',' || r == ' ' })
	if len(seeds) == 0 {
		seeds = []string{"localhost:9092"}
	}
	opts := []kgo.Opt{kgo.SeedBrokers(seeds...)}
	if id := props["client.id"]; id != "" {
		opts = append(opts, kgo.ClientID(id))
	}
	secured, err := securityOptions(props)
	if err != nil {
		return nil, err
	}
	opts = append(opts, secured...)
	r := clientProps{props: props}
	switch role {
	case producerClient:
		opts = append(opts, r.producer()...)
	case consumerClient:
		opts = append(opts, r.consumer()...)
	}
	return opts, r.err
}

// clientProps reads properties and keeps the first error.
type clientProps struct {
	props map[string]string
	err   error
}

// number calls the option with a property's number, if it is given.
func (r *clientProps) number(opts *[]kgo.Opt, name string, option func(int64) kgo.Opt) {
	text, given := r.props[name]
	if !given {
		return
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		if r.err == nil {
			r.err = fmt.Errorf("client setting %s is %q, which is no number", name, text)
		}
		return
	}
	*opts = append(*opts, option(n))
}

func durationOption(option func(time.Duration) kgo.Opt) func(int64) kgo.Opt {
	return func(n int64) kgo.Opt { return option(time.Duration(n) * time.Millisecond) }
}

func (r *clientProps) producer() (opts []kgo.Opt) {
	opts = append(opts, kgo.ProducerLinger(5*time.Millisecond), kgo.AllowAutoTopicCreation())
	switch r.props["compression.type"] {
	case "gzip":
		opts = append(opts, kgo.ProducerBatchCompression(kgo.GzipCompression()))
	case "snappy":
		opts = append(opts, kgo.ProducerBatchCompression(kgo.SnappyCompression()))
	case "lz4":
		opts = append(opts, kgo.ProducerBatchCompression(kgo.Lz4Compression()))
	case "zstd":
		opts = append(opts, kgo.ProducerBatchCompression(kgo.ZstdCompression()))
	default:
		opts = append(opts, kgo.ProducerBatchCompression(kgo.NoCompression()))
	}
	switch r.props["acks"] {
	case "0":
		opts = append(opts, kgo.RequiredAcks(kgo.NoAck()), kgo.DisableIdempotentWrite())
	case "1":
		opts = append(opts, kgo.RequiredAcks(kgo.LeaderAck()), kgo.DisableIdempotentWrite())
	default:
		opts = append(opts, kgo.RequiredAcks(kgo.AllISRAcks()))
	}
	r.number(&opts, "linger.ms", durationOption(func(d time.Duration) kgo.Opt { return kgo.ProducerLinger(d) }))
	r.number(&opts, "max.request.size", func(n int64) kgo.Opt { return kgo.ProducerBatchMaxBytes(int32(min(n, 1<<30))) })
	r.number(&opts, "transaction.timeout.ms", durationOption(func(d time.Duration) kgo.Opt { return kgo.TransactionTimeout(d) }))
	return opts
}

func (r *clientProps) consumer() (opts []kgo.Opt) {
	if r.props["isolation.level"] == "read_committed" {
		opts = append(opts, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	reset := kgo.NewOffset().AtStart()
	switch r.props["auto.offset.reset"] {
	case "latest":
		reset = kgo.NewOffset().AtEnd()
	case "none":
		reset = kgo.NoResetOffset()
	}
	// A topic that is made after its sink has to be found soon; Java's consumer asks again at once for what is missing.
	opts = append(opts, kgo.ConsumeResetOffset(reset), kgo.MetadataMaxAge(2*time.Second), kgo.MetadataMinAge(250*time.Millisecond))
	if rack := r.props["client.rack"]; rack != "" {
		opts = append(opts, kgo.Rack(rack))
	}
	r.number(&opts, "fetch.min.bytes", func(n int64) kgo.Opt { return kgo.FetchMinBytes(int32(n)) })
	r.number(&opts, "fetch.max.bytes", func(n int64) kgo.Opt { return kgo.FetchMaxBytes(int32(min(n, 1<<30))) })
	r.number(&opts, "max.partition.fetch.bytes", func(n int64) kgo.Opt { return kgo.FetchMaxPartitionBytes(int32(min(n, 1<<30))) })
	r.number(&opts, "fetch.max.wait.ms", durationOption(func(d time.Duration) kgo.Opt { return kgo.FetchMaxWait(d) }))
	opts = append(opts, kgo.SessionTimeout(10*time.Second)) // as the worker's own: a dead worker's partitions move within seconds
	r.number(&opts, "session.timeout.ms", durationOption(func(d time.Duration) kgo.Opt { return kgo.SessionTimeout(d) }))
	r.number(&opts, "heartbeat.interval.ms", durationOption(func(d time.Duration) kgo.Opt { return kgo.HeartbeatInterval(d) }))
	r.number(&opts, "max.poll.interval.ms", durationOption(func(d time.Duration) kgo.Opt { return kgo.RebalanceTimeout(d) }))
	return opts
}

var jaasField = regexp.MustCompile(`(username|password)\s*=\s*"((?:[^"\\]|\\.)*)"`)

// securityOptions reads security.protocol, sasl.* and ssl.* (PEM files; a Java key store cannot be read).
func securityOptions(props map[string]string) (opts []kgo.Opt, err error) {
	protocol := props["security.protocol"]
	switch protocol {
	case "", "PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL":
	default:
		return nil, fmt.Errorf("security.protocol is %q; it must be PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL", protocol)
	}
	if strings.HasPrefix(protocol, "SASL_") {
		var user, password string
		for _, f := range jaasField.FindAllStringSubmatch(props["sasl.jaas.config"], -1) {
			if f[1] == "username" {
				user = f[2]
			} else {
				password = f[2]
			}
		}
		switch mechanism := props["sasl.mechanism"]; mechanism {
		case "PLAIN":
			opts = append(opts, kgo.SASL(plain.Auth{User: user, Pass: password}.AsMechanism()))
		case "SCRAM-SHA-256":
			opts = append(opts, kgo.SASL(scram.Auth{User: user, Pass: password}.AsSha256Mechanism()))
		case "SCRAM-SHA-512":
			opts = append(opts, kgo.SASL(scram.Auth{User: user, Pass: password}.AsSha512Mechanism()))
		case "OAUTHBEARER":
			opts = append(opts, kgo.SASL(oauth.Oauth(func(context.Context) (oauth.Auth, error) {
				text, err := os.ReadFile(props["sasl.oauthbearer.token.file"])
				return oauth.Auth{Token: strings.TrimSpace(string(text))}, err
			})))
		default:
			return nil, fmt.Errorf("sasl.mechanism is %q; it must be PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER", mechanism)
		}
	}
	if strings.HasSuffix(protocol, "SSL") {
		c, err := TLSConfig(props)
		if err != nil {
			return nil, err
		}
		opts = append(opts, kgo.DialTLSConfig(c))
	}
	return opts, nil
}

// TLSConfig reads ssl.truststore.*, ssl.keystore.* and ssl.key.* in PEM form, for clients and listeners alike.
func TLSConfig(props map[string]string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	read := func(inline, file string) ([]byte, error) {
		if text := props[inline]; text != "" {
			return []byte(text), nil
		}
		if path := props[file]; path != "" {
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			return text, nil
		}
		return nil, nil
	}
	trusted, err := read("ssl.truststore.certificates", "ssl.truststore.location")
	if err != nil {
		return nil, err
	}
	if trusted != nil {
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(trusted) {
			return nil, fmt.Errorf("ssl.truststore.location holds no PEM certificate; a Java key store cannot be read, export it: keytool -exportcert -rfc")
		}
		c.ClientCAs = c.RootCAs
	}
	chain, err := read("ssl.keystore.certificate.chain", "ssl.keystore.location")
	if err != nil {
		return nil, err
	}
	if chain != nil {
		key, err := read("ssl.keystore.key", "ssl.keystore.key.location")
		if err != nil {
			return nil, err
		}
		if key == nil {
			key = chain
		}
		pair, err := tls.X509KeyPair(chain, key)
		if err != nil {
			return nil, fmt.Errorf("ssl.keystore.location: %w; it must hold a PEM certificate chain and an unencrypted key", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}
