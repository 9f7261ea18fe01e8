package cfn

// RestAPI is AWS::Serverless::Api, a REST API that an OpenAPI document defines.
type RestAPI struct {
	Name, Stage string
	Definition  Map
	Burst, Rate Value
	AccessLog   Value
	Detailed    Value // whether there are metrics for each method
	Tracing     Value // whether X-Ray follows requests
}

// Type is AWS::Serverless::Api.
func (*RestAPI) Type() string { return "AWS::Serverless::Api" }

// Properties are the API's properties.
func (r *RestAPI) Properties() Map {
	return Map{}.
		With("Name", Sub(r.Name)).
		With("StageName", r.Stage).
		With("OpenApiVersion", Text("3.0.1")). // keeps SAM from adding a second stage
		With("EndpointConfiguration", Map{{Key: "Type", Value: "REGIONAL"}}).
		With("TracingEnabled", r.Tracing).
		With("MethodSettings", List{Map{
			{Key: "ResourcePath", Value: "/*"}, {Key: "HttpMethod", Value: "*"}, {Key: "MetricsEnabled", Value: r.Detailed},
			{Key: "ThrottlingBurstLimit", Value: r.Burst}, {Key: "ThrottlingRateLimit", Value: r.Rate},
		}}).
		With("AccessLogSetting", r.AccessLog).
		With("DefinitionBody", r.Definition)
}

// APIKeyResource is AWS::ApiGateway::ApiKey, whose value API Gateway makes up.
type APIKeyResource struct{ Description string }

// Type is AWS::ApiGateway::ApiKey.
func (*APIKeyResource) Type() string { return "AWS::ApiGateway::ApiKey" }

// Properties are the key's properties.
func (k *APIKeyResource) Properties() Map {
	return Map{{Key: "Description", Value: k.Description}, {Key: "Enabled", Value: true}}
}

// UsagePlan is AWS::ApiGateway::UsagePlan for one stage.
type UsagePlan struct {
	API, Stage  string
	Burst, Rate Value
}

// Type is AWS::ApiGateway::UsagePlan.
func (*UsagePlan) Type() string { return "AWS::ApiGateway::UsagePlan" }

// Properties are the plan's properties.
func (u *UsagePlan) Properties() Map {
	return Map{
		{Key: "ApiStages", Value: List{Map{{Key: "ApiId", Value: Ref(u.API)}, {Key: "Stage", Value: Ref(u.API + ".Stage")}}}},
		{Key: "Throttle", Value: Map{{Key: "BurstLimit", Value: u.Burst}, {Key: "RateLimit", Value: u.Rate}}},
	}
}

// UsagePlanKey is AWS::ApiGateway::UsagePlanKey.
type UsagePlanKey struct{ Key, Plan string }

// Type is AWS::ApiGateway::UsagePlanKey.
func (*UsagePlanKey) Type() string { return "AWS::ApiGateway::UsagePlanKey" }

// Properties are the member's properties.
func (u *UsagePlanKey) Properties() Map {
	return Map{{Key: "KeyId", Value: Ref(u.Key)}, {Key: "KeyType", Value: "API_KEY"}, {Key: "UsagePlanId", Value: Ref(u.Plan)}}
}
