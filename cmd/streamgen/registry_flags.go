package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/serde/registry"
)

// registryFlags say where a Schema Registry is and how it is spoken to: as an application's configuration does.
type registryFlags struct {
	url, file string
	sets      [][2]string
	cfg       rt.Config
}

func (r *registryFlags) add(flags *flag.FlagSet) {
	flags.StringVar(&r.url, "registry", "", "`URL` of the Schema Registry, or several with commas; may hold user:password@")
	flags.StringVar(&r.file, "config", "", "properties `file` of the application: registry, credentials, names of subjects")
	flags.Func("set", "a property as `name=value`, such as schema.registry.ssl.truststore.location=ca.pem", func(v string) error {
		n, value, ok := strings.Cut(v, "=")
		if !ok {
			return fmt.Errorf("%q is not name=value", v)
		}
		r.sets = append(r.sets, [2]string{n, value})
		return nil
	})
}

// given says whether a registry is to be asked.
func (r *registryFlags) given() bool { return r.url != "" || r.file != "" || len(r.sets) > 0 }

// open reads the configuration, environment included, and makes a client.
func (r *registryFlags) open() (*registry.Client, error) {
	var errs []error
	if r.file != "" {
		errs = append(errs, r.cfg.LoadFile(r.file))
	}
	errs = append(errs, r.cfg.LoadEnv(os.Environ()))
	for _, s := range r.sets {
		errs = append(errs, r.cfg.Set(s[0], s[1]))
	}
	if r.url != "" {
		errs = append(errs, r.cfg.Set("schema.registry.url", r.url))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	client, err := r.cfg.OpenRegistry()
	if client == nil && err == nil {
		err = errors.New("no registry is given; use -registry URL, or -config with a file that has schema.registry.url")
	}
	return client, err
}
