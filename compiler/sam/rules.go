package sam

import "github.com/steploom/steploom/shared/diag"

// Rules describes the diagnostics of writing an application.
func Rules() []diag.Rule {
	return []diag.Rule{
		{Code: "SAM001", Title: "a task without a resource", Doc: "A state calls a service integration for which the template has neither a resource nor permissions. Functions and nested executions have both."},
		{Code: "SAM002", Title: "a permission without a resource", Doc: "A function of the catalogue asks for a permission on a kind of resource that the template does not know. This is a fault of the compiler."},
		{Code: "SAM003", Title: "a file that cannot be written", Doc: "A file of the application cannot be made from what the workflow says; the message has the reason."},
		{Code: "SAM004", Title: "two resources with one name", Doc: "Resources and parameters are named after operations, datasources and secrets. Names that are alike get a hash, so this is a fault of the compiler or a very rare accident; another name helps."},
		{Code: "SAM005", Title: "an unknown datasource", Doc: "A function is called with a datasource that the workflow does not have, so there would be no address and no secret for it."},
		{Code: "SAM006", Title: "an unknown function", Doc: "A state calls a function that is neither in the catalogue nor an ARN."},
		{Code: "SAM007", Title: "too many resources", Doc: "CloudFormation takes 500 resources in a stack. A state machine takes three (itself, a version, an alias), a route and a schedule one each; roles are shared where there would be too many. Divide the workflow into several folders, each a stack of its own."},
		{Code: "SAM021", Title: "too many permissions", Doc: "A role has room for an inline policy of 10,240 characters and ten managed ones of 6,144. Divide the workflow into several folders."},
		{Code: "SAM022", Title: "too many parameters or outputs", Doc: "CloudFormation takes 200 of each in a stack. Divide the workflow into several folders."},
		{Code: "SAM023", Title: "too many routes", Doc: "API Gateway takes 300 routes in an HTTP API and 300 resources in a REST API. Divide the workflow into several folders."},
		{Code: "SAM024", Title: "a text too long for AWS", Doc: "The address of a datasource becomes the value of a parameter, which holds 4,096 bytes; an event pattern has at most 4,096 characters."},
		{Code: "SAM025", Title: "two names, one variable", Doc: "Functions find datasources and secrets by environment variables, in which only A to Z, 0 to 9 and _ stand. Two names would become the same variable."},
		{Code: "SAM026", Title: "too many variables of a function", Doc: "Lambda takes 4,096 bytes of environment variables. Every datasource takes its address and, with credentials, the ARN of a secret; every secret takes an ARN."},
		{Code: "SAM027", Title: "a definition too large", Doc: "Step Functions takes a definition of 1 MB, with the names of functions and other state machines filled in."},
		{Code: "SAM028", Title: "a template too large", Doc: "CloudFormation takes a template of 1,000,000 bytes. Divide the workflow into several folders."},
		{Code: "SAM029", Title: "paths that a REST API does not tell apart", Doc: "In direct mode, paths with a parameter in the same place need one name for it."},
		{Code: "SAM030", Title: "what stands before the job API", Doc: "The job API of an Aether workflow is a function that asks callers for a user and a password itself. Leave out --api direct and --authorizer."},
		{Code: "SAM031", Title: "a job that cannot be deployed", Doc: "Lambda takes topics of two characters at least (a warning of check, because such a job works on one's own machine, and an error of build) and ten brokers; a declared job has at most 100,000 bytes of JSON. Jobs that are posted to the job API need no room in the template."},
		{Code: "SAM010", Title: "JSON Web Tokens in direct mode", Doc: "A REST API without the api function checks API keys only. Leave out --api direct, or use API keys."},
		{Code: "SAM011", Title: "two things in one header", Doc: "--authorizer asks for something besides what the workflow's authentications ask for, and a request must show both. A token of --authorizer jwt and a user with a password stand in the same header, and so do two keys in X-API-Key. Leave out --authorizer where the workflow guards its operations."},
		{Code: "SAM012", Title: "what direct mode cannot serve", Doc: "Uploads, formats other than JSON, questions to people and operations that requests do not wait for need the api function; a path of a REST API has letters, digits and ._:- only (CreateResource). Leave out --api direct."},
	}
}
