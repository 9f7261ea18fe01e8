package engine

import (
	"fmt"
	"slices"
	"sync"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Program is a machine compiled for running. It never changes and may be run by any number of executions at once.
type Program struct {
	root           *block
	timeoutSeconds int
	timed          bool      // an expression reads the context object
	idle           sync.Pool // of *execution, empty ones
}

// DefinitionError says why a machine cannot be run, and where: the state's name and the field.
type DefinitionError struct{ State, Location, Reason string }

// Error names the state, the field and the reason.
func (e *DefinitionError) Error() string {
	switch {
	case e.State == "":
		return e.Reason
	case e.Location == "":
		return fmt.Sprintf("state '%s': %s", e.State, e.Reason)
	default:
		return fmt.Sprintf("state '%s', field '%s': %s", e.State, e.Location, e.Reason)
	}
}

// block is the states of a machine, a branch or an item processor.
type block struct{ start *state }

// state is one state, compiled. Action is what it does between being entered and left.
type state struct {
	name    string
	kind    string
	enters  string // the type of the event of entering
	exits   string // the type of the event of leaving
	action  action
	next    *state // nil: the state ends its block
	outcome outcome
	retry   []retrier
	catch   []catcher
}

// retries reports whether the state is of a kind that has Retry.
func (s *state) retries() bool {
	switch s.kind {
	case "Task", "Parallel", "Map":
		return true
	}
	return false
}

// outcome is what a state hands on when it is left: the values of its Output and Assign.
type outcome struct {
	output *template // nil: the default output
	assign []assignment
}

// constant tells that no environment is needed to evaluate the outcome.
func (o *outcome) constant() bool {
	return len(o.assign) == 0 && (o.output == nil || o.output.kind == constantTemplate)
}

// readsMetadata tells that the outcome needs more of the result of lambda:invoke than its payload.
func (o *outcome) readsMetadata() bool {
	return o.output == nil || o.output.reads.metadata ||
		slices.ContainsFunc(o.assign, func(a assignment) bool { return a.value.reads.metadata })
}

type assignment struct {
	name  string
	value *template
}

type catcher struct {
	errors  []string
	outcome outcome
	next    *state
}

// action is the work of one kind of state. Start begins it on a frame that has entered the state; the answer is that of frame.leave.
type action interface {
	start(f *frame) (goOn bool)
}

// Prepare compiles a machine. It refuses what cannot be run: states in JSONPath mode, expressions that do not parse, missing states; the full set of
// checks that creation makes is asl.Check.
func Prepare(machine *asl.Machine) (*Program, error) {
	c := &compiler{language: machine.QueryLanguage}
	root, err := c.block(machine)
	if err != nil {
		return nil, err
	}
	return &Program{root: root, timeoutSeconds: machine.TimeoutSeconds, timed: c.timed}, nil
}

// PrepareJSON compiles a machine from its JSON text.
func PrepareJSON(definition []byte) (*Program, error) {
	machine, err := asl.Unmarshal(definition)
	if err != nil {
		return nil, err
	}
	return Prepare(machine)
}

type compiler struct {
	language string
	timed    bool
}

func (c *compiler) block(machine *asl.Machine) (*block, error) {
	states := make(map[string]*state, machine.States.Len())
	for name, source := range machine.States.All() {
		states[name] = &state{name: name, kind: source.Type(), enters: source.Type() + "StateEntered", exits: source.Type() + "StateExited"}
	}
	for name, source := range machine.States.All() {
		s := stateCompiler{compiler: c, states: states, state: states[name]}
		s.compile(source)
		if s.err != nil {
			return nil, s.located(name)
		}
	}
	start, ok := states[machine.StartAt]
	if !ok {
		return nil, &DefinitionError{Reason: fmt.Sprintf("StartAt names no state: '%s'", machine.StartAt)}
	}
	return &block{start: start}, nil
}

// stateCompiler compiles one state and keeps the first error.
type stateCompiler struct {
	*compiler
	states map[string]*state
	state  *state
	err    error
}

func (s *stateCompiler) located(name string) error {
	if definition, ok := s.err.(*DefinitionError); ok && definition.State == "" && definition.Location != "" {
		definition.State = name
	}
	return s.err
}

func (s *stateCompiler) fail(location, format string, arguments ...any) {
	if s.err == nil {
		s.err = &DefinitionError{State: s.state.name, Location: location, Reason: fmt.Sprintf(format, arguments...)}
	}
}

func (s *stateCompiler) template(location string, data any) *template {
	t, err := compileTemplate(location, data)
	if err != nil && s.err == nil {
		s.err = err
	}
	s.timed = s.timed || t != nil && t.reads.context
	return t
}

func (s *stateCompiler) transition(location, name string, end bool) *state {
	if name == "" {
		if !end {
			s.fail(location, "the state neither ends nor names a next state")
		}
		return nil
	}
	target, ok := s.states[name]
	if !ok {
		s.fail(location, "missing target state '%s'", name)
	}
	return target
}

func (s *stateCompiler) outcome(prefix string, output any, assign *jsonata.Object) outcome {
	o := outcome{output: s.template(prefix+"Output", output)}
	if assign == nil {
		return o
	}
	for name, value := range assign.All() {
		if value == nil {
			value = asl.Null{}
		}
		o.assign = append(o.assign, assignment{name, s.template(prefix+"Assign/"+name, value)})
	}
	return o
}

func (s *stateCompiler) recovery(retry []asl.Retrier, catch []asl.Catcher) {
	for _, r := range retry {
		s.state.retry = append(s.state.retry, newRetrier(r))
	}
	for i, c := range catch {
		prefix := fmt.Sprintf("Catch[%d]/", i)
		s.state.catch = append(s.state.catch, catcher{
			errors:  c.ErrorEquals,
			outcome: s.outcome(prefix, c.Output, c.Assign),
			next:    s.transition(prefix+"Next", c.Next, false),
		})
	}
}

// leaving compiles what most states have in common: Output, Assign and where to go.
func (s *stateCompiler) leaving(output any, assign *jsonata.Object, next string, end bool) {
	s.state.outcome = s.outcome("", output, assign)
	s.state.next = s.transition("Next", next, end)
}

// compile is one flat switch over the state types.
func (s *stateCompiler) compile(source asl.State) {
	switch v := source.(type) {
	case *asl.Pass:
		s.state.action = passState{}
		s.leaving(v.Output, v.Assign, v.Next, v.End)
	case *asl.Succeed:
		s.state.action = passState{}
		s.leaving(v.Output, nil, "", true)
	case *asl.Fail:
		s.state.action = failState{failed: s.template("Error", v.Error.Data()), cause: s.template("Cause", v.Cause.Data())}
	case *asl.Choice:
		s.choice(v)
	case *asl.Wait:
		s.state.action = waitState{seconds: s.template("Seconds", v.Seconds.Data()), until: s.template("Timestamp", v.Timestamp.Data())}
		s.leaving(v.Output, v.Assign, v.Next, v.End)
	case *asl.Task:
		s.task(v)
	case *asl.Parallel:
		s.parallel(v)
	case *asl.Map:
		s.mapState(v)
	}
	if s.err == nil && s.jsonPath(source) && !neutral(source) {
		s.fail("", "the state is in JSONPath mode; only states in JSONata mode can be run")
	}
}

func (s *stateCompiler) jsonPath(source asl.State) bool {
	language := asl.QueryLanguage(source)
	if language == "" {
		language = s.language
	}
	return language != asl.JSONata
}

func (s *stateCompiler) inner(machine *asl.Machine) *block {
	b, err := s.block(machine)
	if err != nil && s.err == nil {
		s.err = err
	}
	return b
}
