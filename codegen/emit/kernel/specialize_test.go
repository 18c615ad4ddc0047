package kernel

import (
	"go/constant"
	"go/importer"
	"go/token"
	"strings"
	"testing"
)

// TestLenientCheckGivesTheSameBytes specialises each kernel twice: as generation does, with
// empty packages for the imports, and with the real ones.
func TestLenientCheckGivesTheSameBytes(t *testing.T) {
	lenient, err := Read()
	if err != nil {
		t.Fatal(err)
	}
	strict, err := read(importer.ForCompiler(token.NewFileSet(), "source", nil))
	if err != nil {
		t.Fatal(err)
	}
	if len(lenient) != 14 {
		t.Errorf("%d kernels", len(lenient))
	}
	for name := range lenient {
		for _, every := range []bool{false, true} {
			in := Instance{Template: name, Name: "orders", Doc: "is a kernel.",
				Types: map[string]string{"K": "string", "V": "⟦time⟧.Time", "A": "[]end", "U": "uint"},
				Calls: map[string]string{"Init": "zero", "Add": "c.task.app.add", "Merge": "c.task.app.merge", "Emit": "c.task.emit", "DecodeKey": "decode",
					"DecodeLeft": "decodeLeft", "DecodeRight": "decodeRight"},
				Values: map[string]constant.Value{"EmitEvery": constant.MakeBool(every), "LeftOuter": constant.MakeBool(every), "RightOuter": constant.MakeBool(false), "Size": constant.MakeInt64(5), "Advance": constant.MakeInt64(2), "Gap": constant.MakeInt64(3), "Grace": constant.MakeInt64(0)},
				Consts: map[string]string{"Size": "size", "Advance": "advance", "Grace": "grace"}, Cut: map[string]bool{},
				Rename: func(local string) string {
					if local == "end" {
						return "end2"
					}
					return local
				}}
			a, b := lenient[name].Specialize(in), strict[name].Specialize(in)
			if a != b {
				t.Errorf("%s differs:\n%s\n---\n%s", name, a, b)
			}
			for _, left := range []string{"EmitEvery", ".Emit(", "c.Add(", "r.Add(", "g.Add(", "Outer", "DecodeLeft(", "[A]", " A,", "[K"} {
				if strings.Contains(a, left) {
					t.Errorf("%s still has %q:\n%s", name, left, a)
				}
			}
		}
	}
}
