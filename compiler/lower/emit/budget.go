package emit

import (
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/known"
	"github.com/steploom/steploom/compiler/lower/simplify"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// budgeted emits a call whose function keeps a budget of retries:
//
//	x          Task    the request with the budget, and with what the answer before has said of it: x_retry
//	x: again   Choice  the answer asks to be called again → x_retry := what it says, and x: wait
//	                   otherwise x_retry := null, what the call binds, and what follows it
//	x: wait    Wait    the seconds that the answer asks for, then x
//
// x_retry is null again whenever the call is over, so that the next one, in a loop or after a jump back, begins anew.
func (e *emitter) budgeted(step, called *ir.Call, budget *ir.Budget, at place) (string, []draft) {
	w, id, again, wait := e.of(step, at), e.drafts.own(step), e.drafts.beside(step, "again"), e.drafts.beside(step, "wait")
	over := ir.Binding{Name: e.variables.Variable(simplify.Label(step), "_retry")}
	asked := *called
	asked.Arguments = withBudget(w.facts, called.Arguments, budget, over.Name)
	state := &asl.Task{Comment: about(step), Retry: retriers(called), Next: again}
	state.Resource, state.Arguments = w.invocation(&asked, e.plan.Known.Source.Name)
	catchers, handlers := e.catchers(step, afterwards(called.OnError, over), at)
	state.Catch = catchers
	answer := known.States("input", "Payload", task.HTTPRetry)
	w.facts = w.facts.Answered(called).Handed()
	choice := &asl.Choice{
		Comment: beside(step),
		Choices: []asl.Rule{{
			Condition: w.condition(build.Exists(answer)),
			Assign:    w.assign([]ir.Binding{{Name: over.Name, Value: build.Path(answer, "state")}}),
			Next:      wait,
		}},
		Assign:  w.assign(append(known.HandedOn(e.bound(step, called)), over)),
		Default: at.to(at.next),
	}
	seconds := build.Path(answer, "waitSeconds")
	pause := &asl.Wait{Comment: beside(step), Seconds: field[float64](w.write(seconds)), Next: id}
	states := []draft{{id, state}, {again, choice}, {wait, pause}}
	return id, append(states, handlers...)
}

// withBudget is a request with a budget, and with what a variable holds of the answer before.
func withBudget(facts known.Facts, request ir.Value, budget *ir.Budget, variable string) ir.Value {
	state := build.If(build.Exists(build.Var(variable)), build.Var(variable), build.Null())
	arguments := ir.Value(budget.Arguments())
	if budget.Given != nil {
		arguments = budget.Given
	}
	retry := ir.Object("budget", arguments, "state", state)
	given, literal := request.(*jsonata.Object)
	if !literal {
		return build.Merge(facts.Node(request), build.Object(build.Of(task.HTTPRetry, facts.Node(retry))))
	}
	whole := jsonata.NewObject()
	for name, value := range given.All() {
		whole.Set(name, value)
	}
	whole.Set(task.HTTPRetry, retry)
	return whole
}

// afterwards gives handlers that also make a binding.
func afterwards(handlers []ir.Handler, binding ir.Binding) []ir.Handler {
	after := slices.Clone(handlers)
	for i, handler := range handlers {
		after[i].Assign = append(slices.Clone(handler.Assign), binding)
	}
	return after
}
