package python

import "fmt"

// Classes of errors: Python's, Jinja's, and the two of our own.
const (
	TypeError           = "TypeError"
	NameError           = "NameError"
	ValueError          = "ValueError"
	KeyError            = "KeyError"
	IndexError          = "IndexError"
	AttributeError      = "AttributeError"
	OverflowError       = "OverflowError"
	ZeroDivisionError   = "ZeroDivisionError"
	RecursionError      = "RecursionError"
	AssertionError      = "AssertionError"
	RuntimeError        = "RuntimeError"
	UndefinedError      = "UndefinedError"
	FilterArgumentError = "FilterArgumentError"
	TemplateError       = "TemplateRuntimeError"

	// Unsupported is what Python takes and what is refused here.
	Unsupported = "Unsupported"
	// Limit is reached where work, time or memory end.
	Limit = "Limit"
)

// Error is a failure.
type Error struct {
	Class   string
	Message string // without any value that is not written in the program
	Full    string // Python's message, where that quotes a value; "" where Message is it
}

func (e *Error) Error() string { return e.Class + ": " + e.Message }

// Python is the message that Python gives.
func (e *Error) Python() string {
	if e.Full != "" {
		return e.Full
	}
	return e.Message
}

// Raise fails. The message must not hold values.
func Raise(class, format string, args ...any) {
	panic(&Error{Class: class, Message: fmt.Sprintf(format, args...)})
}

// RaiseValue fails with a message that quotes values, and another that does not.
func RaiseValue(class, message, format string, args ...any) {
	panic(&Error{Class: class, Message: message, Full: fmt.Sprintf(format, args...)})
}

// Catch makes the failure of what is deferred it in an error: defer python.Catch(&err).
func Catch(err *error) {
	failure := recover()
	if failure == nil {
		return
	}
	known, ok := failure.(*Error)
	if !ok {
		panic(failure)
	}
	*err = known
}

// Try gives the failure of some work, or nil.
func Try(work func()) (failure *Error) {
	defer func() {
		if got := recover(); got != nil {
			known, ok := got.(*Error)
			if !ok || known.Class == Limit {
				panic(got)
			}
			failure = known
		}
	}()
	work()
	return nil
}
