// Package corpus holds types whose generated codecs are compared with encoding/json/v2.
package corpus

import (
	"encoding/json"
	"encoding/json/jsontext"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/streamgen/streamgen/codegen/emit/jsoncodec/internal/corpus/foreign"
)

// Bid is a flat record of about 250 bytes, the one that is measured.
type Bid struct {
	Auction  int64  `json:"auction"`
	Bidder   int64  `json:"bidder"`
	Price    int64  `json:"price"`
	Channel  string `json:"channel"`
	URL      string `json:"url"`
	DateTime int64  `json:"dateTime"`
	Extra    string `json:"extra"`
}

// Tick has fixed width: reading and writing it allocates nothing.
type Tick struct {
	At    int64
	Price float64
	Size  uint32
	Buy   bool
	Venue [2]int16
}

// Carrier is a string of its own.
type Carrier string

// Count is an integer of its own.
type Count int32

// Scalars has one field of every scalar kind, plain, of a type of its own, and behind a pointer.
type Scalars struct {
	B    bool
	I    int
	I8   int8
	I16  int16
	I32  int32
	I64  int64
	U    uint
	U8   uint8
	U16  uint16
	U32  uint32
	U64  uint64
	UP   uintptr
	F32  float32
	F64  float64
	S    string
	C    Carrier
	N    Count
	Data []byte
	Hash [4]byte
	T    time.Time
	PB   *bool
	PI   *int64
	PF   *float64
	PS   *string
	PC   *Carrier
	PPS  **string
	PT   *time.Time
	PD   *[]byte
	PH   *[3]byte
}

// Octet is a byte of its own: below a slice it is a number.
type Octet byte

// Leg is a part of a journey.
type Leg struct {
	From foreign.Airport  `json:"from"`
	To   *foreign.Airport `json:"to"`
	Nm   int              `json:"nm"`
}

// Legs is a list of its own.
type Legs []Leg

// Journey nests everything composite.
type Journey struct {
	ID      string `json:"id"`
	Legs    Legs   `json:"legs"`
	Tags    []string
	Grid    [2][3]int8
	Octets  []Octet
	Stops   map[string]foreign.Airport
	ByDay   map[int][]float32
	ByCode  map[Carrier]*Leg
	ByCount map[Count]uint64
	BySize  map[uint8]bool
	Pair    foreign.Pair[string, *Leg]
	Inner   struct {
		A int `json:"a"`
		B []struct{ C string }
	}
	Nothing struct{}
	Lists   [][]int64
	Maps    map[string]map[string]int64
	Bytes   [][]byte
	Times   []time.Time
	Empty   [0]int
}

// Tree is recursive through lists, maps and pointers.
type Tree struct {
	Name  string          `json:"name,omitempty"`
	Left  *Tree           `json:"left,omitempty"`
	Kids  []Tree          `json:"kids,omitempty"`
	Named map[string]Tree `json:"named,omitempty"`
	Nest  Nest            `json:"nest,omitempty"`
}

// Nest is recursive without a struct.
type Nest []Nest

// Base is embedded.
type Base struct {
	ID      string `json:"id"`
	Version int
	Shared  string
}

// Audit is embedded by pointer.
type Audit struct {
	By   string
	When time.Time
	Deep
}

// Deep is embedded below.
type Deep struct {
	Level int `json:"level"`
}

type hidden struct {
	Visible int
}

// Embedding promotes fields; Shared of Base is shadowed.
type Embedding struct {
	*Audit
	Base
	hidden
	Shared string
	Part   Deep2 `json:",embed"`
	Own    Base  `json:"own"`
}

// Dominance settles which of two fields of one depth has a name: the tagged one, else none.
type Dominance struct {
	Plain
	Renamed
}

// Plain is one side.
type Plain struct {
	A string
	B int
	C int
}

// Renamed is the other.
type Renamed struct {
	X int `json:"A"`
	B int
	D int `json:"d"`
}

// Chain embeds a pointer to itself.
type Chain struct {
	*Chain
	*Link
	N int
}

// Link embeds what embeds it.
type Link struct {
	*Chain
	L int
}

// Deep2 is embedded by the tag option.
type Deep2 struct {
	X int
	Y int `json:"-"`
}

// Money is zero by its own method.
type Money struct{ Cents int64 }

// IsZero reports amounts that are not worth writing.
func (m Money) IsZero() bool { return m.Cents <= 0 }

// Ledger is zero by a method of its pointer.
type Ledger struct{ Rows []int }

// IsZero reports a ledger without rows.
func (l *Ledger) IsZero() bool { return len(l.Rows) == 0 }

