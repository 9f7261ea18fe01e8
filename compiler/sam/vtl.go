package sam

import (
	"fmt"
	"strings"
)

// The templates are one line each: every character outside a directive would come out in the answer. In a double-quoted text of a
// template variables are replaced; in a single-quoted one they are not.

// RequestTemplate is the mapping template (Velocity) that turns a JSON request into the arguments of StartSyncExecution. It makes
// the same input as the api function, and names the execution after the request, too. machine is the ARN of the state machine.
func RequestTemplate(machine string) string {
	return strings.Join([]string{
		`#set($q = '"')`,
		`#set($all = $input.params())`,
		`#set($param = "")`,
		each("name", "$all.querystring.keySet()", `#if(!$all.path.containsKey($name))`+member("param", "$name", "$all.querystring.get($name)")+`#end`),
		each("name", "$all.path.keySet()", member("param", "$name", "$all.path.get($name)")),
		`#set($header = "")`,
		`#set($type = "")`,
		each("name", "$all.header.keySet()",
			member("header", "$name.toLowerCase()", "$all.header.get($name)")+`#if($name.toLowerCase() == "content-type")#set($type = $all.header.get($name))#end`),
		withoutFirst("param"), withoutFirst("header"),
		// The body is written again from what API Gateway has read: its own text could close the value and begin other members of the input. Of a
		// request without a body it makes {}.
		`#set($body = $input.json('$'))`,
		`#if($body == "" || ($body == "{}" && $type == ""))#set($body = "null")#end`,
		`#set($start = '{"trigger":"http","operation":')`,
		`#set($id = ',"requestId":')`, `#set($one = ',"param":{')`, `#set($two = '},"header":{')`, `#set($three = '},"body":')`, `#set($four = ',"files":{}}')`,
		`#set($execution = "$start$q$context.httpMethod $context.resourcePath$q$id$q$context.requestId$q$one$param$two$header$three$body$four")`,
		fmt.Sprintf(`{"stateMachineArn":"%s","name":"$context.requestId.replaceAll("[^A-Za-z0-9_-]", "")","input":"%s"}`, machine, escaped("$execution")),
	}, "")
}

func each(name, list, body string) string {
	return fmt.Sprintf("#foreach($%s in %s)%s#end", name, list, body)
}

// member appends ,"key":"value" to a variable.
func member(variable, key, value string) string {
	return fmt.Sprintf(`#set($k = %s)#set($v = %s)#set($%s = "$%s,$q$k$q:$q$v$q")`, escaped(key), escaped(value), variable, variable)
}

// escaped makes a text fit for a JSON string. escapeJavaScript escapes apostrophes too, which JSON does not allow.
func escaped(reference string) string {
	return fmt.Sprintf(`$util.escapeJavaScript(%s).replaceAll("\\'", "'")`, reference)
}

func withoutFirst(variable string) string {
	return fmt.Sprintf(`#if($%s != "")#set($%s = $%s.substring(1))#end`, variable, variable, variable)
}

// ResponseTemplate is the mapping template that turns the outcome of an execution into the answer, for outputs of the form
// {"statusCode": …, "headers": {…}, "body": …}. The body is cut out of the output's text: templates cannot write JSON.
func ResponseTemplate(headers []string) string {
	parts := []string{
		`#set($result = $input.path('$'))`,
		`#if($result.status == "SUCCEEDED")`,
		`#set($output = $util.parseJson($result.output))`,
		`#set($context.responseOverride.status = $output.statusCode)`,
	}
	for _, name := range headers {
		parts = append(parts, fmt.Sprintf(`#if($output.headers && $output.headers.get("%s"))#set($context.responseOverride.header.%s = $output.headers.get("%s"))#end`, name, name, name))
	}
	return strings.Join(append(parts,
		`#set($at = $result.output.indexOf(',"body":'))`,
		`#if($at >= 0 && $output.body != $null && $output.statusCode != 204 && $output.statusCode != 304)`,
		`#set($from = $at + 8)#set($to = $result.output.length() - 1)$result.output.substring($from, $to)#end`,
		`#elseif($result.status == "TIMED_OUT")`,
		`#set($context.responseOverride.status = 504){"message":"Gateway Timeout","requestId":"$context.requestId"}`,
		`#else`,
		`#set($context.responseOverride.status = 500)`, failedTemplate,
		`#end`,
	), "")
}

// What is said when there was no execution: the input was not JSON, or Step Functions refused.
const (
	refusedTemplate = `{"message":"the body is not JSON"}`
	failedTemplate  = `{"message":"Internal Server Error","requestId":"$context.requestId"}`
)
