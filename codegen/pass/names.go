package pass

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"
	"unicode"
)

// names hands out identifiers of one scope, each once.
type names map[string]bool

// newNames returns a scope in which keywords, predeclared names and taken are not free.
func newNames(taken ...string) names {
	n := names{"_": true}
	for _, name := range types.Universe.Names() {
		n[name] = true
	}
	for _, name := range taken {
		n[name] = true
	}
	return n
}

// unique returns want, or want with the smallest number that makes it free.
func (n names) unique(want string) string {
	name := want
	for i := 2; n[name] || token.IsKeyword(name); i++ {
		name = fmt.Sprintf("%s%d", want, i)
	}
	n[name] = true
	return name
}

// camel makes an identifier of any text: "delay-by-hour" becomes delayByHour.
func camel(text string) string {
	var b strings.Builder
	upper := false
	for _, c := range text {
		switch {
		case !unicode.IsLetter(c) && !unicode.IsDigit(c):
			upper = b.Len() > 0
		case b.Len() == 0 && unicode.IsDigit(c):
			b.WriteString("n" + string(c))
		case b.Len() == 0:
			b.WriteRune(unicode.ToLower(c))
		case upper:
			b.WriteRune(unicode.ToUpper(c))
			upper = false
		default:
			b.WriteRune(c)
		}
	}
	if b.Len() == 0 {
		return "x"
	}
	return b.String()
}

// title is camel with an upper-case first letter.
func title(text string) string {
	r := []rune(camel(text))
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

// lower lowers the first letter of an identifier; a run of capitals goes down together.
func lower(name string) string {
	r := []rune(name)
	for i := range r {
		if i > 0 && i+1 < len(r) && unicode.IsLower(r[i+1]) || !unicode.IsUpper(r[i]) {
			break
		}
		r[i] = unicode.ToLower(r[i])
	}
	return string(r)
}
