package apichap

import (
	"strconv"
	"strings"
)

// method is one row of the language's methods. The rows are the documentation and, through their examples, the tests.
type method struct {
	name       string
	parameters []parameter
	doc        string
	// lower gives the JSONata of a call.
	lower func(*scope, *call) typed
	// replacement is the present name of a method that has been renamed.
	replacement string
	// unsupported says why a method of the language is refused.
	unsupported string
	examples    []example
}

// parameter is one parameter of a method.
type parameter struct {
	name     string
	kind     parameterKind
	optional bool
}

// parameterKind says how the text of an argument is read.
type parameterKind int

const (
	valueArgument   parameterKind = iota // an expression
	rawText                              // everything up to the closing parenthesis, blanks and commas too
	textArgument                         // constant text, in double quotes or bare
	valueOrText                          // an expression or constant text
	nameArgument                         // the name of a parameter or attribute
	resultArgument                       // the name of a fulfillment
	sourceArgument                       // a fulfillment, a loop, @, or an expression
	pathArgument                         // a JSONPath
	integerArgument                      // a whole number, written out
	decimalArgument                      // a number, written out
	booleanArgument                      // true or false, written out
)

// example is an expression, the data it runs on, and what it gives. Data is a JSON object: param, body, element (what @ is), and the
// results of fulfillments by name.
type example struct{ source, data, want string }

