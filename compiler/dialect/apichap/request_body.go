package apichap

import (
	"regexp"
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	jsonschema "github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// requestBody is the variable that holds a body with the defaults of openapi.yaml filled in, or the rows of a spreadsheet.
const requestBody = "requestBody"

// requestBody gives what openapi.yaml says of the body. A property that the operation gives itself is not asked for.
func (n *names) requestBody() *ir.RequestBody {
	one := n.operation.described
	if one == nil || one.body == nil {
		return nil
	}
	if n.operation.method == "GET" || n.operation.method == "HEAD" {
		one.bodyAt.Report(report.Warning(codeOpenAPI, one.bodyAt.Range, "the body of a %s request is not checked", n.operation.method).
			Why("HTTP gives such a body no meaning, and what lies between may drop it.").Fix("describe parameters, or use another method"))
		return nil
	}
	body := *one.body
	body.Contents = slices.Clone(body.Contents)
	for i, content := range body.Contents {
		if ir.IsJSON(content.MediaType) {
			body.Contents[i].Schema = n.withoutGenerated(content.Schema)
		}
	}
	return &body
}

// withoutGenerated asks for no property that the operation gives itself, such as a key that the database generates: descriptions often have
// one schema for what is sent and what is answered.
func (n *names) withoutGenerated(s *jsonschema.Schema) *jsonschema.Schema {
	if s == nil {
		return nil
	}
	changed := *s
	changed.Properties = slices.Clone(s.Properties)
	for i, property := range changed.Properties {
		if property.Required && n.generates(property.Name) {
			changed.Properties[i].Required = false
			n.operation.described.bodyAt.Report(report.Note(codeOpenAPI, property.Range, "a request to %s need not have %q", n.operation.name, property.Name).
				Why("The operation answers with one of its own, and goes on without that of the request.").
				Fix("say so with readOnly: true"))
		}
	}
	changed.AllOf = slices.Clone(s.AllOf)
	for i, part := range changed.AllOf {
		changed.AllOf[i] = n.withoutGenerated(part)
	}
	return &changed
}

// generates tells whether the operation answers with a property that it does not take from the body: it never reads it there, or a step of it
// runs only when the request has, or has not, one.
func (n *names) generates(name string) bool {
	answered := slices.ContainsFunc(n.operation.responses, func(r *response) bool { return answersWith(r.body, name) })
	read := slices.ContainsFunc(n.bodies, func(c *call) bool { return firstName(c) == "" || firstName(c) == name })
	return answered && (!read || asksFor(n.operation.fulfillments, name))
}

// answersWith tells whether an answer has a member that is not taken from the body.
func answersWith(answer schema, name string) bool {
	switch answer := answer.(type) {
	case *schemaObject:
		at := slices.IndexFunc(answer.fields, func(f schemaField) bool { return f.name == name })
		if at < 0 {
			return false
		}
		value, ok := answer.fields[at].value.(*schemaValue)
		return ok && !readsBody(value.value)
	case *schemaScope:
		return answersWith(answer.item, name)
	default:
		return false
	}
}

func readsBody(e expression) bool {
	found := false
	walk(e, func(inner expression) {
		c, ok := inner.(*call)
		found = found || ok && c.method.name == "BODY"
	})
	return found
}

// asksFor tells whether the condition of a step compares a member of the body with null.
func asksFor(list []*fulfillment, name string) bool {
	return slices.ContainsFunc(list, func(ff *fulfillment) bool {
		asked := comparesWithNull(ff.when, name)
		for _, one := range ff.instructions {
			asked = asked || comparesWithNull(one.when, name)
		}
		return asked || asksFor(ff.body, name) || asksFor(ff.then, name) || asksFor(ff.els, name)
	})
}

func comparesWithNull(condition expression, name string) bool {
	found := false
	walk(condition, func(e expression) {
		comparison, ok := e.(*binary)
		if !ok {
			return
		}
		for _, pair := range [][2]expression{{comparison.left, comparison.right}, {comparison.right, comparison.left}} {
			read, isCall := pair[0].(*call)
			null, isNull := pair[1].(*call)
			found = found || isCall && isNull && read.method.name == "BODY" && null.method.name == "NULL" && firstName(read) == name
		}
	})
	return found
}

// firstName is the member of the body that BODY looks into, "" when it may be any.
func firstName(read *call) string {
	if len(read.arguments) == 0 {
		return ""
	}
	at := read.arguments[0].span
	path := at.node.Value()[at.start:at.end]
	found := regexp.MustCompile(`^\s*(?:\$\s*\.?)?\s*(?:\[\s*['"]([^'"]*)['"]\s*\]|([\p{L}_][\p{L}\p{N}_-]*))`).FindStringSubmatch(path)
	if found == nil {
		return ""
	}
	return found[1] + found[2]
}

// body is the node of the request's body.
func (n *names) body() jsonata.Node {
	if n.readsSheet() || n.defaultedBody() != nil {
		return build.Var(requestBody)
	}
	return build.Field(ir.Input(), "body")
}

// defaultedBody is the body with its defaults filled in, nil when there are none or nobody reads them.
func (n *names) defaultedBody() jsonata.Node {
	if n.operation.described == nil || len(n.bodies) == 0 || n.operation.method == "GET" || n.operation.method == "HEAD" {
		return nil
	}
	return n.operation.described.body.JSON().Defaulted(build.Field(ir.Input(), "body"))
}
