// Command protobuf runs the Accounts topology.
package main

import rt "github.com/streamgen/streamgen/runtime"

func main() { rt.Main(NewAccounts()) }
