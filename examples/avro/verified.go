package main

import (
	"sync"

	"github.com/streamgen/streamgen/runtime/serde/avro"
)

// Schemas are the schemas of what goes out by those of what came in: each is made once, when the
// first order of its kind comes. Tasks share it, which changes no result.
type Schemas struct{ known sync.Map }

// of makes the schema of a verified order: id, user and amount as the order has them, and verified, which
// is false.
func (s *Schemas) of(order *avro.Schema) (*avro.Schema, error) {
	if known, ok := s.known.Load(order); ok {
		return known.(*avro.Schema), nil
	}
	var fields []*avro.Field
	for _, name := range []string{"orderId", "userId", "amount"} {
		f, err := order.Get(name)
		if err != nil {
			return nil, err
		}
		fields = append(fields, avro.FieldOf(name, f.Type, ""))
	}
	fields = append(fields, avro.FieldOf("verified", avro.Primitive(avro.KindBoolean), "false"))
	made, err := avro.RecordOf("com.example.orders.HighValueOrder", fields...)
	if err != nil {
		return nil, err
	}
	known, _ := s.known.LoadOrStore(order, made)
	return known.(*avro.Schema), nil
}

// verified is an order of that schema, not verified yet.
func (s *Schemas) verified(_ string, order *avro.Record) (*avro.Record, error) {
	schema, err := s.of(order.Schema())
	if err != nil {
		return nil, err
	}
	out, err := avro.NewRecord(schema)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"orderId", "userId", "amount"} {
		v, err := order.Get(name)
		if err != nil {
			return nil, err
		}
		if err := out.Set(name, v); err != nil {
			return nil, err
		}
	}
	return out, nil
}
