package asl

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Unmarshal reads a machine from JSON. It refuses what the model cannot hold (unknown state types and fields, values of the wrong type) and says where,
// by JSON pointer. Whether the machine is one that can be created is the matter of [Check] and [CheckJSON].
func Unmarshal(data []byte) (*Machine, error) {
	value, err := jsonata.Decode(data)
	if err != nil {
		return nil, err
	}
	d := &decoder{}
	root := fields{d, "", d.object("", value), JSONPath}
	if language := root.text("QueryLanguage"); language != "" {
		root.language = language
	}
	m := machineOf(root)
	if d.err != nil {
		return nil, d.err
	}
	return m, nil
}

// decoder keeps the first thing that was wrong; what is read after it does not matter.
type decoder struct{ err error }

func (d *decoder) fail(pointer, format string, arguments ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("%s: %s", Pointer(pointer), fmt.Sprintf(format, arguments...))
	}
}

func (d *decoder) object(pointer string, value any) *jsonata.Object {
	if o, ok := value.(*jsonata.Object); ok {
		return o
	}
	d.fail(pointer, "expected an object, found %s", TypeName(value))
	return jsonata.NewObject()
}

// Pointer writes the root pointer as "/", as the service does; every other pointer is itself.
func Pointer(pointer string) string {
	if pointer == "" {
		return "/"
	}
	return pointer
}

// join adds a reference token to a JSON pointer (RFC 6901).
func join(pointer, token string) string {
	return pointer + "/" + escapedToken.Replace(token)
}

// escapedToken escapes a token of a JSON pointer (RFC 6901 section 3).
var escapedToken = strings.NewReplacer("~", "~0", "/", "~1")

// TypeName is the JSON type of a value, in the words of AWS's messages: "null", "boolean", "number", "string", "array" or "object".
func TypeName(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case float64, int64:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	default:
		return "object"
	}
}

// fields reads the fields of one object.
type fields struct {
	d        *decoder
	pointer  string
	object   *jsonata.Object
	language string // the query language in force
}

// at are the fields of an object inside, at a pointer.
func (f fields) at(pointer string, value any) fields {
	return fields{f.d, pointer, f.d.object(pointer, value), f.language}
}

// only refuses the fields that are not named.
func (f fields) only(names ...string) {
	for name := range f.object.All() {
		if !slices.Contains(names, name) {
			f.d.fail(join(f.pointer, name), "unknown field")
		}
	}
}

func (f fields) text(name string) string {
	value, ok := f.object.Get(name)
	if !ok {
		return ""
	}
	text, ok := value.(string)
	if !ok {
		f.d.fail(join(f.pointer, name), "expected a string, found %s", TypeName(value))
	}
	return text
}

func (f fields) flag(name string) bool {
	value, ok := f.object.Get(name)
	if !ok {
		return false
	}
	flag, ok := value.(bool)
	if !ok {
		f.d.fail(join(f.pointer, name), "expected a boolean, found %s", TypeName(value))
	}
	return flag
}

func (f fields) data(name string) any {
	value, ok := f.object.Get(name)
	if ok && value == nil {
		return Null{}
	}
	return value
}

// path reads a field that holds a path; those of input and output processing may be null.
func (f fields) path(name string) Path {
	value, ok := f.object.Get(name)
	if !ok {
		return Path{}
	}
	if value == nil && slices.Contains([]string{"InputPath", "ResultPath", "OutputPath"}, name) {
		return NullPath()
	}
	return PathTo(f.text(name))
}

// valueIn reads a field that takes a constant or, in JSONata mode, an expression.
func valueIn[T bool | float64 | string](f fields, name string) Value[T] {
	data, ok := f.object.Get(name)
	if !ok {
		return Value[T]{}
	}
	if f.language == JSONPath {
		constant, fits := constantOf[T](data)
		if !fits {
			f.d.fail(join(f.pointer, name), "expected %s, found %s", TypeName(*new(T)), TypeName(data))
		}
		return Constant(constant)
	}
	value, fits := ValueOf[T](data)
	if data == nil || !fits {
		f.d.fail(join(f.pointer, name), "expected %s or an expression, found %s", TypeName(*new(T)), TypeName(data))
	}
	return value
}

func (f fields) assign() *jsonata.Object {
	value, ok := f.object.Get("Assign")
	if !ok {
		return nil
	}
	return f.d.object(join(f.pointer, "Assign"), value)
}

func (f fields) number(name string) *float64 {
	value, ok := f.object.Get(name)
	if !ok {
		return nil
	}
	number, ok := jsonata.Float(value)
	if !ok {
		f.d.fail(join(f.pointer, name), "expected a number, found %s", TypeName(value))
	}
	return &number
}

func (f fields) whole(name string) *int {
	number := f.number(name)
	if number == nil {
		return nil
	}
	if *number != math.Trunc(*number) || math.Abs(*number) > math.MaxInt32 {
		f.d.fail(join(f.pointer, name), "expected a whole number, found %s", strconv.FormatFloat(*number, 'g', -1, 64))
		return nil
	}
	return new(int(*number))
}

func (f fields) texts(name string) []string {
	list := f.list(name)
	texts := make([]string, len(list))
	for i, value := range list {
		text, ok := value.(string)
		if !ok {
			f.d.fail(join(join(f.pointer, name), strconv.Itoa(i)), "expected a string, found %s", TypeName(value))
		}
		texts[i] = text
	}
	return texts
}

func (f fields) list(name string) []any {
	value, ok := f.object.Get(name)
	if !ok {
		return nil
	}
	list, ok := value.([]any)
	if !ok {
		f.d.fail(join(f.pointer, name), "expected an array, found %s", TypeName(value))
	}
	return list
}

// under answers the fields of the object in a field, and whether there is one.
func (f fields) under(name string) (fields, bool) {
	value, ok := f.object.Get(name)
	if !ok {
		return fields{}, false
	}
	return f.at(join(f.pointer, name), value), true
}

func elements[T any](f fields, name string, read func(fields) T) []T {
	list := f.list(name)
	if list == nil {
		return nil
	}
	values := make([]T, len(list))
	for i, value := range list {
		values[i] = read(f.at(element(join(f.pointer, name), i), value))
	}
	return values
}

// PointerTo adds reference tokens to a JSON pointer (RFC 6901).
func PointerTo(pointer string, tokens ...string) string {
	for _, token := range tokens {
		pointer = join(pointer, token)
	}
	return pointer
}
