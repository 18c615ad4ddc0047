package avrocodec

import (
	"fmt"
	"strconv"

	"github.com/streamgen/streamgen/internal/avroschema"
)

// appendFunc prints the function that appends a value.
func (g *generator) appendFunc(s *avroschema.Shape) {
	g.vars = 0
	name, err, param := g.name("append", s), "", ""
	result := "[]byte"
	if g.fails(s) {
		result, err = "([]byte, error)", ", nil"
	}
	if deep(s) {
		param = ", depth int"
	}
	g.line("// %s appends a %s as Avro.\nfunc %s(dst []byte, v *%s%s) %s {", name, comment(s), name, bare(s.Type.Go), param, result)
	if g.fails(s) && s.Form == avroschema.FormRecord {
		for _, f := range s.Fields {
			if f.Shape != nil && g.fails(f.Shape) {
				g.line("var err error")
				break
			}
		}
	} else if g.fails(s) && s.Elem != nil && g.fails(s.Elem) || !own(s) && g.fails(s) {
		g.line("var err error")
	} else if s.Form == avroschema.FormUnion && g.fails(s) {
		for _, f := range s.Fields {
			if f.Shape != nil && g.fails(f.Shape) {
				g.line("var err error")
				break
			}
		}
	}
	if s.Deep {
		g.line("if depth > %sMaxDepth {\nreturn dst, %sTooDeep()\n}", avroPkg, avroPkg)
	}
	switch s.Form {
	case avroschema.FormRecord:
		for _, f := range s.Fields {
			if f.Shape == nil {
				g.line("dst = append(dst, %s...) // the default of %s", strconv.Quote(string(f.Field.Bytes)), f.Field.Name)
				continue
			}
			g.write(f.Shape, "v."+f.Name, f.Field.Name)
		}
	case avroschema.FormUnion:
		g.line("switch {")
		for i, f := range s.Fields {
			if f.Shape == nil {
				continue
			}
			g.line("case v.%s != nil:\ndst = %sAppendLong(dst, %d)", f.Name, avroPkg, i)
			g.write(f.Shape, "(*v."+f.Name+")", f.Name)
		}
		g.line("default:")
		if s.Null >= 0 {
			g.line("dst = %sAppendLong(dst, %d)", avroPkg, s.Null)
		} else {
			g.line("return dst, %sNoValue(%q)", avroPkg, comment(s))
		}
		g.line("}")
	case avroschema.FormList:
		g.line("if len(*v) > 0 {\ndst = %sAppendLong(dst, int64(len(*v)))\n}\nfor i := range *v {", avroPkg)
		g.write(s.Elem, "(*v)[i]", comment(s))
		g.line("}\ndst = append(dst, 0)")
	case avroschema.FormMap:
		g.line("if len(*v) > 0 {\ndst = %sAppendLong(dst, int64(len(*v)))\n}\nfor _, key := range %sSorted(%sKeys(*v)) {", avroPkg, slicesPkg, mapsPkg)
		g.line("dst = %sAppendString(dst, %s)\nitem := (*v)[key]", avroPkg, convert("key", s.Type.Key, "string"))
		g.write(s.Elem, "item", comment(s))
		g.line("}\ndst = append(dst, 0)")
	default:
		g.write(s, "(*v)", comment(s))
	}
	g.line("return dst%s\n}\n", err)
}

// convert converts a value to a predeclared type where its own is another one.
func convert(v string, t *avroschema.GoType, basic string) string {
	if t.Go == basic {
		return v
	}
	return basic + "(" + v + ")"
}

// try prints a call that may fail.
func (g *generator) try(format string, args ...any) {
	g.line("if dst, err = %s; err != nil {\nreturn dst, err\n}", fmt.Sprintf(format, args...))
}

