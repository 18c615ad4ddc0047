package avrocorpus

import "time"

// Evolved has been through every change that resolution knows; streamgen.lock pins what it was.
type Evolved struct {
	_      struct{}          `avro:"streamgen.test.Evolved"`
	Total  float64           `avro:"total,alias=sum"`
	ID     int64             `avro:"id"`
	Half   float64           `avro:"half"`
	Ratio  float32           `avro:"ratio"`
	Name   *string           `avro:"name"`
	Note   string            `avro:"note"`
	Rate   *float64          `avro:"rate"`
	Suit   Suit              `avro:"suit,enum=CLUBS|SPADES|HEARTS|DIAMONDS"`
	Level  Level             `avro:"level,enum=NONE|LOW|HIGH"`
	Items  []Item            `avro:"items"`
	Groups map[string][]Item `avro:"groups"`
	List   []float64         `avro:"list"`
	Twig   *Twig             `avro:"twig"`
	Choice Choice            `avro:"choice"`
	Kept   []Node            `avro:"kept"`
	Count  int32             `avro:"count,default=7"`
	Text   string            `avro:"text,default=\"new\""`
	Tags   []string          `avro:"tags,default=[\"a\",\"b\"]"`
	When   time.Time         `avro:"when,default=1000"`
	First  Item              `avro:"first,default={\"n\":3,\"label\":\"none\",\"extra\":null}"`
	Maybe  *string           `avro:"maybe"`
}

// Item is a record below lists and maps; it gained a field and lost one.
type Item struct {
	N     int64   `avro:"n"`
	Label string  `avro:"label,alias=name,default=\"\""`
	Extra *string `avro:"extra"`
}

// Twig is recursive, and its values became wider.
type Twig struct {
	Value float64 `avro:"value"`
	Next  *Twig   `avro:"next"`
}

// Choice is a union that gained a branch and widened one.
type Choice struct {
	_      struct{} `avro:",union"`
	Double *float64 `avro:"double"`
	String *string  `avro:"string"`
	Twig   *Twig    `avro:"Twig"`
	Bool   *bool    `avro:"boolean"`
}
