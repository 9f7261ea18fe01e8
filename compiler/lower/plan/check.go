package plan

import (
	"fmt"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/known"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// given is what a request brings for a parameter: from its place, or when the place is unknown from the path, the query or the form, and
// then from the header. A caller inside the system gives header parameters by name too.
func given(parameter ir.Parameter) jsonata.Node {
	named := known.States("input", "param", parameter.Name)
	header := known.States("input", "header", strings.ToLower(parameter.Name))
	switch parameter.In {
	case "":
		return build.OrElse(named, header)
	case "header":
		return build.OrElse(header, named)
	default:
		return named
	}
}

// theValue is what check and parameters compute with.
func theValue() jsonata.Node { return build.Var("value") }

// isPresent: a parameter that is null or an empty text counts as absent.
func isPresent() jsonata.Node {
	empty := build.Binary(theValue(), "in", build.List(build.Null(), build.Text("")))
	return build.All(build.Exists(theValue()), build.Not(empty))
}

// converted makes a value that has passed its check one of a JSON Schema type.
func converted(kind, items string, value jsonata.Node) jsonata.Node {
	switch kind {
	case "integer", "number":
		return build.Call("number", value)
	case "boolean":
		return build.Binary(build.Call("string", value), "=", build.Text("true"))
	case "string":
		return build.Call("string", value)
	case "array":
		if items == "" {
			return build.List(value)
		}
		return build.List(build.Call("map", build.List(value), ofItem(converted(items, "", build.Var("item")))))
	default:
		return value
	}
}

func ofItem(body jsonata.Node) jsonata.Node {
	return build.Function(body, "item")
}

// checks gives what a request must not be, parameters first.
func checks(operation *ir.Operation) []Check {
	var checks []Check
	for _, parameter := range operation.Parameters {
		checks = append(checks, parameterChecks(parameter)...)
	}
	if body := operation.BodyOrNil; body != nil {
		checks = append(checks, bodyChecks(body)...)
	}
	return checks
}

// check refuses a request for which a condition on $value holds. The message is a format of what stands behind it.
func check(value, fails jsonata.Node, message string, arguments ...any) Check {
	return Check{Fails: build.Let("value", value, fails), Refusal: refusal(fmt.Sprintf(message, arguments...))}
}

// refusal is the answer to a request that does not fit: status 400 and a message.
func refusal(message string) ir.Value {
	body, answer := jsonata.NewObject(), jsonata.NewObject()
	body.Set("message", message)
	answer.Set("statusCode", 400.0)
	answer.Set("body", body)
	return answer
}

func parameterChecks(parameter ir.Parameter) []Check {
	var checks []Check
	if parameter.Required {
		checks = append(checks, check(given(parameter), build.Not(isPresent()), "parameter %s is required", parameter.Name))
	}
	if misfit := textMisfit(parameter.Type, parameter.Items, theValue()); misfit != nil {
		checks = append(checks, check(given(parameter), build.All(isPresent(), misfit),
			"parameter %s must be %s", parameter.Name, typeWords(parameter.Type, parameter.Items)))
	}
	return checks
}

// textMisfit is true when a value, most often a text, cannot be read as a type; nil when everything can.
func textMisfit(kind, items string, value jsonata.Node) jsonata.Node {
	switch kind {
	case "integer":
		return integerMisfit(value)
	case "number":
		return build.Not(build.Call("contains", build.Call("string", value), build.Regex(`^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]{1,2})?$`, "")))
	case "boolean":
		return build.Not(build.Binary(build.Call("string", value), "in", texts("true", "false")))
	case "string":
		return build.Binary(build.Call("type", value), "in", texts("array", "object"))
	case "object":
		return isNot(value, "object")
	case "array":
		return itemsMisfit(textMisfit(items, "", build.Var("item")), value)
	default:
		return nil
	}
}

// integerMisfit is true for what is no whole number of 64 bits, which are those that keep their digits: of 19 digits, not all do.
func integerMisfit(value jsonata.Node) jsonata.Node {
	text := build.Call("string", value)
	short := build.Call("contains", text, build.Regex(`^-?[0-9]{1,18}$`, ""))
	long := build.Call("contains", text, build.Regex(`^-?[0-9]{19}$`, ""))
	kept := build.Binary(build.Call("string", build.Call("number", value)), "=", text)
	return build.Not(build.Any(short, build.All(long, kept)))
}

// itemsMisfit is true when an item of a list does not fit.
func itemsMisfit(misfit, value jsonata.Node) jsonata.Node {
	if misfit == nil {
		return nil
	}
	return build.Binary(build.Call("count", build.Call("filter", build.List(value), ofItem(misfit))), ">", build.Number(0))
}

func texts(words ...string) jsonata.Node {
	items := make([]jsonata.Node, len(words))
	for i, word := range words {
		items[i] = build.Text(word)
	}
	return build.List(items...)
}

func bodyChecks(body *ir.RequestBody) []Check {
	kind := body.Type
	if kind == "" && len(body.Properties) > 0 {
		kind = "object"
	}
	whole := ir.Parameter{Required: body.Required, Type: kind}
	checks := jsonChecks(whole, known.States("input", "body"), "request body")
	for _, property := range body.Properties {
		checks = append(checks, jsonChecks(property, known.States("input", "body", property.Name), "property "+property.Name)...)
	}
	return checks
}

// jsonChecks checks a decoded JSON value; null counts as absent. A required property is asked for only when there is a body.
func jsonChecks(wanted ir.Parameter, value jsonata.Node, what string) []Check {
	present := build.All(build.Exists(theValue()), build.Binary(theValue(), "!=", build.Null()))
	var checks []Check
	if wanted.Required {
		fails := build.Not(present)
		if wanted.Name != "" {
			fails = build.All(build.HasType(known.States("input", "body"), "object"), fails)
		}
		checks = append(checks, check(value, fails, "%s is required", what))
	}
	if misfit := jsonMisfit(wanted.Type, wanted.Items, theValue()); misfit != nil {
		checks = append(checks, check(value, build.All(present, misfit), "%s must be %s", what, typeWords(wanted.Type, wanted.Items)))
	}
	return checks
}

// jsonMisfit is true when a JSON value is not of a type; nil when every value is.
func jsonMisfit(kind, items string, value jsonata.Node) jsonata.Node {
	switch kind {
	case "integer":
		return build.Any(isNot(value, "number"), build.Binary(build.Call("floor", build.Call("number", value)), "!=", value))
	case "array":
		misfit := itemsMisfit(jsonMisfit(items, "", build.Var("item")), value)
		if misfit == nil {
			return isNot(value, "array")
		}
		return build.Any(isNot(value, "array"), misfit)
	case "number", "boolean", "string", "object":
		return isNot(value, kind)
	default:
		return nil
	}
}

func isNot(value jsonata.Node, kind string) jsonata.Node {
	return build.Binary(build.Call("type", value), "!=", build.Text(kind))
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
