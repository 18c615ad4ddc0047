package worker

import (
	"context"
	"errors"
	"fmt"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
)

// step is one transform with the predicate that guards it.
type step struct {
	alias     string
	class     string
	transform plugin.Transform
	predicate plugin.Predicate // nil: always
	negate    bool
}

// stages are the transforms and converters of a task. They belong to its goroutine.
type stages struct {
	steps                             []step
	key, value                        plugin.Converter
	header                            plugin.HeaderConverter
	keyClass, valueClass, headerClass string
	policy                            *policy
}

// newStages builds what a connector's configuration names; what it leaves out comes from the worker's.
func newStages(set *plugin.Set, worker, props map[string]string, policy *policy) (*stages, error) {
	s := &stages{policy: policy}
	var err error
	if s.key, s.keyClass, err = newConverter(set, worker, props, "key.converter", plugin.ForKey); err != nil {
		return nil, err
	}
	if s.value, s.valueClass, err = newConverter(set, worker, props, "value.converter", plugin.ForValue); err != nil {
		return nil, err
	}
	if s.header, s.headerClass, err = newHeaderConverter(set, worker, props); err != nil {
		return nil, err
	}
	for _, alias := range config.SplitList(props["transforms"]) {
		one, err := newStep(set, props, alias)
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
		s.steps = append(s.steps, one)
	}
	return s, nil
}

// converterProps returns the class of a converter and its options: a connector that names a converter does not inherit the
// options of the worker's.
func converterProps(worker, props map[string]string, key string) (class string, options map[string]string) {
	if class, ok := props[key]; ok {
		return class, withPrefix(props, key+".")
	}
	return worker[key], withPrefix(worker, key+".")
}

func newConverter(set *plugin.Set, worker, props map[string]string, key string, use plugin.Use) (plugin.Converter, string, error) {
	class, options := converterProps(worker, props, key)
	entry, ok := set.Lookup(class, plugin.KindConverter)
	if !ok {
		return nil, "", config.Invalid(key, class, "Class "+class+" could not be found.")
	}
	options["converter.type"] = [...]string{"key", "value", "header"}[use]
	c := entry.New().(plugin.Converter)
	return c, entry.Class, c.Configure(options, use)
}

const simpleHeaderConverter = "org.apache.kafka.connect.storage.SimpleHeaderConverter"

func newHeaderConverter(set *plugin.Set, worker, props map[string]string) (plugin.HeaderConverter, string, error) {
	class, options := converterProps(worker, props, "header.converter")
	if class == "" {
		class = simpleHeaderConverter
	}
	entry, ok := set.Lookup(class, plugin.KindHeaderConverter)
	if !ok {
		return nil, "", config.Invalid("header.converter", class, "Class "+class+" could not be found.")
	}
	options["converter.type"] = "header"
	c := entry.New().(plugin.HeaderConverter)
	return c, entry.Class, c.Configure(options, plugin.ForHeader)
}

func newStep(set *plugin.Set, props map[string]string, alias string) (step, error) {
	options := withPrefix(props, "transforms."+alias+".")
	entry, ok := set.Lookup(options["type"], plugin.KindTransform)
	if !ok {
		return step{}, config.Invalid("transforms."+alias+".type", options["type"], "Class "+options["type"]+" could not be found.")
	}
	one := step{alias: alias, class: entry.Class, transform: entry.New().(plugin.Transform)}
	name := options["predicate"]
	one.negate = options["negate"] == "true"
	delete(options, "type")
	delete(options, "predicate")
	delete(options, "negate")
	if err := one.transform.Configure(options); err != nil {
		return step{}, err
	}
	if name == "" {
		return one, nil
	}
	options = withPrefix(props, "predicates."+name+".")
	found, ok := set.Lookup(options["type"], plugin.KindPredicate)
	if !ok {
		return step{}, config.Invalid("predicates."+name+".type", options["type"], "Class "+options["type"]+" could not be found.")
	}
	delete(options, "type")
	one.predicate = found.New().(plugin.Predicate)
	return one, one.predicate.Configure(options)
}

// close closes what holds resources.
func (s *stages) close() error {
	var errs []error
	for _, one := range s.steps {
		errs = append(errs, plugin.Close(one.transform))
		if one.predicate != nil {
			errs = append(errs, plugin.Close(one.predicate))
		}
	}
	if s.key != nil {
		errs = append(errs, plugin.Close(s.key))
	}
	if s.value != nil {
		errs = append(errs, plugin.Close(s.value))
	}
	return errors.Join(errs...)
}

// apply runs the step on a record.
func (one *step) apply(r *plugin.Record) (keep bool, err error) {
	defer recovered(&err)
	if one.predicate != nil {
		yes, err := one.predicate.Test(r)
		if err != nil || yes == one.negate {
			return true, err
		}
	}
	return one.transform.Apply(r)
}

