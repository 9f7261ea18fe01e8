package sam

import (
	"net/http"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/task"
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
func (p composer) composeAPI(t *cfn.Template, grants []Grant) {
	if !p.servesHTTP() && !p.asks() && consumersOf(p.plan).behindJobs() == nil {
		return
	}
	p.apiParameters(t)
	t.Resources = append(t.Resources, cfn.Resource{
		Name: apiLogs, Comment: "One line for each request.",
		Body: &cfn.LogGroup{Name: cfn.Sub(vendedLogs + "apigateway/${AWS::StackName}"), RetentionDays: cfn.Ref("LogRetentionDays")},
	})
	if p.options.API == APIDirect {
		p.composeDirect(t, grants)
		return
	}
	t.Resources = append(t.Resources, cfn.Resource{Name: apiID, Comment: jobsOf(p.plan).apiComment(), Body: &cfn.API{
		Name: cfn.Ref("AWS::StackName"), Description: p.app.Workflow.Doc, CORS: cfn.Choose(withCORS, p.cors(), cfn.NoValue),
	}})
	if p.behindAPI() != nil {
		t.Resources = append(t.Resources, cfn.Resource{Name: apiIntegration, Body: &cfn.Integration{API: apiID, Function: p.behindAPI().resource(), Alias: alias}})
	}
	p.authorizer(t)
	for _, m := range p.machines {
		if m.http != nil {
			t.Resources = append(t.Resources, cfn.Resource{Name: m.stem() + "Route", Comment: placeOfRange(m.http.Range), Body: p.route(m)})
		}
	}
	p.composeExecutions(t)
	p.composeDocs(t)
	p.composeQuestions(t)
	jobsOf(p.plan).composeJobRoutes(t)
	t.Resources = append(t.Resources, cfn.Resource{Name: "ApiStage", Body: &cfn.Stage{API: apiID, LogGroup: cfn.ARN(apiLogs), Burst: cfn.Ref("ThrottleBurst"), Rate: cfn.Ref("ThrottleRate"),
		Detailed: cfn.Choose(withDetailedMetrics, true, false)}})
	if p.behindAPI() != nil {
		t.Resources = append(t.Resources, cfn.Resource{Name: "ApiPermission", Body: &cfn.Permission{Function: p.behindAPI().resource(), API: apiID}})
	}
	t.Outputs = append(t.Outputs, cfn.Output{Name: endpointOutput, Description: "Address of the API", Value: cfn.Attribute(apiID, "ApiEndpoint")})
}

// apiComment says what becomes of requests.
func (p jobComposer) apiComment() string {
	if p.behindAPI() == nil {
		return "Requests for the job API come in here."
	}
	return "Requests come in here; the function api turns each into an execution and waits for its answer."
}

// jobIntegration names what leads requests to the function behind the job API.
const jobIntegration = "JobApiIntegration"

// composeJobRoutes leads requests for the job API to the function behind it. It asks callers itself who they are.
func (p jobComposer) composeJobRoutes(t *cfn.Template) {
	f := p.behindJobs()
	if f == nil {
		return
	}
	t.Resources = append(t.Resources, cfn.Resource{Name: jobIntegration, Body: &cfn.Integration{API: apiID, Function: f.resource(), Alias: alias}})
	for i, key := range f.row.JobRoutes {
		t.Resources = append(t.Resources, cfn.Resource{
			Name: numbered("JobApiRoute", i), Comment: "The function asks who calls.", Body: &cfn.Route{API: apiID, Key: key, Integration: jobIntegration},
		})
	}
	t.Resources = append(t.Resources, cfn.Resource{Name: "JobApiPermission", Body: &cfn.Permission{Function: f.resource(), API: apiID}})
}

// webhookParameter names the parameter with the address that is told of questions to people.
const webhookParameter = "ApprovalWebhook"

// composeQuestions adds the routes under which people answer. They are open whatever the authorizer: the link itself is the right to answer.
func (p composer) composeQuestions(t *cfn.Template) {
	if !p.asks() {
		return
	}
	t.Parameters = append(t.Parameters, cfn.Parameter{Name: webhookParameter, Group: groupAPI, Type: "String", Default: cfn.Text(""),
		Description: "URL that each question to people is posted to, with the link that answers it; without one the link stands in the log only"})
	for _, key := range p.behindAPI().row.Routes {
		method, _, _ := strings.Cut(key, " ")
		t.Resources = append(t.Resources, cfn.Resource{
			Name: "Approval" + task.LogicalID(strings.ToLower(method)) + "Route", Comment: "People answer questions here; the link is the right to.",
			Body: &cfn.Route{API: apiID, Key: key, Integration: apiIntegration},
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

// withDetailedMetrics is the template condition for metrics of each route.
const withDetailedMetrics = "WithDetailedMetrics"

func (p composer) apiParameters(t *cfn.Template) {
	t.Parameters = append(t.Parameters,
		cfn.Parameter{Name: "ThrottleRate", Group: groupAPI, Type: "Number", Default: 50, Min: 1, Description: "Requests per second that the API lets through on average"},
		cfn.Parameter{Name: "ThrottleBurst", Group: groupAPI, Type: "Number", Default: 100, Min: 1, Description: "Requests that the API lets through at once"},
		yesOrNo("DetailedMetrics", groupAPI, "false", "Whether API Gateway counts each route by itself; each metric of a route costs as a custom metric does"),
	)
	t.Conditions = append(t.Conditions, isYes(withDetailedMetrics, "DetailedMetrics"))
	if p.options.API == APIFunction {
		t.Parameters = append(t.Parameters, cfn.Parameter{Name: "CorsOrigins", Group: groupAPI, Type: "CommaDelimitedList", Default: cfn.Text(""),
			Description: "Origins whose pages may call the API from a browser, such as https://www.example.com; empty for none"})
		t.Conditions = append(t.Conditions, cfn.Condition{Name: withCORS, Test: cfn.Negate(cfn.Same(joined("CorsOrigins"), cfn.Text("")))})
	}
	if p.options.Authorizer == JWT {
		t.Parameters = append(t.Parameters,
			cfn.Parameter{Name: "JwtIssuer", Group: groupAPI, Type: "String", Pattern: "https://.+", Constraint: "must be an https URL",
				Description: "Issuer of the tokens, the URL below which /.well-known/openid-configuration lies"},
			cfn.Parameter{Name: "JwtAudience", Group: groupAPI, Type: "CommaDelimitedList", Description: "Audiences of which a token must name one"},
		)
	}
}

// cors allows what the operations need and nothing else.
func (p composer) cors() cfn.Map {
	headers := []string{"authorization", "content-type"}
	if p.options.Authorizer == APIKey {
		headers = append(headers, "x-api-key")
	}
	for _, one := range p.app.Workflow.Guarding() {
		if one.Kind == access.Key {
			headers = append(headers, strings.ToLower(one.Header))
		}
	}
	var methods, exposed []string
	if len(asynchronous(p.machines)) > 0 {
		headers, methods, exposed = append(headers, "idempotency-key"), append(methods, http.MethodGet), append(exposed, "location", "retry-after")
	}
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
	if consumersOf(p.plan).behindJobs() != nil {
		methods = append(methods, http.MethodGet, http.MethodPost, http.MethodDelete)
		if tenancy := consumersOf(p.plan).jobSetting(task.TenancyHeader); tenancy != "" {
			headers = append(headers, strings.ToLower(tenancy))
		}
	}
	allowed := cfn.Map{
		{Key: "AllowOrigins", Value: cfn.Ref("CorsOrigins")},
		{Key: "AllowMethods", Value: cfn.ListOf(distinct(methods))},
		{Key: "AllowHeaders", Value: cfn.ListOf(distinct(headers))},
	}
	return append(allowed.With("ExposeHeaders", cfn.ListOf(exposed)), cfn.Entry{Key: "MaxAge", Value: corsMaxAgeInSec})
}

func (p composer) authorizer(t *cfn.Template) {
	if p.options.Authorizer == JWT {
		t.Resources = append(t.Resources, cfn.Resource{Name: apiAuthorizer, Body: &cfn.JWTAuthorizer{API: apiID, Issuer: cfn.Ref("JwtIssuer"), Audience: cfn.Ref("JwtAudience")}})
	}
}

func (p composer) route(m *machinePlan) *cfn.Route { return p.guarded(routeKey(m.http)) }

// guarded is a route that asks for what every request must show.
func (p composer) guarded(key string) *cfn.Route {
	route := &cfn.Route{API: apiID, Key: key, Integration: apiIntegration}
	if p.options.Authorizer == JWT {
		route.AuthorizationType, route.Authorizer = "JWT", cfn.Ref(apiAuthorizer)
	}
	return route
}

// routeKey is API Gateway's name of a route.
func routeKey(trigger *ir.HTTP) string { return trigger.Method + " " + trigger.Path }
