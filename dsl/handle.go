package dsl

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/streamgen/streamgen/internal/graph"
)

// zeroHandle is raised by an operator of a handle that no builder made: there is no
// builder to tell, so Record turns it into its error.
type zeroHandle struct{ text string }

// live returns the handle's builder. A zero handle ends the recording.
func live(b *Builder, n *graph.Node, operator string) *Builder {
	if b == nil || n == nil {
		panic(zeroHandle{where() + operator + ": called on a zero handle; make the handle with the Builder's methods"})
	}
	return b
}

// same reports an argument handle that is zero or belongs to another builder.
func (b *Builder) same(operator string, other *Builder, n *graph.Node) bool {
	switch {
	case other == nil || n == nil:
		b.fail("%s: the argument is a zero handle; make the handle with the Builder's methods", operator)
		return false
	case other != b:
		b.fail("%s: the argument was made by another Builder; one topology is one call of its function", operator)
		return false
	}
	return true
}

// fail notes an error with the place in the user's code that the call came from.
func (b *Builder) fail(format string, args ...any) {
	b.errs = append(b.errs, fmt.Errorf(where()+format, args...))
}

// given notes a missing user function.
func (b *Builder) given(operator string, ok bool) {
	if !ok {
		b.fail("%s: the function is nil; set it before the topology is constructed, or give the operator a function that is always there", operator)
	}
}

// where is "file.go:line: " of the first caller outside this package.
func where() string {
	pcs := make([]uintptr, 16)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if f.Function != "" && !strings.Contains(f.Function, "streamgen/dsl.") {
			return fmt.Sprintf("%s:%d: ", filepath.Base(f.File), f.Line)
		}
		if !more {
			return ""
		}
	}
}