// methodTable is read only.
var methodTable = []method{
	{
		name: "VALUE", parameters: []parameter{{name: "fulfillment, loop, @ or BODY()", kind: sourceArgument}, {name: "JSONPath", kind: pathArgument}},
		doc:   "Looks into a result, the current element of a loop (by the loop's name) or of a list in a schema (`@`, `@@` for the one around it), or a value. A path that leads nowhere gives null; a path over a list gives the value of each element, one match is the value itself.",
		lower: lowerValue,
		examples: []example{
			{`VALUE(news, $[0].title)`, `{"news": [{"id": 1, "title": "One"}, {"id": 2, "title": "Two"}]}`, `"One"`},
			{`VALUE(news, $.id)`, `{"news": [{"id": 1}, {"id": 2}]}`, `[1, 2]`},
			{`VALUE(news, $[5].id)`, `{"news": [{"id": 1}]}`, `null`},
			{`VALUE(news, $[?(@.id > 1)].title)`, `{"news": [{"id": 1, "title": "One"}, {"id": 2, "title": "Two"}]}`, `"Two"`},
			{`VALUE(@, $.name)`, `{"element": {"name": "Ada"}}`, `"Ada"`},
		},
	},
	{
		name: "PARAM", parameters: []parameter{{name: "name", kind: nameArgument}},
		doc:   "A parameter of the request: of the path, the query, a header or a form, in this order when `openapi.yaml` does not say which. It has the type that `openapi.yaml` gives it. Absent and empty parameters are null.",
		lower: lowerParam,
		examples: []example{
			{`PARAM(Content-Language)`, `{"param": {"Content-Language": "en"}}`, `"en"`},
			{`PARAM(limit)`, `{"param": {"limit": null}}`, `null`},
		},
	},
	{
		name: "BODY", parameters: []parameter{{name: "JSONPath", kind: pathArgument, optional: true}},
		doc:   "The request's body, or a part of it.",
		lower: lowerBody,
		examples: []example{
			{`BODY($.title)`, `{"body": {"title": "T"}}`, `"T"`},
			{`BODY()`, `{"body": [1]}`, `[1]`},
			{`BODY($.none)`, `{"body": {}}`, `null`},
		},
	},
	{
		name: "VALUE_BY_INDEX", parameters: []parameter{{name: "fulfillment", kind: resultArgument}, {name: "index", kind: valueArgument}, {name: "JSONPath", kind: pathArgument}},
		doc:      "Looks into the result that a fulfillment in a loop had in the iteration with this index.",
		lower:    lowerValueByIndex,
		examples: []example{{`VALUE_BY_INDEX(tags, VALUE(@, $.id), $[0].name)`, `{"element": {"id": 2}, "tags_by_index": {"1": [{"name": "a"}], "2": [{"name": "b"}]}}`, `"b"`}},
	},
	{
		name: "ATTRIBUTE", parameters: []parameter{{name: "name", kind: nameArgument}},
		doc:      "The value that an attribute was last given, null before that.",
		lower:    lowerAttribute,
		examples: []example{{`ATTRIBUTE(status)`, `{"attributes": {"status": "new"}}`, `"new"`}},
	},
	{
		name: "TEXT", parameters: []parameter{{name: "text", kind: rawText}},
		doc:   "Constant text, in double quotes or bare, in which placeholders may stand. Bare text keeps its blanks, and may be blank or empty. In quotes `\\\"` is a quote, `\\\\` a backslash, and `\\${` begins no placeholder.",
		lower: lowerText,
		examples: []example{
			{`TEXT(en)`, `{}`, `"en"`},
			{`TEXT("Hello, World")`, `{}`, `"Hello, World"`},
			{`TEXT(AND start >= ?)`, `{}`, `"AND start >= ?"`},
			{`TEXT(List of ) . TEXT(animals)`, `{}`, `"List of animals"`},
			{`TEXT(Ada) . TEXT( ) . TEXT(Lovelace) . TEXT()`, `{}`, `"Ada Lovelace"`},
			{`TEXT("{\"id\": \"${BODY($.id)}\"}")`, `{"body": {"id": 7}}`, `"{\"id\": \"7\"}"`},
			{`TEXT("C:\\${PARAM(x)} for \${x}")`, `{"param": {"x": "a"}}`, `"C:\\a for ${x}"`},
		},
	},
	{name: "INTEGER", parameters: []parameter{{name: "number", kind: integerArgument}}, doc: "A whole number.", lower: lowerConstant, examples: []example{{`INTEGER(-3)`, `{}`, `-3`}}},
	{name: "LONG", parameters: []parameter{{name: "number", kind: integerArgument}}, doc: "A whole number, the same as INTEGER.", lower: lowerConstant, examples: []example{{`LONG(20260101)`, `{}`, `20260101`}, {`LONG(1234567890123456789)`, `{}`, `1234567890123456789`}}},
	{name: "DOUBLE", parameters: []parameter{{name: "number", kind: decimalArgument}}, doc: "A decimal number.", lower: lowerConstant, examples: []example{{`DOUBLE(0.5)`, `{}`, `0.5`}}},
	{name: "BOOLEAN", parameters: []parameter{{name: "true or false", kind: booleanArgument}}, doc: "True or false.", lower: lowerConstant, examples: []example{{`BOOLEAN(true)`, `{}`, `true`}}},
	{name: "NULL", doc: "Null.", lower: func(*scope, *call) typed { return nothing() }, examples: []example{{`NULL()`, `{}`, `null`}}},
	{
		name: "SIZE", parameters: []parameter{{name: "list", kind: valueArgument}},
		doc:   "How many elements a list has; 0 for null, 1 for a single value.",
		lower: lowerSize,
		examples: []example{
			{`SIZE(VALUE(news, $))`, `{"news": [{"id": 1}, {"id": 2}]}`, `2`},
			{`SIZE(BODY($.none))`, `{"body": {}}`, `0`},
			{`SIZE(BODY($.some))`, `{"body": {"some": []}}`, `0`},
		},
	},
	{
		name: "LIST", parameters: []parameter{{name: "count", kind: integerArgument}},
		doc:      "The list of the numbers from 0 up to, but not with, the count.",
		lower:    lowerList,
		examples: []example{{`LIST(3)`, `{}`, `[0, 1, 2]`}, {`LIST(0)`, `{}`, `[]`}},
	},
	{
		name: "GET_JSON", parameters: []parameter{{name: "fulfillment", kind: resultArgument}},
		doc:      "A fulfillment's whole result; in a text and as an SQL parameter its JSON text.",
		lower:    lowerGetJSON,
		examples: []example{{`GET_JSON(news)`, `{"news": [{"id": 1}]}`, `[{"id": 1}]`}, {`TEXT(got ) . GET_JSON(news)`, `{"news": [{"id": 1}]}`, `"got [{\"id\":1}]"`}},
	},
	{
		name:       "LIST_TO_STRING",
		parameters: []parameter{{name: "fulfillment", kind: sourceArgument}, {name: "JSONPath", kind: pathArgument}, {name: "format with %s", kind: textArgument}, {name: "separator", kind: textArgument}},
		doc:        "Joins the elements of a list to a text. Each stands in the format in place of `%s`; nothing is added around the separator.",
		lower:      lowerListToString,
		examples: []example{
			{`LIST_TO_STRING(zoo, $.animals, "* %s", "|")`, `{"zoo": {"animals": ["Dog", "Cat"]}}`, `"* Dog|* Cat"`},
			{`LIST_TO_STRING(zoo, $.animals, "%s", ", ")`, `{"zoo": {}}`, `""`},
		},
	},
	{
		name: "JSON_FROM_STRING", parameters: []parameter{{name: "text", kind: valueOrText}},
		doc:   "Reads JSON out of a text. Null stays null; text that is not JSON fails the operation; what is not text stays as it is.",
		lower: lowerJSONFromString,
		examples: []example{
			{`JSON_FROM_STRING({"a": [1]})`, `{}`, `{"a": [1]}`},
			{`JSON_FROM_STRING(BODY($.none))`, `{"body": {}}`, `null`},
		},
	},
	{
		name:       "DATEFORMAT",
		parameters: []parameter{{name: "date", kind: valueArgument}, {name: "pattern", kind: textArgument}, {name: "zone", kind: textArgument, optional: true}},
		doc:        "Formats a date by a pattern of Java's DateTimeFormatter in a time zone (UTC when none is given). The date is ISO-8601, with a blank or a `T`, in UTC when it has no offset. Null and zero dates are null; see [dates](#dates).",
		lower:      lowerDateFormat,
		examples: []example{
			{`DATEFORMAT(BODY($.at), "d MMMM yyyy, HH:mm:ss.SSS", "UTC")`, `{"body": {"at": "2026-03-01 09:05:07.250"}}`, `"1 March 2026, 09:05:07.250"`},
			{`DATEFORMAT(BODY($.at), "yyyy-MM-dd'T'HH:mm:ssXXX", "+02:00")`, `{"body": {"at": "2026-03-01T23:00:00Z"}}`, `"2026-03-02T01:00:00+02:00"`},
			{`DATEFORMAT(BODY($.at), "EEE dd.MM.yy hh:mm a", "Europe/Berlin")`, `{"body": {"at": "2026-07-01T12:00:00Z"}}`, `"Wed 01.07.26 02:00 PM"`},
			{`DATEFORMAT(BODY($.at), "QQQ yyyy, 'week' w, VV", "Australia/Sydney")`, `{"body": {"at": "2026-03-01T09:05"}}`, `"Q1 2026, week 10, Australia/Sydney"`},
			{`DATEFORMAT(BODY($.at), "dd.MM.yyyy HH:mm z", "Europe/Berlin")`, `{"body": {"at": "1985-07-01T10:00+02"}}`, `"01.07.1985 10:00 CEST"`},
			{`DATEFORMAT(BODY($.none), "yyyy")`, `{"body": {}}`, `null`},
			{`DATEFORMAT(BODY($.zero), "yyyy")`, `{"body": {"zero": "0000-00-00 00:00:00"}}`, `null`},
		},
	},
	{name: "NOW", doc: "The present moment, as ISO-8601 text in UTC.", lower: lowerNow, examples: []example{{`SIZE(NOW())`, `{}`, `1`}}},
	{
		name: "EXCEPTION", parameters: []parameter{{name: "fulfillment", kind: resultArgument}},
		doc:      "Why a fulfillment with `allowFailure` failed, as text; null when it did not fail.",
		lower:    lowerException,
		examples: []example{{`EXCEPTION(push)`, `{"push_exception": "Http.Connect"}`, `"Http.Connect"`}},
	},
	{
		name: "STATUSCODE", parameters: []parameter{{name: "fulfillment", kind: resultArgument}},
		doc:      "The HTTP status that a request was answered with; null when there was no answer.",
		lower:    lowerStatusCode,
		examples: []example{{`STATUSCODE(push)`, `{"push_status": 404}`, `404`}},
	},
	{
		name: fileContent, parameters: partKey, lower: lowerFileContent,
		doc:      "An uploaded file, null where none was sent. It can be handed on: as a part of a multipart request, as the whole body of a request or a response, to an attribute; and be compared with null. Several files of one name are a list.",
		examples: []example{{`MULTIPART_FILE_CONTENT(image) != NULL()`, `{"files": {"image": {"blob": "00", "fileName": "a.png"}}}`, `true`}, {`SIZE(MULTIPART_FILE_CONTENT(image))`, `{"files": {}}`, `0`}},
	},
	{
		name: fileName, parameters: partKey, lower: lowerFileName,
		doc:      "The name of an uploaded file, without folders, null where none was sent.",
		examples: []example{{`MULTIPART_FILE_NAME(image)`, `{"files": {"image": {"blob": "00", "fileName": "a.png"}}}`, `"a.png"`}, {`MULTIPART_FILE_NAME(image)`, `{"files": {"image": [{"fileName": "a"}, {"fileName": "b"}]}}`, `["a", "b"]`}},
	},
	{
		name: fileType, parameters: partKey, lower: lowerFileType,
		doc:      "The content type of an uploaded file, as whoever has sent it says; null where it was not said.",
		examples: []example{{`MULTIPART_FILE_CONTENTTYPE(image)`, `{"files": {"image": {"blob": "00", "contentType": "image/png"}}}`, `"image/png"`}, {`MULTIPART_FILE_CONTENTTYPE(image)`, `{"files": {}}`, `null`}},
	},
	{name: oldFileContent, parameters: partKey, replacement: fileContent, lower: lowerFileContent, doc: "The name of `MULTIPART_FILE_CONTENT` in older versions."},
	{name: oldFileName, parameters: partKey, replacement: fileName, lower: lowerFileName, doc: "The name of `MULTIPART_FILE_NAME` in older versions."},
}

