package jsonata_test

import (
	"fmt"
	"testing"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// TestLayout: objects of a layout are those that are made key by key, and what is done to one of them is not seen in the others.
func TestLayout(t *testing.T) {
	many := make([]string, 20)
	for i := range many {
		many[i] = fmt.Sprint("k", i)
	}
	for _, keys := range [][]string{{}, {"a"}, {"b", "a"}, {"a", "b", "a"}, many, append([]string{"k3"}, many...)} {
		layout := jsonata.NewLayout(keys...)
		both := func() (o, model *jsonata.Object) {
			values, model := []any{}, jsonata.NewObject()
			for i, key := range keys {
				value := []any{1, "x", nil, int64(1) << 60, map[string]any{"z": 1}, true}[i%6]
				values = append(values, value)
				model.Set(key, value)
			}
			return layout.Object(values...), model
		}
		first, model := both()
		same(t, first, model)
		for _, key := range append([]string{"new"}, keys...) {
			changed, other := both()
			changed.Set(key, "changed")
			other.Set(key, "changed")
			same(t, changed, other)
			changed.Delete(key)
			other.Delete(key)
			same(t, changed, other)
			changed.Set("a", 2)
			other.Set("a", 2)
			same(t, changed, other)
		}
		again, _ := both()
		same(t, first, model)
		same(t, again, model)
	}
}

// same compares two objects by their text and by each of their keys.
func same(t *testing.T, got, want *jsonata.Object) {
	t.Helper()
	if got.String() != want.String() || got.Len() != want.Len() {
		t.Errorf("%s, not %s", got, want)
	}
	for key, value := range want.All() {
		if found, ok := got.Get(key); !ok || fmt.Sprint(found) != fmt.Sprint(value) {
			t.Errorf("%s is %v, not %v", key, found, value)
		}
	}
}
