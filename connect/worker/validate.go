package worker

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/storage"
)

// Validate checks a connector's configuration as a whole: Connect's keys, the connector's own, those of converters,
// transforms and predicates, and the overrides of client settings.
func (w *Worker) Validate(ctx context.Context, props map[string]string) (config.Infos, error) {
	resolved, err := w.variables.resolve(ctx, props)
	if err != nil {
		return config.Infos{}, err
	}
	class := resolved["connector.class"]
	if class == "" {
		return config.Infos{}, refuse(400, "Connector config %s contains no connector type", javaMap(props))
	}
	entry, ok := w.connectorEntry(resolved)
	if !ok {
		return config.Infos{}, unknownClass(w.plugins, class)
	}
	enriched := w.connectorDef(entry, resolved)
	values := enriched.Validate(resolved)
	if entry.Kind == plugin.KindSink {
		checkSinkTopics(resolved, values)
	}
	p := entry.New()
	own := p.Config()
	ownValues := own.Validate(resolved)
	all := append(values, ownValues...)
	if v, ok := p.(plugin.Validator); ok {
		if err := guard(func() error { v.Validate(ctx, resolved, all); return nil }); err != nil {
			return config.Infos{}, err
		}
	}
	if entry.Kind == plugin.KindSource {
		w.checkExactlyOnce(p, resolved, all)
	}
	whole := enriched.Clone()
	groups := whole.Groups()
	for _, g := range own.Groups() {
		if !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	whole.Define(own.Keys()...)
	infos := whole.Infos(class, all)
	infos.Groups = groups
	w.checkOverrides(&infos, resolved)
	w.checkUnresolved(&infos, resolved)
	return infos, nil
}

// mark adds an error to the value of a key.
func mark(values []config.Value, name, text string) {
	for i := range values {
		if values[i].Name == name {
			values[i].Errors = append(values[i].Errors, text)
		}
	}
}

// checkSinkTopics checks what relates the keys of a sink: SinkConnectorConfig.validate.
func checkSinkTopics(props map[string]string, values []config.Value) {
	topics, pattern := config.SplitList(props["topics"]), strings.TrimSpace(props["topics.regex"])
	dlq := strings.TrimSpace(props["errors.deadletterqueue.topic.name"])
	switch {
	case len(topics) > 0 && pattern != "":
		for _, k := range []string{"topics", "topics.regex"} {
			mark(values, k, "topics and topics.regex are mutually exclusive options, but both are set.")
		}
	case len(topics) == 0 && pattern == "":
		for _, k := range []string{"topics", "topics.regex"} {
			mark(values, k, "Must configure one of topics or topics.regex")
		}
	}
	if pattern != "" {
		if _, err := regexp.Compile(pattern); err != nil {
			mark(values, "topics.regex", config.Invalid("topics.regex", pattern, err.Error()).Error())
		} else if dlq != "" && regexp.MustCompile("^(?:"+pattern+")$").MatchString(dlq) {
			mark(values, "topics.regex", fmt.Sprintf("The DLQ topic '%s' may not be included in the regex matching the topics ('topics.regex') consumed by the connector", dlq))
		}
	}
	if dlq != "" && slices.Contains(topics, dlq) {
		mark(values, "topics", fmt.Sprintf("The DLQ topic '%s' may not be included in the list of topics ('topics') consumed by the connector", dlq))
	}
}

// checkExactlyOnce checks what a source asks of transactions.
func (w *Worker) checkExactlyOnce(p plugin.Plugin, props map[string]string, values []config.Value) {
	if strings.EqualFold(props["exactly.once.support"], "required") {
		e, ok := p.(plugin.ExactlyOnceSource)
		switch {
		case !w.exactlyOnce():
			mark(values, "exactly.once.support", "This worker does not have exactly-once source support enabled.")
		case !ok:
			mark(values, "exactly.once.support", "The connector does not implement the API required for preflight validation of exactly-once source support. Please consult the documentation for the connector to determine whether it supports exactly-once semantics, and then consider reconfiguring the connector to use the value \"requested\" for this property (which will disable this preflight check and allow the connector to be created).")
		case !e.ExactlyOnce(props):
			mark(values, "exactly.once.support", "The connector does not support exactly-once semantics with the provided configuration.")
		}
	}
	if strings.EqualFold(props["transaction.boundary"], "connector") {
		t, ok := p.(plugin.TransactionSource)
		if !ok || !t.DefinesTransactions(props) {
			mark(values, "transaction.boundary", "The connector does not support connector-defined transaction boundaries with the given configuration. Please reconfigure it to use a different transaction boundary definition.")
		}
	}
}

// checkOverrides adds the overrides of client settings, checked against the policy.
func (w *Worker) checkOverrides(infos *config.Infos, props map[string]string) {
	policy := w.values.Text("connector.client.config.override.policy")
	for _, prefix := range []string{"producer.override.", "consumer.override.", "admin.override."} {
		for _, name := range storage.JavaOrder(sortedKeys(withPrefix(props, prefix))) {
			if err := overridable(policy, w.values.List("connector.client.config.override.allowlist"), name); err != "" {
				value := props[prefix+name]
				infos.ErrorCount++
				infos.Configs = append(infos.Configs, config.Info{Value: config.ValueInfo{Name: prefix + name, Value: &value, Recommended: []string{}, Errors: []string{err}, Visible: true}})
			}
		}
	}
}

// overridable returns why a policy refuses a setting, "" when it does not.
func overridable(policy string, allowed []string, name string) string {
	simple := policy[strings.LastIndexByte(policy, '.')+1:]
	switch strings.TrimSuffix(simple, "ConnectorClientConfigOverridePolicy") {
	case "None":
		return "None of the client configurations can be overridden: " + name
	case "Principal":
		if !slices.Contains([]string{"sasl.jaas.config", "sasl.mechanism", "security.protocol"}, name) {
			return "The 'Principal' policy does not allow '" + name + "' to be overridden in the connector configuration."
		}
	case "Allowlist":
		if !slices.Contains(allowed, name) {
			return "The 'Allowlist' policy does not allow '" + name + "' to be overridden in the connector configuration."
		}
	}
	return ""
}

// checkUnresolved adds an error for each value that names a provider or key that does not exist.
func (w *Worker) checkUnresolved(infos *config.Infos, resolved map[string]string) {
	for _, name := range w.variables.unresolved(resolved) {
		for i := range infos.Configs {
			if infos.Configs[i].Value.Name == name {
				infos.ErrorCount++
				infos.Configs[i].Value.Errors = append(infos.Configs[i].Value.Errors, "The variable in it could not be resolved: no such provider, path or key.")
			}
		}
	}
}

// invalid returns the error of a configuration with errors, nil when there are none.
func invalid(infos config.Infos) error {
	var texts []string
	for _, c := range infos.Configs {
		texts = append(texts, c.Value.Errors...)
	}
	if len(texts) == 0 {
		return nil
	}
	return refuse(400, "Connector configuration is invalid and contains the following %d error(s):\n%s\nYou can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`",
		len(texts), strings.Join(texts, "\n"))
}

// javaMap prints properties as a Java map, with what looks like a secret hidden.
func javaMap(props map[string]string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, k := range storage.JavaCopyOrder(sortedKeys(props)) {
		if i > 0 {
			b.WriteString(", ")
		}
		v := props[k]
		if secretKey(k) {
			v = config.Hidden
		}
		b.WriteString(k + "=" + v)
	}
	b.WriteByte('}')
	return b.String()
}

// secretKey tells whether a key's name says that its value is a secret.
func secretKey(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"password", "secret", "token", "jaas", "credential", "basic.auth.user.info", "ssl.key"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// checked validates a configuration for create and update.
func (w *Worker) checked(ctx context.Context, props map[string]string) error {
	ctx, cancel := context.WithTimeout(ctx, 90*time.Second)
	defer cancel()
	infos, err := w.Validate(ctx, props)
	if err != nil {
		return err
	}
	return invalid(infos)
}
