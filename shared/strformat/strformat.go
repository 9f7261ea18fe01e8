// Package strformat fills templates as Python's str.format does, with values by name:
//
//	template, err := strformat.Parse("http://api.example.org/{id}/{geo[lat]:.2f}")
//	template.Fields()                    // [id geo]
//	template.Parts()                     // http://api.example.org/ {id} / {geo[lat]:.2f}
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
	Offset  int    // of what cannot be read, in bytes
}

// Error gives class and message.
func (e *Error) Error() string { return e.Class + ": " + e.Message }

// Template is a template that was read. It may be used by many goroutines.
type Template struct {
	text  string
	parts []Part
}

// Part is a part of a template: a field, or what stands between fields.
type Part struct {
	Offset int       // in bytes
	Text   string    // of a field as it is written, with its braces; else as it comes out, {{ being {
	Field  *Template // the field as a template of its own; nil of text
	names  []string
}

// Parse reads a template. What fails with all values (a brace without its other one, {} and {0}, a width beyond Limit) is an *Error.
func Parse(template string) (*Template, error) {
	parts, err := parse(template)
	if err != nil {
		return nil, err
	}
	return &Template{template, parts}, nil
}

func parse(template string) (parts []Part, err error) {
	at := 0
	defer func() {
		if failure, failed := asError(err).(*Error); failed {
			failure.Offset = at
			failure.Message = plainly(failure.Message)
			parts, err = nil, failure
		}
	}()
	defer python.Catch(&err)
	for _, read := range python.FormatParts(meter(), template, &at) {
		part := Part{Offset: read.At, Text: read.Text, names: read.Names}
		if read.IsField {
			part.Field = &Template{text: read.Text}
			part.Field.parts = []Part{part}
		}
		for _, name := range read.Names {
			if at = read.At; positional(name) {
				return nil, outOfRange(name)
			}
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// plainly says what is wrong with braces, and the way out.
func plainly(message string) string {
	switch message {
	case "Single '}' encountered in format string":
		return "a single } stands in the template: write }} for the character"
	case "Single '{' encountered in format string", "expected '}' before end of string", "unmatched '{' in format spec":
		return "the { has no }: write {{ for the character"
	}
	return message
}

func meter() *python.Meter { return python.NewMeter(context.Background(), Limit) }

func positional(name string) bool { return strings.Trim(name, "0123456789") == "" }

func outOfRange(name string) *Error {
	message := "Replacement index " + name + " out of range for positional args tuple"
	return &Error{Class: python.IndexError, Message: message + ": values have names here", Python: message}
}

// Fields are the names of the values that a template uses, each once, those in format specifications too.
func (t *Template) Fields() []string {
	var names []string
	seen := map[string]bool{}
	for _, part := range t.parts {
		for _, name := range part.names {
			if !seen[name] {
				names = append(names, name)
			}
			seen[name] = true
		}
	}
	return names
}

// Parts are the fields and the texts of a template in their order. A template is filled where its parts are, one behind another.
func (t *Template) Parts() []Part { return slices.Clone(t.parts) }

// String gives the text of which the template was read.
func (t *Template) String() string { return t.text }

// Format fills the template. Its errors are an *Error.
func (t *Template) Format(values *pytext.Dict) (string, error) { return Format(t.text, values) }

// Format fills a template as template.format(**values) does, with the first error that Python meets from left to right. Its errors are an *Error.
func Format(template string, values *pytext.Dict) (text string, err error) {
	var missing *Error
	defer func() {
		if err = asError(err); missing != nil {
			err = missing
		}
	}()
	defer python.Catch(&err)
	read := map[string]python.Value{}
	lookup := func(name string) python.Value {
		if known, ok := read[name]; ok {
			return known
		}
		value, found := values.Get(name)
		switch {
		case positional(name):
			missing = outOfRange(name)
		case !found:
			missing = &Error{Class: python.KeyError, Message: python.Quoted(name), Python: python.Quoted(name), Key: name}
		default:
			read[name] = valueOf(value)
			return read[name]
		}
		python.Raise(missing.Class, "no such value")
		return nil
	}
	return python.FormatNames(meter(), template, lookup), nil
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
func valueOf(value any) python.Value {
	switch v := pytext.Value(value).(type) {
	case []any:
		list := python.NewList()
		for _, element := range v {
			list.Items = append(list.Items, valueOf(element))
		}
		return list
	case *pytext.Dict:
		dict := &python.Dict{}
		for _, item := range v.Items() {
			dict.Set(valueOf(item.Key), valueOf(item.Value))
		}
		return dict
	default:
		return v
	}
}
