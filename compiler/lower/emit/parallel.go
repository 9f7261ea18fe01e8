package emit

import (
	"maps"
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/known"
	"github.com/steploom/steploom/compiler/lower/simplify"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// returnError is the error by which a branch says that the whole operation ends; its cause is the JSON text of the operation's output.
const returnError = "Steploom.Return"

// parallel emits a Parallel state. A branch cannot set a variable of the scope around it. So it sets a copy under another name, which
// begins with the value from outside where that may be read, and hands the copy out; the Parallel's Assign puts it back. When two branches
// change the same variable, the later branch in the source wins.
func (e *emitter) parallel(step *ir.Parallel, at place) (string, []draft) {
	id := e.drafts.own(step)
	state := &asl.Parallel{Comment: about(step), Output: jsonata.NewObject(), Retry: authorRetriers(step.Retry)}
	var back []ir.Binding
	for i := range step.Branches {
		exported := e.plan.Known.Exports(step, i)
		state.Branches = append(state.Branches, e.parallelBranch(step, i, exported, at.scope))
		for _, variable := range exported {
			back = merged(back, variable, branchResult(i, variable))
		}
	}
	state.Assign = e.of(step, at).assign(back)
	catchers, states := e.catchers(step, step.OnError, at)
	if returns(step) {
		catcher, ended := e.returned(step, at)
		catchers = append([]asl.Catcher{catcher}, catchers...)
		states = append(states, ended)
		state.Retry = neverRetryReturn(state.Retry)
	}
	state.Catch = catchers
	state.Next, state.End, _ = at.leave()
	if !e.plan.Known.Completes(step) {
		state.Next, state.End = "", true
	}
	return id, append([]draft{{id, state}}, states...)
}

// merged adds what a branch hands out to what those before it do: it counts where the branch changed the variable.
func merged(bindings []ir.Binding, variable string, result jsonata.Node) []ir.Binding {
	for i, before := range bindings {
		if before.Name == variable {
			changed := build.Binary(result, "!=", build.Var(variable))
			bindings[i].Value = build.If(changed, result, before.Value.(jsonata.Node))
			return bindings
		}
	}
	return append(bindings, ir.Binding{Name: variable, Value: result})
}

// branchResult is $states.result[branch].variable.
func branchResult(branch int, variable string) jsonata.Node {
	return build.Field(build.Select(known.States("result"), build.Number(float64(branch))), variable)
}

// parallelBranch emits one branch, which hands out the exported variables.
func (e *emitter) parallelBranch(step *ir.Parallel, i int, exported []string, outer *scope) *asl.Machine {
	branch := step.Branches[i]
	whose := label{text: branch.Label}
	if branch.Label == "" {
		whose = label{owner: e.drafts.own(step)}
	}
	names := e.plan.SetInScope(branch.Body)
	copied := e.plan.Known.Enters(step, i, slices.Sorted(maps.Keys(names)))
	inside := e.inner(outer, whose, names, append(slices.Clone(copied), exported...))
	inside.branch = true
	if len(exported) > 0 {
		output := jsonata.NewObject()
		for _, variable := range exported {
			output.Set(variable, build.Var(variable))
		}
		inside.output = output
	}
	machine := e.body(branch.Body, inside, branch.Range)
	if len(copied) > 0 {
		prepend(machine, e.startWithCopies(machine.StartAt, inside, outer, copied))
	}
	machine.Comment = simplify.Unsubstituted(branch.Label)
	return machine
}

// startWithCopies is a state in front of a branch that copies variables from outside.
func (e *emitter) startWithCopies(next string, inside, outer *scope, copied []string) draft {
	assign := jsonata.NewObject()
	for _, variable := range copied {
		assign.Set(inside.target(variable), e.writer(inside.label.at, outer).expression(build.Var(variable)))
	}
	return draft{e.drafts.add(inside.beside("start")), &asl.Pass{Comment: comment(inside.label.at, ""), Assign: assign, Next: next}}
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
func (e *emitter) returned(step *ir.Parallel, at place) (asl.Catcher, draft) {
	id := e.drafts.beside(step, "return")
	catcher := asl.Catcher{ErrorEquals: []string{returnError}, Next: id}
	if at.scope.branch {
		cause := asl.Computed[string](known.States("input", "Cause"))
		return catcher, draft{id, &asl.Fail{Comment: beside(step), Error: asl.Constant(returnError), Cause: cause}}
	}
	catcher.Output = asl.Expression(build.Call("parse", known.States("errorOutput", "Cause")))
	return catcher, draft{id, &asl.Succeed{Comment: beside(step)}}
}

// neverRetryReturn keeps the author's retries from repeating a parallel that ended the operation.
func neverRetryReturn(retriers []asl.Retrier) []asl.Retrier {
	if len(retriers) == 0 {
		return nil
	}
	return append([]asl.Retrier{{ErrorEquals: []string{returnError}, MaxAttempts: new(0)}}, retriers...)
}
