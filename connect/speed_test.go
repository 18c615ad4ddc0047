//go:build unix

package connect_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/streamgen/streamgen/connect"
	"github.com/streamgen/streamgen/internal/broker"
)

// BenchmarkFilePipeline takes lines through a source with a transform, a topic of the embedded broker and a sink with one;
// the broker's share of the CPU is in the figures.
func BenchmarkFilePipeline(b *testing.B) {
	embedded, err := broker.Start(broker.Options{Topics: []broker.Topic{{Name: "speed", Partitions: 1}}})
	if err != nil {
		b.Fatal(err)
	}
	defer embedded.Close()
	dir := b.TempDir()
	in, out := filepath.Join(dir, "in.txt"), filepath.Join(dir, "out.txt")
	f, err := os.Create(in)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	size := int64(0)
	for i := range b.N {
		n, _ := fmt.Fprintf(w, "line number %d of the file that goes through\n", i)
		size += int64(n)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	f.Close()
	props := standaloneProps(dir, embedded.Addr())
	props["value.converter"], props["value.converter.schemas.enable"] = "org.apache.kafka.connect.json.JsonConverter", "false"
	b.ResetTimer()
	var before, after syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &before); err != nil {
		b.Fatal(err)
	}
	worker, err := connect.Start(b.Context(), connect.Config{Props: props, Connectors: []connect.Connector{
		{Name: "src", Props: map[string]string{"name": "src", "connector.class": "FileStreamSource", "file": in, "topic": "speed",
			"transforms": "h", "transforms.h.type": "org.apache.kafka.connect.transforms.HoistField$Value", "transforms.h.field": "line"}},
		{Name: "snk", Props: map[string]string{"name": "snk", "connector.class": "FileStreamSink", "file": out, "topics": "speed",
			"transforms": "e", "transforms.e.type": "org.apache.kafka.connect.transforms.ExtractField$Value", "transforms.e.field": "line"}},
	}})
	if err != nil {
		b.Fatal(err)
	}
	defer worker.Close()
	for {
		if info, err := os.Stat(out); err == nil && info.Size() >= size {
			break
		}
		<-time.After(10 * time.Millisecond)
	}
	b.StopTimer()
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &after); err != nil {
		b.Fatal(err)
	}
	cpu := time.Duration(after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano())
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(cpu.Nanoseconds())/float64(b.N), "cpu-ns/record")
}
