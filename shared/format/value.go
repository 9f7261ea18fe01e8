package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
)

// Object is a JSON object that keeps the order of its members. Names are unique.
type Object []Member

// Member is a name and its value.
type Member struct {
	Name  string
	Value any
}

// Get is the value of a member and whether it exists.
func (o Object) Get(name string) (any, bool) {
	i := o.index(name)
	if i < 0 {
		return nil, false
	}
	return o[i].Value, true
}

// Set changes a member in its place or adds it at the end.
func (o *Object) Set(name string, value any) {
	if i := o.index(name); i >= 0 {
		(*o)[i].Value = value
		return
	}
	*o = append(*o, Member{name, value})
}

func (o Object) index(name string) int {
	return slices.IndexFunc(o, func(m Member) bool { return m.Name == name })
}

// repeated is a list of the values of one name, as opposed to a list that is a value itself.
type repeated []any

// MarshalJSON implements json.Marshaler.
func (o Object) MarshalJSON() ([]byte, error) { return EncodeJSON(o) }

// EncodeJSON writes compact JSON without HTML escaping. Members of a Go map are sorted.
func EncodeJSON(value any) ([]byte, error) {
	var out bytes.Buffer
	if err := writeJSON(&out, value); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func writeJSON(out *bytes.Buffer, value any) error {
	switch v := value.(type) {
	case Object:
		return writeMembers(out, v.all())
	case map[string]any:
		return writeMembers(out, sortedMembers(v))
	case []any:
		return writeArray(out, v)
	case repeated:
		return writeArray(out, v)
	case json.RawMessage:
		return json.Compact(out, v)
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	out.Truncate(out.Len() - 1) // the newline of Encode
	return nil
}

func writeArray(out *bytes.Buffer, items []any) error {
	out.WriteByte('[')
	for i, item := range items {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := writeJSON(out, item); err != nil {
			return err
		}
	}
	out.WriteByte(']')
	return nil
}

func writeMembers(out *bytes.Buffer, members iter.Seq2[string, any]) error {
	separator := byte('{')
	for name, value := range members {
		out.WriteByte(separator)
		separator = ','
		if err := writeJSON(out, name); err != nil {
			return err
		}
		out.WriteByte(':')
		if err := writeJSON(out, value); err != nil {
			return err
		}
	}
	if separator == '{' {
		out.WriteByte('{')
	}
	out.WriteByte('}')
	return nil
}

func (o Object) all() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, member := range o {
			if !yield(member.Name, member.Value) {
				return
			}
		}
	}
}

func sortedMembers(object map[string]any) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, name := range slices.Sorted(maps.Keys(object)) {
			if !yield(name, object[name]) {
				return
			}
		}
	}
}

// members gives an object's members whatever Go type holds them; ok is false for anything else.
func members(value any) (all iter.Seq2[string, any], ok bool) {
	switch v := value.(type) {
	case Object:
		return v.all(), true
	case map[string]any:
		return sortedMembers(v), true
	}
	return nil, false
}

// items gives an array's items; ok is false for anything else.
func items(value any) (all []any, ok bool) {
	switch v := value.(type) {
	case []any:
		return v, true
	case repeated:
		return v, true
	}
	return nil, false
}

// TextOf is a value as text: strings as they are, null as "", anything else as JSON.
func TextOf(value any) (string, error) {
	switch v := value.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	}
	text, err := EncodeJSON(value)
	if err != nil {
		return "", fmt.Errorf("value has no text: %w", err)
	}
	return string(text), nil
}
