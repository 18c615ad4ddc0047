package purity

import (
	"go/ast"
	"go/types"
	"regexp"
	"slices"
	"strings"
)

const (
	adviceClock  = "after a failure records are read again, and replays run at another time; use the record's timestamp (a …Record form); a processor asks its Context for StreamTime or WallClock"
	adviceRandom = "after a failure records are read again; derive the choice from the record, for example from a hash of its key"
	adviceID     = "after a failure records are read again and get another id; derive it from the record: from its key, or as a name-based UUID"
	adviceHost   = "after a failure another process may read the record; pass what distinguishes deployments as configuration"
)

// constructors of random generators give a sequence that their seed decides.
var constructors = []string{"New", "NewSource", "NewPCG", "NewChaCha8", "NewZipf"}

// ids lists by the last part of a package's path the functions that invent an identifier.
// Others of those packages (Parse, NewSHA1, NewV5) derive one from their arguments.
var ids = map[string][]string{
	"uuid":       {"New", "NewString", "NewRandom", "NewUUID", "NewV1", "NewV2", "NewV4", "NewV6", "NewV7", "NewDCEGroup", "NewDCEPerson", "NewDCESecurity"},
	"go.uuid":    {"NewV1", "NewV2", "NewV4"},
	"xid":        {"New"},
	"ulid":       {"Make", "Now", "DefaultEntropy"},
	"ksuid":      {"New", "NewRandom"},
	"go-nanoid":  {"New", "Must", "Generate", "MustGenerate", "Nanoid"},
	"shortuuid":  {"New"},
	"cuid2":      {"Generate"},
	"go-uuid":    {"GenerateUUID"},
	"betterguid": {"New"},
	"shortid":    {"Generate", "MustGenerate"},
}

var version = regexp.MustCompile(`^v[0-9]+$`)

// nonDeterministic returns what to do instead of using obj, "" when it may be used.
func nonDeterministic(obj types.Object) string {
	path, name := obj.Pkg().Path(), obj.Name()
	fn, isFunc := obj.(*types.Func)
	method := isFunc && fn.Signature().Recv() != nil
	switch path {
	case "time":
		if !method && slices.Contains([]string{"Now", "Since", "Until", "After", "Tick", "NewTimer", "NewTicker"}, name) {
			return adviceClock
		}
	case "math/rand", "math/rand/v2":
		// A method belongs to a generator; whether that one is the function's own is seen at the call.
		if isFunc && !slices.Contains(constructors, name) {
			return adviceRandom
		}
	case "crypto/rand":
		if obj.Parent() == obj.Pkg().Scope() && (isFunc || name == "Reader") {
			return adviceRandom
		}
	case "hash/maphash":
		if isFunc && slices.Contains([]string{"MakeSeed", "String", "Bytes", "Comparable", "Sum64"}, name) {
			return "its seed is another one in each process; use hash/fnv, or another hash without a seed"
		}
	case "os":
		if !method && slices.Contains([]string{"Hostname", "Getpid", "Getppid"}, name) {
			return adviceHost
		}
	}
	if isFunc && !method {
		parts := strings.Split(path, "/")
		last := parts[len(parts)-1]
		if version.MatchString(last) && len(parts) > 1 {
			last = parts[len(parts)-2]
		}
		if slices.Contains(ids[last], name) {
			return adviceID
		}
	}
	return ""
}

// answers reports whether a use of obj reaches beyond the record. Methods of a random
// generator that the function made itself, from a seed of its own, do not.
func (f *function) answers(obj types.Object, id *ast.Ident, above []ast.Node) bool {
	fn, ok := obj.(*types.Func)
	if !ok || fn.Signature().Recv() == nil || !strings.HasPrefix(obj.Pkg().Path(), "math/rand") {
		return true
	}
	for _, n := range above {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel == id {
			return f.foreign(sel.X)
		}
	}
	return false
}

// counted reports a call of an atomic counter whose answer is used: it is a number of the
// process, not of the record. Counting for metrics, which ignores the answer, is fine.
func (f *function) counted(call *ast.CallExpr, above []ast.Node, report reporter) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return
	}
	fn, ok := f.pkg.Info.Uses[sel.Sel].(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Pkg().Path() != "sync/atomic" || !strings.HasPrefix(fn.Name(), "Add") {
		return
	}
	counter := sel.X
	if fn.Signature().Recv() == nil && len(call.Args) > 0 {
		counter = call.Args[0]
	}
	if _, ignored := parent(above).(*ast.ExprStmt); ignored || !f.foreign(counter) {
		return
	}
	report(Call, sel.Sel, objName(fn)+" gives another result when a record is processed again",
		"the counter belongs to the process: it starts again, and other instances have their own; count per key with Count or in a store of a processor")
}

// parent is the node around the last one of a stack.
func parent(above []ast.Node) ast.Node {
	if len(above) < 2 {
		return nil
	}
	return above[len(above)-2]
}
