package plan

import (
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/known"
	"github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// text is a parameter as what a request brings for it: from its place, or when the place is unknown from the path, the query or the form, and
// then from the header. A caller inside the system gives header parameters by name too.
func text(parameter ir.Parameter) schema.Text {
	named := known.States("input", "param", parameter.Name)
	header := known.States("input", "header", strings.ToLower(parameter.Name))
	read := schema.Text{
		Schema: parameter.Schema, Value: named, Name: "parameter " + parameter.Name, Separator: parameter.Separator, Required: parameter.Required,
	}
	switch parameter.In {
	case "":
		read.Value = build.OrElse(named, header)
	case "header":
		read.Value, read.Spaced = build.OrElse(header, named), true
	case "cookie":
		read.Value = build.OrElse(cookie(parameter.Name), named)
	}
	return read
}

// cookie is the value of a cookie, or nothing at all (RFC 6265, section 4.2.1: pairs with a semicolon and a space between).
func cookie(name string) jsonata.Node {
	pairs := build.Call("split", known.States("input", "header", "cookie"), build.Text("; "))
	isIt := build.Binary(build.Call("substringBefore", build.Var(""), build.Text("=")), "=", build.Text(name))
	return build.Call("substringAfter", build.Filter(build.Block(build.Filter(pairs, isIt)), build.Number(0)), build.Text("="))
}

// checks gives what a request must not be: of another media type than those that are described, then parameters, then the body.
func checks(operation *ir.Operation) []Check {
	var checks []Check
	body := operation.BodyOrNil
	if body != nil {
		checks = append(checks, mediaTypes(body)...)
	}
	for _, parameter := range operation.Parameters {
		checks = append(checks, refusals(text(parameter).Violations())...)
	}
	if body != nil {
		checks = append(checks, bodyChecks(body)...)
	}
	return checks
}

func refusals(violations []schema.Violation) []Check {
	var checks []Check
	for _, one := range violations {
		checks = append(checks, Check{Fails: one.Fails, Refusal: refusal(400, one.Message)})
	}
	return checks
}

// refusal is the answer to a request that does not fit.
func refusal(status float64, message jsonata.Node) ir.Value {
	body, answer := jsonata.NewObject(), jsonata.NewObject()
	body.Set("message", message)
	answer.Set("statusCode", status)
	answer.Set("body", body)
	return answer
}

func input(names ...string) jsonata.Node { return known.States(append([]string{"input"}, names...)...) }

// hasBody is true of a request with a body other than null.
func hasBody() jsonata.Node {
	return build.All(build.Exists(input("body")), build.Binary(input("body"), "!=", build.Null()))
}

// mediaTypes refuses a body whose type is said and is none of the described ones.
func mediaTypes(body *ir.RequestBody) []Check {
	var types []string
	for _, content := range body.Contents {
		types = append(types, content.MediaType)
	}
	if len(types) == 0 || slices.Contains(types, "*/*") {
		return nil
	}
	said := build.Binary(input("header", "content-type"), "!=", build.Text("")) // not so of a header that is not there
	fails := build.All(said, hasBody(), build.Not(isOfType(types...)))
	return []Check{{Fails: fails, Refusal: refusal(415, build.Text("the content type must be "+strings.Join(types, " or ")))}}
}

// isOfType is true when the request says that its body has one of some media types.
func isOfType(types ...string) jsonata.Node {
	return hasType(input("header", "content-type"), types...)
}

func hasType(contentType jsonata.Node, types ...string) jsonata.Node {
	var patterns []string
	for _, name := range types {
		quoted := strings.ReplaceAll(regexp.QuoteMeta(name), "/", `\/`)
		patterns = append(patterns, strings.ReplaceAll(quoted, `\*`, `[^;\s]*`))
	}
	pattern := strings.Join(patterns, "|")
	if len(patterns) > 1 {
		pattern = "(" + pattern + ")"
	}
	return build.Call("contains", build.Call("lowercase", contentType), build.Regex("^"+pattern+`\s*(;|$)`, ""))
}

// isBody is true when the body has a media type, also when the request does not say and it is JSON.
func isBody(mediaType string) jsonata.Node {
	if ir.IsJSON(mediaType) {
		unsaid := build.Not(build.Binary(input("header", "content-type"), "!=", build.Text("")))
		return build.Any(unsaid, isOfType(mediaType))
	}
	return isOfType(mediaType)
}

func bodyChecks(body *ir.RequestBody) []Check {
	var checks []Check
	if body.Required {
		checks = append(checks, Check{Fails: build.Not(hasBody()), Refusal: refusal(400, build.Text("request body is required"))})
	}
	for _, content := range body.Contents {
		found := content.Schema.Violations(schema.Subject{Value: input("body"), NullIsAbsent: true, Name: "request body", Members: "property "})
		for _, one := range found {
			if len(body.Contents) > 1 {
				one.Fails = build.All(isBody(content.MediaType), one.Fails)
			}
			checks = append(checks, refusals([]schema.Violation{one})...)
		}
		for _, one := range fileChecks(content) {
			if len(body.Contents) > 1 {
				one.Fails = build.All(isBody(content.MediaType), one.Fails)
			}
			checks = append(checks, one)
		}
	}
	return checks
}
