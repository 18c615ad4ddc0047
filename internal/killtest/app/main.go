// Command app is the application that the kill tests kill.
package main

import (
	"os"

	rt "github.com/streamgen/streamgen/runtime"
)

func main() { rt.Main(NewClicks(Config{Prefix: os.Getenv("CLICKS_PREFIX")})) }
