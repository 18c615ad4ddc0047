package storage

import (
	"encoding/json"
	"strings"
)

// State is the state of a connector or a task, as Kafka Connect names it.
type State string

// The states.
const (
	Unassigned   State = "UNASSIGNED"
	Running      State = "RUNNING"
	PausedState  State = "PAUSED"
	StoppedState State = "STOPPED"
	Failed       State = "FAILED"
	Restarting   State = "RESTARTING"
	Destroyed    State = "DESTROYED"
)

// Status is the state of a connector or task with who wrote it. A plain value.
type Status struct {
	State      State
	Trace      string // of FAILED
	Worker     string // host:port of the worker's REST listener
	Generation int
	Version    string // of the plug-in; "" for unknown
}

// ConnectorStatusRecord says the state of a connector.
func ConnectorStatusRecord(name string, s Status) Record {
	return Record{"status-connector-" + name, s.bytes()}
}

// TaskStatusRecord says the state of a task.
func TaskStatusRecord(id TaskID, s Status) Record {
	return Record{"status-task-" + id.String(), s.bytes()}
}

// bytes is null for what is no more.
func (s Status) bytes() []byte {
	if s.State == Destroyed {
		return nil
	}
	var trace, version any
	if s.Trace != "" {
		trace = s.Trace
	}
	if s.Version != "" {
		version = s.Version
	}
	return appendStruct(nil, member{"state", string(s.State)}, member{"trace", trace}, member{"worker_id", s.Worker}, member{"generation", s.Generation}, member{"version", version})
}

// TopicUse says that a task of a connector has used a topic. A plain value.
type TopicUse struct {
	Topic      string
	Connector  string
	Task       int
	Discovered int64 // milliseconds since 1970
}

// TopicRecord says that a connector uses a topic.
func TopicRecord(u TopicUse) Record {
	topic := appendStruct(nil, member{"name", u.Topic}, member{"connector", u.Connector}, member{"task", u.Task}, member{"discoverTimestamp", u.Discovered})
	return Record{topicKey(u.Connector, u.Topic), appendStruct(nil, member{"topic", json.RawMessage(topic)})}
}

// TopicResetRecord forgets that a connector uses a topic.
func TopicResetRecord(connector, topic string) Record { return Record{Key: topicKey(connector, topic)} }

func topicKey(connector, topic string) string {
	return "status-topic-" + topic + ":connector-" + connector
}

// StatusState is what the status topic adds up to. Not safe for concurrent use.
type StatusState struct {
	Connectors map[string]Status
	Tasks      map[TaskID]Status
	Topics     map[string]map[string]TopicUse // by connector and topic
}

// NewStatusState returns the state of an empty topic.
func NewStatusState() *StatusState {
	return &StatusState{Connectors: map[string]Status{}, Tasks: map[TaskID]Status{}, Topics: map[string]map[string]TopicUse{}}
}

// Apply takes in the next record of the topic. Records that it does not understand change nothing.
func (s *StatusState) Apply(key string, value []byte) {
	if rest, ok := strings.CutPrefix(key, "status-topic-"); ok {
		s.applyTopic(rest, value)
		return
	}
	var v struct {
		State      State  `json:"state"`
		Trace      string `json:"trace"`
		Worker     string `json:"worker_id"`
		Generation int    `json:"generation"`
		Version    string `json:"version"`
	}
	gone := value == nil
	if !gone && json.Unmarshal(value, &v) != nil {
		return
	}
	status := Status(v)
	if name, ok := strings.CutPrefix(key, "status-connector-"); ok {
		if gone {
			delete(s.Connectors, name)
		} else {
			s.Connectors[name] = status
		}
	} else if rest, ok := strings.CutPrefix(key, "status-task-"); ok {
		if name, index, ok := cutTask(rest); ok && gone {
			delete(s.Tasks, TaskID{name, index})
		} else if ok {
			s.Tasks[TaskID{name, index}] = status
		}
	}
}

func (s *StatusState) applyTopic(rest string, value []byte) {
	topic, connector, ok := strings.Cut(rest, ":connector-")
	if !ok {
		return
	}
	if value == nil {
		delete(s.Topics[connector], topic)
		return
	}
	var v struct {
		Topic struct {
			Topic      string `json:"name"`
			Connector  string `json:"connector"`
			Task       int    `json:"task"`
			Discovered int64  `json:"discoverTimestamp"`
		} `json:"topic"`
	}
	if json.Unmarshal(value, &v) != nil {
		return
	}
	if s.Topics[connector] == nil {
		s.Topics[connector] = map[string]TopicUse{}
	}
	s.Topics[connector][topic] = TopicUse(v.Topic)
}
