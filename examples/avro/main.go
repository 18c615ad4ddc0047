// Command avro runs the Orders topology over generic records.
package main

import rt "github.com/streamgen/streamgen/runtime"

func main() { rt.Main(NewOrders()) }
