// Package pruned is a case of the conformance corpus: functions that read fields of their records in all the ways that Go
// has, so that decoders leave others out. The comment behind each source is what the compiler must find to be read.
package pruned

//go:generate go tool streamgen gen .

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/streamgen/streamgen/dsl"
)

// Base is embedded.
type Base struct {
	ID  string
	Rev int
}

// Key reads one field.
func (b Base) Key() string { return b.ID }

// Bump changes the other one.
func (b *Base) Bump() { b.Rev++ }

// Person leads to itself.
type Person struct {
	Name string
	Age  int
	Boss *Person
}

// Item stands in a list.
type Item struct {
	SKU   string
	Price int
	Tags  []string
}

// Late is embedded as a pointer.
type Late struct{ Due, Paid int }

// Kind is a string with a name.
type Kind string

// Order is what all functions read parts of.
type Order struct {
	Base
	*Late
	Total int64
	Note  string
	Kind  Kind
	Buyer Person
	Agent *Person
	Items []Item
	Pair  [2]int
	Extra map[string]int
	Any   any
	When  time.Time
	Ratio float64 `json:",string"`
	Blob  []byte
}

type keyer interface{ Key() string }

type plain Order

func same[T any](v T) T { return v }

func through[T any](v T, f func(T) string) string { return f(v) }

func fill(o *Order) { o.Note = o.ID }

func depth(p *Person) int {
	if p == nil {
		return 0
	}
	return 1 + depth(p.Boss)
}

func eldest(a, b *Person) *Person {
	if b != nil && b.Age > a.Age {
		return b
	}
	return a
}

func note(_ string, v Order) string { return v.Note }

// methodValue calls through a variable; inlined, that would count as the generated code's own.
//
//go:noinline
func methodValue(_ string, v Order) string {
	f := v.Key
	return f()
}

func deferred(_ string, v Order) (out string) {
	defer func() { out += v.Note }()
	return v.ID
}

func value(b *dsl.Builder, topic string, f func(k string, v Order) string) {
	b.Stream(topic, dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.Skip())).MapValues(f).To("values", dsl.String(), dsl.String())
}

