package jsonata

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// ValueOf gives a Go value as the evaluator holds it, as encoding/json would write and Decode read it: structs and typed maps as *Object,
// slices as []any, []byte as base64 text, times as text, pointers as what they point to. Eval does the same with its input and with
// variables; values that are used again and again are converted once with ValueOf. What has no JSON form is an error, an *Error of code
// D3001. *Object, *Function and Undefined are taken as they are.
func ValueOf(v any) (any, error) {
	switch v := given(v).(type) {
	case *formless:
		return nil, v.err
	case map[string]any:
		keys, values := sortedEntries(v)
		o := &Object{keys: keys, index: indexKeys(keys)}
		var err error
		o.values, err = valuesOf(values)
		return o, err
	case []any:
		if !slices.ContainsFunc(v, isGoContainer) {
			return v, nil
		}
		return valuesOf(v)
	default:
		return v, nil
	}
}

// isGoContainer tells whether given leaves something in v to be converted.
func isGoContainer(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		return true
	case []any:
		return slices.ContainsFunc(v, isGoContainer)
	}
	return false
}

func valuesOf(values []any) ([]any, error) {
	converted := make([]any, len(values))
	for i, v := range values {
		var err error
		if converted[i], err = ValueOf(v); err != nil {
			return nil, err
		}
	}
	return converted, nil
}

// formless stands for a Go value without JSON form. Whatever uses it fails.
type formless struct{ err error }

func formlessValue(v any, err error) *formless {
	message := fmt.Sprintf("a value of type %T has no JSON form", v)
	if err != nil {
		message += ": " + err.Error()
	}
	return &formless{&Error{Code: "D3001", Message: message}}
}

// given is a value that a caller has handed in, in the evaluator's form. Go maps of type map[string]any stay as they are: their members
// are converted when they are used.
func given(v any) any {
	v = plain(v)
	items, ok := v.([]any)
	if !ok {
		return v
	}
	for i, item := range items {
		if converted, changed := givenItem(item); changed {
			return givenItems(items, i, converted)
		}
	}
	return v
}

// formed tells whether given leaves a value as it is.
func formed(v any) bool {
	switch v := v.(type) {
	case nil, bool, float64, string, *Function, *undefined, map[string]any:
		return true
	case int64:
		return v < -exactFloat || v > exactFloat
	case *Object:
		return v != nil
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { return !formed(item) })
	}
	return false
}

// givenItem gives what stands for an item of an array, and whether that is something else.
func givenItem(item any) (any, bool) {
	switch v := item.(type) {
	case nil, bool, float64, string, *Function, *undefined, map[string]any, *list:
		return item, false
	case *Object:
		return given(v), v == nil
	case int64:
		return exact(v), v >= -exactFloat && v <= exactFloat
	case []any:
		converted := given(v)
		items, ok := converted.([]any)
		return converted, !ok || len(v) > 0 && &items[0] != &v[0]
	}
	return given(item), true
}

// givenItems converts the items from the given one on.
func givenItems(items []any, from int, first any) any {
	converted := append(make([]any, 0, len(items)), items[:from]...)
	converted = append(converted, first)
	for _, item := range items[from+1:] {
		v, _ := givenItem(item)
		if _, failed := v.(*formless); failed {
			return v
		}
		converted = append(converted, v)
	}
	if _, failed := first.(*formless); failed {
		return first
	}
	return converted
}

// plain turns Go numbers into float64, or int64 beyond ±2^53, and what is no form of JSON into one; all else it leaves alone.
func plain(v any) any {
	switch n := v.(type) {
	case nil, bool, float64, string, []any, *list, *Function, *undefined, map[string]any, *formless:
		return v
	case *Object:
		if n == nil {
			return nil
		}
		return v
	}
	if n, ok := goNumber(v); ok {
		return n
	}
	return plainOther(v)
}

// goNumber is v if it is a Go number.
func goNumber(v any) (any, bool) {
	switch n := v.(type) {
	case int:
		return exact(int64(n)), true
	case int8:
		return float64(n), true
	case int16:
		return float64(n), true
	case int32:
		return float64(n), true
	case int64:
		return exact(n), true
	case uint:
		return exactUnsigned(uint64(n)), true
	case uint8:
		return float64(n), true
	case uint16:
		return float64(n), true
	case uint32:
		return float64(n), true
	case uint64:
		return exactUnsigned(n), true
	case uintptr:
		return exactUnsigned(uint64(n)), true
	case float32:
		return fromFloat32(n), true
	case json.Number:
		return exactNumber(n)
	}
	return nil, false
}

// fromFloat32 is the float64 with the text of f, as in JSON.
func fromFloat32(f float32) float64 {
	if math.Trunc(float64(f)) == float64(f) {
		return float64(f)
	}
	short, _ := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64)
	return short
}

// plainOther converts what is no number.
func plainOther(v any) any {
	switch n := v.(type) {
	case Object:
		return &n
	case []string:
		return convert(n)
	case []float64:
		return convert(n)
	case []int:
		return convert(n)
	case []*Object:
		return convert(n)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return formlessValue(v, err)
	}
	decoded, err := Decode(text)
	if err != nil {
		return formlessValue(v, err)
	}
	return decoded
}

func convert[T any](values []T) []any {
	items := make([]any, len(values))
	for i, v := range values {
		items[i] = plain(v)
	}
	return items
}
