package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/streamgen/streamgen/connect"
	"github.com/streamgen/streamgen/internal/broker"
)

// demo runs a pipeline with nothing installed: lines of a file go through a topic of an embedded broker into another file,
// with transforms on the way, and a line each second says how it goes. The status page is at the address that it prints.
func demo() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.MkdirTemp("", "streamconnect-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := broker.Start(broker.Options{Topics: []broker.Topic{{Name: "demo-lines", Partitions: 3}}})
	if err != nil {
		return err
	}
	defer b.Close()
	in, out := filepath.Join(dir, "in.txt"), filepath.Join(dir, "out.txt")
	w, err := connect.Start(ctx, connect.Config{
		Props: map[string]string{
			"bootstrap.servers": b.Addr(), "listeners": "http://127.0.0.1:8083", "offset.storage.file.filename": filepath.Join(dir, "offsets.json"), "offset.flush.interval.ms": "500",
			"key.converter": "org.apache.kafka.connect.storage.StringConverter", "value.converter": "org.apache.kafka.connect.json.JsonConverter", "value.converter.schemas.enable": "false",
		},
		Connectors: []connect.Connector{
			{Name: "demo-source", Props: map[string]string{
				"name": "demo-source", "connector.class": "FileStreamSource", "file": in, "topic": "demo-lines",
				"transforms": "hoist,where", "transforms.hoist.type": "org.apache.kafka.connect.transforms.HoistField$Value", "transforms.hoist.field": "line",
				"transforms.where.type": "org.apache.kafka.connect.transforms.InsertField$Value", "transforms.where.static.field": "host", "transforms.where.static.value": "demo",
			}},
			{Name: "demo-sink", Props: map[string]string{
				"name": "demo-sink", "connector.class": "FileStreamSink", "file": out, "topics": "demo-lines",
				"transforms": "unwrap", "transforms.unwrap.type": "org.apache.kafka.connect.transforms.ExtractField$Value", "transforms.unwrap.field": "line",
			}},
		},
		Log: os.Stderr,
	})
	if err != nil {
		return err
	}
	defer w.Close()
	fmt.Printf("broker %s, worker %s\nwatch  %sui\nfiles  %s → %s (Ctrl-C ends)\n", b.Addr(), w.URL(), w.URL(), in, out)
	source, err := os.OpenFile(in, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer source.Close()
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for written := 0; ; {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		for range 1000 {
			written++
			fmt.Fprintf(source, "line %d\n", written)
		}
		fmt.Printf("%s  written %6d  arrived %6d  %s\n", time.Now().Format(time.TimeOnly), written, count(out), states(w.URL()))
	}
}

// count counts the lines of a file.
func count(path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	return strings.Count(string(text), "\n")
}

// states asks the worker for the states of its connectors and tasks.
func states(url string) string {
	response, err := http.Get(url + "connectors?expand=status")
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	var all map[string]struct {
		Status struct {
			Connector struct{ State string }
			Tasks     []struct{ State string }
		}
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return err.Error()
	}
	var parts []string
	for _, name := range []string{"demo-source", "demo-sink"} {
		s := all[name].Status
		part := name + " " + s.Connector.State
		for _, t := range s.Tasks {
			part += "/" + t.State
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "  ")
}
