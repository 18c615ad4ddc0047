package plugin_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/streamgen/streamgen/connect/plugin"
)

// What the worker does with an error follows from how it was marked, however deep.
func TestErrorClasses(t *testing.T) {
	refused := errors.New("connection refused")
	for _, c := range []struct {
		err       error
		class     string
		retriable bool
		system    string
	}{
		{refused, plugin.ConnectException, false, ""},
		{plugin.DataErrorf("no field %s", "a"), plugin.DataException, false, ""},
		{fmt.Errorf("reading: %w", plugin.Retriable(refused)), plugin.RetriableException, true, ""},
		{plugin.Errorf("reading: %w", plugin.Retriable(refused)), plugin.ConnectException, true, ""},
		{fmt.Errorf("put: %w", plugin.Transport("db:5432", refused)), plugin.RetriableException, true, "db:5432"},
	} {
		system, _ := plugin.TransportOf(c.err)
		if plugin.ClassOf(c.err) != c.class || plugin.IsRetriable(c.err) != c.retriable || system != c.system {
			t.Errorf("%v: class %s, retriable %v, system %q", c.err, plugin.ClassOf(c.err), plugin.IsRetriable(c.err), system)
		}
	}
	if plugin.Rejected() != nil {
		t.Error("no rejection is no error")
	}
	if _, ok := plugin.Rejections(refused); ok {
		t.Error("an error of another kind is no rejection")
	}
}

func TestHeaders(t *testing.T) {
	var h plugin.Headers
	h.Add("a", nil, 1)
	h.Add("b", nil, 2)
	h.Add("a", nil, 3)
	if last, ok := h.Last("a"); !ok || last.Value != 3 {
		t.Errorf("%+v", last)
	}
	h.Remove("a")
	if len(h) != 1 || h[0].Key != "b" {
		t.Errorf("%+v", h)
	}
}

func TestSetRefusesDuplicates(t *testing.T) {
	if _, err := plugin.NewSet(NewCounter, NewCounter); err == nil {
		t.Error("accepted")
	}
}
