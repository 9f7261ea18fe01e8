package jsonpath

import "fmt"

// Error says what is wrong with a path. Start and End are byte offsets in its text, Fix is what to write instead, where that is known.
type Error struct {
	Start, End   int
	Message, Fix string
}

func (e *Error) Error() string { return e.Message }

func problem(start, end int, format string, arguments ...any) *Error {
	return &Error{Start: start, End: max(end, start+1), Message: fmt.Sprintf(format, arguments...)}
}

func (e *Error) fix(format string, arguments ...any) *Error {
	e.Fix = fmt.Sprintf(format, arguments...)
	return e
}
