package avrocorpus

import (
	"math/big"
	"time"

	"github.com/streamgen/streamgen/runtime/serde/avro"
)

// Suit is an enum as its symbol.
type Suit string

// Level is an enum as its index.
type Level int8

// Hash is a fixed.
type Hash [4]byte

// Text is a named string.
type Text string

// Number is a named int.
type Number int32

// Node is a recursive record.
type Node struct {
	Value int64 `avro:"value"`
	Next  *Node `avro:"next"`
}

// Tree is recursive through a list and a map.
type Tree struct {
	Name     string          `avro:"name"`
	Children []Tree          `avro:"children"`
	Named    map[string]Tree `avro:"named"`
}

// Either is a union of four branches.
type Either struct {
	_      struct{} `avro:",union"`
	Long   *int64   `avro:"long"`
	String *string  `avro:"string"`
	Node   *Node    `avro:"Node"`
}

// Kitchen has a field of every form.
type Kitchen struct {
	_        struct{}         `avro:"streamgen.test.Kitchen"`
	Bool     bool             `avro:"bool"`
	Int8     int8             `avro:"int8"`
	Uint16   uint16           `avro:"uint16"`
	Int32    int32            `avro:"int32"`
	Number   Number           `avro:"number"`
	Uint32   uint32           `avro:"uint32"`
	Int      int              `avro:"int"`
	Int64    int64            `avro:"int64"`
	Float    float32          `avro:"float"`
	Double   float64          `avro:"double"`
	String   string           `avro:"string"`
	Text     Text             `avro:"text"`
	Bytes    []byte           `avro:"bytes"`
	Hash     Hash             `avro:"hash"`
	Raw      [2]byte          `avro:"raw"`
	Suit     Suit             `avro:"suit,enum=SPADES|HEARTS|CLUBS"`
	Level    Level            `avro:"level,enum=LOW|HIGH"`
	Optional *string          `avro:"optional"`
	Inner    *Node            `avro:"inner"`
	List     []int64          `avro:"list"`
	Strings  []string         `avro:"strings"`
	Nodes    []Node           `avro:"nodes"`
	Map      map[string]int64 `avro:"map"`
	ByText   map[Text]*Node   `avro:"byText"`
	Lists    [][]float64      `avro:"lists"`
	Either   Either           `avro:"either"`
	Tree     Tree             `avro:"tree"`
	Millis   time.Time        `avro:"millis"`
	Micros   time.Time        `avro:"micros,timestamp-micros"`
	Nanos    time.Time        `avro:"nanos,timestamp-nanos"`
	Local    time.Time        `avro:"local,local-timestamp-millis"`
	Date     time.Time        `avro:"date,date"`
	Clock    time.Duration    `avro:"clock,time-millis"`
	Fine     time.Duration    `avro:"fine,time-micros"`
	Price    *big.Rat         `avro:"price,decimal=18.4"`
	Span     avro.Duration    `avro:"span"`
	UUID     string           `avro:"uuid,uuid"`
	Plain    int64            `avro:"plain,timestamp-millis"`
}

// Bid is the record of seven fields that benchmarks measure.
type Bid struct {
	_       struct{} `avro:"streamgen.test.Bid"`
	Auction int64    `avro:"auction"`
	Bidder  int64    `avro:"bidder"`
	Price   int64    `avro:"price"`
	Channel string   `avro:"channel"`
	URL     string   `avro:"url"`
	Time    int64    `avro:"time"`
	Extra   string   `avro:"extra"`
}
