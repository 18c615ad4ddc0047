package storage

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// The shapes are those of section 2.3 of what a Java worker writes.
func TestRecordsAreAJavaWorkers(t *testing.T) {
	for _, c := range []struct {
		record     Record
		key, value string
	}{
		{ConnectorRecord("a-b", map[string]string{"name": "a-b"}), "connector-a-b", `{"properties":{"name":"a-b"}}`},
		{ConnectorRecord("a", nil), "connector-a", ""},
		{TaskRecords("a", []map[string]string{{"task.class": "x.Y"}})[0], "task-a-0", `{"properties":{"task.class":"x.Y"}}`},
		{TaskRecords("a", []map[string]string{{}})[1], "commit-a", `{"tasks":1}`},
		{TargetRecord("a", Stopped), "target-state-a", `{"state":"PAUSED","state.v2":"STOPPED"}`},
		{TargetRecord("a", Started), "target-state-a", `{"state":"STARTED","state.v2":"STARTED"}`},
		{FencingRecord("a", 3), "tasks-fencing-a", `{"task-count":3}`},
		{RestartRecord("a", true, false), "restart-connector-a", `{"include-tasks":true,"only-failed":false}`},
		{LoggerRecord("org.x", "DEBUG"), "logger-cluster-org.x", `{"level":"DEBUG"}`},
		{SessionKeyRecord(SessionKey{[]byte{1, 2, 3}, "HmacSHA256", time.UnixMilli(7)}), "session-key", `{"key":"AQID","algorithm":"HmacSHA256","creation-timestamp":7}`},
		{ConnectorStatusRecord("a", Status{Running, "", "h:1", 4, "1.0"}), "status-connector-a", `{"state":"RUNNING","trace":null,"worker_id":"h:1","generation":4,"version":"1.0"}`},
		{TaskStatusRecord(TaskID{"a", 2}, Status{Failed, "x\n\tat y", "h:1", 4, ""}), "status-task-a-2", `{"state":"FAILED","trace":"x\n\tat y","worker_id":"h:1","generation":4,"version":null}`},
		{TaskStatusRecord(TaskID{"a", 2}, Status{State: Destroyed}), "status-task-a-2", ""},
		{TopicRecord(TopicUse{"t", "a", 0, 9}), "status-topic-t:connector-a", `{"topic":{"name":"t","connector":"a","task":0,"discoverTimestamp":9}}`},
		{OffsetRecord("a", map[string]any{"filename": "ü"}, map[string]any{"position": int64(3)}), `["a",{"filename":"ü"}]`, `{"position":3}`},
	} {
		if c.record.Key != c.key || string(c.record.Value) != c.value {
			t.Errorf("%s %s\nwant %s %s", c.record.Key, c.record.Value, c.key, c.value)
		}
	}
}

// Task configurations count with their commit alone, and only when all of them are there.
func TestTasksCountWithTheirCommit(t *testing.T) {
	var offset int64
	s := NewConfigState()
	apply := func(records ...Record) string {
		var kinds []string
		for _, r := range records {
			e, err := s.Apply(offset, r.Key, r.Value)
			if err != nil {
				t.Fatal(err)
			}
			offset++
			kinds = append(kinds, fmt.Sprint(e.Kind, e.Connector))
		}
		return strings.Join(kinds, " ")
	}
	apply(ConnectorRecord("a-1", map[string]string{"name": "a-1"}))
	records := TaskRecords("a-1", []map[string]string{{"n": "0"}, {"n": "1"}})
	apply(records[:2]...)
	if len(s.Tasks["a-1"]) != 0 {
		t.Error("tasks count before their commit")
	}
	if got := apply(records[2]); got != fmt.Sprint(TasksChanged, "a-1") || len(s.Tasks["a-1"]) != 2 || s.Tasks["a-1"][1]["n"] != "1" {
		t.Error(got, s.Tasks)
	}
	// Compaction took task 2's record: the set is not whole.
	more := TaskRecords("a-1", []map[string]string{{}, {}, {}})
	apply(more[0], more[1], more[3])
	if !s.Inconsistent["a-1"] || len(s.Tasks["a-1"]) != 2 {
		t.Error("a set with a hole counts", s.Tasks)
	}
	apply(more...)
	if s.Inconsistent["a-1"] || len(s.Tasks["a-1"]) != 3 {
		t.Error("the whole set does not count", s.Tasks)
	}
	apply(ConnectorRecord("a-1", nil), TargetRecord("a-1", ""))
	if len(s.Names()) != 0 || s.Targets["a-1"] != "" {
		t.Error("not deleted")
	}
}

// Whoever writes to the topic can write any count; none of them ends the worker.
func TestCountsThatCannotBeAreRefused(t *testing.T) {
	for _, count := range []string{"-1", "3", "2000000000"} {
		s := NewConfigState()
		for i, r := range TaskRecords("a", []map[string]string{{"n": "0"}}) {
			if _, err := s.Apply(int64(i), r.Key, r.Value); err != nil {
				t.Fatal(err)
			}
		}
		r := TaskRecords("a", []map[string]string{{"n": "1"}})[0]
		if _, err := s.Apply(2, r.Key, r.Value); err != nil {
			t.Fatal(err)
		}
		e, err := s.Apply(3, "commit-a", []byte(`{"tasks":`+count+`}`))
		if err == nil || !strings.Contains(err.Error(), "commit-a announces "+count) || e.Kind != TasksChanged || !s.Inconsistent["a"] || len(s.Tasks["a"]) != 1 {
			t.Error(count, e, err, s.Tasks)
		}
	}
	s := NewConfigState()
	if _, err := s.Apply(0, "tasks-fencing-a", []byte(`{"task-count":-1}`)); err == nil || len(s.Fenced) != 0 {
		t.Error(err, s.Fenced)
	}
}

func TestOffsetsAreFoundInAnyOrder(t *testing.T) {
	o := NewOffsets()
	if err := o.Apply(`["c",{"topic":"t","partition":0,"cluster":"a"}]`, []byte(`{"offset":7}`)); err != nil {
		t.Fatal(err)
	}
	if got := o.Get("c", map[string]any{"cluster": "a", "partition": int64(0), "topic": "t"}); got["offset"] != int64(7) {
		t.Error(got)
	}
	if o.Apply(`nonsense`, []byte(`{}`)) == nil || o.Apply(`["c",{}]`, []byte(`7`)) == nil {
		t.Error("nonsense was accepted")
	}
}

func TestOffsetFileSurvives(t *testing.T) {
	path := t.TempDir() + "/offsets"
	first, _ := OpenMemory(path, func(int64, string, []byte) {})
	if err := first.Put(t.Context(), OffsetRecord("c", map[string]any{"filename": "f"}, map[string]any{"position": int64(3)}), Record{Key: "gone"}); err != nil {
		t.Fatal(err)
	}
	seen := NewOffsets()
	if _, err := OpenMemory(path, func(_ int64, k string, v []byte) { _ = seen.Apply(k, v) }); err != nil {
		t.Fatal(err)
	}
	if got := seen.Get("c", map[string]any{"filename": "f"}); got["position"] != int64(3) {
		t.Error(got)
	}
}
