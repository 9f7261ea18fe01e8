package sam

import (
	"github.com/steploom/steploom/compiler/sam/cfn"
)

// In direct mode the REST API asks the api function who may call: it is a Lambda authorizer of the type REQUEST (API Gateway developer guide, "Use API
// Gateway Lambda authorizers"). Nothing it says is kept, so that each request is held against the policy.

// guards tells whether an operation asks callers who they are.
func (p composer) guards() bool { return len(p.app.Workflow.Guarding()) > 0 }

const directAuthorizer = "access"

// directSchemes are what operations ask for, in the REST API's words.
func (p composer) directSchemes() cfn.Map {
	var schemes cfn.Map
	if p.options.Authorizer == APIKey {
		schemes = append(schemes, cfn.Entry{Key: authorizerScheme, Value: cfn.Map{{Key: "type", Value: "apiKey"}, {Key: "name", Value: "x-api-key"}, {Key: "in", Value: "header"}}})
	}
	if p.guards() {
		schemes = append(schemes, cfn.Entry{Key: directAuthorizer, Value: cfn.Map{
			{Key: "type", Value: "apiKey"}, {Key: "name", Value: "Unused"}, {Key: "in", Value: "header"},
			{Key: "x-amazon-apigateway-authtype", Value: "custom"},
			{Key: "x-amazon-apigateway-authorizer", Value: cfn.Map{
				{Key: "type", Value: "request"}, {Key: "authorizerUri", Value: cfn.InvocationURI(p.behindAPI().resource(), alias)}, {Key: "authorizerResultTtlInSeconds", Value: 0},
			}},
		}})
	}
	return schemes
}

// directSecurity is what one operation asks for, all of it together.
func (p composer) directSecurity(m *machinePlan) cfn.Map {
	var all cfn.Map
	if p.options.Authorizer == APIKey {
		all = append(all, cfn.Entry{Key: authorizerScheme, Value: cfn.List{}})
	}
	if p.guards() && len(m.http.Guards) > 0 {
		all = append(all, cfn.Entry{Key: directAuthorizer, Value: cfn.List{}})
	}
	return all
}

// deniedResponses make what API Gateway says of the authorizer's answers that of the api function.
func deniedResponses(challenge string) cfn.Map {
	if challenge == "" {
		return nil
	}
	answer := func(status, body string) cfn.Map {
		return cfn.Map{{Key: "statusCode", Value: cfn.Text(status)}, {Key: "responseTemplates", Value: cfn.Map{{Key: jsonType, Value: cfn.Text(body)}}}}
	}
	unknown := append(answer("401", `{"message":"Unauthorized"}`), cfn.Entry{Key: "responseParameters", Value: cfn.Map{
		{Key: "gatewayresponse.header.WWW-Authenticate", Value: cfn.Text("'" + challenge + "'")},
	}})
	return cfn.Map{
		{Key: "UNAUTHORIZED", Value: unknown},
		{Key: "ACCESS_DENIED", Value: answer("403", `{"message":"Forbidden"}`)},
		{Key: "AUTHORIZER_FAILURE", Value: answer("500", failedTemplate)},
		{Key: "AUTHORIZER_CONFIGURATION_ERROR", Value: answer("500", failedTemplate)},
	}
}
