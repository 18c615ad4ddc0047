package assign

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"
)

// The versions of what members and leader tell each other. Each is a group protocol of its
// own name, and a member offers all it speaks: the broker takes the newest that everybody
// does, so a group with members of two releases goes on in the older one.
const (
	// V1 knows the names of tasks with state on disk, and no standbys.
	V1 = 1
	// V2 knows lags, standbys, warm-ups and who can be asked about which task.
	V2 = 2
)

// Append encodes d for the join's user data, in the given version.
func (d Data) Append(dst []byte, version byte) []byte {
	dst = append(dst, version)
	dst = appendString(dst, d.Process)
	if version >= V2 {
		dst = appendString(dst, d.Endpoint)
	}
	dst = appendString(dst, d.Structure.Hash)
	dst = binary.AppendUvarint(dst, uint64(len(d.Structure.Groups)))
	for _, g := range d.Structure.Groups {
		dst = binary.AppendUvarint(dst, uint64(len(g)))
		for _, topic := range g {
			dst = appendString(dst, topic)
		}
	}
	if version >= V2 {
		dst = binary.AppendUvarint(dst, uint64(len(d.Structure.Logged)))
		for _, l := range d.Structure.Logged {
			dst = append(dst, map[bool]byte{true: 1}[l])
		}
	}
	dst = binary.AppendUvarint(dst, uint64(len(d.State)))
	for _, s := range d.State {
		dst = appendTask(dst, s.Task)
		if version >= V2 {
			dst = append(dst, byte(s.Lag))
		}
	}
	if version >= V2 {
		dst = append(dst, map[bool]byte{true: 1}[d.Shutdown])
	}
	return dst
}

// ParseData decodes what Append wrote in that version. Bytes from elsewhere (another
// program in the same group) are an error.
func ParseData(b []byte, version byte) (Data, error) {
	r := reader{b: b}
	var d Data
	if v := r.byte(); v != version {
		return d, fmt.Errorf("member data has version %d, not %d: another program is in the group", v, version)
	}
	d.Process = r.string()
	if version >= V2 {
		d.Endpoint = r.string()
	}
	d.Structure.Hash = r.string()
	for range r.count() {
		var g []string
		for range r.count() {
			g = append(g, r.string())
		}
		d.Structure.Groups = append(d.Structure.Groups, g)
	}
	if version >= V2 {
		for range r.count() {
			d.Structure.Logged = append(d.Structure.Logged, r.byte() != 0)
		}
	}
	for range r.count() {
		s := State{Task: r.task(), Lag: Unknown}
		if version >= V2 {
			s.Lag = Lag(r.byte())
		}
		d.State = append(d.State, s)
	}
	if version >= V2 {
		d.Shutdown = r.byte() != 0
	}
	if r.bad || len(r.b) != 0 {
		return Data{}, fmt.Errorf("member data of %d bytes is cut short or too long", len(b))
	}
	return d, nil
}

// Assignment is what the leader tells a member beside its partitions. A plain value, safe
// for concurrent use once built.
type Assignment struct {
	Hash       string // of the structure that the plan was made for
	Generation int32
	Standby    []Task // to follow
	// Warmup are tasks to follow that are to run here as soon as they are caught up: the
	// member says so by joining again.
	Warmup []Task
	// Probe is after how long this member, the leader, asks for the next plan anyway, because
	// something in this one waits; zero for nothing.
	Probe  time.Duration
	Owners []Owner // all processes of the group, by process id
	// Shutdown says that a member asked all to end.
	Shutdown bool
}

// Owner is a process, and what it can be asked about. A plain value, safe for concurrent
// use once built.
type Owner struct {
	Process  string
	Endpoint string // host:port; empty when it answers no queries
	Active   []Task // ascending by group and partition
	Standby  []Task // warm-ups included
}

// Append encodes a for the assignment's user data, in the given version.
func (a Assignment) Append(dst []byte, version byte) []byte {
	if version < V2 {
		return append(dst, a.Hash...)
	}
	dst = appendString(append(dst, version), a.Hash)
	dst = binary.AppendUvarint(dst, uint64(uint32(a.Generation)))
	dst = appendTasks(appendTasks(dst, a.Standby), a.Warmup)
	dst = binary.AppendUvarint(dst, uint64(a.Probe.Milliseconds()))
	dst = binary.AppendUvarint(dst, uint64(len(a.Owners)))
	for _, o := range a.Owners {
		dst = appendString(appendString(dst, o.Process), o.Endpoint)
		dst = appendTasks(appendTasks(dst, o.Active), o.Standby)
	}
	return append(dst, map[bool]byte{true: 1}[a.Shutdown])
}

// ParseAssignment decodes what Append wrote in that version.
func ParseAssignment(b []byte, version byte) (Assignment, error) {
	if version < V2 {
		return Assignment{Hash: string(b)}, nil
	}
	r := reader{b: b}
	var a Assignment
	if v := r.byte(); v != version {
		return a, fmt.Errorf("assignment has version %d, not %d: another program leads the group", v, version)
	}
	a.Hash, a.Generation = r.string(), int32(uint32(r.uvarint()))
	a.Standby, a.Warmup = r.tasks(), r.tasks()
	// A hundred years are enough, and do not overflow.
	a.Probe = time.Duration(min(r.uvarint(), 100*365*24*3600*1000)) * time.Millisecond
	for range r.count() {
		a.Owners = append(a.Owners, Owner{r.string(), r.string(), r.tasks(), r.tasks()})
	}
	a.Shutdown = r.byte() != 0
	if r.bad || len(r.b) != 0 {
		return Assignment{}, fmt.Errorf("assignment of %d bytes is cut short or too long", len(b))
	}
	return a, nil
}

func appendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

func appendTask(dst []byte, t Task) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(dst, uint64(t.Group)), uint64(t.Partition))
}

func appendTasks(dst []byte, ts []Task) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(ts)))
	for _, t := range ts {
		dst = appendTask(dst, t)
	}
	return dst
}

// reader consumes b; after a failure everything is zero and bad is set.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) fail() uint64 {
	r.bad, r.b = true, nil
	return 0
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		return byte(r.fail())
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		return r.fail()
	}
	r.b = r.b[n:]
	return v
}

// count reads a length; each element takes at least one byte, which bounds it.
func (r *reader) count() uint64 {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		return r.fail()
	}
	return n
}

func (r *reader) string() string {
	n := r.count()
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

// task reads a task; its numbers are those of a list and of Kafka's partitions.
func (r *reader) task() Task {
	g, p := r.uvarint(), r.uvarint()
	if g > 1<<31-1 || p > 1<<31-1 {
		r.fail()
		return Task{}
	}
	return Task{int(g), int32(p)}
}

func (r *reader) tasks() []Task {
	var ts []Task
	for range r.count() {
		ts = append(ts, r.task())
	}
	return slices.Clip(ts)
}