// write prints how a value is appended; v is addressable. label names it in errors.
func (g *generator) write(s *avroschema.Shape, v, label string) {
	if own(s) {
		g.need(s, false)
		depth := ""
		if deep(s) {
			depth = ", depth+1" // whatever leads to a shape that counts counts itself
		}
		if g.fails(s) {
			g.try("%s(dst, &%s%s)", g.name("append", s), v, depth)
		} else {
			g.line("dst = %s(dst, &%s%s)", g.name("append", s), v, depth)
		}
		return
	}
	t, size := s.Type, "-1"
	if s.Schema.Kind == avroschema.Fixed {
		size = strconv.Itoa(s.Schema.Size)
	}
	switch s.Form {
	case avroschema.FormBool:
		g.line("dst = %sAppendBool(dst, %s)", avroPkg, convert(v, t, "bool"))
	case avroschema.FormInt:
		switch {
		case t.Kind == avroschema.GoUint && (t.Bits == 0 || t.Bits == 64) && s.Schema.Kind == avroschema.Long:
			g.try("%sAppendUnsigned(dst, uint64(%s), %q)", avroPkg, v, label)
		case g.fails(s) && t.Kind == avroschema.GoUint && (t.Bits == 0 || t.Bits == 64):
			g.line("if uint64(%s) > %sMaxInt32 {", v, mathPkg)
			g.line("_, err = %sAppendUnsigned(nil, uint64(%s), %q)\nif err == nil {\n_, err = %sAppendWithin(nil, int64(%s), %q)\n}\nreturn dst, err\n}", avroPkg, v, label, avroPkg, v, label)
			g.line("dst = %sAppendLong(dst, int64(%s))", avroPkg, v)
		case g.fails(s):
			g.try("%sAppendWithin(dst, int64(%s), %q)", avroPkg, v, label)
		default:
			g.line("dst = %sAppendLong(dst, %s)", avroPkg, convert(v, t, "int64"))
		}
	case avroschema.FormFloat:
		g.line("dst = %sAppendFloat(dst, %s)", avroPkg, convert(v, t, "float32"))
	case avroschema.FormDouble:
		g.line("dst = %sAppendDouble(dst, %s)", avroPkg, convert(v, t, "float64"))
	case avroschema.FormString:
		g.line("dst = %sAppendString(dst, %s)", avroPkg, convert(v, t, "string"))
	case avroschema.FormBytes:
		g.line("dst = %sAppendBytes(dst, %s)", avroPkg, v)
	case avroschema.FormFixed:
		g.line("dst = append(dst, %s[:]...)", v)
	case avroschema.FormSymbol:
		g.line("switch %s {", v)
		for i, symbol := range s.Schema.Symbols {
			g.line("case %q:\ndst = %sAppendLong(dst, %d)", symbol, avroPkg, i)
		}
		g.line("default:\nreturn dst, %sNoSymbol(%s, %q)\n}", avroPkg, v, s.Schema.Name)
	case avroschema.FormIndex:
		g.line("if uint64(%s) >= %d {\nreturn dst, %sNoSymbol(%s, %q)\n}\ndst = %sAppendLong(dst, int64(%s))", v, len(s.Schema.Symbols), avroPkg, v, s.Schema.Name, avroPkg, v)
	case avroschema.FormPointer, avroschema.FormOpt, avroschema.FormNil:
		absent, inner := v+" == nil", "(*"+v+")"
		switch s.Form {
		case avroschema.FormOpt:
			absent, inner = "!"+v+".OK", v+".V"
		case avroschema.FormNil:
			inner = v
		}
		g.line("if %s {\ndst = append(dst, %d)\n} else {\ndst = append(dst, %d)", absent, s.Null*2, (1-s.Null)*2)
		g.write(s.Elem, inner, label)
		g.line("}")
	case avroschema.FormRequired:
		g.line("if %s == nil {\nreturn dst, %sNoValue(%q)\n}", v, avroPkg, label)
		g.write(s.Elem, "(*"+v+")", label)
	case avroschema.FormTime:
		g.try("%sAppendTime(dst, %s, %q)", avroPkg, v, s.Schema.Logical)
	case avroschema.FormClock:
		g.try("%sAppendClock(dst, %s, %s)", avroPkg, v, unit(s))
	case avroschema.FormDecimal:
		g.try("%sAppendDecimal(dst, %s, %s, %d, %d)", avroPkg, v, size, s.Schema.Precision, s.Schema.Scale)
	case avroschema.FormDuration:
		g.line("dst = %sAppendDuration(dst, %s)", avroPkg, v)
	}
}

// unit is how many units of a time of the day a second has.
func unit(s *avroschema.Shape) string {
	if s.Schema.Logical == "time-millis" {
		return "1000"
	}
	return "1_000_000"
}
