package main

import (
	"encoding/binary"
	"encoding/json/v2"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/streamgen/streamgen/bench/path/form"
)

const (
	keys       = 100_000
	valueBytes = 100
	perMilli   = 50 // records of a millisecond of event time
	partitions = 4
)

// epoch is the event time of the first record, the start of a window.
const epoch = 1_700_000_000_000 / form.WindowSize * form.WindowSize

// maker makes the records of an input, the same ones for the same seed. Its buffers are used again: what it returns is
// good until the next call.
type maker struct {
	rng   *rand.Rand
	n     int64
	json  bool
	key   []byte
	value []byte
}

func newMaker(seed uint64, json bool) *maker {
	return &maker{rng: rand.New(rand.NewPCG(seed, 7)), json: json}
}

func appendKey(dst []byte, i int) []byte { return fmt.Appendf(dst, "k%07d", i) }

// next returns a record: 8 bytes of key, and 100 bytes of noise or an order.
func (m *maker) next() (key, value []byte, ts int64) {
	i := m.n
	m.n++
	user := m.rng.IntN(keys)
	m.key = appendKey(m.key[:0], user)
	if m.json {
		m.value = mustJSON(m.order(i, string(m.key)))
	} else {
		m.value = m.value[:0]
		for len(m.value) < valueBytes {
			m.value = binary.LittleEndian.AppendUint64(m.value, m.rng.Uint64())
		}
		m.value = m.value[:valueBytes]
	}
	return m.key, m.value, epoch + i/perMilli
}

func (m *maker) order(id int64, user string) form.Order {
	return form.Order{
		ID: id, User: user, Item: fmt.Sprintf("item-%05d", m.rng.IntN(20_000)), Quantity: m.rng.Int64N(10), Price: m.rng.Int64N(100_000),
		Currency: "EUR", City: cities[m.rng.IntN(len(cities))], Street: m.letters(24), Note: m.letters(72),
	}
}

var cities = []string{"Aachen", "Bergen", "Cordoba", "Dresden", "Espoo", "Firenze", "Ghent", "Halifax"}

func (m *maker) letters(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'a' + byte(m.rng.IntN(26))
	}
	return string(b)
}

// userOf is the row of the table for key number i.
func userOf(i int) form.User {
	return form.User{
		Name:  fmt.Sprintf("Name of user number %07d", i),
		Email: fmt.Sprintf("user.%07d@mail.example", i), Tier: int64(i % 5), City: cities[i%len(cities)],
	}
}

// mustJSON encodes one of the plain structs above, which cannot fail.
func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func at(ms int64) time.Time { return time.UnixMilli(ms) }
