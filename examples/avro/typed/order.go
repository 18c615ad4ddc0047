package main

// OrderEvent is the part of an order that is read. Orders with more fields, or of an older schema, are
// resolved to it.
type OrderEvent struct {
	_       struct{} `avro:"com.example.orders.OrderEvent"`
	OrderID string   `avro:"orderId"`
	UserID  string   `avro:"userId"`
	Amount  float64  `avro:"amount"`
}

// HighValueOrder is what goes out.
type HighValueOrder struct {
	_        struct{} `avro:"com.example.orders.HighValueOrder"`
	OrderID  string   `avro:"orderId"`
	UserID   string   `avro:"userId"`
	Amount   float64  `avro:"amount"`
	Verified bool     `avro:"verified,default=false"`
}
