package task

import (
	"errors"
	"fmt"
	"path"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/streamgen/streamgen/runtime/fault"
)

// The phases of a task's life without a record.
const (
	initialise fault.Phase = "initialise"
	closing    fault.Phase = "close"
)

// where names what is about to be called.
type where struct {
	phase    fault.Phase
	operator string // when the code does not name one itself
}

// guard calls code that is not about one record: its errors and panics, and the failures of
// stores meanwhile, come back as a *fault.Error without a record, and are final for the task.
func (t *Task) guard(w where, call func() error) (err error) {
	t.env.Node = ""
	for _, g := range t.globals {
		g.Lock.RLock()
	}
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		}
		for _, g := range t.globals {
			g.Lock.RUnlock()
		}
		if err == nil {
			err, t.env.Err = t.env.Err, nil // reported once
		}
		if err == nil {
			return
		}
		var fe *fault.Error
		if !errors.As(err, &fe) {
			operator := t.env.Node
			if operator == "" {
				operator = w.operator
			}
			if operator == "" {
				operator = "task " + t.env.TaskID
			}
			err = &fault.Error{Phase: w.phase, Operator: operator, Partition: t.env.Partition, Offset: -1, Cause: err}
		}
		if t.failed == nil {
			t.failed = err
		}
	}()
	return call()
}

// Panic is a recovered panic of user code as an error: the cause of a *fault.Error. It
// is immutable, safe for concurrent use.
type Panic struct {
	Value any
	Where string // the first frame of user code, "function (file:line)"
	Stack []byte // whole, for the log
}

// Error implements error.
func (p *Panic) Error() string {
	if p.Where == "" {
		return fmt.Sprintf("panic: %v", p.Value)
	}
	return fmt.Sprintf("panic: %v, in %s", p.Value, p.Where)
}

// Unwrap returns the value when it is an error.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// panicked turns a recovered value into an error; called in the deferred function.
func panicked(value any) *Panic {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	p := &Panic{Value: value, Stack: debug.Stack()}
	std := ""
	for {
		f, more := frames.Next()
		if f.Function == "runtime.gopanic" {
			std = strings.TrimSuffix(f.File, "runtime/panic.go") // GOROOT/src/, empty with -trimpath
		}
		if userFrame(f, std) {
			p.Where = fmt.Sprintf("%s (%s:%d)", path.Base(f.Function), path.Base(f.File), f.Line)
			return p
		}
		if !more {
			return p
		}
	}
}

const module = "github.com/streamgen/streamgen/"

// userFrame tells user code (also literals that were moved to generated code) from the
// standard library and the runtime's own packages.
func userFrame(f runtime.Frame, std string) bool {
	for _, own := range []string{"runtime/", "dsl.", "templates."} {
		if strings.HasPrefix(f.Function, module+own) && !strings.HasSuffix(f.File, "_test.go") {
			return false
		}
	}
	if std != "" {
		return !strings.HasPrefix(f.File, std)
	}
	pkg := f.Function
	if i := strings.LastIndexByte(pkg, '/'); i >= 0 {
		if j := strings.IndexByte(pkg[i:], '.'); j >= 0 {
			pkg = pkg[:i+j]
		}
	} else if i := strings.IndexByte(pkg, '.'); i >= 0 {
		pkg = pkg[:i]
	}
	first, _, _ := strings.Cut(pkg, "/")
	return pkg == "main" || strings.Contains(first, ".")
}
