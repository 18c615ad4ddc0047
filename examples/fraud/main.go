// Command fraud runs the Fraud topology.
package main

import rt "github.com/streamgen/streamgen/runtime"

func main() { rt.Main(NewFraud()) }