// recovered turns the panic of a plug-in into an error: one bad record must not end a worker with all its connectors.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = &plugin.Error{Class: "java.lang.RuntimeException", Message: fmt.Sprintf("panic: %v", p)}
	}
}

// transform runs a record through all steps. It reports whether the record goes on; when a step gives up, which and why.
func (s *stages) transform(ctx context.Context, r *plugin.Record) (keep bool, f *failure) {
	for i := range s.steps {
		one := &s.steps[i]
		before := *r
		keep, err := one.apply(r)
		if err != nil {
			attempts := 1
			if plugin.IsRetriable(err) {
				err, attempts = s.policy.retry(ctx, err, func() (err error) {
					*r = before
					keep, err = one.apply(r)
					return err
				})
			}
			if err != nil {
				*r = before
				return false, &failure{stage: StageTransform, class: one.class, err: err, attempts: attempts}
			}
		}
		if !keep {
			return false, nil
		}
	}
	return true, nil
}

// encode turns a record's key, value and headers into bytes, appended to the buffer.
func (s *stages) encode(ctx context.Context, r *plugin.Record, buffer []byte) (e encoded, rest []byte, f *failure) {
	for stage := StageHeader; ; {
		mark := len(buffer)
		err := s.encodeStage(stage, r, &e, &buffer)
		if err != nil {
			var attempts int
			err, attempts = s.policy.retry(ctx, err, func() error {
				buffer = buffer[:mark]
				return s.encodeStage(stage, r, &e, &buffer)
			})
			if err != nil {
				return e, buffer, &failure{stage: stage, class: s.class(stage), err: err, attempts: attempts}
			}
		}
		switch stage {
		case StageHeader:
			stage = StageKey
		case StageKey:
			stage = StageValue
		default:
			return e, buffer, nil
		}
	}
}

// encoded is a record as bytes.
type encoded struct {
	key, value []byte
	headers    []plugin.RawHeader
}

func (s *stages) class(stage Stage) string {
	switch stage {
	case StageHeader:
		return s.headerClass
	case StageKey:
		return s.keyClass
	}
	return s.valueClass
}

// empty is where appending starts when a buffer has no room: never nil, since nil stands for null.
var empty = []byte{}

func (s *stages) encodeStage(stage Stage, r *plugin.Record, e *encoded, buffer *[]byte) (err error) {
	defer recovered(&err)
	if *buffer == nil {
		*buffer = empty
	}
	mark := len(*buffer)
	// The three-index slice keeps what is appended next from touching what was handed out.
	take := func(out []byte) []byte {
		if out == nil {
			return nil
		}
		*buffer = out
		return out[mark:len(out):len(out)]
	}
	switch stage {
	case StageHeader:
		e.headers = nil
		if len(r.Headers) > 0 {
			e.headers = make([]plugin.RawHeader, 0, len(r.Headers))
		}
		for _, h := range r.Headers {
			mark = len(*buffer)
			out, err := s.header.FromHeader(*buffer, r.Topic, h.Key, h.Schema, h.Value)
			if err != nil {
				return err
			}
			e.headers = append(e.headers, plugin.RawHeader{Key: h.Key, Value: take(out)})
		}
	case StageKey:
		out, err := s.key.FromConnect(*buffer, r.Topic, &e.headers, r.KeySchema, r.Key)
		if err != nil {
			return err
		}
		e.key = take(out)
	default:
		out, err := s.value.FromConnect(*buffer, r.Topic, &e.headers, r.ValueSchema, r.Value)
		if err != nil {
			return err
		}
		e.value = take(out)
	}
	return nil
}

// decode reads a record's key, value and headers.
func (s *stages) decode(ctx context.Context, raw *rawRecord, r *plugin.Record) *failure {
	for _, stage := range [...]Stage{StageKey, StageValue, StageHeader} {
		err := s.decodeStage(stage, raw, r)
		if err == nil {
			continue
		}
		err, attempts := s.policy.retry(ctx, err, func() error { return s.decodeStage(stage, raw, r) })
		if err != nil {
			return &failure{stage: stage, class: s.class(stage), err: err, attempts: attempts}
		}
	}
	return nil
}

func (s *stages) decodeStage(stage Stage, raw *rawRecord, r *plugin.Record) (err error) {
	defer recovered(&err)
	switch stage {
	case StageKey:
		r.KeySchema, r.Key, err = s.key.ToConnect(raw.topic, raw.headers, raw.key)
	case StageValue:
		r.ValueSchema, r.Value, err = s.value.ToConnect(raw.topic, raw.headers, raw.value)
	default:
		r.Headers = nil
		if len(raw.headers) > 0 {
			r.Headers = make(plugin.Headers, 0, len(raw.headers))
		}
		for _, h := range raw.headers {
			schema, v, err := s.header.ToHeader(raw.topic, h.Key, h.Value)
			if err != nil {
				return err
			}
			r.Headers.Add(h.Key, schema, v)
		}
	}
	return err
}
