// Package steps writes the steps of a workflow: what nodes do, what they leave behind in variables, and what is done about their failures. Its host
// is what package flow asks while it puts the steps in order.
package steps

import (
	"slices"
	"strconv"

	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/dialect/osop/nodes"
	"github.com/steploom/steploom/compiler/dialect/osop/routes"
	"github.com/steploom/steploom/compiler/inputs"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Workflow is everything that the steps of a workflow are made of.
type Workflow struct {
	*names.Names
	Tasks []*nodes.Task // by nodes
	Gates []*nodes.Task // approvals that nodes wait for, nil for most
	Plan  *routes.Plan
	// AnswersHTTP tells that the run is the answer to a request.
	AnswersHTTP bool
}

// Of gives the steps of a workflow, and the nodes that lose concurrency.
func Of(w Workflow) ([]ir.Step, []flow.Warning) {
	given := w.inputs().Given(func(node *source.Node) ir.Value { return w.From(flow.NoNode).Value(node) })
	reads := append(w.Plan.Reads, given)
	for n, t := range w.Tasks {
		reads = append(reads, t.Reads())
		if gate := w.Gates[n]; gate != nil {
			reads = append(reads, gate.Reads())
		}
	}
	h := host{Workflow: w, usage: names.Survey(reads...)}
	steps, warnings := flow.Lower(w.Plan.Flow, w.Shape, h)
	steps = append(h.start(given), steps...)
	if missing := ir.Unset(steps); len(missing) > 0 {
		steps = append([]ir.Step{&ir.Assign{Header: ir.HeaderAt("", w.Document.Range), Bindings: missing}}, steps...)
	}
	return steps, warnings
}

func (w Workflow) inputs() inputs.Inputs {
	return inputs.Inputs{Declared: w.Document.Inputs, Variable: names.Inputs, AnswersHTTP: w.AnswersHTTP, Range: w.Document.Range}
}

// start gives the steps before the first node: the inputs of the run, checked. Those that have the name of an output are what the name means until a
// node puts it out.
func (h host) start(given jsonata.Node) []ir.Step {
	var early []ir.Binding
	for _, name := range h.Outputs() {
		if h.IsInput(name) {
			early = append(early, ir.Binding{Name: h.Output(name), Value: build.OrNull(build.Path(build.Var(names.Inputs), name))})
		}
	}
	if len(early) == 0 && !h.usage[names.Inputs] && !h.inputs().AreChecked() {
		return nil
	}
	return h.inputs().Steps(given, early)
}

// host implements flow.Host: it knows what nodes do and what edges are called.
type host struct {
	Workflow
	usage names.Usage
}

func (h host) reads(n flow.NodeID, kind names.Kind) bool { return h.usage[h.Of(n, kind)] }

// Header implements flow.Host.
func (h host) Header(n flow.NodeID, label string) ir.Header {
	return ir.HeaderAt(label, h.Range(n))
}

// Raise implements flow.Host.
func (h host) Raise(n flow.NodeID, bound flow.EdgeID) []ir.Step {
	label := h.Label(n) + ": failed"
	if bound != flow.NoEdge {
		label = h.Label(n) + ": too often"
	}
	name, cause := h.failure(n, bound)
	return []ir.Step{&ir.Fail{Header: h.Header(n, label), Error: name, Cause: cause}}
}

// failure is the error that a node failed with, or that of an edge that was taken too often.
func (h host) failure(n flow.NodeID, bound flow.EdgeID) (name, cause ir.Value) {
	if bound != flow.NoEdge {
		e := h.Plan.Flow.Edges[bound]
		return tooManyRounds, "the edge " + h.Label(e.From) + " → " + h.Label(e.To) + " was taken " + strconv.Itoa(e.Max) + " times and would be taken again"
	}
	failure := build.Var(h.Of(n, names.Failure))
	return build.Field(failure, "Error"), build.Field(failure, "Cause")
}

// tooManyRounds is the error of a run that goes round more often than it may.
const tooManyRounds = "Workflow.TooManyRounds"

// Note implements flow.Host.
func (h host) Note(n flow.NodeID, bound flow.EdgeID) []ir.Step {
	noted := ir.Binding{Name: names.RunFailure, Value: build.Var(h.Of(n, names.Failure))}
	if name, cause := h.failure(n, bound); bound != flow.NoEdge {
		noted.Value = ir.Object("Error", name, "Cause", cause)
	}
	return []ir.Step{&ir.Assign{Header: h.Header(n, h.Label(n)+": failed for good"), Bindings: []ir.Binding{noted}}}
}

// Failed implements flow.Host.
func (h host) Failed() jsonata.Node {
	return build.Binary(build.Var(names.RunFailure), "!=", build.Null())
}

// Undo implements flow.Host: it undoes in reverse order what was done. What fails to be undone keeps nothing else from it.
func (h host) Undo() []ir.Step {
	var steps []ir.Step
	for _, m := range slices.Backward(h.Shape.Order) {
		var body []ir.Step
		for _, undoing := range h.Undoing(m) {
			if t := h.Tasks[undoing]; !t.Idle() {
				goOn := ir.Handler{Errors: []ir.ErrorMatch{ir.AllErrors}, Assign: h.failed(undoing, ir.Error())}
				body = append(body, h.run(undoing, t, h.Label(undoing), []ir.Handler{goOn})...)
			}
		}
		if len(body) > 0 {
			done := build.Binary(build.Var(h.Of(m, names.Done)), "=", build.Bool(true))
			steps = append(steps, &ir.Branch{Header: h.Header(m, h.Label(m)+": undo"), Cases: []ir.Case{{When: done, Body: body}}})
		}
	}
	failure := build.Var(names.RunFailure)
	return append(steps, &ir.Fail{Header: h.Header(h.Shape.Order[0], "failed"), Error: build.Field(failure, "Error"), Cause: build.Field(failure, "Cause")})
}

// Return implements flow.Host: what a run puts out are the outputs of the nodes at which it ended.
func (h host) Return(ends []flow.NodeID) []ir.Step {
	result := &ir.Return{Header: ir.HeaderAt("", h.Document.Range), HasBody: true}
	body := jsonata.NewObject()
	for _, n := range ends {
		if h.Wait(n) != nil {
			continue
		}
		result.Header = h.Header(n, "")
		for _, port := range h.Names.Node(n).Outputs {
			body.Set(port.Name, build.Var(h.Output(port.Name)))
		}
	}
	result.Body = body
	if h.AnswersHTTP {
		result.Status = 200.0
	}
	return []ir.Step{result}
}

// Ran implements flow.Host.
func (h host) Ran(n flow.NodeID) string { return h.Of(n, names.Ran) }

// Node implements flow.Host.
func (h host) Node(n flow.NodeID, failure []flow.FailureArm) []ir.Step {
	if wait := h.Wait(n); wait != nil {
		return h.wait(n, wait)
	}
	handlers, label := h.handlers(n, failure), h.Label(n)
	gate := h.Gates[n]
	switch {
	case gate == nil:
		return append(h.perform(n, label, handlers), h.afterwards(n)...)
	case len(handlers) == 0:
		return slices.Concat([]ir.Step{h.call(n, gate, label)}, h.perform(n, label+": run", nil), h.afterwards(n))
	}
	// What handles the node's failure handles a rejection too, so both stand in one Parallel.
	steps := append([]ir.Step{h.call(n, gate, label+": approval")}, h.perform(n, label+": run", nil)...)
	both := &ir.Parallel{Header: h.Header(n, label), OnError: handlers, Branches: []ir.ParallelBranch{{Label: label + ": with approval", Body: steps}}}
	return append([]ir.Step{both}, h.afterwards(n)...)
}

func (h host) perform(n flow.NodeID, label string, handlers []ir.Handler) []ir.Step {
	t := h.Tasks[n]
	switch {
	case t.Idle():
		return []ir.Step{&ir.Assign{Header: h.Header(n, label), Bindings: h.passedOn(n, t)}}
	case h.Item(n) != "":
		return h.each(n, t, label, handlers)
	default:
		return h.run(n, t, label, handlers)
	}
}

// afterwards notes what later decisions need to know of the node.
func (h host) afterwards(n flow.NodeID) []ir.Step {
	note := &ir.Assign{Header: h.Header(n, "")}
	if h.Plan.Draws[n] {
		note.Bindings = append(note.Bindings, ir.Binding{Name: h.Of(n, names.Draw), Value: build.Call("random")})
	}
	if len(h.Undoing(n)) > 0 {
		note.Bindings = append(note.Bindings, ir.Binding{Name: h.Of(n, names.Done), Value: true})
	}
	if len(note.Bindings) == 0 {
		return nil
	}
	return []ir.Step{note}
}

// call is the call of a task's function, without what follows from it.
func (h host) call(n flow.NodeID, t *nodes.Task, label string) *ir.Call {
	return &ir.Call{
		Header: h.Header(n, label), Function: t.Function, External: t.External, Arguments: t.Arguments, TimeoutSeconds: t.TimeoutSeconds, Writes: t.Writes,
		WaitForToken: t.Waits,
	}
}

// run gives the call of a node and what is bound when it succeeded.
func (h host) run(n flow.NodeID, t *nodes.Task, label string, handlers []ir.Handler) []ir.Step {
	bindings := h.bindings(n, t)
	if t.Operation != "" {
		invoke := &ir.Invoke{Header: h.Header(n, label), Operation: t.Operation, Input: t.Arguments, Bind: h.Of(n, names.Result), OnError: handlers}
		if len(bindings) == 0 {
			return []ir.Step{invoke}
		}
		return []ir.Step{invoke, &ir.Assign{Header: h.Header(n, label+": outputs"), Bindings: bindings}}
	}
	call := h.call(n, t, label)
	call.OnError = handlers
	if retry := h.retry(n, t); len(retry) > 0 {
		call.Retry = retry
	}
	for i, b := range bindings {
		if node, ok := b.Value.(jsonata.Node); ok && i == 0 {
			call.Bind, call.Result = b.Name, node
			continue
		}
		call.More = append(call.More, b)
	}
	return []ir.Step{call}
}

// retry is the task's own, behind the errors that edges name, which are not retried.
func (h host) retry(n flow.NodeID, t *nodes.Task) ir.Native {
	named := h.Plan.Named[n]
	if len(named) == 0 || len(t.Retry) == 0 {
		return t.Retry
	}
	return append(ir.Native{{Errors: ir.Named(named...), MaxAttempts: 0}}, t.Retry...)
}
