package plan

import (
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/known"
	"github.com/steploom/steploom/compiler/lower/simplify"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Request is the first state of an operation: it refuses requests that do not fit and gives variables their first values. With neither
// there is no such state.
type Request struct {
	Checks []Check
	// Unchecked is the condition of a start that no request has made, which nothing is asked of; nil when there is none.
	Unchecked jsonata.Node
	Bindings  []ir.Binding
}

// Check is a condition that a request must not fulfil.
type Check struct {
	Fails jsonata.Node
	// Refusal is the answer to a request that does.
	Refusal ir.Value
}

// request plans the first state. An assignment that the steps begin with joins it where that means the same.
func (p planner) request(steps []ir.Step) (Request, []ir.Step) {
	source := p.Known.Source
	planned := Request{Checks: checks(source)}
	if len(planned.Checks) > 0 && isScheduled(source) {
		planned.Unchecked = build.Binary(known.States("input", "trigger"), "=", build.Text("schedule"))
	}
	if p.Known.ReadsParameters() {
		planned.Bindings = append(planned.Bindings, ir.Binding{Name: "param", Value: p.parameters(source.Parameters)})
	}
	for _, name := range p.Known.Unset() {
		var first ir.Value
		if p.Known.IsCounter(name) {
			first = 0.0
		}
		planned.Bindings = append(planned.Bindings, ir.Binding{Name: name, Value: first})
	}
	if len(planned.Checks)+len(planned.Bindings) == 0 {
		return planned, steps
	}
	if first, rest := p.Leading(steps); first != nil {
		if merged, ok := simplify.Follow(simplify.Assignable(planned.Bindings), planned.Bindings, p.Bindings(first)); ok {
			planned.Bindings = merged
			return planned, rest
		}
		return planned, steps
	}
	planned.Bindings, _ = p.startWith(planned.Bindings, steps)
	return planned, steps
}

// isScheduled tells whether a schedule starts an operation. It sends nothing: parameters and body are null then, or have their defaults.
func isScheduled(operation *ir.Operation) bool {
	return slices.ContainsFunc(operation.Triggers, func(trigger ir.Trigger) bool {
		_, ok := trigger.(*ir.Schedule)
		return ok
	})
}

// parameters is the value of $param: each declared parameter converted to its type, or all that came when none is declared.
func (p planner) parameters(declared []ir.Parameter) ir.Value {
	if len(declared) == 0 {
		return build.OrElse(known.States("input", "param"), build.Object())
	}
	values := jsonata.NewObject()
	for _, parameter := range declared {
		values.Set(parameter.Name, text(parameter).Read())
	}
	return values
}
