package state

// slab holds the bytes of keys outside the garbage collector's sight: one pointer per
// chunk instead of one per key. An address counts units of 8 bytes: the chunk's number
// above unitBits, the unit in the chunk below. The bytes of an address stay where they are
// until it is freed.
type slab struct {
	chunks [][]byte
	rest   uint32              // units free at the end of the last shared chunk
	next   uint32              // address of those
	free   map[uint32][]uint32 // freed addresses by length in units
	spare  []uint32            // numbers of chunks that held one long key, now dropped
	bytes  int64               // held by chunks
}

const (
	unitBits   = 13
	chunkUnits = 1 << unitBits // 64 KiB
	firstUnits = 1 << 7        // the first chunk is small: most stores of most tasks are
	longUnits  = 1 << 9        // keys from 4 KiB get a chunk of their own
)

func units(n int) uint32 { return uint32(max(1, (n+7)/8)) }

func (s *slab) get(at, n uint32) []byte {
	off := (at & (chunkUnits - 1)) * 8
	return s.chunks[at>>unitBits][off : off+n : off+n]
}

// put copies key in and returns its address.
func (s *slab) put(key []byte) uint32 {
	at := s.alloc(units(len(key)))
	copy(s.chunks[at>>unitBits][(at&(chunkUnits-1))*8:], key)
	return at
}

func (s *slab) alloc(n uint32) uint32 {
	if n >= longUnits {
		return s.chunk(n)
	}
	if l := s.free[n]; len(l) > 0 {
		s.free[n] = l[:len(l)-1]
		return l[len(l)-1]
	}
	if s.rest < n {
		if s.rest > 0 {
			s.release(s.next, s.rest)
		}
		s.rest = chunkUnits
		if len(s.chunks) == 0 {
			s.rest = max(firstUnits, n)
		}
		s.next = s.chunk(s.rest)
	}
	at := s.next
	s.next, s.rest = s.next+n, s.rest-n
	return at
}

// chunk adds a chunk of n units and returns its address.
func (s *slab) chunk(n uint32) uint32 {
	b := make([]byte, int(n)*8)
	s.bytes += int64(len(b))
	if l := len(s.spare); l > 0 {
		i := s.spare[l-1]
		s.spare = s.spare[:l-1]
		s.chunks[i] = b
		return i << unitBits
	}
	s.chunks = append(s.chunks, b)
	return uint32(len(s.chunks)-1) << unitBits
}

// drop gives the bytes of a key back.
func (s *slab) drop(at, n uint32) { s.release(at, units(int(n))) }

func (s *slab) release(at, n uint32) {
	if n >= longUnits && at&(chunkUnits-1) == 0 {
		if i := at >> unitBits; uint32(len(s.chunks[i])) == n*8 {
			s.bytes -= int64(n) * 8
			s.chunks[i] = nil
			s.spare = append(s.spare, i)
			return
		}
	}
	if s.free == nil {
		s.free = map[uint32][]uint32{}
	}
	s.free[n] = append(s.free[n], at)
}
