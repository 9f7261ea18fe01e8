package emit

import (
	"maps"
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/simplify"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// scope is a variable scope of the States Language: the whole machine, the body of a Map, or a branch of a Parallel. An inner scope reads
// the variables of the outer ones and can set none of their names, so its own get other names where they would meet
// (docs.aws.amazon.com/step-functions, "Passing data between states with variables", variable scope).
type scope struct {
	// label says whose scope it is; the zero label is the machine's.
	label  label
	drafts *drafts
	// taken are the names that this scope and those around it set.
	taken map[string]bool
	// renamed says what to read for a variable of the IR, and assigned what to set.
	renamed  map[string]jsonata.Node
	assigned map[string]string
	// output is what the scope ends with; nil for an empty object.
	output ir.Value
	// branch tells that the scope is a branch of a Parallel, or a Map body inside one.
	branch bool
	// steps are those that jumps back lead to, by label; entries are the states that labels stand for, filled from the end.
	steps   map[string]ir.Step
	entries map[string]string
	// finish is the state that ends the scope, once a state needs it that cannot end the scope itself.
	finish string
}

// place is where a step stands: what comes after it, in which scope, and where a break leads.
type place struct {
	next, breakTo string // "" is the end of the scope
	scope         *scope
}

// inner opens a scope for names set inside. exported names get new names even when nothing around has them yet.
func (e *emitter) inner(outer *scope, whose label, names map[string]bool, exported []string) *scope {
	opened := &scope{
		label:    whose,
		drafts:   outer.drafts,
		taken:    maps.Clone(outer.taken),
		renamed:  maps.Clone(outer.renamed),
		assigned: map[string]string{},
		branch:   outer.branch,
		entries:  map[string]string{},
	}
	for _, name := range exported {
		opened.taken[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		delete(opened.renamed, name)
		if opened.taken[name] {
			own := e.variables.Variable(name, "")
			opened.renamed[name], opened.assigned[name] = build.Var(own), own
			opened.taken[own] = true
		}
	}
	for name := range names {
		opened.taken[name] = true
	}
	return opened
}

// resolve puts the scope's names into an expression.
func (s *scope) resolve(node jsonata.Node) jsonata.Node {
	return build.Replace(node, func(name string) jsonata.Node { return s.renamed[name] })
}

// target is the name that a variable of the IR is set by.
func (s *scope) target(name string) string {
	if own, ok := s.assigned[name]; ok {
		return own
	}
	return name
}

// beside is the label of a state that the scope needs.
func (s *scope) beside(what string) label {
	made := s.label
	made.what = what
	return made
}

// leave gives the Next or the End of a state, and the Output of one that ends the scope.
func (at place) leave() (next string, end bool, output any) {
	if at.next == "" && at.scope.output == nil {
		return "", true, jsonata.NewObject()
	}
	return at.to(at.next), false, nil
}

// to gives the state to go to, for states that cannot end.
func (at place) to(next string) string {
	if next != "" {
		return next
	}
	if at.scope.finish == "" {
		at.scope.finish = at.scope.drafts.add(at.scope.beside("end"))
	}
	return at.scope.finish
}

// endWith gives the Output of the last state of an iteration or branch, with what that state would set written out, so that the scope ends
// with it; nil where the state is not the last, hands nothing out or cannot say it. What it would set dies with the scope.
func (w writer) endWith(bindings []ir.Binding, at place) any {
	if at.next != "" || at.scope.output == nil {
		return nil
	}
	output, ok := simplify.WrittenOut(at.scope.output, simplify.Settled(bindings))
	if !ok {
		return nil
	}
	return w.json(output)
}

// body emits the states of a whole scope: its steps, and the state that ends it if one is needed.
func (e *emitter) body(steps []ir.Step, scope *scope, at diag.Range) *asl.Machine {
	scope.label.at, scope.steps = at, map[string]ir.Step{}
	e.plan.WalkScope(steps, func(step ir.Step) {
		if label := step.Head().Label; e.plan.Known.Targets[label] {
			scope.steps[label] = step
		}
	})
	entry, states := e.steps(steps, place{scope: scope})
	machine := &asl.Machine{StartAt: place{scope: scope}.to(entry), States: asl.NewStates()}
	for _, state := range states {
		machine.States.Set(state.id, state.state)
	}
	if scope.finish != "" {
		end := &asl.Succeed{Comment: comment(at, ""), Output: jsonata.NewObject()}
		if scope.output != nil {
			end.Output = e.writer(at, scope).json(scope.output)
		}
		machine.States.Set(scope.finish, end)
	}
	withoutUnreachable(machine)
	return machine
}

// withoutUnreachable drops the states that no way leads to, such as those after the end of an operation; Step Functions refuses them.
func withoutUnreachable(machine *asl.Machine) {
	reached := asl.Reached(machine.StartAt, func(name string) []string {
		state, _ := machine.States.Get(name)
		return asl.Targets(state)
	})
	kept := asl.NewStates()
	for name, state := range machine.States.All() {
		if reached[name] {
			kept.Set(name, state)
		}
	}
	machine.States = kept
}

// prepend puts states in front of a machine; it starts with the first of them.
func prepend(machine *asl.Machine, states ...draft) {
	all := asl.NewStates()
	for _, state := range states {
		all.Set(state.id, state.state)
	}
	for name, state := range machine.States.All() {
		all.Set(name, state)
	}
	machine.StartAt, machine.States = states[0].id, all
}
