package sam

import (
	"strings"

	"github.com/steploom/steploom/compiler/ir"
)

// The names of the API's resources.
const (
	apiID           = "Api"
	apiIntegration  = "ApiIntegration"
	apiAuthorizer   = "ApiAuthorizer"
	apiLogs         = "ApiAccessLogs"
	endpointOutput  = "Endpoint"
	corsMaxAgeInSec = 600
)

// composeAPI adds the way in for requests: an HTTP API in front of the api function, or a REST API that starts executions itself.
func (p *plan) composeAPI(t *Template, grants []Grant) {
	if !p.servesHTTP() && !p.asks() {
		return
	}
	p.apiParameters(t)
	t.Resources = append(t.Resources, Resource{
		Name: apiLogs, Comment: "One line for each request.",
		Body: &LogGroup{Name: Sub("/aws/apigateway/${AWS::StackName}"), RetentionDays: Ref("LogRetentionDays")},
	})
	if p.options.API == APIDirect {
		p.composeDirect(t, grants)
		return
	}
	t.Resources = append(t.Resources,
		Resource{Name: apiID, Comment: "Requests come in here; the function api turns each into an execution and waits for its answer.", Body: &API{
			Name: Ref("AWS::StackName"), Description: p.app.Workflow.Doc, CORS: If{withCORS, p.cors(), noValue},
		}},
		Resource{Name: apiIntegration, Body: &Integration{API: apiID, Function: p.behindAPI().resource()}},
	)
	p.authorizer(t)
	for _, m := range p.machines {
		if m.http != nil {
			t.Resources = append(t.Resources, Resource{Name: logicalID(m.Name) + "Route", Comment: placeOfRange(m.http.Range), Body: p.route(m)})
		}
	}
	p.composeQuestions(t)
	t.Resources = append(t.Resources,
		Resource{Name: "ApiStage", Body: &Stage{API: apiID, LogGroup: GetAtt{apiLogs, "Arn"}, Burst: Ref("ThrottleBurst"), Rate: Ref("ThrottleRate")}},
		Resource{Name: "ApiPermission", Body: &Permission{Function: p.behindAPI().resource(), API: apiID}},
	)
	t.Outputs = append(t.Outputs, Output{Name: endpointOutput, Description: "Address of the API", Value: GetAtt{apiID, "ApiEndpoint"}})
}

// webhookParameter names the parameter with the address that is told of questions to people.
const webhookParameter = "ApprovalWebhook"

// composeQuestions adds the routes under which people answer. They are open whatever the authorizer: the link itself is the right to answer.
func (p *plan) composeQuestions(t *Template) {
	if !p.asks() {
		return
	}
	t.Parameters = append(t.Parameters, Parameter{Name: webhookParameter, Group: groupAPI, Type: "String", Default: Text(""),
		Description: "URL that each question to people is posted to, with the link that answers it; without one the link stands in the log only"})
	for _, key := range p.behindAPI().row.Routes {
		method, _, _ := strings.Cut(key, " ")
		t.Resources = append(t.Resources, Resource{
			Name: "Approval" + logicalID(strings.ToLower(method)) + "Route", Comment: "People answer questions here; the link is the right to.",
			Body: &Route{API: apiID, Key: key, Integration: apiIntegration},
		})
	}
}

func (p *plan) servesHTTP() bool {
	for _, m := range p.machines {
		if m.http != nil {
			return true
		}
	}
	return false
}

func (p *plan) apiParameters(t *Template) {
	t.Parameters = append(t.Parameters,
		Parameter{Name: "ThrottleRate", Group: groupAPI, Type: "Number", Default: 50, Min: 1, Description: "Requests per second that the API lets through on average"},
		Parameter{Name: "ThrottleBurst", Group: groupAPI, Type: "Number", Default: 100, Min: 1, Description: "Requests that the API lets through at once"},
	)
	if p.options.API == APIFunction {
		t.Parameters = append(t.Parameters, Parameter{Name: "CorsOrigins", Group: groupAPI, Type: "CommaDelimitedList", Default: Text(""),
			Description: "Origins whose pages may call the API from a browser, such as https://www.example.com; empty for none"})
		t.Conditions = append(t.Conditions, Condition{withCORS, Not{Equals{joined("CorsOrigins"), Text("")}}})
	}
	if p.options.Authorizer == JWT {
		t.Parameters = append(t.Parameters,
			Parameter{Name: "JwtIssuer", Group: groupAPI, Type: "String", Pattern: "https://.+", Constraint: "must be an https URL",
				Description: "Issuer of the tokens, the URL below which /.well-known/openid-configuration lies"},
			Parameter{Name: "JwtAudience", Group: groupAPI, Type: "CommaDelimitedList", Description: "Audiences of which a token must name one"},
		)
	}
}

// cors allows what the operations need and nothing else.
func (p *plan) cors() Map {
	headers := []string{"authorization", "content-type"}
	if p.options.Authorizer == APIKey {
		headers = append(headers, "x-api-key")
	}
	var methods []string
	for _, m := range p.machines {
		if m.http == nil {
			continue
		}
		methods = append(methods, m.http.Method)
		for _, parameter := range m.Operation.Parameters {
			if parameter.In == "header" {
				headers = append(headers, strings.ToLower(parameter.Name))
			}
		}
	}
	return Map{
		{Key: "AllowOrigins", Value: Ref("CorsOrigins")},
		{Key: "AllowMethods", Value: listOf(distinct(methods))},
		{Key: "AllowHeaders", Value: listOf(distinct(headers))},
		{Key: "MaxAge", Value: corsMaxAgeInSec},
	}
}

func (p *plan) authorizer(t *Template) {
	if p.options.Authorizer == JWT {
		t.Resources = append(t.Resources, Resource{Name: apiAuthorizer, Body: &JWTAuthorizer{API: apiID, Issuer: Ref("JwtIssuer"), Audience: Ref("JwtAudience")}})
	}
}

func (p *plan) route(m *machinePlan) *Route {
	route := &Route{API: apiID, Key: routeKey(m.http), Integration: apiIntegration}
	if p.options.Authorizer == JWT {
		route.AuthorizationType, route.Authorizer = "JWT", Ref(apiAuthorizer)
	}
	return route
}

// routeKey is API Gateway's name of a route.
func routeKey(trigger *ir.HTTP) string { return trigger.Method + " " + trigger.Path }
