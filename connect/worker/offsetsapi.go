package worker

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/streamgen/streamgen/connect/plugin"
	"github.com/streamgen/streamgen/connect/storage"
)

// Offset is a partition of a connector with its offset, nil for a reset. A plain value.
type Offset struct {
	Partition map[string]any `json:"partition"`
	Offset    map[string]any `json:"offset"`
}

// Offsets returns a connector's offsets: those stored of a source, those of the consumer group of a sink.
func (w *Worker) Offsets(ctx context.Context, name string) ([]Offset, error) {
	props, sink, err := w.offsetsOf(name)
	if err != nil {
		return nil, err
	}
	list := []Offset{}
	if !sink {
		book, done, err := w.bookOf(ctx, props)
		if err != nil {
			return nil, err
		}
		defer done()
		for _, p := range book.of(name) {
			list = append(list, Offset{p.Partition, p.Offset})
		}
		return list, nil
	}
	fetched, err := kadm.NewClient(w.client).FetchOffsets(ctx, sinkGroup(props))
	if errors.Is(err, kerr.GroupIDNotFound) {
		return list, nil
	}
	if err != nil {
		return nil, plugin.Errorf("Failed to list consumer group offsets for connector %s: %w", name, err)
	}
	for _, o := range fetched.Sorted() {
		if o.Err == nil && o.At >= 0 {
			list = append(list, Offset{map[string]any{"kafka_topic": o.Topic, "kafka_partition": int64(o.Partition)}, map[string]any{"kafka_offset": o.At}})
		}
	}
	return list, nil
}

// offsetsOf returns a connector's configuration and whether it is a sink.
func (w *Worker) offsetsOf(name string) (props map[string]string, sink bool, err error) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	props, there := w.config.Connectors[name]
	if !there {
		return nil, false, refuse(404, "Connector %s not found", name)
	}
	return props, w.typeOf(props) == "sink", nil
}

// bookOf returns where a source's offsets are, read to their end.
func (w *Worker) bookOf(ctx context.Context, props map[string]string) (book *offsetBook, done func(), err error) {
	if topic := props["offsets.storage.topic"]; topic != "" && w.settings.Distributed {
		if book, err = w.ownOffsets(ctx, topic, props); err != nil {
			return nil, nil, err
		}
		return book, func() { _ = book.log.Close() }, nil
	}
	return w.offsets, func() {}, w.offsets.log.Sync(ctx)
}

// AlterOffsets sets offsets of a stopped connector and returns the message of the answer.
func (w *Worker) AlterOffsets(ctx context.Context, name string, offsets []Offset) (string, error) {
	return w.modifyOffsets(ctx, name, offsets, false)
}

// ResetOffsets forgets all offsets of a stopped connector and returns the message of the answer.
func (w *Worker) ResetOffsets(ctx context.Context, name string) (string, error) {
	return w.modifyOffsets(ctx, name, nil, true)
}

func (w *Worker) modifyOffsets(ctx context.Context, name string, offsets []Offset, reset bool) (string, error) {
	props, sink, err := w.offsetsOf(name)
	if err != nil {
		return "", err
	}
	if err := w.lead(); err != nil {
		return "", err
	}
	w.mu.RLock()
	stopped := w.config.Targets[name] == storage.Stopped && len(w.config.Tasks[name]) == 0
	w.mu.RUnlock()
	if !stopped {
		return "", refuse(400, "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by issuing a 'PUT' request to the '/connectors/%s/stop' endpoint", name)
	}
	resolved, err := w.variables.resolve(ctx, props)
	if err != nil {
		return "", err
	}
	entry, ok := w.connectorEntry(resolved)
	if !ok {
		return "", unknownClass(w.plugins, props["connector.class"])
	}
	var handled bool
	if sink {
		handled, err = w.modifySink(ctx, name, resolved, entry, offsets, reset)
	} else {
		handled, err = w.modifySource(ctx, name, resolved, entry, offsets, reset)
	}
	if err != nil {
		return "", err
	}
	word := "altered"
	if reset {
		word = "reset"
	}
	if handled {
		return fmt.Sprintf("The offsets for this connector have been %s successfully", word), nil
	}
	return fmt.Sprintf("The Connect framework-managed offsets for this connector have been %s successfully. However, if this connector manages offsets externally, they will need to be manually %s in the system that the connector uses.", word, word), nil
}

