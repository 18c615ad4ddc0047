package data

import (
	"fmt"
	"strings"
	"testing"
)

func keys(m *Map) string {
	var b strings.Builder
	for k := range m.All() {
		fmt.Fprint(&b, k, " ")
	}
	return strings.TrimSpace(b.String())
}

// The orders are those of the partitions that connectors write: they must stay readable for a worker that takes over.
func TestAMapIteratesAsAHashMap(t *testing.T) {
	for _, c := range []struct{ put, want string }{
		{"protocol table", "protocol table"},
		{"cluster topic partition", "cluster partition topic"},
		{"group topic partition", "partition topic group"},
		{"targetClusterAlias sourceClusterAlias", "sourceClusterAlias targetClusterAlias"},
		{"file pos gtids row event server_id snapshot ts_sec transaction_id", "transaction_id ts_sec file pos gtids row event server_id snapshot"},
		{"incrementing timestamp timestamp_nanos", "timestamp_nanos incrementing timestamp"},
	} {
		m := NewMap()
		for _, k := range strings.Fields(c.put) {
			m.Put(k, 1)
		}
		if got := keys(m); got != c.want {
			t.Errorf("%s: got %s, want %s", c.put, got, c.want)
		}
	}
}

func TestAMapFindsWhatWasPutAndForgetsWhatWasDeleted(t *testing.T) {
	for _, m := range []*Map{NewMap(), NewLinkedMap(), NewMapSize(0), NewMapSize(3)} {
		want := map[string]int{}
		for i := range 500 {
			k := fmt.Sprint("k", i*7%311)
			if i%5 == 4 {
				_, there := want[k]
				if m.Delete(k) != there {
					t.Fatal(k)
				}
				delete(want, k)
				continue
			}
			m.Put(k, int64(i))
			want[k] = i
		}
		seen := 0
		for k, v := range m.All() {
			seen++
			if int64(want[k.(string)]) != v {
				t.Fatalf("%v is %v", k, v)
			}
		}
		if seen != len(want) || m.Len() != len(want) {
			t.Fatal(seen, m.Len(), len(want))
		}
		if !m.Equal(m.Copy()) {
			t.Error("a copy differs")
		}
	}
}

func TestKeysWithOneHashAreFoundQuickly(t *testing.T) {
	m := NewMap()
	n := 1 << 16
	for i := range n { // "Aa" and "BB" have the same hash
		var b strings.Builder
		for bit := range 16 {
			if i>>bit&1 == 0 {
				b.WriteString("Aa")
			} else {
				b.WriteString("BB")
			}
		}
		m.Put(b.String(), int64(i))
	}
	if m.Len() != n {
		t.Fatal(m.Len())
	}
	if v, ok := m.Get(strings.Repeat("BB", 16)); !ok || v != int64(n-1) {
		t.Error(v, ok)
	}
}
