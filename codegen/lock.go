package codegen

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/streamgen/streamgen/codegen/diag"
	"github.com/streamgen/streamgen/codegen/pin"
	"github.com/streamgen/streamgen/codegen/plan/lock"
	"github.com/streamgen/streamgen/codegen/topo"
	"github.com/streamgen/streamgen/internal/graph"
)

// lock reads the lock file of a package, reports what a release would lose, and says what the file is to hold. The
// schemas that it pins become the program's.
func (r *Result) lock(prog *topo.Program, o Options, diags *diag.List) (*Lock, error) {
	now, err := pin.Of(prog)
	if problems := (graph.Problems)(nil); errors.As(err, &problems) {
		return nil, nil // which lowering reports
	} else if err != nil {
		return nil, &InternalError{At: diags.LastRead(), Cause: err}
	}
	before := diags.Errors()
	l := &Lock{Path: filepath.Join(prog.Dir, lock.Name), Main: prog.Name == "main", Package: prog.Path}
	switch l.Before, err = os.ReadFile(l.Path); {
	case errors.Is(err, fs.ErrNotExist):
		l.Before = nil
	case err != nil:
		return nil, err
	default:
		r.source[l.Path] = l.Before
		if l.Old = pin.Read(l.Path, l.Before, diags); l.Old == nil {
			return nil, nil
		}
		if !o.Accept {
			pin.Check(prog, l.Path, l.Old, now, diags)
		}
		if diags.Errors() > before {
			return nil, nil
		}
	}
	l.Now, l.Forgotten = lock.Merge(l.Old, now)
	if o.Pin != nil {
		if err := o.Pin(l); err != nil {
			return nil, err
		}
	}
	if pin.CheckPinned(l.Path, l.Now, diags); diags.Errors() > before {
		return nil, nil
	}
	prog.Pins = pin.Pinned(l.Now)
	return l, nil
}

// Content is the file's text; nil where none is to lie there: a file that is not there is only made for commands that
// keep or exchange something.
func (l *Lock) Content() []byte {
	if l.Before == nil && (!l.Main || l.Now.Empty()) {
		return nil
	}
	return l.Now.Text()
}
