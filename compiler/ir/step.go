package ir

import (
	"strings"

	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Value is a JSON value (nil, bool, float64, string, []any, *jsonata.Object) in which a jsonata.Node may stand wherever a value may.
// A plain string is always a literal, whatever it looks like.
type Value = any

// Step is one thing an operation does. The set is closed: *Call, *Assign, *Branch, *Loop, *Parallel, *Wait, *Goto, *Break,
// *Invoke, *Return, *Fail.
type Step interface {
	Head() *Head
	title() string
}

// Head is what all steps share.
type Head struct {
	// Label is the author's name of the step; state names are made from it. Goto targets it.
	Label string
	// Note is a remark that goes into the state's Comment after file and line. May be empty.
	Note  string
	Range diag.Range
}

type (
	// Call runs a function of the catalogue.
	Call struct {
		Header
		// Function is a catalogue name ("http", "sql", …), or an ARN when External is set.
		Function string
		External bool
		// Arguments is the function's request.
		Arguments Value
		// Bind is the variable that receives Result; "" when nobody reads it.
		Bind string
		// Result says what of the answer is bound, in terms of Result(); nil binds the whole answer.
		Result jsonata.Node
		// More are further variables set when the call succeeds, in terms of Result().
		More []Binding
		// TimeoutSeconds bounds one attempt; 0 takes the function's default. With a Budget the function bounds its attempts itself, by its request.
		TimeoutSeconds int
		// Writes tells that running the call twice may do harm: only errors that prove it never ran are retried by default.
		Writes bool
		// Retry says which failures are repeated, nil for none besides those of the service.
		Retry Retry
		// OnError handlers are tried in order after all retries; an error that none names fails the execution.
		OnError []Handler
		// WaitForToken pauses until the token in the arguments (TaskToken()) is sent back; the answer is what was sent.
		WaitForToken bool
	}
	// Assign sets variables. All values are evaluated before any is set.
	Assign struct {
		Header
		Bindings []Binding
	}
	// Branch runs the first case whose condition holds, otherwise Else.
	Branch struct {
		Header
		Cases []Case
		Else  []Step
	}
	// Loop runs Body once per item. Exactly one of Items, Count and Until is set.
	Loop struct {
		Header
		// Items gives an array, or an object which is read as a list of {"key", "val"}; null and undefined mean no iteration.
		Items jsonata.Node
		// Count is a number of iterations; the item is 0, 1, 2, …
		Count jsonata.Node
		// Until is tested after each iteration and ends the loop when true; after Max iterations the loop ends in any case.
		Until jsonata.Node
		Max   int
		// Variable holds the current item, IndexOrEmpty its position from 0.
		Variable, IndexOrEmpty string
		// Concurrency is how many iterations may run at once; 0 and 1 mean one after another.
		Concurrency int
		Body        []Step
		// Collect gathers values of each iteration for use after the loop.
		Collect []Collect
	}
	// Parallel runs branches at once and waits for all. Variables that the branches assign are visible afterwards; when two branches assign
	// the same one, the later branch in the list wins.
	Parallel struct {
		Header
		Branches []ParallelBranch
		OnError  []Handler
		Retry    Native
	}
	// Wait pauses. Exactly one of Seconds and Until is set; Until is an ISO-8601 timestamp.
	Wait struct {
		Header
		Seconds, Until jsonata.Node
	}
	// Goto continues at the step named Target, at most Max times in one execution, not counting the jumps inside a Parallel that failed;
	// after that Exhausted runs (when it is empty the execution fails). Max 0 is a jump forward, to a step that stands later in the same
	// list or in one around it: it needs neither a count nor a bound and becomes a plain Next.
	Goto struct {
		Header
		Target string
		Max    int
		// Counter is the variable that counts the jumps taken, for sources whose conditions read it; "" when nobody does.
		// It may be unset before the first jump.
		Counter   string
		Exhausted []Step
	}
	// Break ends the innermost loop.
	Break struct{ Header }
	// Invoke runs another operation of the workflow and waits for it. Input is its execution input; in an object, "trigger" and "operation"
	// are filled in. Bind receives its output.
	Invoke struct {
		Header
		Operation string
		Input     Value
		Bind      string
		OnError   []Handler
	}
	// Return ends the operation with an HTTP answer, or with Output alone when Status is nil.
	Return struct {
		Header
		Status  Value
		Headers Value // nil for none
		// CSVSeparator and CSVColumns are of a body that is written as CSV: what stands between fields, and the header.
		CSVSeparator string
		CSVColumns   []string
		Body         Value
		HasBody      bool
	}
	// Fail ends the operation with an error.
	Fail struct {
		Header
		Error, Cause Value // strings or expressions
	}
)

// Header is embedded in every step.
type Header struct{ Common Head }

// HeaderAt is the header of a step with a label and a place.
func HeaderAt(label string, at diag.Range) Header {
	return Header{Common: Head{Label: label, Range: at}}
}

// Head gives the shared part of a step.
func (h *Header) Head() *Head { return &h.Common }

// Binding is a variable and its new value. When IfOrNil is given and false, the variable keeps its old value
// (null when it never had one).
type Binding struct {
	Name    string
	Value   Value
	IfOrNil jsonata.Node
}

// Case is one way of a Branch. Label names it in the definition; "" numbers it.
type Case struct {
	Label string
	When  jsonata.Node
	Body  []Step
	Range diag.Range
}

// ParallelBranch is one of the ways that run at once.
type ParallelBranch struct {
	Label string
	Body  []Step
	Range diag.Range
}

// Collect makes the variable Name an object that maps the text of Key to Value for each iteration; with a nil Key it is
// the list of the values in the order of the items.
type Collect struct {
	Name  string
	Key   jsonata.Node
	Value jsonata.Node
}

// Handler takes over when one of the named errors comes up: it assigns (in terms of Error()), then runs Body, then the step after the
// call follows.
type Handler struct {
	Errors []ErrorMatch
	Assign []Binding
	Body   []Step
}

func (s *Call) title() string     { return "call " + s.Function }
func (s *Assign) title() string   { return "assign " + strings.Join(Assigned(s), ", ") }
func (s *Branch) title() string   { return "if" }
func (s *Loop) title() string     { return "loop" }
func (s *Parallel) title() string { return "parallel" }
func (s *Wait) title() string     { return "wait" }
func (s *Goto) title() string     { return "back to " + s.Target }
func (s *Break) title() string    { return "break" }
func (s *Invoke) title() string   { return s.Operation }
func (s *Return) title() string   { return "Response" }
func (s *Fail) title() string     { return "Fail" }

// Answer is what Bind receives, in terms of Result().
func (s *Call) Answer() jsonata.Node {
	if s.Result == nil {
		return Result()
	}
	return s.Result
}

// Title says in a word or two what a step does: the name of one that has no label.
func Title(step Step) string { return step.title() }

// TaskToken is the path to the token of a call with WaitForToken.
func TaskToken() jsonata.Node { return build.Path(build.Var("states"), "context", "Task", "Token") }
