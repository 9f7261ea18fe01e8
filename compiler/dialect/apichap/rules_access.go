package apichap

import "github.com/steploom/steploom/shared/diag"

// accessRules describe the codes about who may call.
func accessRules() []diag.Rule {
	const staff = "authentications:\n  staff: {type: basicauth, user: me, password: '${SECRET}'}\noperations:\n"
	const body = "    fulfillments: []\n    responses: [{name: ok, statuscode: 204, default: true}]\n"
	return []diag.Rule{
		{
			Code: codeAuthentication, Title: "Authentication that cannot work", Example: "authentications:\n  staff: {type: jwt, issuer: 'https://issuer.example.com', audience: news, algorithms: HS256}\n",
			Doc: "An authentication that nobody could satisfy, or that could not tell callers from others: no user or key, an address for keys without TLS, an algorithm with a shared secret.",
		},
		{
			Code: codeGuard, Title: "Unknown guard", Example: staff + "  'GET /news':\n    x-steploom-authentication: stuff\n" + body,
			Doc: "An operation says which authentications guard it by their names, or that nothing does. What cannot be honoured is an error, so that no operation is open by a slip.",
		},
		{
			Code: codeSecurity, Title: "The document says otherwise who may call", Example: staff + "  'GET /about':\n" + body,
			Doc: "security in openapi.yaml describes the API and decides nothing. It tells its readers something else than what authentications and x-steploom-authentication do.",
		},
		{
			Code: codeDocs, Title: "An API that describes itself", Example: "settings: {apiDocs: true}\noperations:\n  'GET /api-docs':\n" + body,
			Doc: "With apiDocs: true the API serves its OpenAPI document and a page to try it. Anybody may read them, and no operation can have their paths.",
		},
	}
}
