package fault

import (
	"errors"
	"io"
	"testing"
)

func TestErrorSaysWhereWhatWhyAndWhatToDo(t *testing.T) {
	e := &Error{Phase: Deserialize, Operator: "KSTREAM-SOURCE-0000000000", Topic: "flights", Partition: 3, Offset: 42, Cause: io.ErrUnexpectedEOF}
	const text = "KSTREAM-SOURCE-0000000000: cannot deserialize the record at flights-3 offset 42: unexpected EOF"
	if e.Error() != text {
		t.Errorf("%s\nwant %s", e, text)
	}
	e.Hint = "fix the record"
	if e.Error() != text+"; fix the record" {
		t.Errorf("with a hint: %s", e)
	}
	if !errors.Is(e, io.ErrUnexpectedEOF) {
		t.Error("the cause is hidden")
	}
	var f *Error
	if wrapped := errors.Join(e); !errors.As(wrapped, &f) || f.Offset != 42 {
		t.Error("the place is hidden")
	}
}

func TestZeroPolicyFails(t *testing.T) {
	if (Policy{}).Action != Fail {
		t.Error("the zero policy loses records")
	}
}
