// Package form is what the workloads of the whole path are about: the records, and the functions that the generated
// application, the loop written by hand and the judge of their output apply to them.
package form

// Order is a record of the topics of the JSON workloads, keyed by user; about 250 bytes.
type Order struct {
	ID       int64  `json:"id"`
	User     string `json:"user"`
	Item     string `json:"item"`
	Quantity int64  `json:"quantity"` // 0 to 9
	Price    int64  `json:"price"`    // cents
	Currency string `json:"currency"`
	City     string `json:"city"`
	Street   string `json:"street"`
	Note     string `json:"note"`
}

// Sale is what the workload json makes of an order.
type Sale struct {
	ID    int64  `json:"id"`
	Item  string `json:"item"`
	Total int64  `json:"total"` // cents
	City  string `json:"city"`
}

// User is a row of the table of the workload join, keyed by user; about 110 bytes.
type User struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Tier  int64  `json:"tier"`
	City  string `json:"city"`
}

// Named is what the workload join makes of an order and its user.
type Named struct {
	ID    int64  `json:"id"`
	Item  string `json:"item"`
	Price int64  `json:"price"` // cents
	Name  string `json:"name"`
	Tier  int64  `json:"tier"`
}

// Keep keeps half of the workload bytes.
func Keep(_, v []byte) bool { return v[0] < 128 }

// Cut keeps half of a value.
func Cut(_, v []byte) []byte { return v[:len(v)/2] }

// Large keeps half of the orders.
func Large(_ string, o Order) bool { return o.Quantity >= 5 }

// Sell makes a sale of an order.
func Sell(_ string, o Order) Sale {
	return Sale{ID: o.ID, Item: o.Item, Total: o.Quantity * o.Price, City: o.City}
}

// Enrich joins an order with its user.
func Enrich(_ string, o Order, u User) Named {
	return Named{ID: o.ID, Item: o.Item, Price: o.Price, Name: u.Name, Tier: u.Tier}
}

// WindowSize and Grace are those of the workload tumbling, Retention how long its windows are kept; milliseconds.
const (
	WindowSize = 10_000
	Grace      = 10_000
	Retention  = 60_000
)
