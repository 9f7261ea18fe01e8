package lower

import (
	"fmt"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// request is the first state of an operation: it refuses requests that do not fit and gives variables their first values.
type request struct {
	checks   []requestCheck
	bindings []ir.Binding
	// name and refused are the states' names, empty when there is no such state.
	name, refused string
}

// requestCheck is a condition that a request must not fulfil.
type requestCheck struct {
	fails   jsonata.Node
	message string
}

// request plans the first state. An assignment that the steps begin with joins it where that means the same.
func (l *lowering) request(steps []ir.Step) (*request, []ir.Step) {
	planned := &request{checks: l.checks()}
	if l.flow.isLive("param", l.flow.entry.next[0]) {
		planned.bindings = append(planned.bindings, ir.Binding{Name: "param", Value: l.parameters()})
	}
	for _, name := range sortedKeys(l.unset) {
		var first ir.Value
		if l.counters[name] {
			first = 0.0
		}
		planned.bindings = append(planned.bindings, ir.Binding{Name: name, Value: first})
	}
	if len(planned.checks)+len(planned.bindings) == 0 {
		return planned, steps
	}
	if first, rest := l.fuser.leadingAssign(steps); first != nil {
		if merged, ok := follow(assignable(planned.bindings), planned.bindings, first.Bindings); ok {
			planned.bindings = merged
			return planned, rest
		}
		return planned, steps
	}
	planned.bindings = l.startWith(planned.bindings, steps)
	return planned, steps
}

// nameRequest reserves the names before those of the author.
func (l *lowering) nameRequest(planned *request) {
	if len(planned.checks)+len(planned.bindings) > 0 {
		planned.name = l.states.state("Request")
	}
	if len(planned.checks) > 0 {
		planned.refused = l.states.state("Request: refused")
	}
}

// requested emits the whole machine: the request's states and then the steps.
func (l *lowering) requested(planned *request, steps []ir.Step, whole *scope) *asl.Machine {
	comment := l.comment(l.operation.Range, "")
	machine := l.body(steps, whole, comment)
	assign := l.assign(planned.bindings, whole)
	switch {
	case len(planned.checks) > 0:
		choice := &asl.Choice{Comment: comment, Assign: assign, Default: machine.StartAt}
		for _, check := range planned.checks {
			choice.Choices = append(choice.Choices, asl.Rule{
				Condition: l.condition(check.fails, whole),
				Output:    l.json(refusal(check.message), whole),
				Next:      planned.refused,
			})
		}
		prepend(machine, named{planned.name, choice}, named{planned.refused, &asl.Succeed{Comment: comment}})
	case planned.name != "":
		prepend(machine, named{planned.name, &asl.Pass{Comment: comment, Assign: assign, Next: machine.StartAt}})
	}
	return machine
}

// prepend puts states in front of a machine; it starts with the first of them.
func prepend(machine *asl.Machine, states ...named) {
	all := asl.NewStates()
	for _, state := range states {
		all.Set(state.name, state.state)
	}
	for name, state := range machine.States.All() {
		all.Set(name, state)
	}
	machine.StartAt, machine.States = states[0].name, all
}

// refusal is the answer to a request that does not fit: status 400 and a message.
func refusal(message string) ir.Value {
	body, answer := jsonata.NewObject(), jsonata.NewObject()
	body.Set("message", message)
	answer.Set("statusCode", 400.0)
	answer.Set("body", body)
	return answer
}

// parameters is the value of $param: each declared parameter converted to its type, or all that came when none is declared.
func (l *lowering) parameters() ir.Value {
	if len(l.operation.Parameters) == 0 {
		given := statesPath("input", "param")
		return &jsonata.Conditional{Condition: call("exists", given), Then: given, ElseOrNil: &jsonata.ObjectConstructor{}}
	}
	values := jsonata.NewObject()
	for _, parameter := range l.operation.Parameters {
		values.Set(parameter.Name, withValue(given(parameter), &jsonata.Conditional{
			Condition: isPresent(),
			Then:      converted(parameter.Type, parameter.Items, theValue()),
			ElseOrNil: l.node(parameter.DefaultOrNil),
		}))
	}
	return values
}

// given is what a request brings for a parameter: from its place, or when the place is unknown from the path, the query or the form, and
// then from the header. A caller inside the system gives header parameters by name too.
func given(parameter ir.Parameter) jsonata.Node {
	named := statesPath("input", "param", parameter.Name)
	header := statesPath("input", "header", strings.ToLower(parameter.Name))
	switch parameter.In {
	case "":
		return firstOf(named, header)
	case "header":
		return firstOf(header, named)
	default:
		return named
	}
}

func firstOf(first, second jsonata.Node) jsonata.Node {
	return &jsonata.Conditional{Condition: call("exists", first), Then: first, ElseOrNil: second}
}

// withValue computes an expression in which $value stands for another.
func withValue(value, node jsonata.Node) jsonata.Node {
	return &jsonata.Block{Expressions: []jsonata.Node{&jsonata.Bind{Name: "value", Value: value}, node}}
}

func theValue() jsonata.Node { return build.Var("value") }

// isPresent: a parameter that is null or an empty text counts as absent.
func isPresent() jsonata.Node {
	empty := binary("in", theValue(), list(&jsonata.Null{}, &jsonata.String{}))
	return binary("and", call("exists", theValue()), call("not", empty))
}

// converted makes a value that has passed its check one of a JSON Schema type.
func converted(kind, items string, value jsonata.Node) jsonata.Node {
	switch kind {
	case "integer", "number":
		return call("number", value)
	case "boolean":
		return binary("=", call("string", value), &jsonata.String{Value: "true"})
	case "string":
		return call("string", value)
	case "array":
		if items == "" {
			return list(value)
		}
		return list(call("map", list(value), ofItem(converted(items, "", build.Var("item")))))
	default:
		return value
	}
}

func ofItem(body jsonata.Node) jsonata.Node {
	return &jsonata.Lambda{Parameters: []string{"item"}, Body: body}
}

// checks gives what a request must not be, parameters first.
func (l *lowering) checks() []requestCheck {
	var checks []requestCheck
	for _, parameter := range l.operation.Parameters {
		checks = append(checks, parameterChecks(parameter)...)
	}
	if body := l.operation.BodyOrNil; body != nil {
		checks = append(checks, bodyChecks(body)...)
	}
	return checks
}

func parameterChecks(parameter ir.Parameter) []requestCheck {
	var checks []requestCheck
	if parameter.Required {
		checks = append(checks, requestCheck{
			fails:   withValue(given(parameter), call("not", isPresent())),
			message: fmt.Sprintf("parameter %s is required", parameter.Name),
		})
	}
	if misfit := textMisfit(parameter.Type, parameter.Items, theValue()); misfit != nil {
		checks = append(checks, requestCheck{
			fails:   withValue(given(parameter), binary("and", isPresent(), misfit)),
			message: fmt.Sprintf("parameter %s must be %s", parameter.Name, typeWords(parameter.Type, parameter.Items)),
		})
	}
	return checks
}

// textMisfit is true when a value, most often a text, cannot be read as a type; nil when everything can. Integers have at most 15 digits,
// which a JSON number holds exactly.
func textMisfit(kind, items string, value jsonata.Node) jsonata.Node {
	switch kind {
	case "integer":
		return call("not", call("contains", call("string", value), &jsonata.Regex{Pattern: `^-?[0-9]{1,15}$`}))
	case "number":
		return call("not", call("contains", call("string", value), &jsonata.Regex{Pattern: `^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]{1,2})?$`}))
	case "boolean":
		return call("not", binary("in", call("string", value), texts("true", "false")))
	case "string":
		return binary("in", call("type", value), texts("array", "object"))
	case "object":
		return binary("!=", call("type", value), &jsonata.String{Value: "object"})
	case "array":
		return itemsMisfit(textMisfit(items, "", build.Var("item")), value)
	default:
		return nil
	}
}

// itemsMisfit is true when an item of a list does not fit.
func itemsMisfit(misfit, value jsonata.Node) jsonata.Node {
	if misfit == nil {
		return nil
	}
	return binary(">", call("count", call("filter", list(value), ofItem(misfit))), &jsonata.Number{})
}

func texts(words ...string) jsonata.Node {
	items := make([]jsonata.Node, len(words))
	for i, word := range words {
		items[i] = &jsonata.String{Value: word}
	}
	return list(items...)
}

func bodyChecks(body *ir.RequestBody) []requestCheck {
	kind := body.Type
	if kind == "" && len(body.Properties) > 0 {
		kind = "object"
	}
	whole := ir.Parameter{Required: body.Required, Type: kind}
	checks := jsonChecks(whole, statesPath("input", "body"), "request body")
	for _, property := range body.Properties {
		checks = append(checks, jsonChecks(property, statesPath("input", "body", property.Name), "property "+property.Name)...)
	}
	return checks
}

// jsonChecks checks a decoded JSON value; null counts as absent. A required property is asked for only when there is a body.
func jsonChecks(wanted ir.Parameter, value jsonata.Node, what string) []requestCheck {
	present := binary("and", call("exists", theValue()), binary("!=", theValue(), &jsonata.Null{}))
	var checks []requestCheck
	if wanted.Required {
		fails := call("not", present)
		if wanted.Name != "" {
			hasBody := binary("=", call("type", statesPath("input", "body")), &jsonata.String{Value: "object"})
			fails = binary("and", hasBody, fails)
		}
		checks = append(checks, requestCheck{fails: withValue(value, fails), message: what + " is required"})
	}
	if misfit := jsonMisfit(wanted.Type, wanted.Items, theValue()); misfit != nil {
		checks = append(checks, requestCheck{
			fails:   withValue(value, binary("and", present, misfit)),
			message: fmt.Sprintf("%s must be %s", what, typeWords(wanted.Type, wanted.Items)),
		})
	}
	return checks
}

// jsonMisfit is true when a JSON value is not of a type; nil when every value is.
func jsonMisfit(kind, items string, value jsonata.Node) jsonata.Node {
	isNot := func(name string) jsonata.Node { return binary("!=", call("type", value), &jsonata.String{Value: name}) }
	switch kind {
	case "integer":
		return binary("or", isNot("number"), binary("!=", call("floor", call("number", value)), value))
	case "array":
		misfit := itemsMisfit(jsonMisfit(items, "", build.Var("item")), value)
		if misfit == nil {
			return isNot("array")
		}
		return binary("or", isNot("array"), misfit)
	case "number", "boolean", "string", "object":
		return isNot(kind)
	default:
		return nil
	}
}

// typeWords says what a value must be.
func typeWords(kind, items string) string {
	switch kind {
	case "integer", "object":
		return "an " + kind
	case "boolean":
		return "true or false"
	case "array":
		if items == "" {
			return "a list"
		}
		return "a list, each item " + typeWords(items, "")
	default:
		return "a " + kind
	}
}
