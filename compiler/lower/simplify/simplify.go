// Package simplify makes the steps of an operation fewer: assignments that one state can make become one, branches of branches become
// cases, what a loop gathers gets a name of its own where its body uses the name. What comes out means the same as what went in, which
// stays as it was.
package simplify

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/known"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Simple is an operation made simple.
type Simple struct {
	// Source is the operation as the dialect gave it.
	Source *ir.Operation
	Steps  []ir.Step
	// Targets are the labels that jumps lead to: a step with such a label must stay a state of its own.
	Targets map[string]bool
	// Facts are what is certain about the operation's data.
	Facts known.Facts
	// Names are the variables in use. Every bounded jump among the steps has one to count in.
	Names Names
}

// Operation makes an operation simple. The catalogue describes the functions that it may call.
func Operation(source *ir.Operation, catalogue []task.Row) Simple {
	s := simplifier{targets: targets(source.Steps), facts: known.Of(source, catalogue), names: namesIn(source.Steps)}
	return Simple{Source: source, Steps: s.steps(source.Steps), Targets: s.targets, Facts: s.facts, Names: s.names}
}

func targets(steps []ir.Step) map[string]bool {
	found := map[string]bool{}
	ir.Walk(steps, func(step ir.Step) bool {
		if jump, ok := step.(*ir.Goto); ok {
			found[jump.Target] = true
		}
		return true
	})
	return found
}

// simplifier copies steps and hands out names.
type simplifier struct {
	targets map[string]bool
	facts   known.Facts
	names   Names
}

// steps copies a list of steps, with what can be merged merged.
func (s simplifier) steps(steps []ir.Step) []ir.Step {
	simple := make([]ir.Step, 0, len(steps))
	for _, step := range steps {
		for _, copied := range s.unfolded(step) {
			simple = s.add(simple, copied)
		}
	}
	return simple
}

// add appends a step to steps, or merges it into the last.
func (s simplifier) add(steps []ir.Step, step ir.Step) []ir.Step {
	if last := len(steps) - 1; last >= 0 {
		if joined := Joined(steps[last], step, s.targets, s.facts); joined != nil {
			steps[last] = joined
			return steps
		}
	}
	return append(steps, step)
}

// unfolded copies a step as the steps that it really is: a branch without a condition is what it does else.
func (s simplifier) unfolded(step ir.Step) []ir.Step {
	jump, isJump := step.(*ir.Goto)
	if isJump && jump.Max > 0 && jump.Counter == "" {
		counted := *jump
		counted.Counter = s.names.Variable(jump.Target, "_visits")
		step = &counted
	}
	copied := ir.WithBodies(step, s.steps)
	if branch, ok := copied.(*ir.Branch); ok {
		branch = s.flattened(branch)
		if len(branch.Cases) == 0 && !s.targets[branch.Common.Label] {
			return branch.Else
		}
		return []ir.Step{branch}
	}
	if loop, ok := copied.(*ir.Loop); ok {
		return s.collectAside(loop)
	}
	return []ir.Step{copied}
}

// flattened makes an else that is nothing but another branch further cases of the first.
func (s simplifier) flattened(branch *ir.Branch) *ir.Branch {
	if len(branch.Else) != 1 {
		return branch
	}
	inner, ok := branch.Else[0].(*ir.Branch)
	if !ok || s.targets[inner.Common.Label] {
		return branch
	}
	return &ir.Branch{Header: branch.Header, Cases: append(branch.Cases, inner.Cases...), Else: inner.Else}
}

// collectAside makes a loop gather under names of its own where its body uses the name it gathers under, which until the end of the loop
// keeps the value from before. An assignment that follows the loop sets the name.
func (s simplifier) collectAside(loop *ir.Loop) []ir.Step {
	used := usedInside(loop)
	var after []ir.Binding
	for i, collect := range loop.Collect {
		if used[collect.Name] {
			loop.Collect[i].Name = s.names.Variable(collect.Name, "_collected")
			after = append(after, ir.Binding{Name: collect.Name, Value: build.Var(loop.Collect[i].Name)})
		}
	}
	if len(after) == 0 {
		return []ir.Step{loop}
	}
	return []ir.Step{loop, &ir.Assign{Header: Beside(loop, "collected"), Bindings: after}}
}

// usedInside gives the names that an iteration of a loop reads or sets.
func usedInside(loop *ir.Loop) map[string]bool {
	used := map[string]bool{loop.Variable: true, loop.IndexOrEmpty: true}
	note := func(names []string) {
		for _, name := range names {
			used[name] = true
		}
	}
	note(ir.FreeVariables(ir.Parts(&ir.Loop{Collect: loop.Collect, Until: loop.Until}).Reads...))
	ir.Walk(loop.Body, func(step ir.Step) bool {
		note(ir.Assigned(step))
		note(ir.FreeVariables(ir.Parts(step).Reads...))
		return true
	})
	return used
}

// Beside is the header of a step that the compiler adds for another.
func Beside(step ir.Step, what string) ir.Header {
	head := *step.Head()
	return ir.Header{Common: ir.Head{Label: Label(step) + ": " + what, Range: head.Range}}
}
