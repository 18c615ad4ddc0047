// Command typed runs the TypedOrders topology.
package main

import rt "github.com/streamgen/streamgen/runtime"

func main() { rt.Main(NewTypedOrders()) }
