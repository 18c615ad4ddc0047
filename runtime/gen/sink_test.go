package gen

import "testing"

// S17: keys go where Kafka's default partitioner puts them. The hashes are those of
// Kafka's own test of Utils.murmur2.
func TestHashIsKafkas(t *testing.T) {
	for key, want := range map[string]int32{
		"21":                         -973932308,
		"foobar":                     -790332482,
		"a-little-bit-long-string":   -985981536,
		"a-little-bit-longer-string": -1486304829,
		"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
		"abc": 479470107,
	} {
		if got := int32(murmur2([]byte(key))); got != want {
			t.Errorf("murmur2(%q) is %d, want %d", key, got, want)
		}
		if got := Partition([]byte(key), 7); got < 0 || got > 6 || got != (want&0x7fffffff)%7 {
			t.Errorf("partition of %q is %d", key, got)
		}
	}
}

// S17: absent keys rotate, absent values are null, and the tail of a windowed key does
// not place it.
func TestSinkPlacesRecords(t *testing.T) {
	s := Sink{Topic: "t", Partitions: 3}
	seen := map[int32]int{}
	for range 6 {
		s.Begin()
		s.Key(false, 0)
		s.Done(false, 1, nil)
		r := s.Records[len(s.Records)-1]
		if !r.NoKey || !r.NoValue {
			t.Errorf("%+v is not null = null", r)
		}
		seen[r.Partition]++
	}
	if len(seen) != 3 || seen[0] != 2 || seen[1] != 2 {
		t.Errorf("partitions %v", seen)
	}
	for tail := range 2 {
		s.Begin()
		s.Buf = append(s.Buf, "foobar"...)
		s.Buf = append(s.Buf, make([]byte, 8*tail)...)
		s.Key(true, 8*tail)
		s.Done(true, 1, nil)
		if got, want := s.Records[len(s.Records)-1].Partition, Partition([]byte("foobar"), 3); got != want {
			t.Errorf("tail of %d bytes: partition %d, want %d", 8*tail, got, want)
		}
	}
}