// Values reads values in one function each.
//
//streamgen:topology
func Values(b *dsl.Builder) {
	value(b, "fields", func(k string, v Order) string { return v.Note + v.ID })                // reads Base.ID,Note
	value(b, "named", note)                                                                    // reads Note
	value(b, "promoted", func(k string, v Order) string { return v.Key() })                    // reads Base.ID
	value(b, "nothing", func(k string, v Order) string { return k })                           // reads nothing
	value(b, "whole", func(k string, v Order) string { return fmt.Sprintf("%v", v.Base) + k }) // reads Base
	value(b, "printed", func(k string, v Order) string { return fmt.Sprint(v.Note, v.Total) }) // reads Total,Note
	value(b, "all", func(k string, v Order) string {                                           // reads all
		text, err := json.Marshal(v)
		return string(text) + fmt.Sprint(err)
	})
	value(b, "converted", func(k string, v Order) string { return plain(v).Note })                        // reads Note
	value(b, "generic", func(k string, v Order) string { return same(v).Note })                           // reads Note
	value(b, "dynamic", func(k string, v Order) string { return through(v, Order.text) })                 // reads all
	value(b, "array", func(k string, v Order) string { return strconv.Itoa(v.Pair[1]) })                  // reads Pair
	value(b, "map", func(k string, v Order) string { return strconv.Itoa(v.Extra[k]) })                   // reads Extra
	value(b, "any", func(k string, v Order) string { return fmt.Sprint(v.Any) })                          // reads Any
	value(b, "compared", func(k string, v Order) string { return fmt.Sprint(v.Base == Base{}) })          // reads Base
	value(b, "reflected", func(k string, v Order) string { return reflect.ValueOf(v).Field(3).String() }) // reads all
	value(b, "length", func(k string, v Order) string { return strconv.Itoa(len(v.Items)) })              // reads Items?
	value(b, "late", func(k string, v Order) string {                                                     // reads Late
		if v.Late == nil {
			return "none"
		}
		return strconv.Itoa(v.Due)
	})
	value(b, "bumped", func(k string, v Order) string { // reads Base.Rev
		v.Bump()
		return strconv.Itoa(v.Rev)
	})
	value(b, "method-value", methodValue)                 // reads Base.ID
	value(b, "captured", func(k string, v Order) string { // reads Note
		f := func() string { return v.Note }
		return f()
	})
	value(b, "deferred", deferred)                     // reads Base.ID,Note
	value(b, "agent", func(k string, v Order) string { // reads Agent.Name
		if v.Agent != nil {
			return v.Agent.Name
		}
		return "none"
	})
	value(b, "there", func(k string, v Order) string { // reads Agent?
		return fmt.Sprint(v.Agent != nil)
	})
	value(b, "dereferenced", func(k string, v Order) string { // reads Agent.Name,Agent.Age
		if v.Agent == nil {
			v.Agent = &Person{Age: 7}
		}
		p := *v.Agent
		p.Name = k
		return p.Name + strconv.Itoa(p.Age)
	})
	value(b, "list", func(k string, v Order) string { // reads Items.Price
		sum := 0
		for _, i := range v.Items {
			sum += i.Price
		}
		return strconv.Itoa(sum)
	})
	value(b, "list-of-lists", func(k string, v Order) string { // reads Items.Tags?
		sum := 0
		for i := range v.Items {
			item := &v.Items[i]
			sum += len(item.Tags)
		}
		return strconv.Itoa(sum)
	})
	value(b, "written-through", func(k string, v Order) string { // reads Note,Items.SKU
		list := v.Items
		if len(list) == 0 {
			return "none"
		}
		list[len(list)-1].SKU = v.Note
		return v.Items[0].SKU
	})
	value(b, "filled", func(k string, v Order) string { // reads Base.ID,Note
		fill(&v)
		return v.Note
	})
	value(b, "depth", func(k string, v Order) string { return strconv.Itoa(depth(&v.Buyer)) }) // reads Buyer
	value(b, "eldest", func(k string, v Order) string {                                        // reads Buyer.Name,Buyer.Age,Agent.Name,Agent.Age
		return eldest(&v.Buyer, v.Agent).Name
	})
	value(b, "interface", func(k string, v Order) string { // reads all
		var x keyer = v
		return x.Key()
	})
	value(b, "marshalled", func(k string, v Order) string { // reads Buyer
		text, err := json.Marshal(v.Buyer)
		return string(text) + fmt.Sprint(err)
	})
	value(b, "channel", func(k string, v Order) string { // reads Buyer
		c := make(chan Person, 1)
		c <- v.Buyer
		p := <-c
		return p.Name
	})
	value(b, "map-key", func(k string, v Order) string { // reads Base
		m := map[Base]bool{v.Base: true}
		return fmt.Sprint(m[Base{ID: k}])
	})
	value(b, "appended", func(k string, v Order) string { // reads Note
		list := append([]Order{}, v, v)
		return list[1].Note
	})
	value(b, "swapped", func(k string, v Order) string { // reads Note
		var w Order
		v, w = w, v
		return w.Note + v.Note
	})
	value(b, "either", func(k string, v Order) string { // reads Total,Buyer.Name,Agent.Name
		p := v.Buyer
		if v.Total > 3 && v.Agent != nil {
			p = *v.Agent
		}
		return p.Name
	})
	value(b, "unused", func(k string, v Order) string { // reads Total
		w := struct {
			Note string
			N    int64
		}{v.Note, v.Total}
		return strconv.FormatInt(w.N, 10)
	})
	value(b, "boxed", func(k string, v Order) string { // reads When,Ratio,Blob
		return fmt.Sprint(v.When.Unix(), v.Ratio, len(v.Blob) > 0, strings.ToUpper(string(v.Blob)))
	})
	value(b, "panicking", func(k string, v Order) string { // reads Agent?
		defer func() { _ = recover() }()
		_ = v.Agent.Name
		return "there"
	})
}

func (o Order) text() string { return o.Note }

// Joined reads a part of a table's rows, which are kept whole all the same.
//
//streamgen:topology
func Joined(b *dsl.Builder) {
	rows := b.Table("rows", dsl.String(), dsl.JSON[Order](), dsl.Name("rows"), dsl.OnError(dsl.Skip())) // reads all
	b.Stream("joining", dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.Skip())).                      // reads Note
														Join(rows, func(_ string, v, row Order) string { return v.Note + row.ID }).
														To("joined", dsl.String(), dsl.String())
}

