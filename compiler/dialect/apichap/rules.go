package apichap

import (
	"slices"

	"github.com/steploom/steploom/shared/diag"
)

// rules describes the codes of this dialect. Each example brings its diagnostic up; a test runs them all.
func rules() []diag.Rule {
	return slices.Concat(expressionRules(), structureRules(), bodyRules(), transactionRules(), accessRules(), fileRules())
}

// inGeneric wraps attributes, indented by ten blanks, into a whole file.
func inGeneric(attributes string) string {
	return "operations:\n  'get /news':\n    fulfillments:\n      - type: generic\n        attributes:\n" + attributes +
		"    responses:\n      - {name: ok, statuscode: 204, default: true}\n"
}

// inList wraps fulfillments, indented by six blanks, into a whole file with the datasources db and shop.
func inList(fulfillments string) string {
	return "datasources:\n  db: {type: db, url: 'jdbc:postgresql://host/db'}\n  shop: {type: api}\n  partner: {type: ftp, host: partner.example.com}\noperations:\n  'get /news':\n    fulfillments:\n" +
		fulfillments + "    responses:\n      - {name: ok, statuscode: 204, default: true}\n"
}

func expressionRules() []diag.Rule {
	return []diag.Rule{
		{
			Code: codeExpression, Title: "Not an expression", Example: inGeneric("          - greeting: hello\n"),
			Doc: "A value is computed by methods, such as PARAM(id) or TEXT(hello). Bare text is not one; numbers, true, false and null of YAML are taken as they are.",
		},
		{Code: codeMethod, Title: "Unknown method", Example: inGeneric("          - id: PARM(id)\n"), Doc: "The language has no method of this name. Method names are in capitals."},
		{Code: codeArgumentCount, Title: "Wrong number of arguments", Example: inGeneric("          - id: PARAM()\n"), Doc: "The method takes more or fewer arguments."},
		{Code: codeArgument, Title: "Bad argument", Example: inGeneric("          - one: INTEGER(one)\n"), Doc: "The argument is not what the method or key needs, such as a number that is none."},
		{
			Code: codeFulfillment, Title: "Unknown fulfillment", Example: inGeneric("          - first: VALUE(news, $[0])\n"),
			Doc: "VALUE and its relatives look into the results of fulfillments of the same operation, by their names.",
		},
		{
			Code: codeNotVisible, Title: "A result that is not there", Example: inList("      - type: generic\n        attributes:\n          - first: VALUE(news, $[0])\n      - name: news\n        type: read\n        datasource: db\n        instructions:\n          - sql: {query: SELECT 1}\n"),
			Doc: "The fulfillment runs later, or inside a loop whose results are not visible here. Reading it gives null, always.",
		},
		{
			Code: codeStrayParenthesis, Title: "One parenthesis too many", Example: inGeneric("          - if: PARAM(id) == NULL())\n            missing: BOOLEAN(true)\n"),
			Doc: "The expression is complete, but a closing parenthesis follows. It is ignored.",
		},
		{
			Code: codeType, Title: "Types that do not fit", Example: inGeneric("          - if: SIZE(BODY($.list))\n            some: BOOLEAN(true)\n"),
			Doc: "A condition must be true or false, arithmetic needs numbers, and only numbers and texts have an order.",
		},
		{Code: codeJSONPath, Title: "Bad JSONPath", Example: inGeneric("          - first: BODY($.list[x])\n"), Doc: "The path cannot be read, or uses a feature that cannot be compiled. A path without $ in front is a warning."},
		{
			Code: codeSuspiciousPath, Title: "A path that looks mistyped", Example: inList("      - name: a\n        type: read\n        datasource: db\n        instructions:\n          - sql: {query: SELECT 1}\n      - type: generic\n        attributes:\n          - one: VALUE(a, $.results[0])\n            two: VALUE(a, $.results0)\n"),
			Doc: "One path of the operation reads $.results[0], another $.results0. The second gives null in silence.",
		},
		{Code: codeDate, Title: "Date pattern or zone", Example: inGeneric("          - day: DATEFORMAT(NOW(), \"yyyy-MM-ddTHH\")\n"), Doc: "Java refuses the pattern, the time zone is unknown, or the date that is written out does not exist. Text in a pattern stands in single quotes."},
		{Code: codeAttribute, Title: "Unknown attribute", Example: inGeneric("          - a: ATTRIBUTE(b)\n"), Doc: "No fulfillment sets the attribute, so it is always null."},
		{Code: codeElement, Title: "@ without a list", Example: inGeneric("          - a: VALUE(@, $.id)\n"), Doc: "@ is the element of the list around it in a schema, or of the loop in an index; @@ is the one around that."},
		{Code: codeParameter, Title: "A parameter that looks mistyped", Example: inGeneric("          - a: PARAM(categry)\n"), Doc: "`openapi.yaml` describes, or the path has, a parameter of almost this name. The one that is written is looked for in path, query and headers, as text."},
		{Code: codeOldForm, Title: "A form of older versions", Example: inGeneric("          - a: TEXT(:[PARAM(id)])\n"), Doc: "The form still works. Write the present one."},
		{Code: codeOldLanguage, Title: "The language before 1.5", Example: "servername: x\n", Doc: "Configurations from before version 1.5 have another structure and are not read. docs/apichap/coming-from.md has the present words for those of that language."},
	}
}