// The methods of uploaded files, and what older versions call them.
const (
	fileContent    = "MULTIPART_FILE_CONTENT"
	fileName       = "MULTIPART_FILE_NAME"
	fileType       = "MULTIPART_FILE_CONTENTTYPE"
	oldFileContent = "MULTIPART_FILE"
	oldFileName    = "MULTIPART_FILENAME"
)

var partKey = []parameter{{name: "part", kind: nameArgument}}

// methodNamed finds a row, nil when there is none.
func methodNamed(name string) *method {
	for i := range methodTable {
		if methodTable[i].name == name {
			return &methodTable[i]
		}
	}
	return nil
}

func methodNames() []string {
	var names []string
	for _, row := range methodTable {
		if row.unsupported == "" && row.replacement == "" {
			names = append(names, row.name)
		}
	}
	return names
}

// raw tells that the method's only argument is bare text.
func (m *method) raw() bool { return len(m.parameters) == 1 && m.parameters[0].kind == rawText }

// least is how many arguments a call must have.
func (m *method) least() int {
	least := 0
	for _, parameter := range m.parameters {
		if !parameter.optional {
			least++
		}
	}
	return least
}

// countInWords says how many arguments the method takes.
func (m *method) countInWords() string {
	most, least := len(m.parameters), m.least()
	switch {
	case most == 0:
		return "no argument"
	case most == least && most == 1:
		return "1 argument"
	case most == least:
		return strconv.Itoa(most) + " arguments"
	default:
		return strconv.Itoa(least) + " or " + strconv.Itoa(most) + " arguments"
	}
}

// usage shows a call, with optional parameters in square brackets.
func (m *method) usage() string {
	var text strings.Builder
	text.WriteString(m.name + "(")
	for i, parameter := range m.parameters {
		separator := ""
		if i > 0 {
			separator = ", "
		}
		if parameter.optional {
			text.WriteString("[" + separator + parameter.name + "]")
			continue
		}
		text.WriteString(separator + parameter.name)
	}
	return text.String() + ")"
}
