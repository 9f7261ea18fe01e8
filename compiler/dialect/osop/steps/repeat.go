package steps

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/model"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/dialect/osop/nodes"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// atOnce is how many items a node works on at once.
const atOnce = 10

// defaultEvents is how many events an edge with a condition waits for when the source does not say.
const defaultEvents = 100

// each gives a loop over the items; every output becomes the list of what the single runs put out. A failure of one run is the node's.
func (h host) each(n flow.NodeID, t *nodes.Task, label string, handlers []ir.Handler) []ir.Step {
	loop := &ir.Loop{Header: h.Header(n, label), Variable: h.Item(n), Concurrency: atOnce}
	if edge := h.Repeating(n); edge.ForEach != nil {
		loop.Items = h.Plan.Items[n]
	} else {
		loop.Count, loop.Concurrency = build.Number(float64(edge.SpawnCount)), edge.SpawnCount
	}
	loop.Body = h.run(n, t, label+": one", nil)
	h.collect(loop)
	if len(handlers) == 0 {
		return []ir.Step{loop}
	}
	loop.Head().Label = label + ": all"
	branch := ir.ParallelBranch{Label: loop.Head().Label, Body: []ir.Step{loop}}
	return []ir.Step{&ir.Parallel{Header: h.Header(n, label), OnError: handlers, Branches: []ir.ParallelBranch{branch}}}
}

// collect gives what one run sets variables of its own, and gathers those under the real names.
func (h host) collect(loop *ir.Loop) {
	renamed := map[string]string{}
	rename := func(name *string) {
		if *name == "" {
			return
		}
		own := h.One(*name)
		if renamed[*name] == "" {
			loop.Collect = append(loop.Collect, ir.Collect{Name: *name, Value: build.Var(own)})
		}
		renamed[*name], *name = own, own
	}
	for _, step := range loop.Body {
		switch step := step.(type) {
		case *ir.Call:
			rename(&step.Bind)
			for i := range step.More {
				rename(&step.More[i].Name)
			}
		case *ir.Invoke:
			rename(&step.Bind)
		case *ir.Assign: // of what an Invoke before it gave
			for i := range step.Bindings {
				b := &step.Bindings[i]
				b.Value = ir.ReplaceValue(b.Value, func(name string) jsonata.Node {
					if own := renamed[name]; own != "" {
						return build.Var(own)
					}
					return nil
				})
				rename(&b.Name)
			}
		}
	}
}

func (h host) wait(n flow.NodeID, wait *model.Wait) []ir.Step {
	var steps []ir.Step
	label := h.Label(n)
	if wait.Event {
		steps = h.awaitEvent(n, wait)
		label += ": delay"
	}
	if wait.Edge.DelaySeconds > 0 {
		steps = append(steps, &ir.Wait{Header: h.Header(n, label), Seconds: build.Number(float64(wait.Edge.DelaySeconds))})
	}
	return steps
}

// awaitEvent asks for an event, again and again until one meets the condition.
func (h host) awaitEvent(n flow.NodeID, wait *model.Wait) []ir.Step {
	label := h.Label(n)
	ask := h.call(n, nodes.AskEvent(h.Document.ID, wait.Edge), label)
	ask.Bind, ask.Result = h.Of(wait.To, names.Event), ir.Result()
	when := h.Plan.Events[n]
	if when == nil {
		return []ir.Step{ask}
	}
	ask.Head().Label = label + ": event"
	most := cmp.Or(wait.Edge.Max, defaultEvents)
	cause := strconv.Itoa(most) + " events arrived on the edge " + wait.Edge.String() + " and none met its condition"
	tooMany := &ir.Fail{Header: h.Header(n, label+": too many"), Error: tooManyRounds, Cause: cause}
	return []ir.Step{
		&ir.Loop{Header: h.Header(n, label), Until: when, Max: most, Body: []ir.Step{ask}},
		&ir.Branch{Header: h.Header(n, label+": met?"), Cases: []ir.Case{{When: when}}, Else: []ir.Step{tooMany}},
	}
}

