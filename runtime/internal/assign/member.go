package assign

import (
	"encoding/binary"
	"fmt"
)

// Task is a sub-topology on a partition number. A plain value, safe for concurrent use.
type Task struct {
	Group     int // index in Structure.Groups
	Partition int32
}

// Structure is what a member's code numbers its tasks by. Immutable, safe for
// concurrent use.
type Structure struct {
	Hash   string
	Groups [][]string // source topics by sub-topology
}

// Member is one member of the group: a worker. A plain value, safe for concurrent use
// once built.
type Member struct {
	ID         string
	Generation int32
	Owned      map[string][]int32
	Data
}

// Data is what a member tells about itself in its join. A plain value, safe for
// concurrent use once built.
type Data struct {
	Process   string // stable over restarts: who has the state directory
	Structure Structure
	Stored    []Task // tasks with state on the process's disk
}

const dataVersion = 1

// Append encodes d for the join's user data.
func (d Data) Append(dst []byte) []byte {
	dst = append(dst, dataVersion)
	dst = appendString(dst, d.Process)
	dst = appendString(dst, d.Structure.Hash)
	dst = binary.AppendUvarint(dst, uint64(len(d.Structure.Groups)))
	for _, g := range d.Structure.Groups {
		dst = binary.AppendUvarint(dst, uint64(len(g)))
		for _, topic := range g {
			dst = appendString(dst, topic)
		}
	}
	dst = binary.AppendUvarint(dst, uint64(len(d.Stored)))
	for _, t := range d.Stored {
		dst = binary.AppendUvarint(dst, uint64(t.Group))
		dst = binary.AppendUvarint(dst, uint64(t.Partition))
	}
	return dst
}

func appendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// ParseData decodes what Append wrote. Bytes from elsewhere (another program in the
// same group) are an error.
func ParseData(b []byte) (Data, error) {
	r := reader{b: b}
	var d Data
	if v := r.byte(); v != dataVersion {
		return d, fmt.Errorf("member data has version %d, not %d: another program, or an older release, is in the group", v, dataVersion)
	}
	d.Process, d.Structure.Hash = r.string(), r.string()
	for range r.count() {
		var g []string
		for range r.count() {
			g = append(g, r.string())
		}
		d.Structure.Groups = append(d.Structure.Groups, g)
	}
	for range r.count() {
		d.Stored = append(d.Stored, Task{Group: int(r.uvarint()), Partition: int32(r.uvarint())})
	}
	if r.bad || len(r.b) != 0 {
		return Data{}, fmt.Errorf("member data of %d bytes is cut short or too long", len(b))
	}
	return d, nil
}

// reader consumes b; after a failure everything is zero and bad is set.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.bad = true
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

// count reads a length; each element takes at least one byte, which bounds it.
func (r *reader) count() uint64 {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return 0
	}
	return n
}

func (r *reader) string() string {
	n := r.count()
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}
