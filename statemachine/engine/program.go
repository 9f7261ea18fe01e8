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
	name     string
	kind     string
	enters   string // the type of the event of entering
	exits    string // the type of the event of leaving
	jsonPath bool
	filter   *template // InputPath; nil: the input as it is
	action   action
	next     *state // nil: the state ends its block
	outcome  outcome
	retry    []retrier
	catch    []catcher
}

// retries reports whether the state is of a kind that has Retry.
func (s *state) retries() bool {
	switch s.kind {
	case "Task", "Parallel", "Map":
		return true
	}
	return false
}

// outcome is what a state hands on when it is left: the values of its Output and Assign, or in JSONPath mode what the processing of the result gives.
type outcome struct {
	output     *template // nil: the default output
	assign     []assignment
	processing *processing // nil: the default output, or that of JSONata mode
}

// none tells that the state hands on its default output and assigns nothing.
func (o *outcome) none() bool { return o.processing == nil && o.output == nil && len(o.assign) == 0 }

// constant tells that no environment is needed to evaluate the outcome.
func (o *outcome) constant() bool {
	return o.processing == nil && len(o.assign) == 0 && (o.output == nil || o.output.kind == constantTemplate)
}

// readsMetadata tells that the outcome needs more of the result of lambda:invoke than its payload.
func (o *outcome) readsMetadata() bool {
	if o.processing != nil {
		return o.processing.readsMetadata(o.assign)
	}
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

// Prepare compiles a machine. It refuses what cannot be run: expressions and paths that do not parse, missing states; the full set of checks that
// creation makes is asl.Check.
func Prepare(machine *asl.Machine) (*Program, error) {
	c := &compiler{machine: machine}
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
	machine *asl.Machine // the whole, whose query language holds inside, too
	timed   bool
}

func (c *compiler) block(machine *asl.Machine) (*block, error) {
	states := make(map[string]*state, machine.States.Len())
	for name, source := range machine.States.All() {
		states[name] = &state{name: name, kind: source.Type(), enters: source.Type() + "StateEntered", exits: source.Type() + "StateExited"}
	}
	for name, source := range machine.States.All() {
		s := stateCompiler{compiler: c, states: states, state: states[name], language: language(asl.Language(source, c.machine))}
		s.compile(source)
		s.state.jsonPath = s.jsonPath()
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
	language language
	states   map[string]*state
	state    *state
	err      error
}

func (s *stateCompiler) jsonPath() bool { return s.language == asl.JSONPath }

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
	t, err := s.language.template(location, data)
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
		o.assign = append(o.assign, s.assignment(prefix+"Assign", name, value))
	}
	return o
}

func (s *stateCompiler) assignment(location, name string, value any) assignment {
	name, t, err := s.language.member(location, name, value)
	if err != nil && s.err == nil {
		s.err = err
	}
	s.timed = s.timed || t != nil && t.reads.context
	return assignment{name, t}
}

func (s *stateCompiler) recovery(retry []asl.Retrier, catch []asl.Catcher) {
	for _, r := range retry {
		s.state.retry = append(s.state.retry, newRetrier(r))
	}
	for i, c := range catch {
		prefix := fmt.Sprintf("Catch[%d]/", i)
		o := s.outcome(prefix, c.Output, c.Assign)
		if s.jsonPath() {
			o.processing = &processing{result: s.resultPath(prefix+"ResultPath", c.ResultPath)}
		}
		s.state.catch = append(s.state.catch, catcher{errors: c.ErrorEquals, outcome: o, next: s.transition(prefix+"Next", c.Next, false)})
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
		s.pass(v)
		s.leaving(v.Output, v.Assign, v.Next, v.End)
	case *asl.Succeed:
		s.state.action = passState{}
		s.leaving(v.Output, nil, "", true)
	case *asl.Fail:
		s.state.action = failState{failed: s.either("Error", v.Error.Data(), v.ErrorPath), cause: s.either("Cause", v.Cause.Data(), v.CausePath)}
	case *asl.Choice:
		s.choice(v)
	case *asl.Wait:
		s.state.action = waitState{seconds: s.either("Seconds", v.Seconds.Data(), v.SecondsPath), until: s.either("Timestamp", v.Timestamp.Data(), v.TimestampPath)}
		s.leaving(v.Output, v.Assign, v.Next, v.End)
	case *asl.Task:
		s.task(v)
	case *asl.Parallel:
		s.parallel(v)
	case *asl.Map:
		s.mapState(v)
	}
	s.processing(asl.ProcessingOf(source))
	if task, ok := s.state.action.(*taskState); ok {
		task.slim = s.err == nil && !s.state.outcome.readsMetadata()
	}
}

// data compiles a field that has another name in JSONPath mode.
func (s *stateCompiler) data(name string, data any, pathName string, pathData any) *template {
	if s.jsonPath() {
		return s.template(pathName, pathData)
	}
	return s.template(name, data)
}

func (s *stateCompiler) inner(machine *asl.Machine) *block {
	b, err := s.block(machine)
	if err != nil && s.err == nil {
		s.err = err
	}
	return b
}
