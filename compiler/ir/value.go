package ir

import (
	"maps"
	"slices"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Object makes an ordered object of alternating keys and values; a nil value is left out.
func Object(pairs ...any) *jsonata.Object {
	object := jsonata.NewObject()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != nil {
			object.Set(pairs[i].(string), pairs[i+1])
		}
	}
	return object
}

// NonEmpty gives a value, nil for an empty text, list or object, so that [Object] leaves it out.
func NonEmpty(value Value) Value {
	switch v := value.(type) {
	case string:
		if v == "" {
			return nil
		}
	case []any:
		if len(v) == 0 {
			return nil
		}
	case *jsonata.Object:
		if v == nil || v.Len() == 0 {
			return nil
		}
	}
	return value
}

// Texts is a list of texts as a value.
func Texts(texts ...string) []any {
	list := make([]any, len(texts))
	for i, text := range texts {
		list[i] = text
	}
	return list
}

// Unset gives null to the variables that steps read and nothing sets, in the order of their names.
func Unset(steps []Step) []Binding {
	set, read := map[string]bool{"param": true}, map[string]bool{}
	Walk(steps, func(step Step) bool {
		for _, name := range Assigned(step) {
			set[name] = true
		}
		if jump, ok := step.(*Goto); ok {
			set[jump.Counter] = true
		}
		for _, name := range FreeVariables(Parts(step).Reads...) {
			read[name] = true
		}
		return true
	})
	var bindings []Binding
	for _, name := range slices.Sorted(maps.Keys(read)) {
		if !set[name] {
			bindings = append(bindings, Binding{Name: name})
		}
	}
	return bindings
}
