package jsonata

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error is a JSONata error. S codes are about syntax, T codes about types, D codes about data, U1001 about limits
// (depth, steps, time, memory), U1002 about what Step Functions reports as an internal error, U1003 about faults. The texts are those
// of the reference, version 2.0.6.
type Error struct {
	Code    string
	Message string
	// Position is where in the expression the error is, in UTF-16 code units, counted as the reference counts: to the end of the
	// token in question. Zero when unknown.
	Position int
	// Token is the operator, function or text in question, if any.
	Token string
	// Value is the offending value, if any.
	Value any

	value2   any
	index    int
	token    any
	hasToken bool
	at       int  // byte offset; zero when unknown
	inTail   bool // at is that of a tail call of the function that is about to return
	cause    error
}

// Codes that are not JSONata's own.
const (
	CodeLimit    = "U1001" // a limit of the evaluation: depth, steps, time, memory
	CodeInternal = "U1002" // what Step Functions reports as an internal error
	CodeFault    = "U1003" // a fault of this package or of a Go function; the error wraps a *Fault
)

// Fault is a panic during an evaluation.
type Fault struct {
	Problem any    // what recover gives
	Stack   []byte // of the goroutine, where it happened
}

// Error gives the problem's text.
func (f *Fault) Error() string { return fmt.Sprint(f.Problem) }

// Error gives code and message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Unwrap gives the context's error when the evaluation was cancelled, and the *Fault when there was one.
func (e *Error) Unwrap() error { return e.cause }

// finish fills in message and position, now that the expression's text is known.
func finish(err error, src string) error {
	e, ok := err.(*Error)
	if !ok {
		return err
	}
	if e.Message == "" {
		e.Message = e.render(errorTexts[e.Code])
	}
	if e.hasToken && e.Token == "" {
		e.Token = toText(e.token)
	}
	if e.at > 0 {
		e.Position = utf16Length(src[:min(e.at, len(src))])
	}
	if !IsUndefined(e.Value) {
		e.Value = settle(e.Value)
	}
	return e
}

// render replaces {{field}} by the field's JSON text and {{{field}}} by its plain text.
func (e *Error) render(template string) string {
	var out strings.Builder
	for {
		open := strings.Index(template, "{{")
		if open < 0 {
			out.WriteString(template)
			return out.String()
		}
		out.WriteString(template[:open])
		template = template[open+2:]
		plain := strings.HasPrefix(template, "{")
		field, rest, _ := strings.Cut(strings.TrimPrefix(template, "{"), "}}")
		value := e.field(field)
		if plain {
			rest = strings.TrimPrefix(rest, "}")
			out.WriteString(toText(value))
		} else {
			out.WriteString(jsonText(value))
		}
		template = rest
	}
}

func (e *Error) field(name string) any {
	switch name {
	case "token", "functionName":
		if e.hasToken {
			return e.token
		}
		return Undefined
	case "value":
		return e.Value
	case "value2", "exp":
		return e.value2
	case "index":
		return float64(e.index)
	case "type":
		return e.value2
	}
	return Undefined
}

// jsonText is a value as JSON for a message; what has no JSON is named.
func jsonText(v any) string {
	if IsUndefined(v) {
		return "undefined"
	}
	text, err := appendJSON(nil, v, writeLoose)
	if err != nil {
		return "null"
	}
	return string(text)
}

// toText is a value as JavaScript turns it into a string.
func toText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return jsonText(v)
}

// utf16Length counts the UTF-16 code units of text.
func utf16Length(text string) int {
	n := 0
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			i++
			n++
			continue
		}
		r, width := decodeRune(text[i:])
		i += width
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}
