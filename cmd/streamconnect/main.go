// Command streamconnect is a Kafka Connect worker with the built-in connectors. A binary with connectors of one's own is
// the same one line with connect.With.
package main

import (
	"fmt"
	"os"

	"github.com/streamgen/streamgen/connect"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "demo" {
		if err := demo(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	connect.Main()
}
