package engine

import (
	"slices"
	"time"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// environment is what the expressions of a state see: its variables and $states. It gives $states lazily and keeps it, since most expressions need
// little of it.
type environment struct {
	frame  *frame
	result *value   // of a Task, Parallel or Map that succeeded
	failed *failure // in a Catch
	item   *mapItem // in an ItemSelector; nil is the item of the iteration the state is in
	token  string   // in the Arguments of a task that waits for a token
	here   *value   // what $ is in JSONPath mode; nil is the state's input
	states *jsonata.Object
	full   bool            // states has the context object
	about  *jsonata.Object // the context object, in JSONPath mode
}

// mapItem is the item of a Map iteration, as $states.context.Map.Item shows it.
type mapItem struct {
	index  int
	key    string // of an object's entry
	keyed  bool
	value  any
	source string // of a distributed Map
}

// need tells which parts of $states the next expression reads.
func (e *environment) need(context bool) {
	if context && !e.full {
		e.states, e.full = nil, true
	}
}

// root is what $ is in JSONPath mode.
func (e *environment) root() value {
	if e.here != nil {
		return *e.here
	}
	return e.frame.input
}

// roots are what paths begin with, with the context object where it is needed.
func (e *environment) roots(context bool) jsonpath.Roots {
	roots := jsonpath.Roots{Document: e.root().data, Variable: e.frame.own.lookup}
	if context {
		if e.about == nil {
			e.about = e.context()
		}
		roots.Context = e.about
	}
	return roots
}

// Lookup answers a variable by its name without the dollar sign.
func (e *environment) Lookup(name string) (any, bool) {
	if name == "states" {
		if e.states == nil {
			e.states = e.build()
		}
		return e.states, true
	}
	return e.frame.own.lookup(name)
}

func (e *environment) build() *jsonata.Object {
	input := e.frame.input.data
	switch {
	case e.failed != nil && e.full:
		return caughtFullLayout.Object(input, e.failed.output(), e.context())
	case e.failed != nil:
		return caughtLayout.Object(input, e.failed.output())
	case e.result != nil && e.full:
		return resultFullLayout.Object(input, e.result.data, e.context())
	case e.result != nil:
		return resultLayout.Object(input, e.result.data)
	case e.full:
		return inputFullLayout.Object(input, e.context())
	}
	return inputLayout.Object(input)
}

// reading is what an expression reads of $states.
type reading struct {
	context  bool // the context object
	metadata bool // more of the result of lambda:invoke than the fields of slimEnvelope
}

// readingOf tells what an expression may read. Using $states in any other way than by one of its fields counts as reading everything.
func readingOf(source string) (r reading) {
	node, err := jsonata.Parse(source)
	if err != nil {
		return r
	}
	jsonata.Walk(node, func(n jsonata.Node) bool {
		switch v := n.(type) {
		case *jsonata.Path:
			if result, ok := v.Left.(*jsonata.Path); ok && isStates(result.Left) && named(result.Right, "result") && named(v.Right, slimFields...) {
				return false
			}
			if isStates(v.Left) {
				_, field := v.Right.(*jsonata.Name)
				r.context = r.context || !field || named(v.Right, "context")
				r.metadata = r.metadata || !field || named(v.Right, "result")
				return false
			}
		case *jsonata.Variable:
			if v.Name == "states" {
				r = reading{true, true}
			}
		}
		return true
	})
	return r
}

// named tells whether a node is one of the given names.
func named(n jsonata.Node, names ...string) bool {
	name, ok := n.(*jsonata.Name)
	return ok && slices.Contains(names, name.Value)
}

func isStates(n jsonata.Node) bool {
	v, ok := n.(*jsonata.Variable)
	return ok && v.Name == "states"
}

// What $states has.
var (
	inputLayout      = jsonata.NewLayout("input")
	inputFullLayout  = jsonata.NewLayout("input", "context")
	resultLayout     = jsonata.NewLayout("input", "result")
	resultFullLayout = jsonata.NewLayout("input", "result", "context")
	caughtLayout     = jsonata.NewLayout("input", "errorOutput")
	caughtFullLayout = jsonata.NewLayout("input", "errorOutput", "context")
)

// What each context object has.
var (
	contextLayout   = jsonata.NewLayout("Execution", "State", "StateMachine")
	machineLayout   = jsonata.NewLayout("Id", "Name")
	executionLayout = jsonata.NewLayout("Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount")
	stateLayout     = jsonata.NewLayout("EnteredTime", "Name")
	retriedLayout   = jsonata.NewLayout("EnteredTime", "Name", "RetryCount")
)

func (e *environment) context() *jsonata.Object {
	f := e.frame
	x := f.execution
	var state *jsonata.Object
	if f.state.retries() {
		state = retriedLayout.Object(timestamp(f.enteredAt), f.state.name, float64(f.attempt))
	} else {
		state = stateLayout.Object(timestamp(f.enteredAt), f.state.name)
	}
	machine := machineLayout.Object(x.options.machineArn(), x.options.machineName())
	context := contextLayout.Object(x.contextObject(), state, machine)
	if e.token != "" {
		task := jsonata.NewObject()
		task.Set("Token", e.token)
		context.Set("Task", task)
	}
	item := e.item
	if item == nil {
		item = f.item
	}
	if item != nil {
		context.Set("Map", item.object())
	}
	return context
}

func (i *mapItem) object() *jsonata.Object {
	item := jsonata.NewObject()
	item.Set("Index", float64(i.index))
	if i.keyed {
		item.Set("Key", i.key)
	}
	item.Set("Value", i.value)
	if i.source != "" {
		item.Set("Source", i.source)
	}
	context := jsonata.NewObject()
	context.Set("Item", item)
	return context
}

// contextObject is $states.context.Execution, made once.
func (x *execution) contextObject() *jsonata.Object {
	if x.about == nil {
		o := executionLayout.Object(x.arn, x.input.data, x.name, x.options.roleArn(), timestamp(x.start), float64(x.redrives))
		if x.redrives > 0 {
			o.Set("RedriveTime", timestamp(x.redriven))
		}
		x.about = o
	}
	return x.about
}

// Now is the host's time, for $now and $millis.
func (e *environment) Now() time.Time { return e.frame.execution.now() }

// Random is the host's randomness, for $random, $shuffle and $uuid.
func (e *environment) Random() float64 { return e.frame.execution.host.random() }
