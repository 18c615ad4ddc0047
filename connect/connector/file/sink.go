package file

import (
	"bufio"
	"context"
	"os"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/data"
	"github.com/streamgen/streamgen/connect/plugin"
)

// NewSink returns org.apache.kafka.connect.file.FileStreamSinkConnector.
func NewSink() plugin.Plugin { return &sink{} }

type sink struct{ props map[string]string }

var sinkDef = config.New(config.Key{Name: "file", Doc: "Destination filename. If not specified, the standard output will be used"})

func (*sink) Info() plugin.Info {
	return plugin.Info{Class: "org.apache.kafka.connect.file.FileStreamSinkConnector", Version: Version, Doc: "Appends values as lines to a file."}
}
func (*sink) Config() *config.Def { return sinkDef }
func (s *sink) Start(_ plugin.ConnectorContext, props map[string]string) error {
	s.props = props
	return nil
}

// TaskConfigs returns as many tasks as may be: they share the partitions, and append to the same file.
func (s *sink) TaskConfigs(n int) ([]map[string]string, error) {
	configs := make([]map[string]string, n)
	for i := range configs {
		configs[i] = s.props
	}
	return configs, nil
}
func (*sink) Stop() error              { return nil }
func (*sink) NewTask() plugin.SinkTask { return &sinkTask{} }

// AlterSinkOffsets has nothing to do: all offsets are the group's.
func (*sink) AlterSinkOffsets(map[string]string, map[plugin.TopicPartition]int64) (bool, error) {
	return true, nil
}

type sinkTask struct {
	file *os.File
	out  *bufio.Writer
	name string
	line []byte
}

func (t *sinkTask) Start(_ plugin.SinkContext, props map[string]string) error {
	t.name = props["file"]
	if t.name == "" {
		t.out = bufio.NewWriterSize(os.Stdout, 64<<10)
		return nil
	}
	f, err := os.OpenFile(t.name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return &plugin.Error{Class: plugin.ConnectException, Message: "Couldn't find or create file '" + t.name + "' for FileStreamSinkTask", Cause: err}
	}
	t.file, t.out = f, bufio.NewWriterSize(f, 256<<10)
	return nil
}

func (t *sinkTask) Put(_ context.Context, records []plugin.SinkRecord) error {
	for i := range records {
		if text, ok := records[i].Value.(string); ok {
			t.line = append(t.line[:0], text...)
		} else {
			t.line = data.AppendText(t.line[:0], records[i].Value)
		}
		if _, err := t.out.Write(append(t.line, '\n')); err != nil {
			return plugin.Errorf("writing %s: %w", t.name, err)
		}
	}
	return nil
}

// Flush hands the lines to the operating system.
func (t *sinkTask) Flush(context.Context, map[plugin.TopicPartition]int64) error {
	if err := t.out.Flush(); err != nil {
		return plugin.Errorf("writing %s: %w", t.name, err)
	}
	return nil
}

func (t *sinkTask) Stop() error {
	if t.out == nil {
		return nil
	}
	err := t.out.Flush()
	if t.file != nil {
		if closed := t.file.Close(); err == nil {
			err = closed
		}
	}
	return err
}
