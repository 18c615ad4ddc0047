package runtime

import (
	"fmt"
	"strings"

	"github.com/streamgen/streamgen/runtime/serde/registry"
	"github.com/streamgen/streamgen/runtime/serde/wire"
)

// RegistryConfig holds the properties of the Schema Registry under Confluent's names. A plain value,
// safe for concurrent use while nobody changes it.
type RegistryConfig struct {
	registry.Config
	// CAFile, CertFile and KeyFile are schema.registry.ssl.truststore.location, .keystore.location and
	// .keystore.key.location, PEM files as for the brokers.
	CAFile, CertFile, KeyFile string
}

func (r *RegistryConfig) validate() error {
	if r.KeyFile != "" && r.CertFile == "" {
		return fmt.Errorf("schema.registry.ssl.keystore.key.location is given without schema.registry.ssl.keystore.location; the key needs its certificate")
	}
	return r.Config.Validate()
}

// open makes the client; nil without a registry.
func (r *RegistryConfig) open() (*registry.Client, error) {
	if len(r.URLs) == 0 {
		return nil, nil
	}
	c := r.Config
	if r.CAFile != "" || r.CertFile != "" {
		credentials, err := Security{Protocol: "SSL", CAFile: r.CAFile, CertFile: r.CertFile, KeyFile: r.KeyFile}.credentials()
		if err != nil {
			return nil, fmt.Errorf("schema.registry.%w", err)
		}
		c.TLS = credentials.TLS
	}
	return registry.New(c)
}

// OpenRegistry makes a client of the Schema Registry that c describes, for tools; the caller closes it. Without
// schema.registry.url it is nil. The error names the property that is wrong.
func (c *Config) OpenRegistry() (*registry.Client, error) {
	if err := c.Registry.validate(); err != nil {
		return nil, err
	}
	return c.Registry.open()
}

// schemas opens the client of the Schema Registry, unless one is given; stop ends it.
func (c *Config) schemas() (s wire.Schemas, stop func(), err error) {
	if c.Schemas != nil {
		return c.Schemas, func() {}, nil
	}
	client, err := c.Registry.open()
	if client == nil || err != nil {
		return nil, func() {}, err
	}
	return client, client.Close, nil
}

func setRegistryURL(c *Config, v string) error {
	c.Registry.URLs = nil
	for u := range strings.SplitSeq(v, ",") {
		if u = strings.TrimSpace(u); u != "" {
			c.Registry.URLs = append(c.Registry.URLs, u)
		}
	}
	return nil
}

func setBool(field func(*Config) *bool, on bool) func(*Config, string) error {
	return func(c *Config, v string) error {
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "true":
			*field(c) = on
		case "false":
			*field(c) = !on
		default:
			return fmt.Errorf("%q is neither true nor false", v)
		}
		return nil
	}
}

func setBearer(_ *Config, v string) error {
	if v != "STATIC_TOKEN" {
		return fmt.Errorf("%s is not supported; use STATIC_TOKEN with bearer.auth.token.file", v)
	}
	return nil
}
