package expr

import "fmt"

// Error is a problem in an embedded expression. Start and End are byte offsets in the text that was given.
type Error struct {
	Start, End int
	Message    string
	Fix        string
}

func (e *Error) Error() string { return e.Message }

func problem(start, end int, format string, arguments ...any) *Error {
	return &Error{Start: start, End: max(end, start+1), Message: fmt.Sprintf(format, arguments...)}
}
