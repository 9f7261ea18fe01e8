package sam

import "github.com/steploom/steploom/shared/diag"

// Rules describes the diagnostics of writing an application.
func Rules() []diag.Rule {
	return []diag.Rule{
		{Code: "SAM001", Title: "a task without a resource", Doc: "A state calls a service integration for which the template has neither a resource nor permissions. Functions and nested executions have both."},
		{Code: "SAM002", Title: "a permission without a resource", Doc: "A function of the catalogue asks for a permission on a kind of resource that the template does not know. This is a fault of the compiler."},
		{Code: "SAM003", Title: "a file that cannot be written", Doc: "A file of the application cannot be made from what the workflow says; the message has the reason."},
		{Code: "SAM004", Title: "two resources with one name", Doc: "Resources are named after operations, letters and digits only; two operations must not give the same name."},
		{Code: "SAM005", Title: "an unknown datasource", Doc: "A function is called with a datasource that the workflow does not have, so there would be no address and no secret for it."},
		{Code: "SAM006", Title: "an unknown function", Doc: "A state calls a function that is neither in the catalogue nor an ARN."},
		{Code: "SAM007", Title: "too many resources", Doc: "CloudFormation takes 500 resources in a stack. Divide the workflow into several folders, each a stack of its own."},
		{Code: "SAM010", Title: "JSON Web Tokens in direct mode", Doc: "A REST API without the api function checks API keys only. Leave out --api direct, or use API keys."},
		{Code: "SAM011", Title: "basic authentication in direct mode", Doc: "The api function checks user and password, and direct mode has none. Leave out --api direct, or use API keys."},
		{Code: "SAM012", Title: "what direct mode cannot serve", Doc: "Uploads, formats other than JSON and questions to people need the api function. Leave out --api direct."},
	}
}