// Summary is made of an order.
type Summary struct {
	Note  string
	Total int64
	By    *Person
}

// Flows reads values in several functions, one behind the other.
//
//streamgen:topology
func Flows(b *dsl.Builder) {
	rates := b.GlobalTable("rates", dsl.String(), dsl.Int64(), dsl.Store("rates"))
	b.Stream("summed", dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.Skip())). // reads Total
											MapValues(func(k string, v Order) Summary { return Summary{Note: v.Note, Total: v.Total, By: v.Agent} }).
											Filter(func(k string, s Summary) bool { return s.Total > 1 }).
											MapValues(func(k string, s Summary) int64 { return s.Total }).
											To("sums", dsl.String(), dsl.Int64())
	b.Stream("forms", dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.Skip())). // reads Base.Rev,Total,Note,Kind
											FilterOpt(func(k dsl.Opt[string], v dsl.Opt[Order]) bool { return v.Or(Order{Total: 2}).Total > 1 }).
											PeekRecord(func(r dsl.Rec[string, Order]) { _ = len(r.Value.Kind) > 3 && r.NoKey }).
											MapValuesOpt(func(k dsl.Opt[string], v dsl.Opt[Order]) dsl.Opt[string] {
			o, ok := v.Get()
			if !ok {
				return dsl.None[string]()
			}
			return dsl.Some(o.Note + strconv.Itoa(o.Rev))
		}).
		To("forms-out", dsl.String(), dsl.String())
	b.Stream("rekeyed", dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.Skip())). // reads Total,Kind
											Map(func(k string, v Order) (string, int64) { return string(v.Kind), v.Total }).
											To("rekeyed-out", dsl.String(), dsl.Int64())
	b.Stream("rated", dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.Skip())). // reads Total,Kind,Buyer.Age
											JoinGlobal(rates, func(k string, v Order) string { return string(v.Kind) }, func(k string, v Order, rate int64) Summary {
			return Summary{Note: v.Note, Total: v.Total * rate * int64(v.Buyer.Age)}
		}).
		MapValues(func(k string, s Summary) int64 { return s.Total }).
		To("rated-out", dsl.String(), dsl.Int64())
	b.Stream("flat", dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.Skip())). // reads Items.SKU,Items.Price
											FlatMapValues(func(k string, v Order) []string {
			var out []string
			for _, i := range v.Items {
				out = append(out, i.SKU+strconv.Itoa(i.Price))
			}
			return out
		}).
		To("flat-out", dsl.String(), dsl.String())
	two := b.Stream("two", dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.Skip())) // reads Base.ID,Note
	two.MapValues(note).To("two-notes", dsl.String(), dsl.String())
	two.MapValues(func(k string, v Order) string { return v.ID }).To("two-ids", dsl.String(), dsl.String())
	b.Stream("counted", dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.Skip())). // reads Kind
											Filter(func(k string, v Order) bool { return v.Kind != "" }).
											GroupByKey().
											Count(dsl.Name("counted"))
	b.Stream("added", dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.Skip())). // reads Total
											GroupByKey().
											Aggregate(func() int64 { return 0 }, func(k string, v Order, sum int64) int64 { return sum + v.Total }, dsl.Int64(), dsl.Name("added"))
	b.Stream("kept", dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.Skip())). // reads all
											GroupByKey().
											Reduce(func(k string, v, last Order) Order { return v }, dsl.JSON[Order](), dsl.Name("kept"))
	b.Stream("grouped", dsl.String(), dsl.JSON[Order](), dsl.OnError(dsl.Skip())). // reads all
											GroupBy(func(k string, v Order) string { return string(v.Kind) }, dsl.String(), dsl.JSON[Order]()).
											Aggregate(func() string { return "" }, func(k string, v Order, all string) string { return all + v.Note }, dsl.String(), dsl.Name("noted")) // repartition noted reads Note
	b.Stream("routed", dsl.JSON[Base](), dsl.String(), dsl.OnError(dsl.Skip())). // key reads Rev
											Map(func(k Base, v string) (string, string) { return strconv.Itoa(k.Rev), v }).
											To("routed-out", dsl.String(), dsl.String())
}
