package jsonpath

import "github.com/steploom/steploom/statemachine/jsonata"

// Mismatch says that a reference path cannot be applied to a document: a list lacks the element, or something on the way is no object.
type Mismatch struct{ Reason string }

func (m *Mismatch) Error() string { return m.Reason }

// Set gives a document in which a value stands at the place of a reference path (States Language, "ResultPath"). Objects that are missing on the way are
// made; elements of lists must be there. The document stays as it is; the new one shares what is not on the way. The error is a *Mismatch.
func (p *Path) Set(document, value any) (any, error) {
	if p.Root.Kind != Document || !p.Reference() {
		return nil, &Mismatch{Reason: "The path " + p.String() + " is no reference path"}
	}
	if result, ok := set(document, p.Steps, value); ok {
		return result, nil
	}
	text, err := jsonata.Encode(document)
	if err != nil {
		return nil, err
	}
	return nil, &Mismatch{Reason: "Unable to apply ReferencePath " + p.String() + " to input " + string(text)}
}

// set puts a value in place of what steps lead to.
func set(document any, steps []Step, value any) (any, bool) {
	if len(steps) == 0 {
		return value, true
	}
	switch step := steps[0].(type) {
	case *Child:
		if object, ok := document.(*jsonata.Object); ok {
			return setField(object, step.Names[0], steps[1:], value)
		}
	case *Index:
		if items, ok := document.([]any); ok {
			return setElement(items, step.Indexes[0], steps[1:], value)
		}
	}
	return nil, false
}

func setField(object *jsonata.Object, name string, rest []Step, value any) (any, bool) {
	before, ok := object.Get(name)
	if !ok {
		before = jsonata.NewObject()
	}
	field, ok := set(before, rest, value)
	if !ok {
		return nil, false
	}
	return object.With(name, field), true
}

func setElement(items []any, index int, rest []Step, value any) (any, bool) {
	if index < 0 || index >= len(items) {
		return nil, false
	}
	element, ok := set(items[index], rest, value)
	if !ok {
		return nil, false
	}
	changed := append([]any{}, items...)
	changed[index] = element
	return changed, true
}