// Omitting leaves members out.
type Omitting struct {
	S   string          `json:"s,omitzero"`
	I   int             `json:"i,omitzero"`
	B   bool            `json:"b,omitzero"`
	L   []int           `json:"l,omitzero"`
	M   map[string]int  `json:"m,omitzero"`
	P   *int            `json:"p,omitzero"`
	T   time.Time       `json:"t,omitzero"`
	A   foreign.Airport `json:"a,omitzero"`
	Arr [2]int          `json:"arr,omitzero"`
	Mo  Money           `json:"mo,omitzero"`
	PM  *Money          `json:"pm,omitzero"`
	Le  Ledger          `json:"le,omitzero"`
	ES  string          `json:"es,omitempty"`
	EL  []int           `json:"el,omitempty"`
	EM  map[string]int  `json:"em,omitempty"`
	EP  *string         `json:"ep,omitempty"`
	ES2 struct {
		Q *Tree `json:",omitempty"`
	} `json:"es2,omitempty"`
	EI int              `json:"ei,omitempty"`
	EB []byte           `json:"eb,omitempty"`
	Z  int              `json:"z"`
	EV Verbatim         `json:"ev,omitempty"`
	EZ *foreign.Airport `json:"ez,omitempty"`
	EE *struct{}        `json:"ee,omitempty"`
}

// AllOmitted may be written as {}.
type AllOmitted struct {
	A int    `json:",omitzero"`
	B string `json:",omitempty"`
	C *Leg   `json:",omitempty"`
}

// Verbatim has JSON methods of its own.
type Verbatim struct{ text string }

// MarshalJSON writes what was read.
func (v Verbatim) MarshalJSON() ([]byte, error) {
	if v.text == "" {
		return []byte(`""`), nil
	}
	return []byte(v.text), nil
}

// UnmarshalJSON keeps the text, and refuses null.
func (v *Verbatim) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return errors.New("null is not welcome")
	}
	v.text = string(text)
	return nil
}

// Upper has text methods of its own, those of its pointer.
type Upper struct{ S string }

// MarshalText writes upper case.
func (u *Upper) MarshalText() ([]byte, error) { return []byte(strings.ToUpper(u.S)), nil }

// UnmarshalText reads any case but mixed.
func (u *Upper) UnmarshalText(text []byte) error {
	if s := string(text); s != strings.ToUpper(s) && s != strings.ToLower(s) {
		return errors.New("mixed case")
	}
	u.S = string(text)
	return nil
}

// Methods holds types that write themselves.
type Methods struct {
	V   Verbatim
	PV  *Verbatim
	U   Upper
	LU  []Upper
	MU  map[string]*Upper
	Raw json.RawMessage
	N   int
}

// Coded is a number that writes itself as text, and reads several texts as one.
type Coded int8

// MarshalText writes all but a few numbers in hexadecimal, so that some are written alike.
func (c Coded) MarshalText() ([]byte, error) {
	if c == 99 {
		return nil, errors.New("99 is not welcome")
	}
	return strconv.AppendInt(nil, int64(max(c, -100)), 16), nil
}

// UnmarshalText reads it.
func (c *Coded) UnmarshalText(text []byte) error {
	n, err := strconv.ParseInt(string(text), 16, 8)
	*c = Coded(n)
	return err
}

// Point is a key with JSON methods of its own.
type Point struct{ X, Y int8 }

// MarshalJSON writes a string, or a list where X is negative.
func (p Point) MarshalJSON() ([]byte, error) {
	if p.X < 0 {
		return []byte("[" + strconv.Itoa(int(p.X)) + "]"), nil
	}
	return []byte(`"\u0028` + strconv.Itoa(int(p.X)) + ":" + strconv.Itoa(int(p.Y)) + `)"`), nil
}

// UnmarshalJSON reads the string.
func (p *Point) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	x, y, ok := strings.Cut(strings.Trim(s, "()"), ":")
	if !ok {
		return errors.New("no colon")
	}
	a, errA := strconv.ParseInt(x, 10, 8)
	b, errB := strconv.ParseInt(y, 10, 8)
	p.X, p.Y = int8(a), int8(b)
	return errors.Join(errA, errB)
}

// Map is a document without a type.
type Map map[string]any

// Whatever is any under a name.
type Whatever any

// Open holds maps with keys that write themselves, and whatever there is.
type Open struct {
	ByCode  map[Coded]Leg      `json:"byCode"`
	ByUpper map[UpperKey][]int `json:"byUpper"`
	ByPoint map[Point]*Open    `json:"byPoint,omitempty"`
	Any     any                `json:"any"`
	Empty   any                `json:"empty,omitempty"`
	Zero    any                `json:"zero,omitzero"`
	List    []any              `json:"list"`
	Object  map[string]any     `json:"object"`
	Deep    map[string][]map[Coded]any
	Named   Whatever
	P       *any
}

