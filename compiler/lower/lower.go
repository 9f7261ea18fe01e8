package lower

import (
	"fmt"
	"path"
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// lowering is the work on one operation.
type lowering struct {
	workflow  *ir.Workflow
	operation *ir.Operation
	facts     facts
	fuser     fuser
	flow      *flow
	// counted says for each loop that cannot be a Map why not.
	counted map[*ir.Loop]string
	// rounds says how each counted loop goes from round to round.
	rounds map[*ir.Loop]*rounds
	// counters are the variables that count jumps.
	counters map[string]bool
	// failures are the variables that hold nothing but errors that were caught.
	failures map[string]bool
	// arrays are the variables that hold nothing but arrays, and null where they are among unset.
	arrays, unset map[string]bool
	// read are the variables that anything reads.
	read map[string]bool
	// states and variables hand out names; names are those of the steps.
	states, variables namer
	names             map[ir.Step]string
	// ranges tells where each state comes from.
	ranges map[string]diag.Range
	// current is the place of the step at work; found collects what is reported there.
	current diag.Range
	found   diag.List
}

// named is a state and its name.
type named struct {
	name  string
	state asl.State
}

// Operation gives the state machine of one operation of a checked workflow (see ir.Decide and ir.Check), nil when the operation has what
// cannot be lowered. Other diagnostics are problems that asl.Check finds in the machine, each at the place that the state came from.
func Operation(workflow *ir.Workflow, operation *ir.Operation) (*asl.Machine, diag.List) {
	if found := unsupported(operation); found.HasErrors() {
		return nil, found
	}
	l := newLowering(workflow, operation)
	machine := l.machine()
	return machine, append(l.found, l.verify(machine)...)
}

func newLowering(workflow *ir.Workflow, operation *ir.Operation) *lowering {
	l := &lowering{
		workflow:  workflow,
		operation: operation,
		facts:     facts{parameters: map[string]bool{}, lists: map[string]bool{}},
		counted:   map[*ir.Loop]string{},
		rounds:    map[*ir.Loop]*rounds{},
		counters:  map[string]bool{},
		failures:  map[string]bool{},
		read:      map[string]bool{},
		states:    namer{},
		variables: namer{"param": true},
		names:     map[ir.Step]string{},
		ranges:    map[string]diag.Range{},
		current:   operation.Range,
	}
	for _, parameter := range operation.Parameters {
		l.facts.parameters[parameter.Name] = true
	}
	l.noteVariables(operation.Steps)
	l.fuser = newFuser(operation.Steps, l.facts, l.variables)
	return l
}

// machine runs the passes that doc.go names.
func (l *lowering) machine() *asl.Machine {
	steps := l.fuser.steps(l.operation.Steps)
	l.noteVariables(steps) // writing out may have changed what is read
	l.countJumps(steps)
	l.flow = analyse(steps, "param")
	l.noteArrays(steps)
	l.decide(steps)
	l.collectInCounted(steps)
	l.planRounds(steps)
	request, steps := l.request(steps)
	whole := &scope{taken: l.scopeAssigned(steps), renamed: map[string]jsonata.Node{}, assigned: map[string]string{}, entries: map[string]string{}}
	for _, binding := range request.bindings {
		whole.taken[binding.Name] = true
	}
	l.nameRequest(request)
	l.nameSteps(steps)
	machine := l.requested(request, steps, whole)
	machine.QueryLanguage = asl.JSONata
	machine.Comment = legal(l.operation.Name)
	if place := l.comment(l.operation.Range, ""); place != "" {
		machine.Comment += " (" + place + ")"
	}
	machine.TimeoutSeconds = l.operation.TimeoutSeconds
	return machine
}

// noteVariables collects the names that the source uses, those that expressions bind included, and those that it reads.
func (l *lowering) noteVariables(steps []ir.Step) {
	ir.Walk(steps, func(step ir.Step) bool {
		for _, name := range ir.Assigned(step) {
			l.variables[name] = true
		}
		for _, name := range ir.FreeVariables(ir.Parts(step).Reads...) {
			l.read[name], l.variables[name] = true, true
		}
		for name := range ir.BoundVariables(ir.Parts(step).Reads...) {
			l.variables[name] = true
		}
		return true
	})
	l.noteFailures(steps)
}

// noteFailures finds the variables that only handlers set, and only to the error that they caught.
func (l *lowering) noteFailures(steps []ir.Step) {
	others := map[string]bool{}
	ir.Walk(steps, func(step ir.Step) bool {
		for _, name := range ir.Assigned(step) {
			others[name] = others[name] || !setsFailure(step, name)
		}
		return true
	})
	for name, other := range others {
		l.failures[name] = !other
	}
}

func setsFailure(step ir.Step, name string) bool {
	call, ok := step.(*ir.Call)
	if !ok || call.Bind == name {
		return false
	}
	for _, handler := range call.OnError {
		for _, binding := range handler.Assign {
			node, ok := binding.Value.(jsonata.Node)
			if binding.Name == name && (!ok || !sameText(node, ir.Error())) {
				return false
			}
		}
	}
	return !slices.ContainsFunc(call.More, func(binding ir.Binding) bool { return binding.Name == name })
}

// steps emits a list of steps from the last to the first. It gives the state to begin with, which is what comes after when no step needs a
// state, and the states in the order of the source.
func (l *lowering) steps(steps []ir.Step, at place) (entry string, states []named) {
	parts := make([][]named, len(steps))
	for i, step := range slices.Backward(steps) {
		around := l.current
		l.current = step.Head().Range
		at.next, parts[i] = l.step(step, at)
		l.current = around
		at.next, parts[i] = l.landing(step, at, parts[i])
	}
	return at.next, slices.Concat(parts...)
}

// landing notes where jumps to a step lead. A step that became no state of its own gets one when jumps back lead to it.
func (l *lowering) landing(step ir.Step, at place, states []named) (string, []named) {
	label := step.Head().Label
	if !l.fuser.targets[label] {
		return at.next, states
	}
	if name := l.names[step]; name != "" && at.next != name {
		states = append([]named{l.pass(step, name, at)}, states...)
		at.next = name
	}
	at.scope.entries[label] = at.next
	return at.next, states
}

func (l *lowering) pass(step ir.Step, name string, at place) named {
	next, end, output := l.leave(at)
	return l.named(name, step, &asl.Pass{Comment: l.about(step), Output: output, Next: next, End: end})
}

// step emits one step. One flat switch over all steps.
func (l *lowering) step(step ir.Step, at place) (entry string, states []named) {
	switch step := step.(type) {
	case *ir.Call:
		return l.call(step, at)
	case *ir.Assign:
		return l.assignment(step, at)
	case *ir.Branch:
		return l.branch(step, at)
	case *ir.Loop:
		return l.loop(step, at)
	case *ir.Parallel:
		return l.parallel(step, at)
	case *ir.Wait:
		return l.wait(step, at)
	case *ir.Goto:
		return l.jump(step, at)
	case *ir.Break:
		return at.breakTo, nil
	case *ir.Invoke:
		return l.invoke(step, at)
	case *ir.Return:
		return l.response(step, at)
	case *ir.Fail:
		return l.fail(step, at)
	default:
		panic(fmt.Sprintf("lower: no lowering for %T", step))
	}
}

// named notes where a state comes from.
func (l *lowering) named(name string, step ir.Step, state asl.State) named {
	l.ranges[name] = step.Head().Range
	return named{name, state}
}

// helper names a state that a step needs besides its own.
func (l *lowering) helper(step ir.Step, what string) string {
	return l.states.state(helperLabel(l.names[step], what))
}

// about is the comment of a step's state.
func (l *lowering) about(step ir.Step) string {
	head := step.Head()
	return l.comment(head.Range, head.Note)
}

// comment starts with file and line.
func (l *lowering) comment(at diag.Range, note string) string {
	comment := ""
	if at.File != "" {
		comment = fmt.Sprintf("%s:%d", path.Base(at.File), at.Start.Line)
	}
	if note != "" && comment != "" {
		comment += " "
	}
	return unsubstituted(comment + note)
}
