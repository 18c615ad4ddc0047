package codegen

import (
	"fmt"
	"go/token"
	"runtime"
	"strings"

	"github.com/streamgen/streamgen/codegen/diag"
)

// InternalError is a fault of the compiler itself: a panic, or a check of its own that
// failed. Nothing was generated.
type InternalError struct {
	At    token.Position // the user's code that was worked on; invalid when there was none yet
	Cause error
	Where string // function and line of the compiler, "" when it was no panic
}

func (e *InternalError) Error() string {
	at, where := "", ""
	if e.At.IsValid() {
		at = e.At.String() + ": "
	}
	if e.Where != "" {
		where = " in " + e.Where
	}
	return fmt.Sprintf("%sthe compiler failed%s while it worked on this code: %v. This is a fault of streamgen, not of the code: please report it together with the statement at this place; writing the statement in another way may avoid it", at, where, e.Cause)
}

func (e *InternalError) Unwrap() error { return e.Cause }

// internal, deferred, turns a panic into an InternalError.
func internal(diags *diag.List, err *error) {
	p := recover()
	if p == nil {
		return
	}
	cause, ok := p.(error)
	if !ok {
		cause = fmt.Errorf("%v", p)
	}
	*err = &InternalError{At: diags.LastRead(), Cause: cause, Where: culprit()}
}

// culprit is the innermost function of this module below a panic.
func culprit() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if i := strings.Index(f.Function, "/codegen"); i >= 0 {
			return fmt.Sprintf("%s, line %d", f.Function[i+1:], f.Line)
		}
		if !more {
			return ""
		}
	}
}
