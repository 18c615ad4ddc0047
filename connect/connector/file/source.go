// Package file holds Kafka's own two example connectors, under their Java names: FileStreamSource reads lines of a text
// file into a topic, FileStreamSink appends values as lines to a file.
package file

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// Version of both connectors: that of the Java ones whose behaviour they have.
const Version = "4.3.1"

// NewSource returns org.apache.kafka.connect.file.FileStreamSourceConnector.
func NewSource() plugin.Plugin { return &source{} }

type source struct{ props map[string]string }

var sourceDef = config.New(
	config.Key{Name: "file", Doc: "Source filename. If not specified, the standard input will be used"},
	config.Key{Name: "topic", Required: true, Validator: config.NonEmpty, Doc: "The topic to publish data to"},
	config.Key{Name: "batch.size", Type: config.Int, Default: int32(2000), Importance: config.Low,
		Doc: "The maximum number of records the source task can read from the file each time it is polled"},
)

func (*source) Info() plugin.Info {
	return plugin.Info{Class: "org.apache.kafka.connect.file.FileStreamSourceConnector", Version: Version, Doc: "Reads lines of a text file."}
}
func (*source) Config() *config.Def { return sourceDef }
func (s *source) Start(_ plugin.ConnectorContext, props map[string]string) error {
	s.props = props
	_, err := sourceDef.Parse(props)
	return err
}

// TaskConfigs returns one task: a file has one order of lines.
func (s *source) TaskConfigs(int) ([]map[string]string, error) {
	return []map[string]string{s.props}, nil
}
func (*source) Stop() error                { return nil }
func (*source) NewTask() plugin.SourceTask { return &sourceTask{} }

// ExactlyOnce is possible for a file; standard input cannot be read twice.
func (*source) ExactlyOnce(props map[string]string) bool { return props["file"] != "" }

// AlterOffsets checks what a user wants to set; the worker keeps the offsets.
func (*source) AlterOffsets(props map[string]string, offsets []plugin.PartitionOffset) (bool, error) {
	if props["file"] == "" {
		return false, plugin.Errorf("Offsets cannot be modified if the 'file' configuration is unspecified. This is because stdin is used for input and offsets are not tracked.")
	}
	for _, o := range offsets {
		if o.Offset == nil {
			continue // any partition may be reset
		}
		if _, ok := o.Partition["filename"]; !ok {
			return false, plugin.Errorf("Partition objects should contain the key 'filename'")
		}
		position, ok := o.Offset["position"]
		if !ok {
			return false, plugin.Errorf("Offset objects should either be null or contain the key 'position'")
		}
		n, ok := position.(int64)
		if !ok {
			return false, plugin.Errorf("The value for the 'position' key in the offset is expected to be a Long value")
		}
		if n < 0 {
			return false, plugin.Errorf("The value for the 'position' key in the offset should be non-negative")
		}
	}
	return true, nil
}

// position is a byte offset in a file.
type position int64

// OffsetFields returns the form that is stored.
func (p position) OffsetFields() map[string]any { return map[string]any{"position": int64(p)} }

// quiet is how long a source waits before it looks for more lines, and missing before it looks for the file.
const (
	quiet   = 100 * time.Millisecond
	missing = time.Second
)

type sourceTask struct {
	name      string
	topic     string
	batch     int
	input     io.Reader
	file      *os.File // nil before it was there; standard input is never closed
	partition *plugin.Partition
	at        int64  // of the first byte of pending, in the file
	pending   []byte // read and not yet given out
	buffer    []byte
	after     bool // the last line ended with \r at the end of what was read: a \n that follows belongs to it
	records   []plugin.SourceRecord
}

func (t *sourceTask) Start(ctx plugin.SourceContext, props map[string]string) error {
	v, err := sourceDef.Parse(props)
	if err != nil {
		return err
	}
	t.name, t.topic, t.batch = v.Text("file"), v.Text("topic"), int(max(v.Int("batch.size"), 1))
	t.buffer = make([]byte, 256<<10)
	if t.name == "" {
		t.input = os.Stdin
		return nil
	}
	t.partition = plugin.NewPartition(map[string]any{"filename": t.name})
	stored, err := ctx.Offsets().Offset(ctx.Context(), t.partition)
	if err != nil {
		return err
	}
	if at, ok := stored["position"]; ok {
		n, ok := at.(int64)
		if !ok {
			return plugin.Errorf("Offset position is the incorrect type")
		}
		t.at = n
	}
	return nil
}

// open opens the file where the task goes on, once the file is there.
func (t *sourceTask) open() error {
	f, err := os.Open(t.name)
	if err != nil {
		return err
	}
	if _, err := f.Seek(t.at, io.SeekStart); err != nil {
		return errors.Join(err, f.Close())
	}
	t.file, t.input = f, f
	return nil
}

func (t *sourceTask) Poll(ctx context.Context) ([]plugin.SourceRecord, error) {
	if t.input == nil {
		err := t.open()
		if errors.Is(err, os.ErrNotExist) {
			return nil, wait(ctx, missing)
		}
		if err != nil {
			return nil, plugin.Errorf("Couldn't open file %s: %w", t.name, err)
		}
	}
	for {
		if records := t.lines(); len(records) > 0 {
			return records, nil
		}
		n, err := t.input.Read(t.buffer)
		t.pending = append(t.pending, t.buffer[:n]...)
		if n == 0 {
			if err != nil && err != io.EOF {
				return nil, plugin.Errorf("reading %s at byte %d: %w", t.name, t.at, err)
			}
			return nil, wait(ctx, quiet)
		}
	}
}

// wait returns after a while, or when the context ends.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
	return nil
}

// lines cuts whole lines off what was read. One string holds them all, so that a line costs no allocation of its own.
func (t *sourceTask) lines() []plugin.SourceRecord {
	t.records = t.records[:0]
	if t.after && len(t.pending) > 0 {
		t.after = false
		if t.pending[0] == '\n' {
			t.pending, t.at = t.pending[1:], t.at+1
		}
	}
	text, now := string(t.pending), time.Now().UnixMilli()
	from := 0
	for len(t.records) < t.batch {
		end := strings.IndexAny(text[from:], "\r\n")
		if end < 0 {
			break
		}
		line := text[from : from+end]
		next := from + end + 1
		if text[next-1] == '\r' {
			if next < len(text) && text[next] == '\n' {
				next++
			} else if next == len(text) {
				t.after = true
			}
		}
		from = next
		record := plugin.SourceRecord{Record: plugin.Record{
			Topic: t.topic, Partition: plugin.NoPartition, ValueSchema: data.StringSchema, Value: line, Timestamp: now,
		}}
		if t.partition != nil {
			record.SourcePartition, record.SourceOffset = t.partition, position(t.at+int64(from))
		}
		t.records = append(t.records, record)
	}
	t.pending, t.at = t.pending[from:], t.at+int64(from)
	return t.records
}

func (t *sourceTask) Stop() error {
	if t.file != nil {
		return t.file.Close()
	}
	return nil
}
