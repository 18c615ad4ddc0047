package pass

import (
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"strconv"
	"strings"
)

// constText is a constant of a function in Go, for a place where its name is not known. It
// has the constant's own type, and none where that is untyped: both matter to arithmetic,
// and to the dynamic type of an interface. Only constants are written in place; a variable
// that holds one is a field, because what Go says of constant expressions (overflow,
// division by zero, duplicate cases) is not true of variables.
func (l *lowering) constText(c *types.Const) string {
	basic, ok := c.Type().Underlying().(*types.Basic)
	if !ok {
		return c.Val().ExactString()
	}
	text := literal(c.Val(), basic)
	if t, ok := types.Unalias(c.Type()).(*types.Basic); ok && (t.Info()&types.IsUntyped != 0 || t.Kind() == types.String || t.Kind() == types.Bool) {
		return text
	}
	return l.typeText(c.Type()) + "(" + text + ")"
}

// literal writes a value as an untyped constant of the kind of t.
func literal(v constant.Value, t *types.Basic) string {
	switch info := t.Info(); {
	case info&types.IsBoolean != 0:
		return v.String()
	case info&types.IsString != 0:
		return strconv.Quote(constant.StringVal(v))
	case t.Kind() == types.UntypedRune:
		if n, exact := constant.Int64Val(constant.ToInt(v)); exact && n >= 0 && n <= math.MaxInt32 && strconv.IsPrint(rune(n)) {
			return strconv.QuoteRune(rune(n))
		}
		return "('\\x00' + " + signed(constant.ToInt(v).ExactString()) + ")"
	case info&types.IsInteger != 0:
		return signed(constant.ToInt(v).ExactString())
	case info&types.IsFloat != 0:
		return signed(float(v))
	case info&types.IsComplex != 0:
		return "(" + float(constant.Real(v)) + " + " + signed(float(constant.Imag(v))) + "*1i)"
	}
	return v.ExactString()
}

// float writes a number exactly: in decimal where that is the same value, else as a quotient.
func float(v constant.Value) string {
	v = constant.ToFloat(v)
	for _, bits := range []int{32, 64} {
		f, _ := constant.Float64Val(v)
		text := strconv.FormatFloat(f, 'g', -1, bits)
		if !strings.ContainsAny(text, ".e") {
			text += ".0"
		}
		if constant.Compare(constant.ToFloat(constant.MakeFromLiteral(text, token.FLOAT, 0)), token.EQL, v) {
			return text
		}
	}
	num, den, ok := strings.Cut(v.ExactString(), "/")
	if !ok {
		return num
	}
	return "(" + num + ".0 / " + den + ".0)"
}

// signed puts a negative number into parentheses: what stands before it may be an operator.
func signed(text string) string {
	if strings.HasPrefix(text, "-") {
		return "(" + text + ")"
	}
	return text
}
