package rest

import (
	"errors"
	"net/http"
	"strings"

	"github.com/streamgen/streamgen/connect/storage"
	"github.com/streamgen/streamgen/connect/worker"
)

// requestClass is what Java's messages call the body of a creation.
const requestClass = "org.apache.kafka.connect.runtime.rest.entities.CreateConnectorRequest"

// null is the error of Java code that met null where it expected an object: what is missing in a body shows as that.
func null(call, what string) error {
	return errors.New(`Cannot invoke "` + call + `" because "` + what + `" is null`)
}

// create makes a connector from its name, configuration and first state.
func create(q *query) (int, any, error) {
	p, err := q.parse()
	if err != nil {
		return 0, nil, err
	}
	if p.empty {
		return 0, nil, null(requestClass+".name()", "createRequest")
	}
	var name string
	var props map[string]*string
	var state storage.TargetState
	err = p.object(requestClass, []string{"config", "name", "initial_state"}, func(field string) error {
		switch field {
		case "name":
			text, err := p.string("java.lang.String")
			if text != nil {
				name = strings.TrimSpace(*text)
			}
			return err
		case "config":
			var err error
			props, err = p.texts()
			return err
		default:
			text, err := p.string(requestClass + "$InitialState")
			if err != nil || text == nil {
				return err
			}
			switch strings.ToUpper(*text) {
			case "RUNNING":
				state = storage.Started
			case "PAUSED":
				state = storage.Paused
			case "STOPPED":
				state = storage.Stopped
			default:
				return p.fail("Cannot construct instance of `%s$InitialState`, problem: No enum constant %s.InitialState.%s", requestClass, requestClass, *text)
			}
			return nil
		}
	})
	if err != nil {
		return 0, nil, err
	}
	if props == nil {
		return 0, nil, null("java.util.Map.get(Object)", "connectorConfig")
	}
	config, err := named(props, name)
	if err != nil {
		return 0, nil, err
	}
	info, err := q.server.worker.Create(q.Context(), name, config, state)
	if err == nil {
		q.out.Set("Location", q.server.location(name))
	}
	return http.StatusCreated, info, err
}

// named checks that a configuration is of the connector that the request names, and has no null.
func named(props map[string]*string, name string) (map[string]string, error) {
	if own := props["name"]; own != nil && *own != name {
		return nil, &worker.StatusError{Code: 400, Message: "Connector name configuration (" + *own + ") doesn't match connector name in the URL (" + name + ")"}
	}
	config := map[string]string{}
	for k, v := range props {
		if v == nil {
			return nil, &worker.StatusError{Code: 400, Message: "Connector configuration is invalid and contains the following 1 error(s):\nNull value can not be supplied as the configuration value.\nYou can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`"}
		}
		config[k] = *v
	}
	config["name"] = name
	return config, nil
}

// texts reads a body that is a map of texts.
func (q *query) texts(what string) (map[string]*string, error) {
	p, err := q.parse()
	if err != nil {
		return nil, err
	}
	if p.empty {
		return nil, null("java.util.Map.get(Object)", what)
	}
	return p.texts()
}

func put(q *query) (int, any, error) {
	props, err := q.texts("connectorConfig")
	if err != nil {
		return 0, nil, err
	}
	config, err := named(props, q.name())
	if err != nil {
		return 0, nil, err
	}
	info, created, err := q.server.worker.Put(q.Context(), q.name(), config)
	if err == nil && created {
		q.out.Set("Location", q.server.location(q.name()))
		return http.StatusCreated, info, nil
	}
	return http.StatusOK, info, err
}

func patch(q *query) (int, any, error) {
	changes, err := q.texts("connectorConfigPatch")
	if err != nil {
		return 0, nil, err
	}
	info, err := q.server.worker.Patch(q.Context(), q.name(), changes)
	return http.StatusOK, info, err
}

// badRequest is how Java wraps a refusal of a validation: a refusal inside of a failure, and so 500.
const badRequest = "org.apache.kafka.connect.runtime.rest.errors.BadRequestException: "

func validate(q *query) (int, any, error) {
	given, err := q.texts("connectorConfig")
	if err != nil {
		return 0, nil, err
	}
	props := map[string]string{}
	for k, v := range given {
		if v != nil {
			props[k] = *v
		}
	}
	if class := props["connector.class"]; class != "" {
		infos, err := q.server.worker.ValidateFor(q.Context(), q.name(), props)
		var refused *worker.StatusError
		if errors.As(err, &refused) && strings.HasPrefix(refused.Message, "Failed to find any class") {
			err = errors.New(badRequest + refused.Message)
		}
		return http.StatusOK, infos, err
	}
	_, err = q.server.worker.Validate(q.Context(), props)
	return 0, nil, errors.New(badRequest + err.Error())
}

func setLogger(q *query) (int, any, error) {
	body, err := q.texts("level")
	if err != nil {
		return 0, nil, err
	}
	var level string
	if l := body["level"]; l != nil {
		level = *l
	}
	if strings.EqualFold(q.URL.Query().Get("scope"), "cluster") {
		return http.StatusNoContent, nil, q.server.worker.SetClusterLogger(q.Context(), q.segments[2], level)
	}
	changed, err := q.server.worker.SetLogger(q.segments[2], level)
	return http.StatusOK, changed, err
}

func alterOffsets(q *query) (int, any, error) {
	p, err := q.parse()
	if err != nil {
		return 0, nil, err
	}
	if p.empty {
		return 0, nil, null("org.apache.kafka.connect.runtime.rest.entities.ConnectorOffsets.offsets()", "offsets")
	}
	var body struct {
		Offsets []worker.Offset `json:"offsets"`
	}
	if err := p.into(&body); err != nil {
		return 0, nil, err
	}
	for i := range body.Offsets {
		o := &body.Offsets[i]
		o.Partition, o.Offset = plainMap(o.Partition), plainMap(o.Offset)
	}
	if len(body.Offsets) == 0 {
		return 0, nil, &worker.StatusError{Code: 400, Message: "Partitions / offsets need to be provided for an alter offsets request"}
	}
	message, err := q.server.worker.AlterOffsets(q.Context(), q.name(), body.Offsets)
	return http.StatusOK, map[string]string{"message": message}, err
}

// storeTasks is what a follower asks of the leader.
func storeTasks(q *query) (int, any, error) {
	body, err := q.signed()
	if err != nil {
		return 0, nil, err
	}
	var tasks []map[string]string
	if err := (&parser{text: body}).into(&tasks); err != nil {
		return 0, nil, err
	}
	return http.StatusNoContent, nil, q.server.worker.StoreTasks(q.Context(), q.name(), tasks)
}

// fence is what the owner of a source's task asks of the leader before the task starts, exactly once.
func fence(q *query) (int, any, error) {
	if _, err := q.signed(); err != nil {
		return 0, nil, err
	}
	return http.StatusNoContent, nil, q.server.worker.Fence(q.Context(), q.name())
}

// signed returns the body of a request between workers once its signature is checked.
func (q *query) signed() ([]byte, error) {
	p, err := q.parse()
	if err != nil {
		return nil, err
	}
	return p.text, q.server.worker.Verify(p.text, q.Header.Get(worker.SignatureHeader), q.Header.Get(worker.AlgorithmHeader))
}
