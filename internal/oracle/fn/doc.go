// Package fn is the vocabulary of user functions of the conformance oracle: small, total, and
// the same in Java (oracle/src/main/java/oracle/fn). Strings are cut so that folds stay
// short. Functions whose neutral name begins with opt- see absence.
package fn

import "fmt"

// tail is the last n bytes.
func tail(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[len(s)-n:]
}

func text(v any) string { return fmt.Sprint(v) }
