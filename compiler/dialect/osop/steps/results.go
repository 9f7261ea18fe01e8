package steps

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/dialect/osop/nodes"
	"github.com/steploom/steploom/compiler/httprequest"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func (h host) bindings(n flow.NodeID, t *nodes.Task) []ir.Binding {
	node := h.Names.Node(n)
	var bindings []ir.Binding
	add := func(name string, value ir.Value) {
		if !slices.ContainsFunc(bindings, func(b ir.Binding) bool { return b.Name == name }) {
			bindings = append(bindings, ir.Binding{Name: name, Value: value})
		}
	}
	for _, port := range node.Outputs {
		value := h.bound(t, port, len(node.Outputs) == 1)
		add(h.Output(port.Name), value)
		if own := h.Own(n, port.Name); h.usage[own] {
			add(own, value)
		}
	}
	if h.reads(n, names.Result) && t.Operation == "" {
		add(h.Of(n, names.Result), t.Result)
	}
	if h.reads(n, names.Response) {
		add(h.Of(n, names.Response), httprequest.Answer())
	}
	if h.reads(n, names.Failure) {
		add(h.Of(n, names.Failure), nil)
	}
	return bindings
}

// bound is what one output is bound to: its path in the result; the result's field of its name; the whole result when it is the only
// output and there is no such field.
func (h host) bound(t *nodes.Task, port ast.Port, only bool) jsonata.Node {
	_, nothing := t.Result.(*jsonata.Null)
	switch {
	case nothing:
		return build.Null()
	case port.Path != "":
		return h.PathIn(t.Result, strings.TrimSuffix(strings.TrimPrefix(port.Path, "${"), "}"), port.Range)
	case t.Port != nil:
		return t.Port(port.Name, only)
	}
	own, otherwise := build.Field(t.Result, port.Name), build.Null()
	if only {
		otherwise = t.Result
	}
	return build.If(build.All(build.HasType(t.Result, "object"), build.Exists(own)), own, otherwise)
}

// passedOn are the outputs of a node that does no work. An output that is an input too keeps its value.
func (h host) passedOn(n flow.NodeID, t *nodes.Task) []ir.Binding {
	return slices.DeleteFunc(h.bindings(n, t), func(b ir.Binding) bool {
		return slices.ContainsFunc(h.Names.Node(n).Inputs, func(p ast.Port) bool { return len(h.Producers(p.Name)) > 1 && b.Name == h.Output(p.Name) })
	})
}

// failed are the variables that a failure sets: the error, and null for everything that the node would have put out.
func (h host) failed(n flow.NodeID, failure jsonata.Node) []ir.Binding {
	bindings := []ir.Binding{{Name: h.Of(n, names.Failure), Value: failure}}
	response, isRead := h.Of(n, names.Response), h.reads(n, names.Response)
	for _, b := range h.bindings(n, &nodes.Task{Result: build.Null()}) {
		if b.Name != response && b.Name != bindings[0].Name {
			bindings = append(bindings, ir.Binding{Name: b.Name})
		}
	}
	slices.SortFunc(bindings[1:], func(a, b ir.Binding) int { return strings.Compare(a.Name, b.Name) })
	if h.Plan.Draws[n] {
		bindings = append(bindings, ir.Binding{Name: h.Of(n, names.Draw), Value: build.Call("random")})
	}
	if isRead {
		bindings = append(bindings, ir.Binding{Name: response, Value: httprequest.Refused()})
	}
	return bindings
}

// handlers says what to do when a node fails, arm by arm; from the first arm on that has a condition, one handler takes every error.
func (h host) handlers(n flow.NodeID, arms []flow.FailureArm) []ir.Handler {
	var handlers []ir.Handler
	handle := func(body []ir.Step, errors ...string) {
		matches := ir.Named(errors...)
		if len(errors) == 0 {
			matches = []ir.ErrorMatch{ir.AllErrors}
		}
		handlers = append(handlers, ir.Handler{Errors: matches, Assign: h.failed(n, ir.Error()), Body: body})
	}
	for i, arm := range arms {
		if arm.When != nil {
			handle(h.decide(n, arms[i:]))
			return handlers
		}
		handle(arm.Body, arm.Errors...)
		if len(arm.Errors) == 0 {
			return handlers
		}
	}
	if h.reads(n, names.Failure) && len(arms) > 0 {
		handle(h.Raise(n, flow.NoEdge))
	}
	return handlers
}

func (h host) decide(n flow.NodeID, arms []flow.FailureArm) []ir.Step {
	branch := &ir.Branch{Header: h.Header(n, h.Label(n)+": error edges")}
	for _, arm := range arms {
		var conditions []jsonata.Node
		if len(arm.Errors) > 0 {
			var errors []jsonata.Node
			for _, name := range arm.Errors {
				errors = append(errors, build.Text(name))
			}
			conditions = append(conditions, build.Binary(build.Path(build.Var(h.Of(n, names.Failure)), "Error"), "in", build.List(errors...)))
		}
		if arm.When != nil {
			conditions = append(conditions, arm.When)
		}
		if len(conditions) == 0 {
			branch.Else = arm.Body
			return []ir.Step{branch}
		}
		branch.Cases = append(branch.Cases, ir.Case{When: build.All(conditions...), Body: arm.Body})
	}
	branch.Else = h.Raise(n, flow.NoEdge)
	return []ir.Step{branch}
}
