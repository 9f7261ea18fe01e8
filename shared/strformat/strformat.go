// Package strformat fills templates as Python's str.format does, with values by name:
//
//	template, err := strformat.Parse("http://api.example.org/{id}/{geo[lat]:.2f}")
//	template.Fields()                    // [id geo]
//	url, err := template.Format(values)  // http://api.example.org/7/52.50
//
// Values are those of package pytext. Their attributes are those that numbers, texts, lists and dicts have in package jinja/python.
package strformat

import (
	"context"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/jinja/python"
	"github.com/steploom/steploom/shared/pytext"
)

// Limit is the most bytes that a template writes, and that are written on the way.
const Limit = 4 << 20

// Classes of errors that are not Python's: what is refused here though Python takes it, and a text that is longer than Limit.
const (
	Unsupported = python.Unsupported
	TooLong     = python.Limit
)

// Error is a template that cannot be read, or cannot be filled with some values.
type Error struct {
	Class   string // of the exception in Python, such as KeyError, or one of the classes of this package
	Message string // what is wrong, in which nothing stands but what the template says
	Python  string // Python's message, which may quote a value
	Key     string // of a KeyError: the name that is missing
}

// Error gives class and message.
func (e *Error) Error() string { return e.Class + ": " + e.Message }

// Template is a template that was read. It may be used by many goroutines.
type Template struct {
	text   string
	fields []string
}

// Parse reads a template. What fails with all values (a brace without its other one, {} and {0}, a width beyond Limit) is an *Error.
func Parse(template string) (t *Template, err error) {
	defer func() { err = asError(err) }()
	defer python.Catch(&err)
	t = &Template{text: template}
	for _, name := range python.FieldNames(meter(), template) {
		if positional(name) {
			return nil, outOfRange(name)
		}
		if !slices.Contains(t.fields, name) {
			t.fields = append(t.fields, name)
		}
	}
	return t, nil
}

func meter() *python.Meter { return python.NewMeter(context.Background(), Limit) }

func positional(name string) bool { return strings.Trim(name, "0123456789") == "" }

func outOfRange(name string) *Error {
	message := "Replacement index " + name + " out of range for positional args tuple"
	return &Error{Class: python.IndexError, Message: message + ": values have names here", Python: message}
}

// Fields are the names of the values that a template uses, each once, those in format specifications too.
func (t *Template) Fields() []string { return slices.Clone(t.fields) }

// String gives the text of which the template was read.
func (t *Template) String() string { return t.text }

// Format fills the template. Its errors are an *Error.
func (t *Template) Format(values *pytext.Dict) (string, error) { return Format(t.text, values) }

// Piece is a part of a filled template.
type Piece struct {
	Field string // the name of the value that is written; "" for what stands in the template as it is
	Text  string
}

// Pieces fills the template, as Format does, and tells what of the text comes from which value. A field is a piece even where it writes nothing.
func (t *Template) Pieces(values *pytext.Dict) ([]Piece, error) { return pieces(t.text, values) }

// Format fills a template as template.format(**values) does, with the first error that Python meets from left to right. Its errors are an *Error.
func Format(template string, values *pytext.Dict) (string, error) {
	parts, err := pieces(template, values)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, part := range parts {
		b.WriteString(part.Text)
	}
	return b.String(), nil
}

func pieces(template string, values *pytext.Dict) (parts []Piece, err error) {
	var missing *Error
	defer func() {
		if err = asError(err); missing != nil {
			parts, err = nil, missing
		}
	}()
	defer python.Catch(&err)
	m := meter()
	lookup := func(name string) python.Value {
		value, found := values.Get(name)
		switch {
		case positional(name):
			missing = outOfRange(name)
		case !found:
			missing = &Error{Class: python.KeyError, Message: python.Quoted(name), Python: python.Quoted(name), Key: name}
		default:
			return valueOf(m, value)
		}
		python.Raise(missing.Class, "no such value")
		return nil
	}
	for _, part := range python.FormatPieces(m, template, lookup) {
		parts = append(parts, Piece{part.Name, part.Text})
	}
	return parts, nil
}

// asError names a failure of package python.
func asError(err error) error {
	failure, ok := err.(*python.Error)
	if !ok {
		return err
	}
	e := &Error{Class: failure.Class, Message: failure.Message, Python: failure.Python()}
	switch failure.Class {
	case python.Limit:
		e.Message = "the text, or a width in the template, is larger than the limit"
	case python.AttributeError:
		e.Message = e.Python // names of attributes and keys are written in the template
	case python.KeyError:
		e.Message = e.Python
		if key, err := pytext.Literal(e.Python); err == nil {
			e.Key = pytext.Str(key)
		}
	}
	return e
}

// valueOf is a value of package pytext as one of package python.
func valueOf(m *python.Meter, value any) python.Value {
	switch v := pytext.Value(value).(type) {
	case []any:
		m.Items(len(v))
		list := python.NewList()
		for _, element := range v {
			list.Items = append(list.Items, valueOf(m, element))
		}
		return list
	case *pytext.Dict:
		m.Items(v.Len())
		dict := &python.Dict{}
		for _, item := range v.Items() {
			dict.Set(valueOf(m, item.Key), valueOf(m, item.Value))
		}
		return dict
	default:
		return v
	}
}
