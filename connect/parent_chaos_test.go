//go:build chaos

package connect_test

import (
	"context"
	"io"
	"net/http"
	"os"
)

// contextWithParent ends with the process that holds the other end of standard input.
func contextWithParent() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	return ctx, cancel
}

// status asks for a page and returns the status of the answer, 0 when there is none.
func status(url string) int {
	response, err := http.Get(url)
	if err != nil {
		return 0
	}
	response.Body.Close()
	return response.StatusCode
}
