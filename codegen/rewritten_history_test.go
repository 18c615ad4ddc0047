package codegen_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"go/types"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"

	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// step is an operation on the test driver, as the compiled program reads it.
type step struct {
	Verb       string // "pipe", "advance", "commit"
	Topic      string // "": the only one, whose name is known at run time
	Key, Value []byte // nil is absent
	Timestamp  int64  // or milliseconds to advance
	Header     string
}

// history is a run of a topology: its steps, with a commit after each record or with few.
type history struct {
	CommitEvery int
	Steps       []step
}

// histories draws records with ties, out-of-order timestamps, nulls, tombstones and bytes
// that codecs cannot read, and steps of the wall clock.
func histories(top *topo.Topology, n int) (out []history) {
	type input struct {
		topic    string
		key, val func(*rand.Rand) []byte
	}
	var inputs []input
	for _, node := range top.Nodes {
		if node.Graph.Op == graph.Source || node.Graph.Op == graph.Table || node.Graph.Op == graph.GlobalTable {
			topic := node.Graph.Topic
			if node.Graph.TopicDynamic {
				topic = ""
			}
			inputs = append(inputs, input{topic, draws(node.Key, string(node.Graph.Key)), draws(node.Val, string(node.Graph.Val))})
		}
	}
	for i := range n {
		r := rand.New(rand.NewPCG(uint64(i), 42))
		h := history{CommitEvery: []int{1, 5}[i%2]}
		now := int64(r.IntN(100) * 10)
		garbage := i / 2 % 2 * 4 // in percent: one failure ends a history
		for range 60 {
			switch n := r.IntN(40); {
			case n == 0:
				h.Steps = append(h.Steps, step{Verb: "advance", Timestamp: []int64{20, 900, 60_000}[r.IntN(3)]})
				continue
			case n == 1:
				h.Steps = append(h.Steps, step{Verb: "commit"})
				continue
			case n < 12:
				now += []int64{1, 7, 10, 40, 50, 100, 1000, 600_000}[r.IntN(8)]
			}
			in := inputs[r.IntN(len(inputs))]
			s := step{Verb: "pipe", Topic: in.topic, Timestamp: now, Key: in.key(r), Value: in.val(r)}
			if r.IntN(6) == 0 {
				s.Timestamp = max(-1, now-[]int64{1, 10, 50, 51, 100, 150, 200, 350}[r.IntN(8)])
			}
			if r.IntN(12) == 0 {
				s.Key = nil
			}
			if r.IntN(12) == 0 {
				s.Value = nil
			}
			if r.IntN(100) < garbage {
				s.Value = []byte([]string{"", "x", "\x00\x01\x02", "{", "nul"}[r.IntN(5)])
			}
			if r.IntN(4) == 0 {
				s.Header = []string{"", "x", "y"}[r.IntN(3)]
			}
			h.Steps = append(h.Steps, s)
		}
		out = append(out, h)
	}
	return out
}

// draws returns what draws the bytes of a type that a codec reads.
func draws(t types.Type, codec string) func(*rand.Rand) []byte {
	return func(r *rand.Rand) []byte {
		if strings.Contains(codec, "JSON") {
			b, err := json.Marshal(randomJSON(t, r))
			if err != nil {
				return []byte(err.Error())
			}
			return b
		}
		switch u := t.Underlying().(type) {
		case *types.Basic:
			return randomBasic(u, r)
		case *types.Slice:
			return []byte([]string{"", "\x00", "\xff\x00", "x"}[r.IntN(4)])
		}
		return []byte{byte(r.IntN(3)), byte(r.IntN(2))}
	}
}

var sampleTexts = []string{"a", "b", "c", "dd", "", "é", "7", "no", " a ", "4,x", "abcde", "spam", "drop"}

func randomBasic(t *types.Basic, r *rand.Rand) []byte {
	n := uint64(r.IntN(20) - 2)
	switch t.Kind() {
	case types.String:
		return []byte(sampleTexts[r.IntN(len(sampleTexts))])
	case types.Bool:
		return []byte{byte(n & 1)}
	case types.Int16:
		return binary.BigEndian.AppendUint16(nil, uint16(n))
	case types.Int32:
		return binary.BigEndian.AppendUint32(nil, uint32(n))
	case types.Float32:
		return binary.BigEndian.AppendUint32(nil, math.Float32bits(float32(int64(n))/2))
	case types.Float64:
		return binary.BigEndian.AppendUint64(nil, math.Float64bits(float64(int64(n))/2))
	}
	return binary.BigEndian.AppendUint64(nil, n)
}

// randomJSON draws a value for encoding/json.
func randomJSON(t types.Type, r *rand.Rand) any {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case t.Info()&types.IsString != 0:
			return sampleTexts[r.IntN(len(sampleTexts))]
		case t.Info()&types.IsBoolean != 0:
			return r.IntN(4) == 0
		case t.Info()&types.IsFloat != 0:
			return float64(r.IntN(100)) / 4
		}
		return r.IntN(100)
	case *types.Slice:
		out := []any{}
		for range r.IntN(3) {
			out = append(out, randomJSON(t.Elem(), r))
		}
		return out
	case *types.Map:
		return map[string]any{"a": randomJSON(t.Elem(), r)}
	case *types.Pointer:
		return randomJSON(t.Elem(), r)
	case *types.Struct:
		out := map[string]any{}
		for i := range t.NumFields() {
			name, _, _ := strings.Cut(reflect.StructTag(t.Tag(i)).Get("json"), ",")
			if name == "" {
				name = t.Field(i).Name()
			}
			if r.IntN(8) > 0 {
				out[name] = randomJSON(t.Field(i).Type(), r)
			}
		}
		return out
	}
	return fmt.Sprint(t)
}
