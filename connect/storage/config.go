package storage

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Keys of the config topic's records, as KafkaConfigBackingStore writes them.
const (
	connectorPrefix = "connector-"
	taskPrefix      = "task-"
	commitPrefix    = "commit-"
	targetPrefix    = "target-state-"
	fencingPrefix   = "tasks-fencing-"
	restartPrefix   = "restart-connector-"
	loggerPrefix    = "logger-cluster-"
	sessionKey      = "session-key"
)

// TargetState is what a user wants of a connector.
type TargetState string

// The target states.
const (
	Started TargetState = "STARTED"
	Paused  TargetState = "PAUSED"
	Stopped TargetState = "STOPPED"
)

// TaskID names a task of a connector. It is comparable.
type TaskID struct {
	Connector string `json:"connector"`
	Task      int    `json:"task"`
}

// String returns "<connector>-<task>".
func (t TaskID) String() string { return t.Connector + "-" + strconv.Itoa(t.Task) }

// SessionKey signs requests between workers. A plain value.
type SessionKey struct {
	Key       []byte
	Algorithm string
	Created   time.Time
}

// Record is one record for a log. A nil value is a tombstone. A plain value.
type Record struct {
	Key   string
	Value []byte
}

// ConnectorRecord says how a connector is configured; nil deletes it.
func ConnectorRecord(name string, props map[string]string) Record {
	if props == nil {
		return Record{Key: connectorPrefix + name}
	}
	return Record{connectorPrefix + name, appendStruct(nil, member{"properties", props})}
}

// TaskRecords says how a connector's tasks are configured: one record per task and the one that makes them count.
func TaskRecords(name string, tasks []map[string]string) []Record {
	var records []Record
	for i, props := range tasks {
		records = append(records, Record{taskPrefix + TaskID{name, i}.String(), appendStruct(nil, member{"properties", props})})
	}
	return append(records, Record{commitPrefix + name, appendStruct(nil, member{"tasks", len(tasks)})})
}

// TargetRecord says what is wanted of a connector; "" forgets it. Readers older than the state STOPPED see PAUSED.
func TargetRecord(name string, state TargetState) Record {
	if state == "" {
		return Record{Key: targetPrefix + name}
	}
	old := state
	if state == Stopped {
		old = Paused
	}
	return Record{targetPrefix + name, appendStruct(nil, member{"state", string(old)}, member{"state.v2", string(state)})}
}

// FencingRecord says how many tasks' producers of the generation before were fenced.
func FencingRecord(name string, tasks int) Record {
	return Record{fencingPrefix + name, appendStruct(nil, member{"task-count", tasks})}
}

// RestartRecord asks the workers to restart what of a connector they run.
func RestartRecord(name string, includeTasks, onlyFailed bool) Record {
	return Record{restartPrefix + name, appendStruct(nil, member{"include-tasks", includeTasks}, member{"only-failed", onlyFailed})}
}

// SessionKeyRecord hands out a key.
func SessionKeyRecord(k SessionKey) Record {
	return Record{sessionKey, appendStruct(nil, member{"key", base64.StdEncoding.EncodeToString(k.Key)},
		member{"algorithm", k.Algorithm}, member{"creation-timestamp", k.Created.UnixMilli()})}
}

// LoggerRecord sets the level of a name space of loggers on all workers.
func LoggerRecord(namespace, level string) Record {
	return Record{loggerPrefix + namespace, appendStruct(nil, member{"level", level})}
}

// ConfigState is what the config topic adds up to. Apply changes it; Clone gives a copy that does not change. Not safe for
// concurrent use.
type ConfigState struct {
	Offset     int64 // of the last record applied, -1 for none
	Connectors map[string]map[string]string
	Targets    map[string]TargetState
	Tasks      map[string][]map[string]string
	// Generations counts the times that a connector's tasks were configured, and Changes those of the connector.
	Generations, Changes map[string]int64
	Inconsistent         map[string]bool // tasks announced that were never all there
	Fenced               map[string]int  // tasks by the last fencing record
	FencedAt             map[string]int64
	TasksAt              map[string]int64 // offset of the last commit
	// Applied is the connector's configuration when its tasks were configured last.
	Applied map[string]map[string]string
	Session *SessionKey
	pending map[string]map[int]map[string]string
}

