// Package emit writes the states of a planned operation, one file per construct, from the last step to the first, so that every step knows
// the state that follows it. States get their names at the very end, in the order of the source.
package emit

import (
	"fmt"
	"path"
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/plan"
	"github.com/steploom/steploom/compiler/lower/simplify"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Machine writes the state machine of a planned operation. callees are the operations that it may run, by name. Diagnostics are what
// an author has written that a state machine cannot hold, and problems that asl.Check finds in the machine, which are faults of the
// compiler; each stands at the place that its state came from.
func Machine(planned *plan.Plan, callees map[string]Callee) (*asl.Machine, diag.List) {
	e := &emitter{plan: planned, callees: callees, variables: planned.Names(), drafts: newDrafts()}
	source := planned.Known.Source
	drafted := e.operation()
	drafted.QueryLanguage = asl.JSONata
	drafted.Comment = simplify.Legal(source.Name)
	if place := comment(source.Range, ""); place != "" {
		drafted.Comment += " (" + place + ")"
	}
	drafted.TimeoutSeconds = source.Limit()
	names, ranges := e.drafts.named(drafted)
	machine := asl.Rename(drafted, func(id string) string { return names[id] })
	return machine, append(e.found, verify(machine, source, ranges)...)
}

// emitter writes one operation.
type emitter struct {
	plan    *plan.Plan
	callees map[string]Callee
	// variables hands out the names of copies in inner scopes.
	variables simplify.Names
	drafts    *drafts
	found     diag.List
}

// draft is a state that has no name yet.
type draft struct {
	id    string
	state asl.State
}

// operation emits all states: that of the request, and then the steps.
func (e *emitter) operation() *asl.Machine {
	taken := e.plan.SetInScope(e.plan.Steps)
	for _, binding := range e.plan.Request.Bindings {
		taken[binding.Name] = true
	}
	whole := &scope{drafts: e.drafts, taken: taken, renamed: map[string]jsonata.Node{}, assigned: map[string]string{}, entries: map[string]string{}}
	at := e.plan.Known.Source.Range
	return e.request(e.body(e.plan.Steps, whole, at), whole, at)
}

// steps emits a list of steps from the last to the first. It gives the state to begin with, which is what comes after when no step needs a
// state, and the states in the order of the source.
func (e *emitter) steps(steps []ir.Step, at place) (entry string, states []draft) {
	parts := make([][]draft, len(steps))
	for i, step := range slices.Backward(steps) {
		at.next, parts[i] = e.landing(step, at)
	}
	return at.next, slices.Concat(parts...)
}

// landing emits a step and notes where jumps to it lead. A step that became no state of its own gets one when jumps lead to it.
func (e *emitter) landing(step ir.Step, at place) (entry string, states []draft) {
	entry, states = e.step(step, at)
	label := step.Head().Label
	if !e.plan.Known.Targets[label] {
		return entry, states
	}
	if id := e.drafts.own(step); entry != id {
		at.next = entry
		pass := &asl.Pass{Comment: about(step)}
		pass.Next, pass.End, pass.Output = at.leave()
		entry, states = id, append([]draft{{id, pass}}, states...)
	}
	at.scope.entries[label] = entry
	return entry, states
}

// step emits one step. One flat switch over all steps.
func (e *emitter) step(step ir.Step, at place) (entry string, states []draft) {
	switch step := step.(type) {
	case *ir.Call:
		return e.call(step, at)
	case *ir.Assign:
		return e.assignment(step, at)
	case *ir.Branch:
		return e.branch(step, at)
	case *ir.Loop:
		return e.loop(step, at)
	case *ir.Parallel:
		return e.parallel(step, at)
	case *ir.Wait:
		return e.wait(step, at)
	case *ir.Goto:
		return e.jump(step, at)
	case *ir.Break:
		return at.breakTo, nil
	case *ir.Invoke:
		return e.invoke(step, at)
	case *ir.Return:
		return e.response(step, at)
	case *ir.Fail:
		return e.fail(step, at)
	default:
		panic(fmt.Sprintf("lower: no states for %T", step))
	}
}

// about is the comment of a step's state.
func about(step ir.Step) string {
	head := step.Head()
	return comment(head.Range, head.Note)
}

// beside is the comment of a state that a step needs besides its own.
func beside(step ir.Step) string { return comment(step.Head().Range, "") }

// comment starts with file and line.
func comment(at diag.Range, note string) string {
	text := ""
	if at.File != "" {
		text = fmt.Sprintf("%s:%d", path.Base(at.File), at.Start.Line)
	}
	if note != "" && text != "" {
		text += " "
	}
	return simplify.Unsubstituted(text + note)
}

// noted is a step's own comment with what the author has noted before it.
func noted(step ir.Step, own string) string {
	head := step.Head()
	if head.Note != "" {
		own = head.Note + "; " + own
	}
	return comment(head.Range, own)
}
