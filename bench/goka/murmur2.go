package main

import "encoding/binary"

// murmur2 is the hash of Kafka's default partitioner, so that tables lie where their keys are consumed. The writes of one
// key come in one piece.
type murmur2 struct{ sum uint32 }

func (m *murmur2) Reset()         { m.sum = 0 }
func (m *murmur2) Size() int      { return 4 }
func (m *murmur2) BlockSize() int { return 4 }
func (m *murmur2) Sum32() uint32  { return m.sum }

func (m *murmur2) Sum(b []byte) []byte { return binary.BigEndian.AppendUint32(b, m.sum) }

func (m *murmur2) Write(key []byte) (int, error) {
	const mul = 0x5bd1e995
	h := uint32(0x9747b28c) ^ uint32(len(key))
	b := key
	for ; len(b) >= 4; b = b[4:] {
		k := binary.LittleEndian.Uint32(b) * mul
		h = h*mul ^ (k^k>>24)*mul
	}
	if len(b) > 2 {
		h ^= uint32(b[2]) << 16
	}
	if len(b) > 1 {
		h ^= uint32(b[1]) << 8
	}
	if len(b) > 0 {
		h = (h ^ uint32(b[0])) * mul
	}
	h = (h ^ h>>13) * mul
	m.sum = (h ^ h>>15) & 0x7fffffff
	return len(key), nil
}
