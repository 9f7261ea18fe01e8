package sam

import (
	"net/http"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// EventsFolder holds an event for each function and each operation, for sam local invoke and aws lambda invoke.
const EventsFolder = "events/"

// sampler makes up invocations of what the plan holds.
type sampler struct{ *plan }

// writeEvents adds one invocation event per called function and one request (or execution input) per operation.
func (p sampler) writeEvents(files map[string][]byte) {
	for _, f := range p.functions {
		if payload := p.firstPayload(f); payload != nil {
			p.write(files, EventsFolder+f.row.Name+"-function.json", func() ([]byte, error) { return cfn.JSON(payload) })
		}
	}
	if len(asynchronous(p.machines)) > 0 && p.options.API == APIFunction {
		p.write(files, EventsFolder+executionEventName+".json", func() ([]byte, error) { return cfn.JSON(p.executionEvent()) })
	}
	recordSampler{p}.writeEvents(files)
	for _, m := range p.machines {
		p.write(files, EventsFolder+m.Name+".json", func() ([]byte, error) { return cfn.JSON(p.operationEvent(m)) })
	}
}

// firstPayload is what the first task that calls a function sends, with its expressions worked out for the sample input.
func (p sampler) firstPayload(f *functionPlan) any {
	for _, m := range p.machines {
		for at := range asl.Walk(m.Definition) {
			if call, ok := at.State.(*asl.Task); ok && task.FunctionOf(call.Target()) == f.row.Name {
				if m.stream != nil {
					return recordSampler{p}.request()
				}
				payload, _ := call.Payload()
				return p.sampleScene(m, f.row).example(nil, payload)
			}
		}
	}
	return nil
}

// operationEvent is a request to the api function, or the execution's input where there is no such request.
func (p sampler) operationEvent(m *machinePlan) cfn.Value {
	if m.http == nil || p.options.API == APIDirect {
		return p.sampleInput(m)
	}
	path, parameters := samplePath(m)
	query, headers := sampleParameters(m)
	body := sampleBody(m.Operation.BodyOrNil)
	if m.http.Async {
		headers = append(headers, cfn.Entry{Key: "idempotency-key", Value: "sample"})
	}
	headers = append(append(headers, p.credentials(m.http.Guards)...), cfn.Entry{Key: "host", Value: "example.com"})
	return requestEvent(routeKey(m.http), path, query, headers, parameters, body)
}

// executionEvent is a request that asks how an execution stands; its id is to be replaced by one that a 202 has told.
func (p sampler) executionEvent() cfn.Map {
	id := strings.Repeat("0", 56)
	path := strings.ReplaceAll(pathOfExecutions(), "{id}", id)
	return requestEvent(task.ExecutionRoute, path, nil, append(p.credentials(p.policy().Of(task.ExecutionRoute)), cfn.Entry{Key: "host", Value: "example.com"}), cfn.Map{{Key: "id", Value: cfn.Text(id)}}, nil)
}

// anyRoute is the route of requests that have no other.
const anyRoute = "$default"

// requestEvent is a request for a route (API Gateway, payload format 2.0).
func requestEvent(route, path string, query, headers, parameters cfn.Map, body cfn.Value) cfn.Map {
	method, _, _ := strings.Cut(route, " ")
	if method == anyRoute {
		method = http.MethodGet
	}
	event := cfn.Map{
		{Key: "version", Value: "2.0"},
		{Key: "routeKey", Value: route},
		{Key: "rawPath", Value: path},
		{Key: "rawQueryString", Value: queryString(query)},
		{Key: "headers", Value: headers},
	}
	event = event.With("queryStringParameters", query).With("pathParameters", parameters)
	event = append(event, cfn.Entry{Key: "requestContext", Value: cfn.Map{
		{Key: "accountId", Value: "123456789012"}, {Key: "apiId", Value: "sample"}, {Key: "domainName", Value: "example.com"},
		{Key: "http", Value: cfn.Map{
			{Key: "method", Value: method}, {Key: "path", Value: path}, {Key: "protocol", Value: "HTTP/1.1"},
			{Key: "sourceIp", Value: "192.0.2.1"}, {Key: "userAgent", Value: "sample"},
		}},
		{Key: "requestId", Value: "sample"}, {Key: "routeKey", Value: route}, {Key: "stage", Value: "$default"},
		{Key: "time", Value: "01/Jan/2026:00:00:00 +0000"}, {Key: "timeEpoch", Value: 1767225600000},
	}})
	if body != nil {
		event = append(event, cfn.Entry{Key: "body", Value: bodyText(body)})
	}
	return append(event, cfn.Entry{Key: "isBase64Encoded", Value: false})
}

// The caller in sample requests: `steploom dev --aws` takes it beside the callers that the workflow knows.
const (
	SampleUser     = "sample"
	SamplePassword = "sample"
	SampleKey      = "sample"
)

// sampleInput is an execution's input.
func (p sampler) sampleInput(m *machinePlan) cfn.Value {
	trigger := "manual"
	switch {
	case m.http != nil:
		trigger = "http"
	case len(m.schedules) > 0:
		trigger = "schedule"
	case len(m.events) > 0:
		trigger = "event"
	case m.stream != nil:
		return recordSampler{p}.deliverInput()
	}
	_, parameters := samplePath(m)
	query, headers := sampleParameters(m)
	fields := cfn.Map{
		{Key: "trigger", Value: trigger}, {Key: "operation", Value: m.Operation.Name}, {Key: "requestId", Value: "sample"},
		{Key: "param", Value: append(parameters, query...)}, {Key: "header", Value: headers},
	}
	return append(fields, cfn.Entry{Key: "body", Value: sampleBody(m.Operation.BodyOrNil)}, cfn.Entry{Key: "files", Value: cfn.Map{}})
}

// samplePath fills the path's parameters in.
func samplePath(m *machinePlan) (path string, parameters cfn.Map) {
	if m.http == nil {
		return "", cfn.Map{}
	}
	path = m.http.Path
	for _, name := range pathNames(path) {
		value := sampleOf(parameterNamed(m.Operation, name))
		path = strings.NewReplacer("{"+name+"}", value, "{"+name+"+}", value).Replace(path)
		parameters = append(parameters, cfn.Entry{Key: name, Value: value})
	}
	return path, parameters
}

// sampleParameters gives the required query and header parameters.
func sampleParameters(m *machinePlan) (query, headers cfn.Map) {
	headers = cfn.Map{}
	for _, parameter := range m.Operation.Parameters {
		switch {
		case !parameter.Required:
		case parameter.In == "query":
			query = append(query, cfn.Entry{Key: parameter.Name, Value: sampleOf(parameter)})
		case parameter.In == "header":
			headers = append(headers, cfn.Entry{Key: strings.ToLower(parameter.Name), Value: sampleOf(parameter)})
		}
	}
	if sampleBody(m.Operation.BodyOrNil) != nil {
		headers = append(headers, cfn.Entry{Key: "content-type", Value: "application/json"})
	}
	return query, headers
}

// sampleOf is the text of a parameter's sample.
func sampleOf(parameter ir.Parameter) string {
	sample := parameter.Schema.Sample()
	if items, ok := sample.([]any); ok && parameter.Separator == "" && len(items) > 0 {
		sample = items[0]
	} else if ok {
		texts := make([]string, len(items))
		for i, item := range items {
			texts[i] = textOf(item)
		}
		return strings.Join(texts, parameter.Separator)
	}
	return textOf(sample)
}

func textOf(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	return bodyText(value)
}

func queryString(query cfn.Map) cfn.Text {
	pairs := make([]string, len(query))
	for i, entry := range query {
		pairs[i] = entry.Key + "=" + entry.Value.(string)
	}
	return cfn.Text(strings.Join(pairs, "&"))
}

// sampleBody is a JSON body with every known member, nil when the operation takes none.
func sampleBody(body *ir.RequestBody) cfn.Value {
	if body == nil || !slices.ContainsFunc(body.Contents, func(c ir.Content) bool { return ir.IsJSON(c.MediaType) }) {
		return nil
	}
	if body.JSON() == nil {
		return cfn.Map{}
	}
	return body.JSON().Sample()
}

func bodyText(body cfn.Value) string {
	text, err := jsonata.Encode(cfn.Data(body))
	if err != nil {
		panic(err) // made of texts, numbers and lists
	}
	return string(text)
}
