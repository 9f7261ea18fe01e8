package sam

import (
	"cmp"
	"fmt"
	"mime"
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// The names that direct mode uses.
const (
	directStage   = "live"
	directRole    = "ApiIntegrationRole"
	withAccessLog = "WithAccessLog"
)

// composeDirect adds a REST API that starts executions itself. Its templates (vtl.go) do what the api function does for JSON.
func (p composer) composeDirect(t *cfn.Template, grants []Grant) {
	t.Parameters = append(t.Parameters, cfn.Parameter{
		Name: "AccessLog", Group: groupAPI, Type: "String", Default: cfn.Text("false"), Allowed: cfn.List{cfn.Text("true"), cfn.Text("false")},
		Description: "Whether the REST API logs each request; the account's API Gateway settings must name a role for CloudWatch first",
	})
	t.Conditions = append(t.Conditions, cfn.Condition{Name: withAccessLog, Test: cfn.Same(cfn.Ref("AccessLog"), cfn.Text("true"))})
	log := cfn.Map{{Key: "DestinationArn", Value: cfn.ARN(apiLogs)}, {Key: "Format", Value: cfn.AccessLogFormat}}
	t.Resources = append(t.Resources,
		cfn.Resource{Name: directRole, Body: &cfn.Role{Service: "apigateway.amazonaws.com", Statements: statements(grants, directRole)}},
		cfn.Resource{Name: apiID, Comment: "Requests come in here and start executions without a function in between.", Body: &cfn.RestAPI{
			Name: "${AWS::StackName}", Stage: directStage, Definition: p.directDefinition(), Burst: cfn.Ref("ThrottleBurst"), Rate: cfn.Ref("ThrottleRate"),
			AccessLog: cfn.Choose(withAccessLog, log, cfn.NoValue),
			Detailed:  cfn.Choose(withDetailedMetrics, true, false), Tracing: cfn.Choose(withTracing, true, false),
		}},
	)
	if p.options.Authorizer == APIKey {
		p.composeKey(t)
	}
	if p.guards() {
		t.Resources = append(t.Resources, cfn.Resource{
			Name: "ApiPermission", Comment: "The REST API asks the function who may call.", Body: &cfn.Permission{Function: p.behindAPI().resource(), API: apiID},
		})
	}
	t.Outputs = append(t.Outputs, cfn.Output{
		Name: endpointOutput, Description: "Address of the API",
		Value: cfn.Sub("https://${" + apiID + "}.execute-api.${AWS::Region}.${AWS::URLSuffix}/" + directStage),
	})
}

func (p composer) composeKey(t *cfn.Template) {
	t.Resources = append(t.Resources,
		cfn.Resource{Name: "ApiKey", Body: &cfn.APIKeyResource{Description: "Caller of " + p.app.Workflow.Name}},
		cfn.Resource{Name: "ApiUsagePlan", Body: &cfn.UsagePlan{API: apiID, Stage: directStage, Burst: cfn.Ref("ThrottleBurst"), Rate: cfn.Ref("ThrottleRate")}},
		cfn.Resource{Name: "ApiUsagePlanKey", Body: &cfn.UsagePlanKey{Key: "ApiKey", Plan: "ApiUsagePlan"}},
	)
	t.Outputs = append(t.Outputs, cfn.Output{
		Name: "ApiKeyId", Description: "Its value: aws apigateway get-api-key --include-value --api-key ID", Value: cfn.Ref("ApiKey"),
	})
}

// directGrants let API Gateway start the executions behind its routes.
func (p granter) directGrants() []Grant {
	var grants []Grant
	if p.options.API != APIDirect {
		return nil
	}
	for _, m := range p.machines {
		if m.http != nil {
			grants = append(grants, Grant{
				Role: directRole, Actions: []string{"states:StartSyncExecution"}, Resources: cfn.List{cfn.Ref(m.id)},
				Reason: "API Gateway runs " + m.Operation.Name + ".", Places: distinct([]string{placeOfRange(m.http.Range)}),
			})
		}
	}
	return append(grants, keyGrant(directRole))
}

// directDefinition is the OpenAPI document of the REST API with its integrations.
func (p composer) directDefinition() cfn.Map {
	var paths cfn.Map
	for _, m := range p.machines {
		if m.http == nil {
			continue
		}
		method := cfn.Entry{Key: strings.ToLower(m.http.Method), Comment: placeOfRange(m.http.Range), Value: p.directOperation(m)}
		at := slices.IndexFunc(paths, func(e cfn.Entry) bool { return e.Key == m.http.Path })
		if at < 0 {
			paths = append(paths, cfn.Entry{Key: m.http.Path, Value: cfn.Map{method}})
			continue
		}
		paths[at].Value = append(paths[at].Value.(cfn.Map), method)
	}
	document := cfn.Map{
		{Key: "openapi", Value: cfn.Text("3.0.1")},
		{Key: "info", Value: cfn.Map{{Key: "title", Value: cfn.Ref("AWS::StackName")}, {Key: "version", Value: cfn.Text("1.0.0")}}},
		{Key: "paths", Value: paths},
		{Key: "x-amazon-apigateway-gateway-responses", Value: p.gatewayResponses()},
	}
	models := p.models()
	if len(models) > 0 {
		checked := cfn.Map{{Key: "validateRequestBody", Value: true}, {Key: "validateRequestParameters", Value: false}}
		document = append(document, cfn.Entry{Key: "x-amazon-apigateway-request-validators", Value: cfn.Map{{Key: bodyValidator, Value: checked}}})
	}
	return document.With("components", cfn.Map{}.With("schemas", models).With("securitySchemes", p.directSchemes()))
}

// bodyValidator is the name of the request validator that checks bodies alone: parameters are texts there.
const bodyValidator = "body"

// models are the schemas of the bodies that requests must have, by name. The state machine checks them once more, with what models cannot
// say, and bodies that may be left out.
func (p composer) models() cfn.Map {
	var models cfn.Map
	for _, m := range p.machines {
		if hasModel(m) {
			models = append(models, cfn.Entry{Key: modelOf(m), Value: fromJSON(m.Operation.BodyOrNil.JSON().JSON(schema.Draft4))})
		}
	}
	return models
}

func hasModel(m *machinePlan) bool {
	body := m.Operation.BodyOrNil
	return m.http != nil && body != nil && body.Required && body.JSON().JSON(schema.Draft4).Len() > 0
}

func modelOf(m *machinePlan) string { return m.id + "Body" }

// fromJSON makes a value of a template of JSON.
func fromJSON(value any) cfn.Value {
	switch value := value.(type) {
	case *jsonata.Object:
		object := cfn.Map{}
		for key, member := range value.All() {
			object = append(object, cfn.Entry{Key: key, Value: fromJSON(member)})
		}
		return object
	case []any:
		list := make(cfn.List, len(value))
		for i, item := range value {
			list[i] = fromJSON(item)
		}
		return list
	case string:
		return cfn.Text(value)
	default:
		return value
	}
}

// gatewayResponses make API Gateway's own answers those of the HTTP API.
func (p composer) gatewayResponses() cfn.Map {
	answer := func(status, message string) cfn.Map {
		return cfn.Map{{Key: "statusCode", Value: cfn.Text(status)}, {Key: "responseTemplates", Value: cfn.Map{{Key: jsonType, Value: `{"message":"` + message + `"}`}}}}
	}
	return append(cfn.Map{
		{Key: "MISSING_AUTHENTICATION_TOKEN", Value: answer("404", "Not Found"), Comment: "what API Gateway says of an unknown path"},
		{Key: "INTEGRATION_TIMEOUT", Value: answer("503", "Service Unavailable")},
		{Key: "REQUEST_TOO_LARGE", Value: answer("413", "Request Entity Too Large")},
		{Key: "BAD_REQUEST_BODY", Value: answer("400", "$context.error.validationErrorString"), Comment: "a body that does not fit its model"},
	}, deniedResponses(p.policy().Challenge())...)
}

const jsonType = "application/json"

func (p composer) directOperation(m *machinePlan) cfn.Map {
	integration := cfn.Map{
		{Key: "type", Value: "aws"},
		{Key: "httpMethod", Value: "POST"},
		{Key: "uri", Value: cfn.Sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartSyncExecution")},
		{Key: "credentials", Value: cfn.ARN(directRole)},
		{Key: "passthroughBehavior", Value: "never"},
		{Key: "requestTemplates", Value: cfn.Map{{Key: jsonType, Value: cfn.Sub(RequestTemplate("${" + m.alias() + "}"))}}},
		{Key: "responses", Value: cfn.Map{
			{Key: "200", Value: cfn.Map{{Key: "statusCode", Value: cfn.Text("200")}, {Key: "responseTemplates", Value: cfn.Map{{Key: jsonType, Value: ResponseTemplate(headerNames(m.Definition))}}}}},
			{Key: "400", Value: cfn.Map{{Key: "statusCode", Value: cfn.Text("400")}, {Key: "responseTemplates", Value: cfn.Map{{Key: jsonType, Value: refusedTemplate}}}}},
			{Key: "default", Value: cfn.Map{{Key: "statusCode", Value: cfn.Text("500")}, {Key: "responseTemplates", Value: cfn.Map{{Key: jsonType, Value: failedTemplate}}}}},
		}},
	}
	operation := cfn.Map{{Key: "operationId", Value: m.Name}}
	if security := p.directSecurity(m); len(security) > 0 {
		operation = append(operation, cfn.Entry{Key: "security", Value: cfn.List{security}})
	}
	if hasModel(m) {
		reference := cfn.Map{{Key: "$ref", Value: cfn.Text("#/components/schemas/" + modelOf(m))}}
		content := cfn.Map{{Key: jsonType, Value: cfn.Map{{Key: "schema", Value: reference}}}}
		operation = append(operation,
			cfn.Entry{Key: "requestBody", Value: cfn.Map{{Key: "required", Value: true}, {Key: "content", Value: content}}},
			cfn.Entry{Key: "x-amazon-apigateway-request-validator", Value: bodyValidator})
	}
	return append(operation,
		cfn.Entry{Key: "responses", Value: cfn.Map{{Key: "default", Value: cfn.Map{{Key: "description", Value: "see openapi.json"}}}}},
		cfn.Entry{Key: "x-amazon-apigateway-integration", Value: integration})
}

// headerNames lists the headers that an operation's answers may have.
func headerNames(machine *asl.Machine) []string {
	var names []string
	for at := range asl.Walk(machine) {
		if headers, ok := field(outputOf(at.State), "headers").(*jsonata.Object); ok {
			for name := range headers.All() {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

const withFunctionFix = "leave out --api direct"

// checkDirect refuses what needs the api function.
func (p *plan) checkDirect() {
	if p.options.API != APIDirect {
		return
	}
	if p.options.Authorizer == JWT {
		p.problems.Add(report.Error("SAM010", p.app.Workflow.Range, "JSON Web Tokens need the api function: a REST API checks API keys only").
			Fix("leave out --api direct, or use --authorizer api-key"))
	}
	if p.describes() {
		p.problems.Add(report.Error("SAM012", p.app.Workflow.Docs.Range, "the API cannot describe itself without the api function").Fix("set apiDocs: false, or %s", withFunctionFix))
	}
	if p.asks() {
		p.problems.Add(report.Error("SAM012", p.placeOfQuestion(), "questions to people are answered through the api function, which direct mode lacks").Fix(withFunctionFix))
	}
	for _, m := range p.machines {
		if m.http != nil {
			p.checkDirectOperation(m)
		}
	}
}

func (p *plan) checkDirectOperation(m *machinePlan) {
	refuse := func(reason string) {
		p.problems.Add(report.Error("SAM012", m.http.Range, "%s cannot be served without the api function: %s", m.Operation.Name, reason).Fix(withFunctionFix))
	}
	if m.http.Async {
		refuse("requests do not wait for it, and a REST API has nobody to tell them later what has become of it; the reason: " + m.Operation.Reason.Text)
	}
	if found := otherInPath.FindString(m.http.Path); found != "" {
		refuse(fmt.Sprintf("a REST API takes letters, digits and ._:- in a path, and no %q", found))
	}
	for _, parameter := range m.Operation.Parameters {
		switch {
		case parameter.In == "form":
			refuse(fmt.Sprintf("%s is a form field, and a REST API passes on JSON only", parameter.Name))
		case parameter.Schema.Type() == "array" && parameter.Separator == "":
			refuse(fmt.Sprintf("%s may be given several times, and a mapping template sees the last only", parameter.Name))
		}
	}
	if body := m.Operation.BodyOrNil; body != nil && !slices.ContainsFunc(body.Contents, func(c ir.Content) bool { return ir.IsJSON(c.MediaType) || c.MediaType == "*/*" }) {
		refuse("its body is not JSON")
	}
	if m.uploads {
		refuse("it takes uploaded files")
	}
	if m.answersStored {
		refuse("it answers with a stored object")
	}
	for _, u := range m.uses {
		if u.keeps || u.fetches {
			refuse(fmt.Sprintf("state %q handles stored objects, such as uploaded files", u.state))
		}
	}
	for at := range asl.Walk(m.Definition) {
		if kind := answerType(at.State); kind != "" {
			refuse(fmt.Sprintf("state %q answers with %s", at.Name, kind))
		}
		if reason := unreadable(at.State); reason != "" {
			refuse(fmt.Sprintf("state %q: %s", at.Name, reason))
		}
	}
}

// otherInPath is what CreateResource refuses in the parts of a path.
var otherInPath = regexp.MustCompile(`[^A-Za-z0-9._:{}/-]+`)

// placeOfQuestion is the first place at which people are asked.
func (p *plan) placeOfQuestion() diag.Range {
	for _, m := range p.machines {
		for _, u := range m.uses {
			if u.token() && p.behindAPI().row.Substitution() == u.target {
				return cmp.Or(rangeOf(u.place), m.Operation.Range)
			}
		}
	}
	return p.app.Workflow.Range
}

// answerType is the content type of an answer that is not JSON, "" for others.
func answerType(state asl.State) string {
	headers, ok := field(outputOf(state), "headers").(*jsonata.Object)
	if !ok {
		return ""
	}
	for name, value := range headers.All() {
		text, constant := opened(value).(string)
		if strings.EqualFold(name, "content-type") && constant && text != "" && !isJSON(text) {
			return text
		}
	}
	return ""
}

func isJSON(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && format.IsJSON(kind)
}

// unreadable says why the response template could not take an answer apart: it needs an object whose last member is the body.
func unreadable(state asl.State) string {
	output, ok := outputOf(state).(*jsonata.Object)
	if !ok {
		return ""
	}
	if _, answers := output.Get("statusCode"); !answers {
		return ""
	}
	last := ""
	for key := range output.All() {
		last = key
	}
	if _, has := output.Get("body"); has && last != "body" {
		return "the body is not the last member of the output"
	}
	headers, ok := output.Get("headers")
	if _, constant := headers.(*jsonata.Object); ok && !constant {
		return "the names of the headers are computed"
	}
	if constant, ok := headers.(*jsonata.Object); ok {
		for name, value := range constant.All() {
			if _, several := value.([]any); several {
				return fmt.Sprintf("a mapping template sets the header %s once only", name)
			}
		}
	}
	if field(headers, "body") != nil {
		return "a header is called body"
	}
	return ""
}
