package lower

import (
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// returnError is the error by which a branch says that the whole operation ends; its cause is the JSON text of the operation's output.
const returnError = "Steploom.Return"

// parallel emits a Parallel state. A branch cannot set a variable of the scope around it. So it sets a copy under another name, which
// begins with the value from outside where that may be read, and hands the copy out; the Parallel's Assign puts it back. When two branches
// set the same variable, the later branch in the source wins.
func (l *lowering) parallel(step *ir.Parallel, at place) (string, []named) {
	name := l.names[step]
	state := &asl.Parallel{Comment: l.about(step), Output: jsonata.NewObject(), Retry: authorRetriers(step.Retry)}
	var back []ir.Binding
	for i := range step.Branches {
		machine, exported := l.parallelBranch(step, i, at.scope)
		state.Branches = append(state.Branches, machine)
		for _, variable := range exported {
			back = replaceBinding(back, ir.Binding{Name: variable, Value: branchResult(i, variable)})
		}
	}
	state.Assign = l.assign(back, at.scope)
	catchers, states := l.catchers(step.OnError, at)
	if returns(step) {
		catcher, ended := l.returned(step, at)
		catchers = append([]asl.Catcher{catcher}, catchers...)
		states = append(states, ended)
		state.Retry = neverRetryReturn(state.Retry)
	}
	state.Catch = catchers
	state.Next, state.End, _ = l.leave(at)
	if !l.flow.forks[step].completes() {
		state.Next, state.End = "", true
	}
	return name, append([]named{l.named(name, step, state)}, states...)
}

func replaceBinding(bindings []ir.Binding, binding ir.Binding) []ir.Binding {
	for i := range bindings {
		if bindings[i].Name == binding.Name {
			bindings[i] = binding
			return bindings
		}
	}
	return append(bindings, binding)
}

// branchResult is $states.result[branch].variable.
func branchResult(branch int, variable string) jsonata.Node {
	result := &jsonata.Filter{Expr: &jsonata.Name{Value: "result"}, Predicate: &jsonata.Number{Value: float64(branch)}}
	return &jsonata.Path{Left: &jsonata.Path{Left: build.Var("states"), Right: result}, Right: &jsonata.Name{Value: variable}}
}

// parallelBranch emits one branch and gives the variables that it hands out.
func (l *lowering) parallelBranch(step *ir.Parallel, i int, outer *scope) (*asl.Machine, []string) {
	branch := step.Branches[i]
	label := branch.Label
	if label == "" {
		label = l.names[step]
	}
	exported := l.exports(step, i)
	names := l.scopeAssigned(branch.Body)
	copied := l.flow.live(sortedKeys(names), l.flow.forks[step].entries[i])
	inside := l.inner(outer, label, names, append(slices.Clone(copied), exported...))
	inside.branch = true
	if len(exported) > 0 {
		output := jsonata.NewObject()
		for _, variable := range exported {
			output.Set(variable, build.Var(variable))
		}
		inside.output = output
	}
	comment := l.comment(branch.Range, "")
	machine := l.body(branch.Body, inside, comment)
	if inside.finish != "" {
		l.ranges[inside.finish] = branch.Range
	}
	if len(copied) > 0 {
		l.startWithCopies(machine, inside, outer, copied, comment)
	}
	machine.Comment = unsubstituted(branch.Label)
	return machine, exported
}

// startWithCopies puts a state in front of a branch that copies variables from outside.
func (l *lowering) startWithCopies(machine *asl.Machine, inside, outer *scope, copied []string, comment string) {
	assign := jsonata.NewObject()
	for _, variable := range copied {
		assign.Set(inside.target(variable), l.expression(build.Var(variable), outer))
	}
	name := l.states.state(helperLabel(inside.label, "start"))
	prepend(machine, named{name, &asl.Pass{Comment: comment, Assign: assign, Next: machine.StartAt}})
}

// returns tells whether a branch can end the operation.
func returns(step *ir.Parallel) bool {
	found := false
	for _, branch := range step.Branches {
		ir.Walk(branch.Body, func(step ir.Step) bool {
			_, ends := step.(*ir.Return)
			found = found || ends
			return true
		})
	}
	return found
}

// returned catches the end that a branch asked for. In a branch of another parallel it is handed on.
func (l *lowering) returned(step *ir.Parallel, at place) (asl.Catcher, named) {
	name := l.helper(step, "return")
	if at.scope.branch {
		cause := asl.Computed[string](statesPath("input", "Cause"))
		ended := &asl.Fail{Comment: l.comment(step.Common.Range, ""), Error: asl.Constant(returnError), Cause: cause}
		return asl.Catcher{ErrorEquals: []string{returnError}, Next: name}, l.named(name, step, ended)
	}
	output := asl.Expression(call("parse", statesPath("errorOutput", "Cause")))
	ended := &asl.Succeed{Comment: l.comment(step.Common.Range, "")}
	return asl.Catcher{ErrorEquals: []string{returnError}, Output: output, Next: name}, l.named(name, step, ended)
}

// neverRetryReturn keeps the author's retries from repeating a parallel that ended the operation.
func neverRetryReturn(retriers []asl.Retrier) []asl.Retrier {
	if len(retriers) == 0 {
		return nil
	}
	return append([]asl.Retrier{{ErrorEquals: []string{returnError}, MaxAttempts: new(0)}}, retriers...)
}