// UpperKey has text methods of its own, those of its pointer, and is a string.
type UpperKey string

// MarshalText writes upper case.
func (u *UpperKey) MarshalText() ([]byte, error) { return []byte(strings.ToUpper(string(*u))), nil }

// UnmarshalText reads any text.
func (u *UpperKey) UnmarshalText(text []byte) error {
	*u = UpperKey(strings.ToLower(string(text)))
	return nil
}

// Tagged has tag options and names that need care.
type Tagged struct {
	I       int64             `json:"i,string"`
	U       uint8             `json:"u,string"`
	F       float64           `json:"f,string"`
	F32     float32           `json:"f32,string"`
	PI      *int              `json:"pi,string"`
	Nc      Count             `json:"nc,string"`
	Case    int               `json:"caseIgnored,case:ignore"`
	Other   string            `json:"Straße,case:ignore"`
	Dash    int               `json:"with space & <sign>"`
	Skip    int               `json:"-"`
	Utf     map[string]string `json:"ünï"`
	Strict  int               `json:"caseignored"`
	Twin1   int               `json:"twin_x,case:ignore"`
	Twin2   int               `json:"twinX,case:ignore"`
	private int
}

// name, value and s are named like locals of generated code.
type name string

type value struct{ S s }

type s int32

// Locals uses them.
type Locals struct {
	N name
	V value
	L []value
	M map[name]s
	P *s
	Q s `json:",string"`
}

// Keeping keeps members that it does not know as they came.
type Keeping struct {
	ID   int            `json:"id"`
	Note string         `json:"note,omitempty"`
	Next *Keeping       `json:"left,omitempty"`
	Rest jsontext.Value `json:",embed"`
}

// Sorting keeps them as values.
type Sorting struct {
	Flag bool            `json:"b,omitzero"`
	List []Counting      `json:"list,omitempty"`
	More map[Carrier]any `json:",embed"`
}

// Counting has no other members than those that it keeps.
type Counting struct {
	Rest map[string]jsontext.Value `json:",embed"`
}

// Wide has more fields than a word has bits.
type Wide struct {
	F0  int `json:"f0"`
	F1  int `json:"f1"`
	F2  int `json:"f2"`
	F3  int `json:"f3"`
	F4  int `json:"f4"`
	F5  int `json:"f5"`
	F6  int `json:"f6"`
	F7  int `json:"f7"`
	F8  int `json:"f8"`
	F9  int `json:"f9"`
	F10 int `json:"f10"`
	F11 int `json:"f11"`
	F12 int `json:"f12"`
	F13 int `json:"f13"`
	F14 int `json:"f14"`
	F15 int `json:"f15"`
	F16 int `json:"f16"`
	F17 int `json:"f17"`
	F18 int `json:"f18"`
	F19 int `json:"f19"`
	F20 int `json:"f20"`
	F21 int `json:"f21"`
	F22 int `json:"f22"`
	F23 int `json:"f23"`
	F24 int `json:"f24"`
	F25 int `json:"f25"`
	F26 int `json:"f26"`
	F27 int `json:"f27"`
	F28 int `json:"f28"`
	F29 int `json:"f29"`
	F30 int `json:"f30"`
	F31 int `json:"f31"`
	F32 int `json:"f32"`
	F33 int `json:"f33"`
	F34 int `json:"f34"`
	F35 int `json:"f35"`
	F36 int `json:"f36"`
	F37 int `json:"f37"`
	F38 int `json:"f38"`
	F39 int `json:"f39"`
	F40 int `json:"f40"`
	F41 int `json:"f41"`
	F42 int `json:"f42"`
	F43 int `json:"f43"`
	F44 int `json:"f44"`
	F45 int `json:"f45"`
	F46 int `json:"f46"`
	F47 int `json:"f47"`
	F48 int `json:"f48"`
	F49 int `json:"f49"`
	F50 int `json:"f50"`
	F51 int `json:"f51"`
	F52 int `json:"f52"`
	F53 int `json:"f53"`
	F54 int `json:"f54"`
	F55 int `json:"f55"`
	F56 int `json:"f56"`
	F57 int `json:"f57"`
	F58 int `json:"f58"`
	F59 int `json:"f59"`
	F60 int `json:"f60"`
	F61 int `json:"f61"`
	F62 int `json:"f62"`
	F63 int `json:"f63"`
	F64 int `json:"f64"`
	F65 int `json:"f65"`
	F66 int `json:"f66"`
	F67 int `json:"f67"`
	F68 int `json:"f68"`
	F69 int `json:"f69"`
}
