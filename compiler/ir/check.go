package ir

import (
	"fmt"

	"github.com/steploom/steploom/shared/diag"
)

// Check finds what no dialect may hand on: jumps that lead nowhere, loops without a rule to go on by, names that cannot be variables.
// Every step of a checked workflow can be lowered.
func Check(workflow *Workflow) diag.List {
	var found diag.List
	operations := map[string]*Operation{}
	for _, operation := range workflow.Operations {
		if first, twice := operations[operation.Name]; twice {
			found.Add(diag.Diagnostic{
				Code: "IR001", Summary: fmt.Sprintf("operation %q is defined twice", operation.Name), Range: operation.Range,
				Notes: []diag.Related{{Range: first.Range, Message: "first defined here"}},
			})
		}
		operations[operation.Name] = operation
	}
	for _, operation := range workflow.Operations {
		checker := checker{operation: operation, operations: operations, found: &found}
		checker.steps(operation.Steps, frame{targets: labels(operation.Steps)})
	}
	return found.Sorted()
}

type checker struct {
	operation  *Operation
	operations map[string]*Operation
	found      *diag.List
}

// frame is what surrounds a step.
type frame struct {
	loop bool
	// targets are the labels that a jump may lead to: those of the innermost parallel branch, or of the whole operation.
	targets map[string]int
}

// labels counts the labels of steps that one thread of control can reach, so not those inside parallel branches.
func labels(steps []Step) map[string]int {
	counts := map[string]int{}
	Walk(steps, func(step Step) bool {
		counts[step.Head().Label]++
		_, parallel := step.(*Parallel)
		return !parallel
	})
	return counts
}

func (c checker) report(step Step, code, format string, arguments ...any) {
	c.found.Add(diag.Diagnostic{Code: code, Summary: fmt.Sprintf(format, arguments...), Range: step.Head().Range})
}

func (c checker) steps(steps []Step, around frame) {
	for _, step := range steps {
		c.step(step, around)
	}
}

func (c checker) step(step Step, around frame) {
	c.variables(step)
	switch step := step.(type) {
	case *Break:
		if !around.loop {
			c.report(step, "IR002", "break stands outside any loop")
		}
	case *Goto:
		c.jump(step, around)
	case *Invoke:
		c.invoke(step)
	case *Call:
		if step.WaitForToken && c.operation.Mode != Standard {
			c.report(step, "IR006", "a call that waits for an answer needs a Standard state machine, %q is Express", c.operation.Name)
		}
	case *Wait:
		if (step.Seconds == nil) == (step.Until == nil) {
			c.report(step, "IR009", "a wait needs either seconds or a time")
		}
	case *Loop:
		c.loop(step)
		c.steps(step.Body, frame{loop: true, targets: around.targets})
		return
	case *Parallel:
		c.parallel(step, around)
		return
	}
	for _, body := range Bodies(step) {
		c.steps(body, around)
	}
}

func (c checker) parallel(step *Parallel, around frame) {
	for _, branch := range step.Branches {
		c.steps(branch.Body, frame{targets: labels(branch.Body)})
	}
	for _, body := range handlerBodies(step.OnError) {
		c.steps(body, around)
	}
}

func (c checker) jump(step *Goto, around frame) {
	if step.Max < 1 {
		c.report(step, "IR003", "a jump back to %q needs a bound of at least 1", step.Target)
	}
	switch around.targets[step.Target] {
	case 0:
		c.report(step, "IR004", "no step named %q can be reached from here", step.Target)
	case 1:
	default:
		c.report(step, "IR004", "more than one step is named %q", step.Target)
	}
}

func (c checker) invoke(step *Invoke) {
	callee, known := c.operations[step.Operation]
	switch {
	case !known:
		c.report(step, "IR005", "there is no operation %q", step.Operation)
	case callee.Mode == Standard && c.operation.Mode == Express:
		c.report(step, "IR006", "an Express state machine cannot wait for the Standard one of %q", step.Operation)
	}
}

func (c checker) loop(step *Loop) {
	rules := 0
	for _, given := range []bool{step.Items != nil, step.Count != nil, step.Until != nil} {
		if given {
			rules++
		}
	}
	switch {
	case rules != 1:
		c.report(step, "IR007", "a loop needs exactly one of items, count and until")
	case step.Until != nil && step.Max < 1:
		c.report(step, "IR003", "a loop that runs until a condition holds needs a bound of at least 1")
	}
}

// variables refuses names that Step Functions or JSONata could not hold or would read as something else.
func (c checker) variables(step Step) {
	for _, name := range Assigned(step) {
		if !IsIdentifier(name) {
			c.report(step, "IR008", "%q cannot name a variable", name)
		}
	}
}

// Assigned gives the variables that a step itself sets, without those set by steps inside it. A name can come twice.
func Assigned(step Step) []string {
	var names []string
	add := func(candidates ...string) {
		for _, name := range candidates {
			if name != "" {
				names = append(names, name)
			}
		}
	}
	switch step := step.(type) {
	case *Call:
		add(step.Bind)
		add(boundNames(step.More)...)
		add(handlerNames(step.OnError)...)
	case *Assign:
		add(boundNames(step.Bindings)...)
	case *Loop:
		add(step.Variable, step.IndexOrEmpty)
		for _, collect := range step.Collect {
			add(collect.Name)
		}
	case *Parallel:
		add(handlerNames(step.OnError)...)
	case *Invoke:
		add(step.Bind)
		add(handlerNames(step.OnError)...)
	}
	return names
}

func boundNames(bindings []Binding) []string {
	names := make([]string, len(bindings))
	for i, binding := range bindings {
		names[i] = binding.Name
	}
	return names
}

func handlerNames(handlers []Handler) []string {
	var names []string
	for _, handler := range handlers {
		names = append(names, boundNames(handler.Assign)...)
	}
	return names
}
