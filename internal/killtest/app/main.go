// Command app is the application that the kill tests kill.
package main

import (
	"os"

	"github.com/streamgen/streamgen/internal/clicks"
	rt "github.com/streamgen/streamgen/runtime"
)

func main() { rt.Main(clicks.NewClicks(clicks.Config{Prefix: os.Getenv("CLICKS_PREFIX")})) }
