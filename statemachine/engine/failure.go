package engine

import (
	"errors"
	"fmt"
	"strings"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// The error names of the States Language that the engine raises.
const (
	errorTimeout         = asl.ErrorTimeout
	errorRuntime         = asl.ErrorRuntime
	errorQueryEvaluation = asl.ErrorQueryEvaluation
	errorDataLimit       = asl.ErrorDataLimitExceeded
	errorThreshold       = asl.ErrorFailureThreshold
	errorItemReader      = asl.ErrorItemReaderFailed
	errorResultWriter    = asl.ErrorResultWriterFailed
	errorTaskFailed      = asl.ErrorTaskFailed
	errorHeartbeat       = asl.ErrorHeartbeatTimeout
	errorAll             = asl.ErrorAll
)

// failure is why a state, a branch or an execution failed.
type failure struct {
	name, cause string
	task        bool // the task itself failed, as opposed to the interpreter
	heartbeat   bool // a timeout between heartbeats
	final       bool // ends the execution, past every Retry and Catch
	evaluation  bool // an EvaluationFailed event belongs to it
	location    string
	late        bool // found after the state was entered for good: see frame.evaluationFailed
}

// The most characters of an error name and a cause (AWS Step Functions API reference, "ExecutionFailedEventDetails").
const (
	maxErrorName = 256
	maxCause     = 32_768
)

// shortened cuts an error name and a cause to what the service can tell of them.
func shortened(name, cause string) (string, string) {
	return firstCharacters(name, maxErrorName), firstCharacters(cause, maxCause)
}

func firstCharacters(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for at := range text {
		if most == 0 {
			return text[:at]
		}
		most--
	}
	return text
}

// output is the error output that Catch sees. A failure that was sent without a name has null.
func (f *failure) output() *jsonata.Object {
	o := jsonata.NewObject()
	o.Set("Error", nullable(f.name))
	o.Set("Cause", f.cause)
	if f.name == "" {
		o.Set("Cause", nullable(f.cause))
	}
	return o
}

func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// matches tells whether an ErrorEquals list names the failure. States.ALL and States.TaskFailed are not names but classes of errors; a missed
// heartbeat is reported as States.Timeout and answers to its own name too.
func (f *failure) matches(names []string) bool {
	for _, name := range names {
		switch name {
		case f.name, errorAll:
			return true
		case errorTaskFailed:
			if f.task && f.name != errorTimeout {
				return true
			}
		case errorHeartbeat:
			if f.heartbeat {
				return true
			}
		}
	}
	return false
}

// interpreterFailure is a failure of the interpreter itself. Nothing catches it.
func interpreterFailure(format string, arguments ...any) *failure {
	return &failure{name: errorRuntime, cause: fmt.Sprintf(format, arguments...), final: true}
}

func evaluation(location, format string, arguments ...any) *failure {
	return &failure{name: errorQueryEvaluation, cause: fmt.Sprintf(format, arguments...), evaluation: true, location: location}
}

// undefined, unexpected, unsupported and thrown are the ways in which an expression fails in a field.
func undefined(source, location string) *failure {
	return evaluation(location, "The JSONata expression '%s' specified for the field '%s' returned nothing (undefined).", source, location)
}

func unsupported(source, location string) *failure {
	return evaluation(location, "The JSONata expression '%s' specified for the field '%s' returned an unsupported result type.", source, location)
}

func unexpected(source, location, want string, value any) *failure {
	if source == "" {
		return evaluation(location, "The value specified for the field '%s' has an unexpected type. Expected '%s', but was '%s' for value: %s", location, want, asl.TypeName(value), jsonText(value))
	}
	return evaluation(location, "The JSONata expression '%s' specified for the field '%s' returned an unexpected result type. Expected '%s', but was '%s' for value: %s",
		source, location, want, asl.TypeName(value), jsonText(value))
}

func thrown(source, location string, err error) *failure {
	kind, tail := "error", ": "+err.Error()
	var coded *jsonata.Error
	if errors.As(err, &coded) {
		kind, tail = thrownAs(coded)
	}
	return evaluation(location, "The JSONata expression '%s' specified for the field '%s' threw an %s during evaluation%s", source, location, kind, tail)
}

// thrownAs words an error as the service does: only errors of JSONata have codes, and of internal errors nothing is told.
func thrownAs(e *jsonata.Error) (kind, tail string) {
	switch e.Code {
	case jsonata.CodeLimit:
		return "error", ": " + e.Message
	case jsonata.CodeInternal:
		return "internal error", "."
	}
	return "error", ". " + e.Code + ": " + e.Message
}

// FunctionError is the failure that an error of a Go function makes on Lambda: the name is the type of the error without its package, the cause
// the JSON text {"errorMessage": …, "errorType": …}. A *TaskError is itself.
func FunctionError(err error) *TaskError {
	var task *TaskError
	if errors.As(err, &task) {
		return task
	}
	return lambdaError(goTypeName(err), err.Error(), nil)
}

func lambdaError(kind, message string, stack []any) *TaskError {
	o := jsonata.NewObject()
	o.Set("errorMessage", message)
	o.Set("errorType", kind)
	if stack != nil {
		o.Set("stackTrace", stack)
	}
	return &TaskError{Name: kind, Cause: jsonText(o)}
}

func goTypeName(value any) string {
	name := strings.TrimLeft(fmt.Sprintf("%T", value), "*")
	return name[strings.LastIndexByte(name, '.')+1:]
}
