package asl

import (
	"fmt"
	"strconv"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// The codes of errors: those of ValidateStateMachineDefinition.
const (
	SchemaValidationFailed  = "SCHEMA_VALIDATION_FAILED"
	InvalidJSONDescription  = "INVALID_JSON_DESCRIPTION"
	MissingTransitionTarget = "MISSING_TRANSITION_TARGET"
	MissingEndState         = "MISSING_END_STATE" // a warning in a branch or an item processor
	DuplicateStateName      = "DUPLICATE_STATE_NAME"
	InvalidExpression       = "INVALID_JSONATA_EXPRESSION"
	UnsupportedExpression   = "UNSUPPORTED_JSONATA_EXPRESSION"
	InvalidStateName        = "INVALID_STATE_NAME"
	InvalidLabelName        = "INVALID_LABEL_NAME"
	DuplicateLabelName      = "DUPLICATE_LABEL_NAME"
	InvalidVariableName     = "INVALID_VARIABLE_NAME"
	ReservedVariableName    = "RESERVED_VARIABLE_NAME"
)

// The codes of warnings. The first two are those of ValidateStateMachineDefinition; the service does not have the others: it creates such a machine.
const (
	NoDollar           = "NO_DOLLAR"             // a text in a payload template that looks like a path
	PassResultIsStatic = "PASS_RESULT_IS_STATIC" // a path in the Result of a Pass
	UnassignedVariable = "UNASSIGNED_VARIABLE"   // reading it fails
	OuterVariable      = "OUTER_VARIABLE"        // an inner variable has the name of one around it
	NoEffect           = "NO_EFFECT"             // a field that the state does not use
	UnknownService     = "UNKNOWN_SERVICE"       // a Resource of a service that is not known here
	FailingCall        = "FAILING_CALL"          // an intrinsic function fails whatever it is given
	DeepExpression     = "DEEP_EXPRESSION"       // an expression near to the depth that the service evaluates, or beyond it
)

// The limits of the service.
const (
	maxDefinition           = 1 << 20 // bytes
	maxName                 = 80      // characters
	maxLabel                = 40      // characters
	maxSeconds              = 99_999_999
	maxRetrySeconds         = 31_622_400
	maxPayload              = 262_144 // bytes
	maxItems                = 100_000_000
	maxInteger      float64 = 1 << 63
	maxDepthAWS             = 100 // levels of an evaluation, as measured
	warnDepth               = 90
)

// Severity tells errors from warnings.
type Severity string

// An error is a reason to refuse a definition; a warning is about one that is accepted, but fails or does less than it says when it runs.
const (
	SeverityError   Severity = "ERROR"
	SeverityWarning Severity = "WARNING"
)

// Problem is something wrong with a definition. Pointer is the JSON pointer (RFC 6901) of the place, empty for the whole definition.
type Problem struct {
	Severity Severity
	Code     string
	Pointer  string
	Message  string
	location string
}

// String gives place, code and message.
func (p Problem) String() string {
	return fmt.Sprintf("%s: %s: %s", Pointer(p.Pointer), p.Code, p.Message)
}

// Location is the place as the service writes it in diagnostics: names as they are, and positions in lists in brackets, as in
// /States/a/b/Choices[0]/Next for the state "a/b".
func (p Problem) Location() string { return Pointer(p.location) }

// Errors returns the problems for which a definition is refused.
func Errors(problems []Problem) []Problem {
	var errors []Problem
	for _, p := range problems {
		if p.Severity == SeverityError {
			errors = append(errors, p)
		}
	}
	return errors
}

// Options are the particulars of a check.
type Options struct {
	// Express checks for the restrictions of Express state machines.
	Express bool
}

// Check answers what is wrong with a machine, nothing when all is well. Its errors are what CreateStateMachine refuses
// (https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html) with the codes, places and, as far as they are
// known, the texts of the service; its warnings are about what is created and can only fail later.
func Check(machine *Machine, options Options) []Problem {
	text, err := Marshal(machine)
	if err != nil {
		return []Problem{{Severity: SeverityError, Code: InvalidJSONDescription, Message: err.Error()}}
	}
	return CheckJSON(text, options)
}

// CheckJSON is Check for a definition that is still text. It also refuses fields that the language does not have, or not in the query
// language of the state, and fields that stand twice in an object.
func CheckJSON(definition []byte, options Options) []Problem {
	if len(definition) > maxDefinition {
		return []Problem{{Severity: SeverityError, Code: SchemaValidationFailed, Message: "The definition is larger than 1 MB"}}
	}
	c := &checker{options: options, names: map[string]bool{}, labels: map[string]bool{}, builtins: map[string]bool{}}
	value, ok := c.read(definition)
	if !ok {
		return c.problems
	}
	root, ok := value.(*jsonata.Object)
	if !ok {
		c.schema(position{}, "Definition must be a valid JSON object")
		return c.problems
	}
	c.root(root)
	return c.problems
}

// checker collects problems.
type checker struct {
	options  Options
	problems []Problem
	language string          // of the whole machine
	names    map[string]bool // of states, those seen
	labels   map[string]bool // those seen
	builtins map[string]bool // names of functions that were looked up
}

func (c *checker) add(severity Severity, code string, at position, format string, arguments ...any) {
	c.problems = append(c.problems, Problem{severity, code, at.pointer, fmt.Sprintf(format, arguments...), at.location})
}

func (c *checker) problem(code string, at position, format string, arguments ...any) {
	c.add(SeverityError, code, at, format, arguments...)
}

func (c *checker) schema(at position, format string, arguments ...any) {
	c.add(SeverityError, SchemaValidationFailed, at, format, arguments...)
}

func (c *checker) warn(code string, at position, format string, arguments ...any) {
	c.add(SeverityWarning, code, at, format, arguments...)
}

// position is where something stands in a definition, both as a JSON pointer (RFC 6901) and as the service writes it.
type position struct{ pointer, location string }

func (p position) at(name string) position {
	return position{join(p.pointer, name), p.location + "/" + name}
}

func (p position) index(i int) position {
	return position{join(p.pointer, strconv.Itoa(i)), p.location + "[" + strconv.Itoa(i) + "]"}
}
