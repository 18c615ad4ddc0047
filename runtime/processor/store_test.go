package processor_test

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/runtime/processor"
	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

// bench is a task reduced to what stores need.
type bench struct {
	env     processor.Env
	now     int64
	backend *state.Memory
	stores  []state.Store
}

func (b *bench) store() processor.StoreEnv {
	if b.backend == nil {
		b.backend = state.NewMemory()
	}
	return processor.StoreEnv{
		Env: &b.env, Backend: b.backend, Budget: 1 << 20, RecordTime: &b.now,
		Register: func(s state.Store) { b.stores = append(b.stores, s) },
	}
}

// commit applies what changed and returns it as text.
func (b *bench) commit(t *testing.T) (log []string) {
	t.Helper()
	for _, s := range b.stores {
		err := s.EachDirty(func(k, v []byte, ts int64) error {
			log = append(log, fmt.Sprintf("%s=%s@%d", k, v, ts))
			b.backend.Put(k, v)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Committed()
	}
	return log
}

func list[K, V any](seq iter.Seq2[K, V]) (out []string) {
	for k, v := range seq {
		out = append(out, fmt.Sprintf("%v=%v", k, v))
	}
	return out
}

func want(t *testing.T, what string, got []string, text string) {
	t.Helper()
	if s := strings.Join(got, " "); s != text {
		t.Errorf("%s: %s\nwant %s", what, s, text)
	}
}

// S36.
func TestKeyValueStore(t *testing.T) {
	b := &bench{now: 100}
	s := processor.NewKeyValueStore[string, string](serde.StringCodec{}, serde.StringCodec{})
	s.Bind(b.store())
	for _, k := range []string{"b", "d", "a", "c"} {
		s.Put(k, k+"1")
	}
	if old, ok := s.PutIfAbsent("a", "x"); !ok || old != "a1" {
		t.Errorf("PutIfAbsent of a present key gives %q %v", old, ok)
	}
	if old, ok := s.PutIfAbsent("e", "e1"); ok || old != "" {
		t.Errorf("PutIfAbsent of an absent key gives %q %v", old, ok)
	}
	want(t, "range", list(s.Range("b", "d")), "b=b1 c=c1 d=d1")
	want(t, "range of one", list(s.Range("b", "b")), "b=b1")
	want(t, "range upside down", list(s.Range("d", "b")), "")
	want(t, "commit", b.commit(t), "b=b1@100 d=d1@100 a=a1@100 c=c1@100 e=e1@100")
	b.now = 200
	if old, ok := s.Delete("c"); !ok || old != "c1" {
		t.Errorf("Delete gives %q %v", old, ok)
	}
	if old, ok := s.Delete("c"); ok || old != "" {
		t.Errorf("the second Delete gives %q %v", old, ok)
	}
	s.Put("b", "b2")
	all := s.All()
	// The iteration shows the store as of All, and may be repeated.
	s.Put("a", "a9")
	s.Put("bb", "new")
	s.Delete("d")
	want(t, "all", list(all), "a=a1 b=b2 d=d1 e=e1")
	want(t, "all again", list(all), "a=a1 b=b2 d=d1 e=e1")
	want(t, "all anew", list(s.All()), "a=a9 b=b2 bb=new e=e1")
	for k := range s.All() {
		s.Delete(k)
	}
	want(t, "emptied", list(s.All()), "")
	if b.env.Err != nil {
		t.Error(b.env.Err)
	}
	list(all)
	b.commit(t)
	list(all)
	if b.env.Err == nil || !strings.Contains(b.env.Err.Error(), "after a commit") {
		t.Errorf("an iterator kept over a commit: %v", b.env.Err)
	}
}

// S29 and S36.
func TestWindowStore(t *testing.T) {
	b := &bench{}
	s := processor.NewWindowStore[string, int64](serde.StringCodec{}, serde.Int64Codec{}, processor.WindowStoreSpec{Retention: 100, WindowSize: 10})
	s.Bind(b.store())
	for _, start := range []int64{30, 10, 20, 0} {
		s.Put("k", start+1, start)
	}
	s.Put("kk", 77, 10) // between the rows of k, byte by byte
	s.Put("a", 5, 20)
	want(t, "fetch", list(s.Fetch("k", 10, 20)), "10=11 20=21")
	want(t, "fetch everything", list(s.Fetch("k", math.MinInt64, math.MaxInt64)), "0=1 10=11 20=21 30=31")
	want(t, "fetch upside down", list(s.Fetch("k", 20, 10)), "")
	want(t, "all", list(s.All()), "[a@20/30]=5 [k@0/10]=1 [k@10/20]=11 [k@20/30]=21 [k@30/40]=31 [kk@10/20]=77")
	want(t, "fetch all", list(s.FetchAll(10, 20)), "[a@20/30]=5 [k@10/20]=11 [k@20/30]=21 [kk@10/20]=77")
	b.commit(t)
	s.Delete("k", 20)
	s.Put("k", 99, 30)
	view := s.Fetch("k", 0, 1000)
	s.Put("k", 1, 10)
	s.Put("k", 1, 40)
	want(t, "as of the call", list(view), "0=1 10=11 30=99")
	if v, ok := s.Get("k", 40); v != 1 || !ok {
		t.Errorf("Get gives %v %v", v, ok)
	}
	if _, ok := s.Get("k", 20); ok {
		t.Error("a deleted window is there")
	}

	// The highest start is 110: rows up to 10 are behind the retention, whether in the
	// cache or behind it.
	s.Put("k", 7, 110)
	for _, when := range []string{"dirty", "clean"} {
		want(t, when, list(s.All()), "[a@20/30]=5 [k@30/40]=99 [k@40/50]=1 [k@110/120]=7")
		if _, ok := s.Get("kk", 10); ok {
			t.Errorf("%s: an expired row is read", when)
		}
		s.Put("kk", 8, 10)
		s.Delete("k", 10)
		b.commit(t)
	}
	if v, ok, _ := b.backend.Get(state.AppendKey(nil, []byte("kk"), 10)); !ok || v[7] != 77 {
		t.Error("an expired row was written")
	}
	if b.env.Err != nil {
		t.Error(b.env.Err)
	}
	s.Put("k", 1, -1)
	if b.env.Err == nil {
		t.Error("a negative start passes")
	}
}

func TestStoreErrorsAreSticky(t *testing.T) {
	b := &bench{backend: state.NewMemory()}
	b.backend.Put([]byte("bad"), []byte("xyz"))
	s := processor.NewKeyValueStore[string, int64](serde.StringCodec{}, serde.Int64Codec{})
	s.Bind(b.store())
	if v, ok := s.Get("bad"); ok || v != 0 {
		t.Errorf("got %v %v", v, ok)
	}
	first := b.env.Err
	list(s.All())
	s.Put("bad", 1)
	if first == nil || b.env.Err != first || !strings.Contains(first.Error(), `"bad"`) {
		t.Errorf("first error %v, kept %v", first, b.env.Err)
	}

	b = &bench{backend: state.NewMemory()}
	b.backend.Put([]byte("odd"), make([]byte, 8))
	k := processor.NewKeyValueStore[int64, int64](serde.Int64Codec{}, serde.Int64Codec{})
	k.Bind(b.store())
	list(k.All())
	if b.env.Err == nil || !strings.Contains(b.env.Err.Error(), `store key "odd"`) {
		t.Errorf("a key of another type: %v", b.env.Err)
	}
}

// failing refuses to encode.
type failing struct{ serde.StringCodec }

func (failing) Append(dst []byte, _ string) ([]byte, error) {
	return dst, fmt.Errorf("no encoding today")
}

func TestKeysThatCannotBeEncoded(t *testing.T) {
	calls := map[string]func(*processor.KeyValueStore[string, string], *processor.WindowStore[string, string]){
		"put": func(s *processor.KeyValueStore[string, string], _ *processor.WindowStore[string, string]) {
			s.Put("k", "v")
		},
		"absent": func(s *processor.KeyValueStore[string, string], _ *processor.WindowStore[string, string]) {
			s.PutIfAbsent("k", "v")
		},
		"delete": func(s *processor.KeyValueStore[string, string], _ *processor.WindowStore[string, string]) {
			s.Delete("k")
		},
		"range": func(s *processor.KeyValueStore[string, string], _ *processor.WindowStore[string, string]) {
			list(s.Range("a", "b"))
		},
		"window": func(_ *processor.KeyValueStore[string, string], w *processor.WindowStore[string, string]) {
			w.Put("k", "v", 0)
		},
		"get": func(_ *processor.KeyValueStore[string, string], w *processor.WindowStore[string, string]) {
			w.Get("k", 0)
		},
		"fetch": func(_ *processor.KeyValueStore[string, string], w *processor.WindowStore[string, string]) {
			list(w.Fetch("k", 0, 1))
		},
		"removal": func(_ *processor.KeyValueStore[string, string], w *processor.WindowStore[string, string]) {
			w.Delete("k", 0)
		},
	}
	for name, call := range calls {
		b := &bench{}
		s := processor.NewKeyValueStore[string, string](failing{}, serde.StringCodec{})
		s.Bind(b.store())
		w := processor.NewWindowStore[string, string](failing{}, serde.StringCodec{}, processor.WindowStoreSpec{Retention: 10, WindowSize: 10})
		w.Bind(b.store())
		call(s, w)
		if b.env.Err == nil || !strings.Contains(b.env.Err.Error(), "no encoding") {
			t.Errorf("%s: %v", name, b.env.Err)
		}
	}
}

func TestWindowStoreSpec(t *testing.T) {
	for spec, ok := range map[processor.WindowStoreSpec]bool{
		{}:                               false,
		{Retention: 10}:                  false,
		{Retention: 10, WindowSize: 11}:  false,
		{Retention: 10, WindowSize: 10}:  true,
		{Retention: 10, WindowSize: -10}: false,
	} {
		if err := spec.Validate(); (err == nil) != ok {
			t.Errorf("%+v: %v", spec, err)
		}
	}
}

func TestStoresDoNotAllocateOnHits(t *testing.T) {
	b := &bench{}
	s := processor.NewKeyValueStore[string, int64](serde.StringCodec{}, serde.Int64Codec{})
	s.Bind(b.store())
	w := processor.NewWindowStore[int64, int64](serde.Int64Codec{}, serde.Int64Codec{}, processor.WindowStoreSpec{Retention: 100, WindowSize: 10})
	w.Bind(b.store())
	step := func() {
		v, _ := s.Get("key")
		s.Put("key", v+1)
		n, _ := w.Get(5, 10)
		w.Put(5, n+1, 10)
	}
	step()
	if n := testing.AllocsPerRun(100, step); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if v, _ := s.Get("key"); v < 100 || !slices.Equal(list(w.Fetch(5, 0, 99)), []string{fmt.Sprintf("10=%d", v)}) {
		t.Errorf("counted %d and %v", v, list(w.Fetch(5, 0, 99)))
	}
}
