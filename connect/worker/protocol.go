package worker

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/streamgen/streamgen/connect/storage"
)

// The sub-protocols of Connect's groups, by name and version: IncrementalCooperativeConnectProtocol. The eager one is not
// spoken.
const (
	protocolType = "connect"
	sessioned    = "sessioned"
	compatible   = "compatible"
)

var protocolVersion = map[string]int16{compatible: 1, sessioned: 2}

// item is one piece of work: a task, or with index -1 the connector itself. It is comparable.
type item struct {
	connector string
	index     int
}

func (i item) task() storage.TaskID { return storage.TaskID{Connector: i.connector, Task: i.index} }

func compareItems(a, b item) int {
	return cmp.Or(cmp.Compare(a.connector, b.connector), cmp.Compare(a.index, b.index))
}

// groupAssignment is what the leader tells a member: what it gets and gives up, beside what it has.
type groupAssignment struct {
	mismatch          bool // the leader's configuration was behind a member's
	leader, leaderURL string
	offset            int64
	assigned, revoked []item
	delayMillis       int32
}

// memberState is what a member tells the leader.
type memberState struct {
	url    string
	offset int64
	owned  []item
}

func appendText(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(len(s))), s...)
}

// appendItems writes items grouped by connector.
func appendItems(b []byte, items []item) []byte {
	items = slices.SortedFunc(slices.Values(items), compareItems)
	count := len(b)
	b = binary.BigEndian.AppendUint32(b, 0)
	var groups uint32
	for len(items) > 0 {
		n := 1
		for n < len(items) && items[n].connector == items[0].connector {
			n++
		}
		b = appendText(b, items[0].connector)
		b = binary.BigEndian.AppendUint32(b, uint32(n))
		for _, i := range items[:n] {
			b = binary.BigEndian.AppendUint32(b, uint32(int32(i.index)))
		}
		items = items[n:]
		groups++
	}
	binary.BigEndian.PutUint32(b[count:], groups)
	return b
}

// encode writes an assignment in the version of a sub-protocol.
func (a groupAssignment) encode(protocol string) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(protocolVersion[protocol]))
	code := uint16(0)
	if a.mismatch {
		code = 1
	}
	b = binary.BigEndian.AppendUint16(b, code)
	b = appendText(b, a.leader)
	b = appendText(b, a.leaderURL)
	b = binary.BigEndian.AppendUint64(b, uint64(a.offset))
	b = appendItems(b, a.assigned)
	b = appendItems(b, a.revoked)
	return binary.BigEndian.AppendUint32(b, uint32(a.delayMillis))
}

// encode writes a member's metadata in the version of a sub-protocol.
func (s memberState) encode(protocol string) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(protocolVersion[protocol]))
	b = appendText(b, s.url)
	b = binary.BigEndian.AppendUint64(b, uint64(s.offset))
	owned := groupAssignment{offset: s.offset, assigned: s.owned}.encode(protocol)
	b = binary.BigEndian.AppendUint32(b, uint32(len(owned)))
	return append(b, owned...)
}

// wireReader reads the forms above; after a fault everything is zero and err is set.
type wireReader struct {
	b   []byte
	err error
}

var errShort = errors.New("the group's data is shorter than it says")

func (r *wireReader) take(n int) []byte {
	if r.err != nil || n < 0 || n > len(r.b) {
		r.err = errShort
		return make([]byte, min(max(n, 0), 8))
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *wireReader) int16() int16 { return int16(binary.BigEndian.Uint16(r.take(2))) }
func (r *wireReader) int32() int32 { return int32(binary.BigEndian.Uint32(r.take(4))) }
func (r *wireReader) int64() int64 { return int64(binary.BigEndian.Uint64(r.take(8))) }
func (r *wireReader) text() string {
	n := int(r.int16())
	if n < 0 || r.err != nil {
		return ""
	}
	return string(r.take(n))
}

func (r *wireReader) items() (items []item) {
	for n := r.int32(); n > 0 && r.err == nil; n-- {
		name := r.text()
		for k := r.int32(); k > 0 && r.err == nil; k-- {
			items = append(items, item{name, int(r.int32())})
		}
	}
	return items
}

func decodeAssignment(b []byte) (a groupAssignment, err error) {
	r := &wireReader{b: b}
	if version := r.int16(); version < 1 || version > 2 {
		return a, errors.New("the group speaks Connect's eager protocol; set connect.protocol to compatible or sessioned on all workers")
	}
	a.mismatch = r.int16() == 1
	a.leader, a.leaderURL, a.offset = r.text(), r.text(), r.int64()
	a.assigned, a.revoked = r.items(), r.items()
	a.delayMillis = r.int32()
	return a, r.err
}

func decodeMember(b []byte) (s memberState, err error) {
	r := &wireReader{b: b}
	r.int16()
	s.url, s.offset = r.text(), r.int64()
	if n := r.int32(); n > 0 && r.err == nil {
		owned, err := decodeAssignment(r.take(int(n)))
		if err != nil {
			return s, err
		}
		s.owned = owned.assigned
	}
	return s, r.err
}
