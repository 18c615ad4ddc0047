// Command app is the application that the kill tests kill.
package main

import (
	"context"
	"net"
	"os"

	"github.com/streamgen/streamgen/internal/clicks"
	rt "github.com/streamgen/streamgen/runtime"
)

func main() {
	var cfg rt.Config
	// The network to the only broker may lie behind a proxy, which the test cuts.
	if proxy := os.Getenv("CLICKS_PROXY"); proxy != "" {
		var d net.Dialer
		cfg.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return d.DialContext(ctx, network, proxy)
		}
	}
	rt.Main(clicks.NewClicks(clicks.Config{Prefix: os.Getenv("CLICKS_PREFIX")}), cfg)
}
