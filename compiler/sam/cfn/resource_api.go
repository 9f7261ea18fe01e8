package cfn

// API is AWS::ApiGatewayV2::Api with protocol HTTP.
type API struct {
	Name, Description Value
	CORS              Value
}

// Type is AWS::ApiGatewayV2::Api.
func (*API) Type() string { return "AWS::ApiGatewayV2::Api" }

// Properties are the API's properties.
func (a *API) Properties() Map {
	return Map{}.With("Name", a.Name).With("Description", a.Description).With("ProtocolType", "HTTP").With("CorsConfiguration", a.CORS)
}

// lambdaARN begins the ARN of a function of the stack; its name follows. An integration is written so because `sam local start-api` finds the function
// in it by its name, which it does not find in an ARN of Fn::GetAtt.
const lambdaARN = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"

// InvocationURI is how API Gateway names the alias of a function that it calls.
func InvocationURI(function, alias string) Value {
	return Sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/" + lambdaARN + "${" + function + "}:" + alias + "/invocations")
}

// Integration is AWS::ApiGatewayV2::Integration of an alias of a Lambda function.
type Integration struct{ API, Function, Alias string }

// Type is AWS::ApiGatewayV2::Integration.
func (*Integration) Type() string { return "AWS::ApiGatewayV2::Integration" }

// Properties are the integration's properties.
func (i *Integration) Properties() Map {
	return Map{
		{Key: "ApiId", Value: Ref(i.API)},
		{Key: "IntegrationType", Value: "AWS_PROXY"},
		{Key: "IntegrationUri", Value: InvocationURI(i.Function, i.Alias)},
		{Key: "PayloadFormatVersion", Value: Text("2.0")},
	}
}

// Route is AWS::ApiGatewayV2::Route.
type Route struct {
	API, Key, Integration string
	// AuthorizationType and Authorizer are absent for an open route.
	AuthorizationType, Authorizer Value
}

// Type is AWS::ApiGatewayV2::Route.
func (*Route) Type() string { return "AWS::ApiGatewayV2::Route" }

// Properties are the route's properties.
func (r *Route) Properties() Map {
	return Map{}.
		With("ApiId", Ref(r.API)).
		With("RouteKey", r.Key).
		With("AuthorizationType", r.AuthorizationType).
		With("AuthorizerId", r.Authorizer).
		With("Target", Sub("integrations/${"+r.Integration+"}"))
}

// JWTAuthorizer is AWS::ApiGatewayV2::Authorizer that checks a token of the Authorization header.
type JWTAuthorizer struct {
	API              string
	Issuer, Audience Value
}

// Type is AWS::ApiGatewayV2::Authorizer.
func (*JWTAuthorizer) Type() string { return "AWS::ApiGatewayV2::Authorizer" }

// Properties are the authorizer's properties.
func (j *JWTAuthorizer) Properties() Map {
	return Map{
		{Key: "ApiId", Value: Ref(j.API)},
		{Key: "Name", Value: "jwt"},
		{Key: "AuthorizerType", Value: "JWT"},
		{Key: "IdentitySource", Value: List{"$request.header.Authorization"}},
		{Key: "JwtConfiguration", Value: Map{{Key: "Issuer", Value: j.Issuer}, {Key: "Audience", Value: j.Audience}}},
	}
}

// Stage is AWS::ApiGatewayV2::Stage $default, which publishes each change at once.
type Stage struct {
	API         string
	LogGroup    Value
	Burst, Rate Value
	Detailed    Value // whether there are metrics for each route
}

// AccessLogFormat is one JSON object per request, without anything the client sent but method and path.
const AccessLogFormat = `{"requestId":"$context.requestId","time":"$context.requestTime","ip":"$context.identity.sourceIp","route":"$context.routeKey",` +
	`"status":"$context.status","bytes":"$context.responseLength","latencyMs":"$context.responseLatency","integrationError":"$context.integrationErrorMessage"}`

// Type is AWS::ApiGatewayV2::Stage.
func (*Stage) Type() string { return "AWS::ApiGatewayV2::Stage" }

// Properties are the stage's properties.
func (s *Stage) Properties() Map {
	return Map{
		{Key: "ApiId", Value: Ref(s.API)},
		{Key: "StageName", Value: "$default"},
		{Key: "AutoDeploy", Value: true},
		{Key: "AccessLogSettings", Value: Map{{Key: "DestinationArn", Value: s.LogGroup}, {Key: "Format", Value: AccessLogFormat}}},
		{Key: "DefaultRouteSettings", Value: Map{
			{Key: "ThrottlingBurstLimit", Value: s.Burst}, {Key: "ThrottlingRateLimit", Value: s.Rate}, {Key: "DetailedMetricsEnabled", Value: s.Detailed},
		}},
	}
}

// Permission is AWS::Lambda::Permission for an API, or a rule of EventBridge, to call the alias that SAM publishes a function by.
type Permission struct{ Function, API, Rule string }

// Type is AWS::Lambda::Permission.
func (*Permission) Type() string { return "AWS::Lambda::Permission" }

// Properties are the permission's properties.
func (p *Permission) Properties() Map {
	caller, source := "apigateway.amazonaws.com", Value(Sub("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${"+p.API+"}/*"))
	if p.Rule != "" {
		caller, source = "events.amazonaws.com", ARN(p.Rule)
	}
	return Map{
		{Key: "FunctionName", Value: Ref(p.Function + ".Alias")},
		{Key: "Action", Value: "lambda:InvokeFunction"},
		{Key: "Principal", Value: caller},
		{Key: "SourceArn", Value: source},
	}
}
