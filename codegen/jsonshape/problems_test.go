package jsonshape_test

import (
	"encoding/json/v2"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"strings"
	"testing"

	"github.com/streamgen/streamgen/codegen/jsonshape"
	"github.com/streamgen/streamgen/codegen/plan/shape"
	"github.com/streamgen/streamgen/internal/golden"
)

// TestProblemsNameThePlaceTheReasonAndTheFix reads every type of testdata/types.go.txt; those called Fine have no problem.
func TestProblemsNameThePlaceTheReasonAndTheFix(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "testdata/types.go.txt", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	// One type is not declared, as happens while a user is still typing.
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil), Error: func(error) {}}
	pkg, _ := conf.Check("example.org/p", fset, []*ast.File{file}, nil)
	var text strings.Builder
	for _, name := range pkg.Scope().Names() {
		obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || obj.Type().(*types.Named).TypeParams().Len() > 0 {
			continue
		}
		s, problems := jsonshape.Of(obj.Type(), pkg)
		if strings.HasPrefix(name, "Fine") && len(problems) > 0 {
			t.Errorf("%s: %v", name, problems)
		}
		text.WriteString(name)
		for _, p := range problems {
			if p.Fix == "" {
				t.Errorf("%s: no fix", p.Path)
			}
			fmt.Fprintf(&text, "\n\t%s: %s\n\t\tfix: %s", p.Path, p.Reason, p.Fix)
		}
		if len(problems) == 0 {
			fmt.Fprintf(&text, ": %s", print(s))
		}
		text.WriteString("\n")
	}
	golden.Assert(t, "testdata/problems.txt", text.String())
}

// print shows a shape on lines.
func print(s *shape.Shape) string {
	text := fmt.Sprintf("%s %s", s.Root.Kind, s.Root.Go)
	for _, d := range s.Defs {
		text += fmt.Sprintf("\n\t%s %s as %s", d.Kind, d.Go, d.Hint)
		if d.Reason != "" {
			text += " since " + d.Reason
		}
		if d.Deep {
			text += ", deep"
		}
		if d.Key != nil {
			text += fmt.Sprintf(", key %s %s", d.Key.Kind, d.Key.Go)
		}
		if d.Elem != nil {
			text += fmt.Sprintf(", elements %s %s", d.Elem.Kind, d.Elem.Go)
		}
		for _, f := range d.Fields {
			var path []string
			for _, step := range f.Path {
				path = append(path, step.Name)
			}
			text += fmt.Sprintf("\n\t\t%q = .%s %s %s", f.Name, strings.Join(path, "."), f.Type.Kind, f.Type.Go)
		}
	}
	return text
}

func TestTypesOfAnotherPackageMustBeExported(t *testing.T) {
	p, q := types.NewPackage("example.org/p", "p"), types.NewPackage("example.org/q", "q")
	named := types.NewNamed(types.NewTypeName(0, p, "hidden", nil), types.Typ[types.Int], nil)
	p.Scope().Insert(named.Obj())
	if _, problems := jsonshape.Of(named, p); len(problems) != 0 {
		t.Error(problems)
	}
	if _, problems := jsonshape.Of(named, q); len(problems) != 1 || !strings.Contains(problems[0].Reason, "not exported") {
		t.Error(problems)
	}
}

// FuzzTags compares the reading of a tag with what encoding/json/v2 makes of it.
func FuzzTags(f *testing.F) {
	for _, tag := range []string{"", "-", "-,", "a", ",", "a,", ",omitzero", "a,omitempty,string", "a,string,string", "'a'", `a'b`, "a b", "ü", "\xff",
		"a,OmitEmpty", "a,omit_zero", "a,case:ignore", "a,case:strict", "a,case", "a,case:", "a,case:x", "a,case:ignore,case:strict", "a,format:hex", "a,format",
		"a,embed", "a,unknown", "a,unknown:1", "a,1", "a, string", "a,'string'", "a,,", "a,string:1", "a,case:ignore,omitzero", "a;b", "a,_x", "a,string,", `a\`, "a\nb"} {
		f.Add(tag)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tag := reflect.StructTag(fmt.Sprintf("json:%q", text))
		value := reflect.New(reflect.StructOf([]reflect.StructField{{Name: "F", Type: reflect.TypeFor[int](), Tag: tag}}))
		value.Elem().Field(0).SetInt(7)
		doc, err := json.Marshal(value.Interface())

		pkg := types.NewPackage("example.org/p", "p")
		s, problems := jsonshape.Of(types.NewStruct([]*types.Var{types.NewField(0, pkg, "F", types.Typ[types.Int], false)}, []string{string(tag)}), pkg)
		if (err != nil) != (len(problems) > 0) {
			t.Fatalf("tag %q: problems %v, encoding/json/v2 says %v", text, problems, err)
		}
		if err != nil {
			return
		}
		want := map[string]any{}
		if err := json.Unmarshal(doc, &want); err != nil {
			t.Fatal(err)
		}
		fields := s.Defs[0].Fields
		if len(fields) != len(want) {
			t.Fatalf("tag %q: fields %v, encoding/json/v2 writes %s", text, fields, doc)
		}
		for _, f := range fields {
			v, ok := want[f.Name]
			if _, quoted := v.(string); !ok || quoted != f.Quoted {
				t.Fatalf("tag %q: field %v, encoding/json/v2 writes %s", text, f, doc)
			}
		}
	})
}