// NewConfigState returns the state of an empty topic.
func NewConfigState() *ConfigState {
	return &ConfigState{
		Offset: -1, Connectors: map[string]map[string]string{}, Targets: map[string]TargetState{}, Tasks: map[string][]map[string]string{},
		Generations: map[string]int64{}, Changes: map[string]int64{}, Inconsistent: map[string]bool{}, Fenced: map[string]int{},
		FencedAt: map[string]int64{}, TasksAt: map[string]int64{}, Applied: map[string]map[string]string{}, pending: map[string]map[int]map[string]string{},
	}
}

// Clone returns a copy; the properties of connectors and tasks are shared, since nobody changes them.
func (s *ConfigState) Clone() *ConfigState {
	c := *s
	c.Connectors, c.Targets, c.Tasks = maps.Clone(s.Connectors), maps.Clone(s.Targets), maps.Clone(s.Tasks)
	c.Generations, c.Changes, c.Inconsistent = maps.Clone(s.Generations), maps.Clone(s.Changes), maps.Clone(s.Inconsistent)
	c.Fenced, c.FencedAt, c.TasksAt = maps.Clone(s.Fenced), maps.Clone(s.FencedAt), maps.Clone(s.TasksAt)
	c.Applied, c.pending = maps.Clone(s.Applied), nil
	return &c
}

// Names returns the connectors, sorted.
func (s *ConfigState) Names() []string { return slices.Sorted(maps.Keys(s.Connectors)) }

// Event is what a record of the config topic changed. A plain value.
type Event struct {
	Kind      EventKind
	Connector string // or the name space of loggers
	Level     string
	// Of a restart.
	IncludeTasks, OnlyFailed bool
}

// EventKind tells events apart.
type EventKind uint8

// The kinds of events; ConfigNone changes nothing that anybody waits for.
const (
	ConfigNone EventKind = iota
	ConnectorChanged
	ConnectorRemoved
	TasksChanged
	TargetChanged
	RestartRequested
	SessionChanged
	LoggerChanged
)

// Apply takes in the next record of the topic. An error says that the record is not understood; it changes nothing then,
// but for a commit whose count cannot be: that leaves the connector inconsistent, and the event says so.
func (s *ConfigState) Apply(offset int64, key string, value []byte) (Event, error) {
	s.Offset = offset
	var v struct {
		Properties   map[string]string `json:"properties"`
		State        TargetState       `json:"state"`
		StateV2      TargetState       `json:"state.v2"`
		Tasks        *int              `json:"tasks"`
		TaskCount    *int              `json:"task-count"`
		IncludeTasks bool              `json:"include-tasks"`
		OnlyFailed   bool              `json:"only-failed"`
		Level        string            `json:"level"`
		Key          string            `json:"key"`
		Algorithm    string            `json:"algorithm"`
		Created      int64             `json:"creation-timestamp"`
	}
	if value != nil {
		if err := json.Unmarshal(value, &v); err != nil {
			return Event{}, fmt.Errorf("config topic, offset %d, key %s: %w", offset, key, err)
		}
	}
	switch {
	case key == sessionKey:
		if raw, err := base64.StdEncoding.DecodeString(v.Key); err == nil && value != nil {
			s.Session = &SessionKey{raw, v.Algorithm, time.UnixMilli(v.Created)}
			return Event{Kind: SessionChanged}, nil
		}
	case strings.HasPrefix(key, connectorPrefix):
		return s.applyConnector(key[len(connectorPrefix):], value != nil, v.Properties), nil
	case strings.HasPrefix(key, targetPrefix):
		return s.applyTarget(key[len(targetPrefix):], value != nil, v.State, v.StateV2), nil
	case strings.HasPrefix(key, fencingPrefix):
		if name := key[len(fencingPrefix):]; v.TaskCount != nil {
			if *v.TaskCount < 0 {
				return Event{}, fmt.Errorf("config topic, offset %d, key %s: %d tasks cannot have been fenced", offset, key, *v.TaskCount)
			}
			s.Fenced[name], s.FencedAt[name] = *v.TaskCount, offset
		}
	case strings.HasPrefix(key, taskPrefix):
		name, index, ok := cutTask(key[len(taskPrefix):])
		if !ok {
			return Event{}, fmt.Errorf("config topic, offset %d: %s names no task", offset, key)
		}
		if s.pending == nil {
			s.pending = map[string]map[int]map[string]string{}
		}
		if s.pending[name] == nil {
			s.pending[name] = map[int]map[string]string{}
		}
		s.pending[name][index] = v.Properties
	case strings.HasPrefix(key, commitPrefix):
		if v.Tasks != nil {
			return s.commit(key[len(commitPrefix):], *v.Tasks, offset)
		}
	case strings.HasPrefix(key, restartPrefix):
		if value != nil {
			return Event{RestartRequested, key[len(restartPrefix):], "", v.IncludeTasks, v.OnlyFailed}, nil
		}
	case strings.HasPrefix(key, loggerPrefix):
		return Event{Kind: LoggerChanged, Connector: key[len(loggerPrefix):], Level: v.Level}, nil
	}
	return Event{}, nil
}

