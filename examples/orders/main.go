// Command orders runs the Orders topology.
package main

import (
	"fmt"
	"time"

	rt "github.com/streamgen/streamgen/runtime"
)

func main() {
	topology := NewOrders()
	cfg := config()
	cfg.OnState = func(from, to rt.State) {
		if from == rt.Created {
			fmt.Print(topology.Description)
		}
	}
	rt.Main(topology, cfg)
}

// config is what this application runs with; file, environment and flags have the last word.
func config() rt.Config {
	return rt.Config{
		ApplicationID:       "order-processing-app",
		NumStreamThreads:    4,
		ProcessingGuarantee: rt.ExactlyOnce,
		CommitInterval:      time.Second,
		CacheMaxBytes:       10 << 20,
	}
}
