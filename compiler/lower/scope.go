package lower

import (
	"maps"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// scope is a variable scope of the States Language: the whole machine, the body of a Map, or a branch of a Parallel. An inner scope reads
// the variables of the outer ones and can set none of their names, so its own get other names where they would meet
// (docs.aws.amazon.com/step-functions, "Passing data between states with variables", variable scope).
type scope struct {
	// label says whose scope it is; empty for the machine.
	label string
	// taken are the names that this scope and those around it set.
	taken map[string]bool
	// renamed says what to read for a variable of the IR, and assigned what to set.
	renamed  map[string]jsonata.Node
	assigned map[string]string
	// output is what the scope ends with; nil for an empty object.
	output ir.Value
	// branch tells that the scope is a branch of a Parallel, or a Map body inside one.
	branch bool
	// labels are the states of the steps that jumps back lead to.
	labels map[string]string
	// entries are the states that labels stand for, filled from the end.
	entries map[string]string
	// finish is the name of the state that ends the scope, once a state needs it that cannot end the scope itself.
	finish string
}

// place is where a step stands: what comes after it, in which scope, and where a break leads.
type place struct {
	next, breakTo string // "" is the end of the scope
	scope         *scope
}

// inner opens a scope for names set inside. exported names get new names even when nothing around has them yet.
func (l *lowering) inner(outer *scope, label string, names map[string]bool, exported []string) *scope {
	opened := &scope{
		label:    label,
		taken:    maps.Clone(outer.taken),
		renamed:  maps.Clone(outer.renamed),
		assigned: map[string]string{},
		branch:   outer.branch,
		entries:  map[string]string{},
	}
	for _, name := range exported {
		opened.taken[name] = true
	}
	for _, name := range sortedKeys(names) {
		delete(opened.renamed, name)
		if opened.taken[name] {
			own := l.variables.variable(name, "")
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

// leave gives the Next or the End of a state, and the Output of one that ends the scope.
func (l *lowering) leave(at place) (next string, end bool, output any) {
	switch {
	case at.next != "":
		return at.next, false, nil
	case at.scope.output == nil:
		return "", true, jsonata.NewObject()
	default:
		return l.finish(at.scope), false, nil
	}
}

// endWith gives the Output of the last state of an iteration or branch, with what that state would set written out, so that the scope ends
// with it; nil where the state is not the last, hands nothing out or cannot say it. What it would set dies with the scope.
func (l *lowering) endWith(bindings []ir.Binding, at place) any {
	if at.next != "" || at.scope.output == nil {
		return nil
	}
	output, ok := writtenOut(at.scope.output, settled(bindings))
	if !ok {
		return nil
	}
	return l.json(output, at.scope)
}

// settled gives the names that bindings set, each with the expression that it is set to, or nil when that is not one expression.
func settled(bindings []ir.Binding) map[string]jsonata.Node {
	known := map[string]jsonata.Node{}
	for _, binding := range bindings {
		known[binding.Name] = nil
		if node, ok := binding.Value.(jsonata.Node); ok && binding.IfOrNil == nil {
			known[binding.Name] = node
		}
	}
	return known
}

// goTo gives the name of a state to go to, for states that cannot end.
func (l *lowering) goTo(next string, at place) string {
	if next != "" {
		return next
	}
	return l.finish(at.scope)
}

func (l *lowering) finish(scope *scope) string {
	if scope.finish == "" {
		scope.finish = l.states.state(helperLabel(scope.label, "end"))
	}
	return scope.finish
}

func helperLabel(label, what string) string {
	if label == "" {
		return "End"
	}
	return cut(legal(label), asl.MaxName-len(what)-2) + ": " + what
}

// body emits the states of a whole scope: its steps, and the state that ends it if one is needed.
func (l *lowering) body(steps []ir.Step, scope *scope, comment string) *asl.Machine {
	scope.labels = map[string]string{}
	l.walkScope(steps, func(step ir.Step) {
		if label := step.Head().Label; l.fuser.targets[label] {
			scope.labels[label] = l.names[step]
		}
	})
	entry, states := l.steps(steps, place{scope: scope})
	machine := &asl.Machine{StartAt: l.goTo(entry, place{scope: scope}), States: asl.NewStates()}
	for _, state := range states {
		machine.States.Set(state.name, state.state)
	}
	if scope.finish != "" {
		machine.States.Set(scope.finish, &asl.Succeed{Comment: comment, Output: l.output(scope)})
	}
	withoutUnreachable(machine)
	return machine
}

func (l *lowering) output(scope *scope) any {
	if scope.output == nil {
		return jsonata.NewObject()
	}
	return l.json(scope.output, scope)
}
