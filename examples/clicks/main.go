// Command clicks runs the Clicks topology.
package main

import (
	"time"

	rt "github.com/streamgen/streamgen/runtime"
)

func main() {
	rt.Main(NewClicks(config), rt.Config{ApplicationID: "clicks", ProcessingGuarantee: rt.ExactlyOnce})
}

var config = Config{Within: 10 * time.Minute, Grace: time.Minute, Gap: 30 * time.Minute}
