package lint

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
)

// maxLines is where a file stops being readable in one sitting.
const maxLines = 800

// codegenWrites finds code under codegen that changes the disk.
func codegenWrites(t *Tree) (broken []string) {
	writing := []string{"WriteFile", "Create", "CreateTemp", "OpenFile", "Mkdir", "MkdirAll", "MkdirTemp", "Remove", "RemoveAll", "Rename", "Truncate"}
	for _, f := range t.goFiles(func(f *File) bool { return f.In("codegen") && !f.Test() }) {
		f.uses("os", func(sel *ast.SelectorExpr) {
			if slices.Contains(writing, sel.Sel.Name) {
				broken = append(broken, t.at(sel.Pos(), "os.%s under codegen", sel.Sel.Name))
			}
		})
	}
	return broken
}

// coreIsPure finds clocks and goroutines in the deterministic core.
func coreIsPure(t *Tree) (broken []string) {
	clocks := []string{"Now", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Since", "Until"}
	for _, f := range t.goFiles(func(f *File) bool {
		return (f.In("runtime/task") || f.In("runtime/internal/commit")) && !f.Test()
	}) {
		f.uses("time", func(sel *ast.SelectorExpr) {
			if slices.Contains(clocks, sel.Sel.Name) {
				broken = append(broken, t.at(sel.Pos(), "time.%s in the core", sel.Sel.Name))
			}
		})
		ast.Inspect(f.AST, func(n ast.Node) bool {
			if g, ok := n.(*ast.GoStmt); ok {
				broken = append(broken, t.at(g.Pos(), "a go statement in the core"))
			}
			return true
		})
	}
	return broken
}

// namelessNames finds packages and files called by a word that fits anything.
func namelessNames(t *Tree) (broken []string) {
	forbidden := []string{"util", "utils", "helper", "helpers", "common", "types", "misc"}
	for _, f := range t.goFiles(func(*File) bool { return true }) {
		base := strings.TrimSuffix(strings.TrimSuffix(path.Base(f.Path), ".go"), "_test")
		pkg := strings.TrimSuffix(f.AST.Name.Name, "_test")
		for _, name := range []string{base, pkg, path.Base(f.Dir())} {
			if slices.Contains(forbidden, name) {
				broken = append(broken, fmt.Sprintf("%s: %q says nothing", f.Path, name))
				break
			}
		}
	}
	return broken
}

// longFiles finds files over the limit, but for the compiler's own output.
func longFiles(t *Tree) (broken []string) {
	for _, f := range t.goFiles(func(f *File) bool {
		return !strings.HasSuffix(f.Path, "_streamgen.go") && !strings.HasSuffix(f.Path, ".pb.go")
	}) {
		if n := bytes.Count(f.Source, []byte("\n")); n > maxLines {
			broken = append(broken, fmt.Sprintf("%s: %d lines, more than %d", f.Path, n, maxLines))
		}
	}
	return broken
}

var note = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)

// notesToSelf finds marks of work left undone, in Go comments and in all lines of other files.
func notesToSelf(t *Tree) (broken []string) {
	for _, f := range t.Files {
		if f.AST == nil {
			if !strings.HasSuffix(f.Path, ".go") && !f.In("internal/lint") {
				for i, line := range bytes.Split(f.Source, []byte("\n")) {
					if m := note.Find(line); m != nil {
						broken = append(broken, fmt.Sprintf("%s:%d: %s", f.Path, i+1, m))
					}
				}
			}
			continue
		}
		for _, group := range f.AST.Comments {
			for _, c := range group.List {
				if m := note.FindString(c.Text); m != "" {
					broken = append(broken, t.at(c.Pos(), "%s", m))
				}
			}
		}
	}
	return broken
}

// emptyInterfaces finds the old spelling of any.
func emptyInterfaces(t *Tree) (broken []string) {
	for _, f := range t.goFiles(func(*File) bool { return true }) {
		ast.Inspect(f.AST, func(n ast.Node) bool {
			if i, ok := n.(*ast.InterfaceType); ok && i.Methods.NumFields() == 0 {
				broken = append(broken, t.at(i.Pos(), "an empty interface type"))
			}
			return true
		})
	}
	return broken
}

// sleepers lists test files that may sleep, each with its reason: they look again and again, with an end, at something
// outside this process that cannot call back.
var sleepers = map[string]string{}

// sleepingTests finds time.Sleep in tests outside virtual time. A file that imports testing/synctest is taken to sleep
// inside a bubble, where sleeping is instant and exact.
func sleepingTests(t *Tree) (broken []string) {
	for _, f := range t.goFiles((*File).Test) {
		if sleepers[f.Path] != "" || f.imports()["synctest"] == "testing/synctest" {
			continue
		}
		f.uses("time", func(sel *ast.SelectorExpr) {
			if sel.Sel.Name == "Sleep" {
				broken = append(broken, t.at(sel.Pos(), "time.Sleep in a test"))
			}
		})
	}
	return broken
}

// updateFlags finds flags that compete with golden's.
func updateFlags(t *Tree) (broken []string) {
	rival := regexp.MustCompile(`^"(update|rewrite|record|golden|u)"$`)
	for _, f := range t.goFiles(func(f *File) bool { return !f.In("internal/golden") }) {
		var names []string
		for name, p := range f.imports() {
			if p == "flag" {
				names = append(names, name)
			}
		}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if id, ok := sel.X.(*ast.Ident); !ok || !slices.Contains(names, id.Name) {
				return true
			}
			for _, arg := range call.Args {
				if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING && rival.MatchString(lit.Value) {
					broken = append(broken, t.at(call.Pos(), "a flag %s beside golden's -update", lit.Value))
				}
			}
			return true
		})
	}
	return broken
}

// Places that tell about tools and machines instead of the project. The pieces are joined here so that this file does
// not find itself.
var foreign = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`(^|[\s"'=(` + "`" + `])/(ro` + `ot|ho` + `me|Us` + `ers|wo` + `rk)/\w`,
	`\.\./sha` + `red\b`,
	`\b(anth` + `ropic|open` + `ai|chat` + `gpt|cla` + `ude|github cop` + `ilot|large language mo` + `del|AI[- ](gener` + `ated|assis` + `ted|wri` + `tten))\b`,
	`\bco-auth` + `ored-by:`,
	`\b(proxy\.gol` + `ang\.org|repo1?\.mav` + `en|pypi\.o` + `rg|registry\.npm` + `js)`,
}, "|"))

// foreignWords finds them in every text file but the licence and the checksums.
func foreignWords(t *Tree) (broken []string) {
	for _, f := range t.Files {
		if f.Path == "LICENSE" || f.Path == "go.sum" || f.In("internal/lint/testdata") {
			continue
		}
		for i, line := range bytes.Split(f.Source, []byte("\n")) {
			if m := foreign.Find(line); m != nil {
				broken = append(broken, fmt.Sprintf("%s:%d: %q", f.Path, i+1, bytes.TrimSpace(m)))
			}
		}
	}
	return broken
}
