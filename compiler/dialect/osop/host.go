package osop

import (
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// graph is the flow.Host of its document: it knows what nodes do and what edges are called.

// Label implements flow.Host.
func (g *graph) Label(n int) string {
	if n < len(g.document.Nodes) {
		return g.document.Nodes[n].ID
	}
	return g.waitLabel(n - len(g.document.Nodes))
}

// Header implements flow.Host.
func (g *graph) Header(n int, label string) ir.Header {
	var at diag.Range
	if n < len(g.document.Nodes) {
		at = g.document.Nodes[n].Range
	} else {
		at = g.waits[n-len(g.document.Nodes)].edge.Range
	}
	return ir.Header{Common: ir.Head{Label: label, Range: at}}
}

// Flag implements flow.Host.
func (g *graph) Flag(edge int) string {
	e := g.flow.Edges[edge]
	return g.names.of("flag "+strconv.Itoa(edge), cut(g.Label(e.From), 35)+"_to_"+cut(g.Label(e.To), 35))
}

// signal is the error by which a branch says that an edge out of its Parallel is taken.
func (g *graph) signal(edge int) string {
	e := g.flow.Edges[edge]
	return "Edge." + asl.Identifier(g.Label(e.From)) + "." + asl.Identifier(g.Label(e.To)) + "." + strconv.Itoa(edge)
}

// Signal implements flow.Host: the cause carries the failure through the Parallel.
func (g *graph) Signal(edge int) []ir.Step {
	from := g.flow.Edges[edge].From
	return []ir.Step{&ir.Fail{Header: g.Header(from, g.Label(from)+": leave for "+g.Label(g.flow.Edges[edge].To)), Error: g.signal(edge),
		Cause: build.Call("string", build.Var(g.failureVariable(from)))}}
}

// Caught implements flow.Host.
func (g *graph) Caught(edge int) ([]string, []ir.Binding) {
	from := g.flow.Edges[edge].From
	failure := build.Call("parse", build.Path(ir.Error(), "Cause"))
	return []string{g.signal(edge)}, g.failureBindings(from, failure)
}

// Raise implements flow.Host.
func (g *graph) Raise(n, bound int) []ir.Step {
	if bound >= 0 {
		e := g.flow.Edges[bound]
		cause := "the edge " + g.Label(e.From) + " → " + g.Label(e.To) + " was taken " + strconv.Itoa(e.Max) + " times and would be taken again"
		return []ir.Step{&ir.Fail{Header: g.Header(n, g.Label(n)+": too often"), Error: "Workflow.TooManyRounds", Cause: cause}}
	}
	failure := build.Var(g.failureVariable(n))
	steps := g.compensations(n)
	return append(steps, &ir.Fail{Header: g.Header(n, g.Label(n)+": failed"), Error: build.Path(failure, "Error"), Cause: build.Path(failure, "Cause")})
}

// Return implements flow.Host: what a run puts out are the outputs of the nodes at which it ended.
func (g *graph) Return(nodes []int) []ir.Step {
	body := jsonata.NewObject()
	at := ir.Header{Common: ir.Head{Range: g.document.Range}}
	seen := map[string]bool{}
	for _, n := range nodes {
		if n >= len(g.document.Nodes) {
			continue
		}
		at = ir.Header{Common: ir.Head{Range: g.document.Nodes[n].Range}}
		for _, port := range g.document.Nodes[n].Outputs {
			if !seen[port.Name] {
				seen[port.Name] = true
				body.Set(port.Name, build.Var(g.names.of("output "+port.Name, port.Name)))
			}
		}
	}
	result := &ir.Return{Header: at, Body: body, HasBody: true}
	if g.answersHTTP() {
		result.Status = 200.0
	}
	return []ir.Step{result}
}

// answersHTTP tells whether the run is the answer to a request.
func (g *graph) answersHTTP() bool { return len(g.routes) > 0 }

// Node implements flow.Host.
func (g *graph) Node(n int, failure []flow.FailureArm) []ir.Step {
	if n >= len(g.document.Nodes) {
		return g.waitOn(n)
	}
	handlers := g.handlers(n, failure)
	if ask := g.gate(n); ask != nil {
		return append(g.gated(n, ask, handlers), g.afterwards(n)...)
	}
	return append(g.perform(n, g.Label(n), handlers), g.afterwards(n)...)
}

// perform gives the steps of what a node does itself.
func (g *graph) perform(n int, label string, handlers []ir.Handler) []ir.Step {
	t := g.tasks[n]
	switch {
	case g.iterators[n] != "":
		return g.each(n, t, label, handlers)
	case t.idle:
		return []ir.Step{&ir.Assign{Header: g.Header(n, label), Bindings: g.passedOn(n, t)}}
	default:
		return g.run(n, t, label, handlers)
	}
}

// gated gives the steps of a node behind its approval gate. What handles the node's failure handles a rejection too, so both stand in one
// Parallel.
func (g *graph) gated(n int, ask ir.Step, handlers []ir.Handler) []ir.Step {
	label := g.Label(n)
	steps := append([]ir.Step{ask}, g.perform(n, label+": run", nil)...)
	if len(handlers) == 0 {
		ask.Head().Label = label
		return steps
	}
	return []ir.Step{&ir.Parallel{Header: g.Header(n, label), OnError: handlers,
		Branches: []ir.ParallelBranch{{Label: label + ": with approval", Body: steps}}}}
}

// afterwards notes what later decisions need to know of the node.
func (g *graph) afterwards(n int) []ir.Step {
	note := &ir.Assign{Header: g.Header(n, "")}
	if name := g.draws[n]; name != "" {
		note.Bindings = append(note.Bindings, ir.Binding{Name: name, Value: build.Call("random")})
	}
	if len(g.undoing(n)) > 0 {
		note.Bindings = append(note.Bindings, ir.Binding{Name: g.doneVariable(n), Value: true})
	}
	if len(note.Bindings) == 0 {
		return nil
	}
	return []ir.Step{note}
}

// run gives the call of a node and what is bound when it succeeded.
func (g *graph) run(n int, t *task, label string, handlers []ir.Handler) []ir.Step {
	bindings := g.bindings(n, t)
	if t.operation != "" {
		invoke := &ir.Invoke{Header: g.Header(n, label), Operation: t.operation, Input: t.arguments, Bind: g.resultVariable(n), OnError: handlers}
		if len(bindings) == 0 {
			return []ir.Step{invoke}
		}
		return []ir.Step{invoke, &ir.Assign{Header: g.Header(n, label+": outputs"), Bindings: bindings}}
	}
	c := &ir.Call{Header: g.Header(n, label), Function: t.function, External: t.external, Arguments: t.arguments, TimeoutSeconds: t.timeout,
		Writes: t.writes, Retry: g.notRetried(n, t.retry), OnError: handlers, WaitForToken: t.token}
	for i, b := range bindings {
		if node, ok := b.Value.(jsonata.Node); ok && i == 0 {
			c.Bind, c.Result = b.Name, node
			continue
		}
		c.More = append(c.More, b)
	}
	return []ir.Step{c}
}

// notRetried puts the errors that edges name before what is retried, so that those are not.
func (g *graph) notRetried(n int, retry ir.Native) ir.Native {
	var named []string
	for _, arm := range g.flow.Nodes[n].Failure {
		for _, name := range arm.Errors {
			if strings.HasPrefix(name, "Http.Status.") && !slices.Contains(named, name) {
				named = append(named, name)
			}
		}
	}
	if len(named) == 0 || len(retry) == 0 {
		return retry
	}
	return append(ir.Native{{Errors: ir.Named(named...), MaxAttempts: 0}}, retry...)
}

// handlers says what to do when a node fails, arm by arm; from the first arm on that has a condition, one handler takes every error.
func (g *graph) handlers(n int, arms []flow.FailureArm) []ir.Handler {
	var handlers []ir.Handler
	assign := g.failureBindings(n, ir.Error())
	for i, arm := range arms {
		if arm.When == nil {
			errors := arm.Errors
			if len(errors) == 0 {
				errors = []string{"States.ALL"}
			}
			handlers = append(handlers, ir.Handler{Errors: ir.Named(errors...), Assign: assign, Body: arm.Body})
			if len(arm.Errors) == 0 {
				return handlers
			}
			continue
		}
		return append(handlers, ir.Handler{Errors: []ir.ErrorMatch{ir.AllErrors}, Assign: assign, Body: g.decide(n, arms[i:])})
	}
	if len(g.undoneBy(n)) > 0 || g.needFailure[n] && len(arms) > 0 {
		handlers = append(handlers, ir.Handler{Errors: []ir.ErrorMatch{ir.AllErrors}, Assign: assign, Body: g.Raise(n, -1)})
	}
	return handlers
}

// decide chooses among arms with conditions.
func (g *graph) decide(n int, arms []flow.FailureArm) []ir.Step {
	branch := &ir.Branch{Header: g.Header(n, g.Label(n)+": error edges")}
	for _, arm := range arms {
		when := arm.When
		if len(arm.Errors) > 0 {
			var names []jsonata.Node
			for _, name := range arm.Errors {
				names = append(names, build.Text(name))
			}
			named := build.Binary(build.Path(build.Var(g.failureVariable(n)), "Error"), "in", build.List(names...))
			if when == nil {
				when = named
			} else {
				when = build.Binary(named, "and", when)
			}
		}
		if when == nil {
			branch.Else = arm.Body
			return []ir.Step{branch}
		}
		branch.Cases = append(branch.Cases, ir.Case{When: when, Body: arm.Body})
	}
	branch.Else = g.Raise(n, -1)
	return []ir.Step{branch}
}

// failureBindings are what a failure leaves behind: the error, and null for everything that the node would have put out.
func (g *graph) failureBindings(n int, failure jsonata.Node) []ir.Binding {
	bindings := []ir.Binding{{Name: g.failureVariable(n), Value: failure}}
	for _, name := range g.outputVariables(n) {
		bindings = append(bindings, ir.Binding{Name: name, Value: nil})
	}
	if g.needResponse[n] {
		bindings = append(bindings, ir.Binding{Name: g.responseVariable(n), Value: object("status", statusOf(build.Path(ir.Error(), "Error")), "headers", jsonata.NewObject())})
	}
	return bindings
}

// statusOf reads the status from the name of an error such as Http.Status.401; null for other errors.
func statusOf(name jsonata.Node) jsonata.Node {
	prefix := build.Binary(build.Call("substringBefore", name, build.Text(".")), "=", build.Text("Http"))
	number := build.Call("substringAfter", name, build.Text("Http.Status."))
	isStatus := build.Binary(prefix, "and", build.Binary(number, "!=", name))
	return build.If(isStatus, build.Call("number", number), build.Null())
}

// outputVariables are all variables that a node sets when it succeeds, besides the response.
func (g *graph) outputVariables(n int) []string {
	var found []string
	for _, port := range g.document.Nodes[n].Outputs {
		found = append(found, g.names.of("output "+port.Name, port.Name))
	}
	for _, name := range g.needOwn[n] {
		found = append(found, g.ownOutput(n, name))
	}
	if g.needResult[n] {
		found = append(found, g.resultVariable(n))
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// passedOn are the outputs of a node that does no work. An output that is an input too keeps its value.
func (g *graph) passedOn(n int, t *task) []ir.Binding {
	if t.passed == nil {
		return nil
	}
	clone := *t
	clone.result = t.passed
	return slices.DeleteFunc(g.bindings(n, &clone), func(b ir.Binding) bool {
		return slices.ContainsFunc(g.document.Nodes[n].Inputs, func(p Port) bool {
			return len(g.producers[p.Name]) > 1 && b.Name == g.names.of("output "+p.Name, p.Name)
		})
	})
}

// bindings are the variables that a node sets when it succeeded.
func (g *graph) bindings(n int, t *task) []ir.Binding {
	node := g.document.Nodes[n]
	var bindings []ir.Binding
	add := func(name string, value ir.Value) {
		if !slices.ContainsFunc(bindings, func(b ir.Binding) bool { return b.Name == name }) {
			bindings = append(bindings, ir.Binding{Name: name, Value: value})
		}
	}
	for _, port := range node.Outputs {
		value := g.bound(t, port, len(node.Outputs) == 1)
		add(g.names.of("output "+port.Name, port.Name), value)
		if slices.Contains(g.needOwn[n], port.Name) {
			add(g.ownOutput(n, port.Name), value)
		}
	}
	if g.needResult[n] && t.operation == "" && t.result != nil {
		add(g.resultVariable(n), t.result)
	}
	if g.needResponse[n] {
		add(g.responseVariable(n), object("status", build.Path(ir.Result(), "statusCode"), "headers", build.Path(ir.Result(), "headers")))
	}
	if g.needFailure[n] {
		add(g.failureVariable(n), nil)
	}
	return bindings
}

// bound is what one output is bound to: its path in the result; the result's field of its name; the whole result when it is the only
// output and there is no such field.
func (g *graph) bound(t *task, port Port, only bool) jsonata.Node {
	if port.Path != "" {
		node, ok := pathOf(t.result, strings.TrimSuffix(strings.TrimPrefix(port.Path, "${"), "}"))
		if !ok {
			g.report(diag.Error, codeRuntime, port.Range, quoted(port.Path)+" is not a path", "", "write $.field.other or $.list[0].field")
		}
		return build.OrNull(node)
	}
	if t.port != nil {
		return t.port(port.Name, only)
	}
	own := build.Path(t.result, port.Name)
	if t.result == nil {
		return build.Null()
	}
	has := build.Binary(build.HasType(t.result, "object"), "and", build.Exists(own))
	if only {
		return build.If(has, own, t.result)
	}
	return build.If(has, own, build.Null())
}
