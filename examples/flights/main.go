// Command flights runs the Delays topology.
package main

import (
	"time"

	rt "github.com/streamgen/streamgen/runtime"
)

func main() {
	rt.Main(NewDelays(Config{MinDelay: 15, Grace: 10 * time.Minute}))
}