func (w *Worker) modifySource(ctx context.Context, name string, props map[string]string, entry plugin.Entry, offsets []Offset, reset bool) (handled bool, err error) {
	book, done, err := w.bookOf(ctx, props)
	if err != nil {
		return false, err
	}
	defer done()
	if reset {
		for _, p := range book.of(name) {
			offsets = append(offsets, Offset{p.Partition, nil})
		}
	}
	changes := make([]plugin.PartitionOffset, len(offsets))
	for i, o := range offsets {
		changes[i] = plugin.PartitionOffset(o)
	}
	if alterer, ok := entry.New().(plugin.SourceOffsetAlterer); ok {
		if handled, err = alterer.AlterOffsets(props, changes); err != nil {
			return false, err
		}
	}
	var records []storage.Record
	for _, o := range offsets {
		records = append(records, storage.OffsetRecord(name, o.Partition, o.Offset))
	}
	// A deletion has to reach the key as it was written, also by a worker with another order of fields.
	for _, p := range book.of(name) {
		for _, o := range offsets {
			canonical := storage.OffsetRecord(name, o.Partition, nil)
			if canonical.Key == storage.OffsetRecord(name, p.Partition, nil).Key && p.Key != canonical.Key {
				records = append([]storage.Record{{Key: p.Key}}, records...)
			}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	if err := book.log.Put(ctx, records...); err != nil {
		return false, err
	}
	if book != w.offsets {
		return handled, w.offsets.log.Put(ctx, records...)
	}
	return handled, nil
}

func (w *Worker) modifySink(ctx context.Context, name string, props map[string]string, entry plugin.Entry, offsets []Offset, reset bool) (handled bool, err error) {
	admin := kadm.NewClient(w.client)
	group := sinkGroup(props)
	changes := map[plugin.TopicPartition]int64{}
	if reset {
		fetched, err := admin.FetchOffsets(ctx, group)
		if err != nil && !errors.Is(err, kerr.GroupIDNotFound) {
			return false, plugin.Errorf("Failed to list consumer group offsets for connector %s: %w", name, err)
		}
		for _, o := range fetched.Sorted() {
			changes[plugin.TopicPartition{Topic: o.Topic, Partition: o.Partition}] = -1
		}
	}
	for _, o := range offsets {
		tp, at, err := sinkOffset(o)
		if err != nil {
			return false, err
		}
		changes[tp] = at
	}
	handled = true
	if alterer, ok := entry.New().(plugin.SinkOffsetAlterer); ok {
		if handled, err = alterer.AlterSinkOffsets(props, changes); err != nil {
			return false, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	if reset {
		if _, err := admin.DeleteGroup(ctx, group); err != nil && !errors.Is(err, kerr.GroupIDNotFound) {
			return false, plugin.Errorf("Failed to reset consumer group offsets for connector %s: %w", name, err)
		}
		return handled, nil
	}
	return handled, w.commitGroup(ctx, admin, name, group, changes)
}

// commitGroup sets the offsets of a consumer group that has no members. They may take a moment to leave after a stop.
func (w *Worker) commitGroup(ctx context.Context, admin *kadm.Client, name, group string, changes map[plugin.TopicPartition]int64) error {
	failed := func(err error) error {
		return &plugin.Error{Class: plugin.ConnectException, Message: "Failed to alter consumer group offsets for connector " + name, Cause: err}
	}
	for deadline := time.Now().Add(5 * time.Second); ; {
		described, err := admin.DescribeGroups(ctx, group)
		if err != nil || len(described[group].Members) == 0 {
			break
		}
		if time.Now().After(deadline) {
			return refuse(500, "Failed to alter consumer group offsets for connector %s either because its tasks haven't stopped completely yet or the connector was resumed before the request to alter its offsets could be successfully completed. If the connector is in a stopped state, this operation can be safely retried. If it doesn't eventually succeed, the Connect cluster may need to be restarted to get rid of the zombie sink tasks.", name)
		}
		select {
		case <-ctx.Done():
			return failed(ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
	set := kadm.Offsets{}
	gone := kadm.TopicsSet{}
	for tp, at := range changes {
		if at < 0 {
			gone.Add(tp.Topic, tp.Partition)
			continue
		}
		set.Add(kadm.Offset{Topic: tp.Topic, Partition: tp.Partition, At: at, LeaderEpoch: -1})
	}
	topics := make([]string, 0, len(set))
	for t := range set {
		topics = append(topics, t)
	}
	listed, err := admin.ListTopics(ctx, topics...)
	if err != nil {
		return failed(err)
	}
	for tp, at := range changes {
		if _, ok := listed[tp.Topic].Partitions[tp.Partition]; at >= 0 && !ok {
			return failed(fmt.Errorf("%s has no partition %d", tp.Topic, tp.Partition))
		}
	}
	if len(set) > 0 {
		done, err := admin.CommitOffsets(ctx, group, set)
		if err != nil {
			return failed(err)
		}
		if err := done.Error(); err != nil {
			return failed(err)
		}
	}
	if len(gone) > 0 {
		done, err := admin.DeleteOffsets(ctx, group, gone)
		if err != nil {
			return failed(err)
		}
		if err := done.Error(); err != nil {
			return failed(err)
		}
	}
	return nil
}

// sinkOffset reads one entry of a sink's offsets, as SinkUtils does: numbers may be texts.
func sinkOffset(o Offset) (tp plugin.TopicPartition, at int64, err error) {
	topic, a := o.Partition["kafka_topic"]
	partition, b := o.Partition["kafka_partition"]
	if !a || !b || topic == nil || partition == nil {
		return tp, 0, refuse(400, "The partition for a sink connector offset must contain the keys 'kafka_topic' and 'kafka_partition'")
	}
	p, err := strconv.ParseInt(fmt.Sprint(partition), 10, 32)
	if err != nil {
		return tp, 0, refuse(400, "Failed to parse the following Kafka partition value in the provided offsets: '%v'. Partition values for sink connectors need to be integers.", partition)
	}
	tp = plugin.TopicPartition{Topic: fmt.Sprint(topic), Partition: int32(p)}
	if o.Offset == nil {
		return tp, -1, nil
	}
	value, ok := o.Offset["kafka_offset"]
	if !ok {
		return tp, 0, refuse(400, "The offset for a sink connector should either be null or contain the key 'kafka_offset'")
	}
	if at, err = strconv.ParseInt(fmt.Sprint(value), 10, 64); err != nil {
		return tp, 0, refuse(400, "Failed to parse the following Kafka offset value in the provided offsets: '%v'. Offset values for sink connectors need to be integers.", value)
	}
	return tp, at, nil
}
