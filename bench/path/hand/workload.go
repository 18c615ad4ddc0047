package main

import (
	"encoding/binary"
	"encoding/json/v2"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/streamgen/streamgen/bench/path/form"
)

// workload is how one is processed.
type workload struct {
	stored bool // it has rows on disk
	share  func(form.Setting) share
}

var workloads = map[string]workload{
	"bytes":    {share: func(s form.Setting) share { return bytesShare{s} }},
	"json":     {share: func(s form.Setting) share { return jsonShare{s} }},
	"count":    {stored: true, share: newCounts},
	"tumbling": {stored: true, share: newWindows},
	"join":     {stored: true, share: func(s form.Setting) share { return &joinShare{Setting: s, users: map[string]*user{}} }},
}

type bytesShare struct{ form.Setting }

func (b bytesShare) process(_ string, recs []*kgo.Record, out *output) error {
	for _, r := range recs {
		if form.Keep(r.Key, r.Value) {
			out.add(b.Output, r.Partition, r.Timestamp, r.Key, form.Cut(r.Key, r.Value))
		}
	}
	return nil
}

func (bytesShare) flush(*output, *disk) error { return nil }

type jsonShare struct{ form.Setting }

func (j jsonShare) process(_ string, recs []*kgo.Record, out *output) error {
	for _, r := range recs {
		var o form.Order
		if err := json.Unmarshal(r.Value, &o); err != nil {
			return err
		}
		if !form.Large("", o) {
			continue
		}
		value, err := json.Marshal(form.Sell("", o))
		if err != nil {
			return err
		}
		out.add(j.Output, r.Partition, r.Timestamp, r.Key, value)
	}
	return nil
}

func (jsonShare) flush(*output, *disk) error { return nil }

// joinShare keeps the users in a map; their topic is their changelog.
type joinShare struct {
	form.Setting
	users map[string]*user
	dirty []*user
}

type user struct {
	form.User
	key, raw []byte
	changed  bool
}

func (j *joinShare) process(topic string, recs []*kgo.Record, out *output) error {
	if topic == j.Table {
		return j.put(recs)
	}
	for _, r := range recs {
		u := j.users[string(r.Key)]
		if u == nil {
			continue
		}
		var o form.Order
		if err := json.Unmarshal(r.Value, &o); err != nil {
			return err
		}
		value, err := json.Marshal(form.Enrich("", o, u.User))
		if err != nil {
			return err
		}
		out.add(j.Output, r.Partition, r.Timestamp, r.Key, value)
	}
	return nil
}

func (j *joinShare) put(recs []*kgo.Record) error {
	for _, r := range recs {
		u := j.users[string(r.Key)]
		if u == nil {
			u = &user{key: r.Key}
			j.users[string(r.Key)] = u
		}
		if err := json.Unmarshal(r.Value, &u.User); err != nil {
			return err
		}
		u.raw = binary.BigEndian.AppendUint64(make([]byte, 0, 8+len(r.Value)), uint64(r.Timestamp.UnixMilli()))
		u.raw = append(u.raw, r.Value...)
		if !u.changed {
			u.changed = true
			j.dirty = append(j.dirty, u)
		}
	}
	return nil
}

func (j *joinShare) flush(_ *output, rows *disk) error {
	for _, u := range j.dirty {
		u.changed = false
		if err := rows.set(u.key, u.raw); err != nil {
			return err
		}
	}
	clear(j.dirty)
	j.dirty = j.dirty[:0]
	return nil
}
