package worker

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/storage"
)

// With errors.tolerance=all what is refused for its own sake is skipped; what any record would meet is not.
func TestFailuresOfTheWayAreNotTolerated(t *testing.T) {
	task := &sourceTask{policy: policyOf(t, map[string]string{"errors.tolerance": "all"})}
	for _, err := range []error{kerr.MessageTooLarge, kerr.RecordListTooLarge, kerr.InvalidRecord, kerr.CorruptMessage, kerr.InvalidTimestamp,
		fmt.Errorf("t: %w", kerr.PolicyViolation)} {
		if !task.tolerable(&kgo.Record{}, err) {
			t.Errorf("%v is the record's fault", err)
		}
	}
	for _, err := range []error{kerr.TopicAuthorizationFailed, kerr.SaslAuthenticationFailed, kerr.OutOfOrderSequenceNumber, kerr.UnknownProducerID,
		kerr.NotLeaderForPartition, kgo.ErrClientClosed, errors.New("unable to dial")} {
		if task.tolerable(&kgo.Record{}, err) {
			t.Errorf("%v is not the record's fault", err)
		}
	}
}

// A transaction lives longer than its interval and the commit; what is configured counts as it is.
func TestTransactionsOutliveTheirInterval(t *testing.T) {
	for _, c := range []struct {
		boundary          string
		interval          time.Duration
		worker, connector string
		want              time.Duration
	}{
		{"interval", time.Minute, "", "", 90 * time.Second},
		{"interval", time.Second, "", "", time.Minute},
		{"poll", time.Hour, "", "", time.Minute},
		{"interval", time.Minute, "20000", "", 20 * time.Second},
		{"interval", time.Minute, "20000", "30000", 30 * time.Second},
	} {
		w := &Worker{settings: Settings{Props: map[string]string{}}, values: config.Values{"group.id": "g"}}
		connector := map[string]string{}
		if c.worker != "" {
			w.settings.Props["producer.transaction.timeout.ms"] = c.worker
		}
		if c.connector != "" {
			connector["producer.override.transaction.timeout.ms"] = c.connector
		}
		options, err := w.sourceOptions(storage.TaskID{Connector: "c"}, connector, true, c.boundary, c.interval)
		if err != nil {
			t.Fatal(err)
		}
		client, err := kgo.NewClient(options...)
		if err != nil {
			t.Fatal(err)
		}
		if got := client.OptValue(kgo.TransactionTimeout); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
		client.Close()
	}
}

// converter is one by name alone.
type converter struct{ plugin.Converter }

func (converter) Info() plugin.Info   { return plugin.Info{Class: "x.Converter"} }
func (converter) Config() *config.Def { return config.New() }

// What a validator takes in any case means the same in any case.
func TestValuesInAnyCase(t *testing.T) {
	set, err := plugin.NewSet(func() plugin.Plugin { return converter{} })
	if err != nil {
		t.Fatal(err)
	}
	v, err := parseSettings(Settings{Distributed: true, Plugins: set, Props: map[string]string{"group.id": "g", "config.storage.topic": "a",
		"offset.storage.topic": "b", "status.storage.topic": "c", "key.converter": "x.Converter", "value.converter": "x.Converter",
		"connect.protocol": "COMPATIBLE", "exactly.once.source.support": "Enabled"}})
	if err != nil {
		t.Fatal(err)
	}
	w := &Worker{values: v}
	if m := newMember(w); !w.exactlyOnce() || strings.Join(m.protocols, " ") != compatible {
		t.Error(w.exactlyOnce(), m.protocols)
	}
	v, err = parseConnector(bareConnectorDef(plugin.KindSource), map[string]string{"name": "c", "connector.class": "x", "transaction.boundary": "POLL"})
	if err != nil || v.Text("transaction.boundary") != "poll" {
		t.Error(v, err)
	}
}