func structureRules() []diag.Rule {
	const query = "        type: read\n        datasource: db\n        instructions:\n"
	return []diag.Rule{
		{Code: codeDatasource, Title: "Unknown datasource", Example: inList("      - type: read\n        datasource: dp\n        instructions:\n          - sql: {query: SELECT 1}\n"), Doc: "No file of the folder defines the datasource, or a variable that it refers to."},
		{Code: codeTwice, Title: "Defined twice", Example: inList("      - {name: x, type: generic}\n") + "  'GET /news': {fulfillments: []}\n", Doc: "An operation, a datasource or a header has two definitions, in one file or in several. Neither can win."},
		{
			Code: codeCollision, Title: "Names that collide", Example: inList("      - name: a-b\n" + query + "          - sql: {query: SELECT 1}\n      - name: a_b\n" + query + "          - sql: {query: SELECT 1}\n"),
			Doc: "Names become variables of the state machine, in which only letters, digits and _ may stand. Two names become the same variable, or one becomes too long.",
		},
		{Code: codeUnsupported, Title: "Not supported", Example: "datasources:\n  documents: {type: nosql}\n", Doc: "The language has this, Steploom does not. Nothing is left out in silence."},
		{
			Code: codeUnsafeSQL, Title: "Data in SQL text", Example: inList("      - name: a\n" + query + "          - sql: {query: 'SELECT * FROM news ORDER BY ${PARAM(sort)}'}\n"),
			Doc: "A placeholder whose value can come from a request or a response becomes a bind parameter where a value may stand. Elsewhere it could change the statement, and is refused.",
		},
		{
			Code: codeParameterCount, Title: "Parameters and question marks", Example: inList("      - name: a\n" + query + "          - sql: {query: 'SELECT * FROM news WHERE id = ?'}\n"),
			Doc: "A query without optional parts has as many ? as parameters.",
		},
		{
			Code: codeUnsafeRequest, Title: "Data in a URL's host or a header's name", Example: inList("      - name: a\n        type: read\n        datasource: shop\n        instructions:\n          - request: {url: 'https://${PARAM(host)}/', httpType: GET}\n"),
			Doc: "Data may stand in a URL behind its host, where it is percent-encoded, and in the values of headers, but for the attributes of cookies.",
		},
		{Code: codePassword, Title: "Password in a file", Example: "datasources:\n  db: {type: db, url: 'jdbc:postgresql://host/db', user: me, password: secret}\n", Doc: "The password works for local runs and is kept out of everything that is generated. Refer to it by name instead."},
		{Code: codeResponses, Title: "Responses", Example: "operations:\n  'get /news':\n    fulfillments: []\n", Doc: "An operation with an endpoint has responses, of which exactly one is the default."},
		{Code: codeIndex, Title: "Index without effect", Example: inList("      - name: a\n" + query + "          - sql: {query: SELECT 1}\n        index: TEXT(a)\n"), Doc: "An index keeps the results of a loop's iterations apart. Outside of a loop, or without one, there is nothing to keep."},
		{Code: codeCron, Title: "Cron expression", Example: "operations:\n  nightly:\n    triggers:\n      - {name: often, cron: '*/10 * * * * *'}\n    fulfillments: []\n", Doc: "The expression is wrong, or AWS schedules cannot say it: they start on the minute, and take a day of the month or a weekday, not both."},
		{Code: codeSleep, Title: "Pause", Example: inList("      - type: generic\n        sleep: 1500\n"), Doc: "Step Functions waits in whole seconds; a pause is rounded up."},
		{Code: codeOpenAPI, Title: "OpenAPI document", Example: inList("      - {name: x, type: generic}\n"), Doc: "The document has no such operation, or a part of it that describes requests cannot be read."},
		{Code: codePlace, Title: "In the wrong place", Example: inList("      - type: generic\n        datasource: db\n"), Doc: "The key belongs to another kind of fulfillment, or to another level."},
		{Code: codeVersion, Title: "Specification version", Example: "specification: 3.0\n", Doc: "Only specification 1.0 exists."},
		{Code: codePlain, Title: "A value in plain text", Example: inList("      - type: generic\n        exceptions:\n          - {statuscode: 404, message: 'no PARAM(id)'}\n"), Doc: "A text says in words what looks like a value: a method outside of a placeholder, the name of a parameter in a URL, quotes around a text."},
		{Code: codeNoEffect, Title: "Without effect", Example: inList("      - type: generic\n        exceptions: []\n"), Doc: "Nothing would change if this were not there: nobody refers to it, something else comes before it, or it is empty."},
		{Code: codeItems, Title: "item missing or misspelt", Example: "operations:\n  'get /news':\n    fulfillments: []\n    responses:\n      - name: ok\n        statuscode: 200\n        default: true\n        schema: {list: LIST(2), items: 'VALUE(@, $)'}\n", Doc: "A list has one item, which is built for each element. The plural is a common slip and read as the singular. Without an item, list, object and map are names of an object like any other."},
		{
			Code: codeUnreachable, Title: "Instruction that never runs", Example: inList("      - name: a\n" + query + "          - sql: {query: SELECT 1}\n          - sql: {query: SELECT 2}\n"),
			Doc: "Only the first instruction whose condition holds is run; behind one without a condition none is reached.",
		},
		{Code: codeStatus, Title: "Status code", Example: inList("      - type: generic\n        exceptions:\n          - {statuscode: 42, message: no}\n"), Doc: "HTTP status codes are the numbers from 100 to 599."},
		{
			Code: codeEndpoint, Title: "Operation that nobody can call", Example: "operations:\n  'get/news':\n    fulfillments: []\n    responses: [{name: ok, statuscode: 204, default: true}]\n",
			Doc: "An operation is called by its endpoint, 'METHOD /path/{parameter}', or started by its triggers. A name that is no endpoint, or a path that no request can have, leaves it without callers.",
		},
		{
			Code: codeContentType, Title: "Content type", Example: inList("      - name: a\n        type: read\n        datasource: shop\n        instructions:\n          - request: {url: 'https://shop.test/', httpType: GET, contentType: excel}\n"),
			Doc: "Bodies and files are read and written as JSON, XML, CSV, text, forms or spreadsheets. A charset, or a separator of CSV, is one of those that docs/apichap/formats.md lists.",
		},
		{
			Code: codeShape, Title: "A schema that its format cannot say", Example: inList("      - name: a\n        type: update\n        datasource: shop\n        instructions:\n          - request: {url: 'https://shop.test/', httpType: POST, contentType: text/xml, schema: {name: TEXT(a), price: 1}}\n"),
			Doc: "An XML document has one root element, and its names are those that XML has; a table has rows whose cells are values.",
		},
		{Code: codeTrigger, Title: "Trigger", Example: "operations:\n  nightly:\n    triggers:\n      - {name: nightly, cron: '0 0 3 * * *', x-steploom-timezone: Europe/berlin}\n    fulfillments: []\n", Doc: "The time zone of a trigger is unknown, two triggers are the same, or it starts at a time that clocks show twice."},
		{Code: codeReference, Title: "Unknown operation", Example: inList("      - {name: other, type: reference, operationName: get /none}\n"), Doc: "A reference runs an operation of the same project, by its name."},
		{Code: codeRecursion, Title: "An operation that runs itself", Example: inList("      - {name: again, type: reference, operationName: get /news}\n"), Doc: "An operation may not run itself, nor one that comes to run it again."},
		{
			Code: codeReferenceInput, Title: "Parameters of a reference", Example: inList("      - {name: other, type: reference, operationName: 'get /none/{id}'}\n") + "  'get /none/{id}':\n    fulfillments: [{name: x, type: generic}]\n    responses: [{name: ok, statuscode: 204, default: true}]\n",
			Doc: "What a reference gives must fit what the other operation takes: a parameter that it requires is missing, a constant does not fit what openapi.yaml says, or nothing reads the name.",
		},
		{Code: codeStray, Title: "Stray key", Example: inList("      - name: a\n" + query + "          - sql: {sql: , query: SELECT 1}\n"), Doc: "An empty key was left behind. It is ignored."},
	}
}

// bodyRules are of files, parts and responses.
func bodyRules() []diag.Rule {
	return []diag.Rule{
		{
			Code: codeUpload, Title: "The content of a file", Example: inGeneric("          - a: TEXT(${MULTIPART_FILE_CONTENT(photo)})\n"),
			Doc: "An operation holds references of uploaded files, not what is in them. A file is handed on whole: as a part of a multipart request, as a body, to an attribute. Its name and its content type are texts.",
		},
		{
			Code: codePart, Title: "Part of a multipart request", Example: inList("      - name: a\n        type: update\n        datasource: shop\n        instructions:\n          - request: {url: 'https://shop.test/', httpType: POST, multipart: {a: {contentType: image/png}}}\n"),
			Doc: "A part is an expression, a file with a name and content, or a schema. The content type of the whole request is that of its parts.",
		},
	}
}