// given is the object of all inputs: defaults, then the body of a request or the input of a run, then parameters.
func (w Workflow) given() jsonata.Node {
	in := ir.Input()
	objectOr := func(node jsonata.Node) jsonata.Node {
		return build.If(build.HasType(node, "object"), node, build.Object())
	}
	request := build.Merge(objectOr(build.Path(in, "body")), objectOr(build.Path(in, "param")))
	given := build.If(build.Exists(build.Path(in, "trigger")), request, objectOr(in))
	var defaults []build.Member
	for _, input := range w.Document.Inputs {
		if input.DefaultOrNil != nil {
			defaults = append(defaults, build.Of(input.Name, build.Literal(w.From(flow.NoNode).Value(input.DefaultOrNil))))
		}
	}
	if len(defaults) == 0 {
		return given
	}
	return build.Merge(build.Object(defaults...), given)
}

// start gives the steps before the first node: the inputs of the run, checked.
func (h host) start(given jsonata.Node) []ir.Step {
	var cases []ir.Case
	for _, input := range h.Document.Inputs {
		cases = append(cases, h.checks(input)...)
	}
	early := h.early()
	if len(early) == 0 && !h.usage[names.Inputs] && !slices.ContainsFunc(h.Document.Inputs, func(i ast.Input) bool { return i.Required || i.Type != "" }) {
		return nil
	}
	header := ir.Header{Common: ir.Head{Label: "inputs", Range: h.Document.Range}}
	steps := []ir.Step{&ir.Assign{Header: header, Bindings: []ir.Binding{{Name: names.Inputs, Value: given}}}}
	if len(early) > 0 {
		steps = append(steps, &ir.Assign{Header: ir.Header{Common: ir.Head{Range: h.Document.Range}}, Bindings: early})
	}
	if len(cases) == 0 {
		return steps
	}
	return append(steps, &ir.Branch{Header: inputHeader("check inputs", h.Document.Inputs[0]), Cases: cases})
}

// early are the inputs of the run that have the name of an output: they are what the name means until a node puts it out.
func (h host) early() []ir.Binding {
	var bindings []ir.Binding
	for _, name := range h.Outputs() {
		if h.IsInput(name) {
			bindings = append(bindings, ir.Binding{Name: h.Output(name), Value: build.OrNull(build.Path(build.Var(names.Inputs), name))})
		}
	}
	return bindings
}

func inputHeader(label string, input ast.Input) ir.Header {
	return ir.Header{Common: ir.Head{Label: label, Range: input.Range}}
}

// checks refuse a run without an input, or with one of the wrong type.
func (h host) checks(input ast.Input) []ir.Case {
	var cases []ir.Case
	refuse := func(when jsonata.Node, label, message string) {
		cases = append(cases, ir.Case{When: when, Body: h.refuse(inputHeader(label+input.Name, input), message), Range: input.Range})
	}
	value := build.Path(build.Var(names.Inputs), input.Name)
	if input.Required {
		refuse(build.Binary(build.OrNull(value), "=", build.Null()), "missing ", "the input "+input.Name+" is missing")
	}
	if kind := jsonType(input.Type); kind != "" {
		wrong := build.All(build.Binary(build.OrNull(value), "!=", build.Null()), build.Binary(build.Call("type", value), "!=", build.Text(kind)))
		refuse(wrong, "wrong ", "the input "+input.Name+" must be of type "+input.Type)
	}
	return cases
}

func jsonType(name string) string {
	switch name {
	case "string", "number", "boolean", "array", "object":
		return name
	case "integer", "int", "float":
		return "number"
	case "list":
		return "array"
	default:
		return ""
	}
}

func (h host) refuse(header ir.Header, message string) []ir.Step {
	if h.AnswersHTTP {
		return []ir.Step{&ir.Return{Header: header, Status: 400.0, Body: ir.Object("message", message), HasBody: true}}
	}
	return []ir.Step{&ir.Fail{Header: header, Error: task.RequestInvalid, Cause: message}}
}
