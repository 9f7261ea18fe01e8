package ir

import (
	"fmt"
	"slices"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Contents are the parts of one step.
type Contents struct {
	// Reads are the values and expressions that the step itself evaluates; some may be nil. A variable that a conditional binding may have
	// to keep is among them.
	Reads []Value
	// Sets are the variables that the step itself sets. A name can come twice.
	Sets []Setting
	// Errors are the lists of errors that it retries or handles.
	Errors [][]ErrorMatch
	// Bodies are the lists of steps that stand directly inside the step, in the order of the source.
	Bodies [][]Step
}

// Setting is a variable that a step sets.
type Setting struct {
	Name string
	Source
	// To is the value of a Computed one, in terms of Result() or Error() where it is set by an answer or a failure.
	To Value
}

// Source says where the value of a variable comes from.
type Source int

// The sources of values.
const (
	// Computed is a value that the step names.
	Computed Source = iota
	// Output is what another operation put out.
	Output
	// Item is an item of a loop or its position.
	Item
	// Gathered and Keyed are a list and an object that a loop gathers.
	Gathered
	Keyed
	// Counted is a number of jumps.
	Counted
)

// Parts lists the parts of a step itself, without those of the steps inside it.
func Parts(step Step) Contents {
	var found Contents
	rebuild(step, parts{
		value: func(value Value) Value {
			found.Reads = append(found.Reads, value)
			return value
		},
		set: func(name string, source Source, to Value) {
			if name != "" {
				found.Sets = append(found.Sets, Setting{name, source, to})
			}
		},
		errors: func(matches []ErrorMatch) { found.Errors = append(found.Errors, matches) },
		body: func(steps []Step) []Step {
			found.Bodies = append(found.Bodies, steps)
			return steps
		},
	})
	return found
}

// Assigned lists the names of the variables that a step itself sets.
func Assigned(step Step) []string {
	sets := Parts(step).Sets
	names := make([]string, len(sets))
	for i, setting := range sets {
		names[i] = setting.Name
	}
	return names
}

// Clone copies steps and all steps inside them. Values and expressions are shared: they never change.
func Clone(steps []Step) []Step {
	copied := make([]Step, len(steps))
	for i, step := range steps {
		copied[i] = WithBodies(step, Clone)
	}
	return copied
}

// WithBodies copies a step, each list of steps in it replaced by what replace makes of it.
func WithBodies(step Step, replace func([]Step) []Step) Step {
	return rebuild(step, parts{
		value:  func(value Value) Value { return value },
		set:    func(string, Source, Value) {},
		errors: func([]ErrorMatch) {},
		body:   replace,
	})
}

// parts is what is done with each part of a step.
type parts struct {
	value  func(Value) Value
	set    func(name string, source Source, to Value)
	errors func([]ErrorMatch)
	body   func([]Step) []Step
}

// rebuild copies a step part by part. One flat switch over all steps: the only place that names every field.
func rebuild(step Step, do parts) Step {
	switch step := step.(type) {
	case *Call:
		copied := *step
		copied.Arguments, copied.Result = do.value(step.Arguments), do.node(step.Result)
		do.set(step.Bind, Computed, step.Answer())
		do.retry(step.Retry)
		copied.More, copied.OnError = do.bindings(step.More), do.handlers(step.OnError)
		return &copied
	case *Assign:
		return &Assign{Header: step.Header, Bindings: do.bindings(step.Bindings)}
	case *Branch:
		return &Branch{Header: step.Header, Cases: do.cases(step.Cases), Else: do.body(step.Else)}
	case *Loop:
		return do.loop(step)
	case *Parallel:
		copied := *step
		do.retry(step.Retry)
		copied.Branches, copied.OnError = do.branches(step.Branches), do.handlers(step.OnError)
		return &copied
	case *Wait:
		return &Wait{Header: step.Header, Seconds: do.node(step.Seconds), Until: do.node(step.Until)}
	case *Goto:
		copied := *step
		do.set(step.Counter, Counted, nil)
		copied.Exhausted = do.body(step.Exhausted)
		return &copied
	case *Break:
		return &Break{Header: step.Header}
	case *Invoke:
		copied := *step
		copied.Input = do.value(step.Input)
		do.set(step.Bind, Output, nil)
		copied.OnError = do.handlers(step.OnError)
		return &copied
	case *Return:
		copied := *step
		copied.Status, copied.Headers, copied.Body = do.value(step.Status), do.value(step.Headers), do.value(step.Body)
		return &copied
	case *Fail:
		return &Fail{Header: step.Header, Error: do.value(step.Error), Cause: do.value(step.Cause)}
	default:
		panic(fmt.Sprintf("ir: no parts of %T", step))
	}
}

func (do parts) loop(step *Loop) *Loop {
	copied := *step
	copied.Items, copied.Count, copied.Until = do.node(step.Items), do.node(step.Count), do.node(step.Until)
	do.set(step.Variable, Item, nil)
	do.set(step.IndexOrEmpty, Item, nil)
	copied.Body = do.body(step.Body)
	copied.Collect = slices.Clone(step.Collect)
	for i, collect := range step.Collect {
		copied.Collect[i].Key, copied.Collect[i].Value = do.node(collect.Key), do.node(collect.Value)
		source := Gathered
		if collect.Key != nil {
			source = Keyed
		}
		do.set(collect.Name, source, nil)
	}
	return &copied
}

// node is value for an expression that may be missing.
func (do parts) node(node jsonata.Node) jsonata.Node {
	if node == nil {
		return nil
	}
	replaced, _ := do.value(node).(jsonata.Node)
	return replaced
}

func (do parts) bindings(bindings []Binding) []Binding {
	copied := slices.Clone(bindings)
	for i, binding := range bindings {
		copied[i].Value, copied[i].IfOrNil = do.value(binding.Value), do.node(binding.IfOrNil)
		if binding.IfOrNil != nil {
			do.value(build.Var(binding.Name)) // what is kept is read
		}
		do.set(binding.Name, Computed, binding.Value)
	}
	return copied
}

func (do parts) retry(retry Retry) {
	native, _ := retry.(Native)
	for _, retrier := range native {
		do.errors(retrier.Errors)
	}
}

func (do parts) handlers(handlers []Handler) []Handler {
	copied := slices.Clone(handlers)
	for i, handler := range handlers {
		do.errors(handler.Errors)
		copied[i].Assign, copied[i].Body = do.bindings(handler.Assign), do.body(handler.Body)
	}
	return copied
}

func (do parts) cases(cases []Case) []Case {
	copied := slices.Clone(cases)
	for i, way := range cases {
		copied[i].When, copied[i].Body = do.node(way.When), do.body(way.Body)
	}
	return copied
}

func (do parts) branches(branches []ParallelBranch) []ParallelBranch {
	copied := slices.Clone(branches)
	for i, branch := range branches {
		copied[i].Body = do.body(branch.Body)
	}
	return copied
}