// cutTask splits "<connector>-<task>" at the last dash: names may hold dashes.
func cutTask(text string) (name string, index int, ok bool) {
	dash := strings.LastIndexByte(text, '-')
	if dash < 0 {
		return "", 0, false
	}
	index, err := strconv.Atoi(text[dash+1:])
	return text[:dash], index, err == nil
}

func (s *ConfigState) applyConnector(name string, there bool, props map[string]string) Event {
	s.Changes[name]++
	if !there {
		delete(s.Connectors, name)
		delete(s.Targets, name)
		delete(s.Tasks, name)
		delete(s.Applied, name)
		delete(s.Inconsistent, name)
		return Event{Kind: ConnectorRemoved, Connector: name}
	}
	if props == nil {
		props = map[string]string{}
	}
	s.Connectors[name] = props
	if s.Targets[name] == "" {
		s.Targets[name] = Started
	}
	return Event{Kind: ConnectorChanged, Connector: name}
}

func (s *ConfigState) applyTarget(name string, there bool, state, v2 TargetState) Event {
	if !there {
		delete(s.Targets, name)
		return Event{Kind: TargetChanged, Connector: name}
	}
	if v2 != "" {
		state = v2
	}
	s.Targets[name] = state
	return Event{Kind: TargetChanged, Connector: name}
}

// commit makes the task configurations count that were seen since the last one, if they are all there. A compacted topic
// may have lost those of an older generation: then the leader has to write them again. The count is whatever somebody wrote
// to the topic, so it is held against what is there before anything is made of that size.
func (s *ConfigState) commit(name string, tasks int, offset int64) (Event, error) {
	seen := s.pending[name]
	delete(s.pending, name)
	s.TasksAt[name] = offset
	known := len(seen)
	if !s.Inconsistent[name] {
		known += len(s.Tasks[name])
	}
	if tasks < 0 || tasks > known {
		s.Inconsistent[name] = true
		return Event{Kind: TasksChanged, Connector: name}, fmt.Errorf("config topic, offset %d: %s%s announces %d tasks, of which at most %d are configured; the connector's tasks wait until they are configured again", offset, commitPrefix, name, tasks, known)
	}
	all := make([]map[string]string, tasks)
	for i := range all {
		props, ok := seen[i]
		if !ok && i < len(s.Tasks[name]) && !s.Inconsistent[name] {
			props, ok = s.Tasks[name][i], true
		}
		if !ok {
			s.Inconsistent[name] = true
			return Event{Kind: TasksChanged, Connector: name}, nil
		}
		all[i] = props
	}
	delete(s.Inconsistent, name)
	s.Tasks[name], s.Applied[name] = all, s.Connectors[name]
	s.Generations[name]++
	return Event{Kind: TasksChanged, Connector: name}, nil
}
