package asl

import (
	"fmt"
	"regexp"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// The codes of problems. All but UnassignedVariable and JSONPathState are those of ValidateStateMachineDefinition.
const (
	SchemaValidationFailed          = "SCHEMA_VALIDATION_FAILED"
	InvalidJSONDescription          = "INVALID_JSON_DESCRIPTION"
	MissingTransitionTarget         = "MISSING_TRANSITION_TARGET"
	MissingEndState                 = "MISSING_END_STATE"
	DuplicateStateName              = "DUPLICATE_STATE_NAME"
	InvalidExpression               = "INVALID_JSONATA_EXPRESSION"
	UnsupportedExpression           = "UNSUPPORTED_JSONATA_EXPRESSION"
	UnassignedVariable              = "UNASSIGNED_VARIABLE"
	JSONPathState                   = "JSONPATH_STATE"
	maxDefinition                   = 1 << 20 // bytes
	maxName                         = 80      // characters
	maxLabel                        = 40      // characters
	maxSeconds                      = 99_999_999
	maxRetrySeconds                 = 31_622_400
	maxConstant             float64 = 1 << 31
)

// Problem is a reason to refuse a definition. Pointer is the JSON pointer (RFC 6901) of the place, empty for the whole definition.
type Problem struct {
	Code    string
	Pointer string
	Message string
}

// String gives place, code and message.
func (p Problem) String() string {
	return fmt.Sprintf("%s: %s: %s", Pointer(p.Pointer), p.Code, p.Message)
}

var indexes = regexp.MustCompile(`/([0-9]+)(/|$)`)

// Location is the pointer as the service writes it in diagnostics, with the positions in lists in brackets: /States/A/Choices[0]/Next.
func (p Problem) Location() string {
	return Pointer(indexes.ReplaceAllString(p.Pointer, "[$1]$2"))
}

// Options are the particulars of a check.
type Options struct {
	// Express checks for the restrictions of Express state machines.
	Express bool
}

// Check answers why a machine could not be created, nothing when it could. It refuses what CreateStateMachine refuses
// (https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html), and a few things that are accepted there and
// can only fail later: variables that are never assigned, $eval, $states.result and $states.errorOutput where they do not exist.
func Check(machine *Machine, options Options) []Problem {
	text, err := Marshal(machine)
	if err != nil {
		return []Problem{{Code: InvalidJSONDescription, Message: err.Error()}}
	}
	return CheckJSON(text, options)
}

// CheckJSON is Check for a definition that is still text. It also refuses fields that the language does not have, or not in JSONata mode, and
// fields that stand twice in an object.
func CheckJSON(definition []byte, options Options) []Problem {
	if len(definition) > maxDefinition {
		return []Problem{{Code: SchemaValidationFailed, Message: "The definition is larger than 1 MB"}}
	}
	c := &checker{options: options, names: map[string]string{}, builtins: map[string]bool{}}
	value, ok := c.read(definition)
	if !ok {
		return c.problems
	}
	root, ok := value.(*jsonata.Object)
	if !ok {
		c.problem(SchemaValidationFailed, "", "Definition must be a valid JSON object")
		return c.problems
	}
	c.root(root)
	return c.problems
}

// checker collects problems.
type checker struct {
	options  Options
	problems []Problem
	language string            // of the whole machine
	mixed    bool              // at least one state is in JSONata mode
	names    map[string]string // state names and where they were seen first
	builtins map[string]bool   // names of functions that were looked up
}

func (c *checker) problem(code, pointer, format string, arguments ...any) {
	c.problems = append(c.problems, Problem{code, pointer, fmt.Sprintf(format, arguments...)})
}

func (c *checker) schema(pointer, format string, arguments ...any) {
	c.problem(SchemaValidationFailed, pointer, format, arguments...)
}
