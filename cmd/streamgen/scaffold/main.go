// Command APP keeps the totals of customers' orders.
package main

import rt "github.com/streamgen/streamgen/runtime"

func main() { rt.Main(NewTotals(Config{MinCents: 1})) }
