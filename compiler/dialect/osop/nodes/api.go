package nodes

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func api() Type {
	return Type{
		Name:      "api",
		Runs:      "an HTTP request of the http function; a first node whose address has no host is a route of the workflow's own API",
		Otherwise: "gRPC, SOAP envelopes built from a WSDL, and polling are not available.",
		Here:      always,
		Routes: func(node *ast.Node) bool {
			return (node.Subtype == "router" || node.Subtype == "join") && len(node.Runtime.Entries) == 0
		},
		Task:      at.request,
		Describes: []string{"service", "description", "name", "version", "operation_id", "operationId", "docs", "pagination_note"},
	}
}

// request makes an HTTP call of a node.
func (a at) request() *Task {
	if kind := strings.ToLower(a.runtime.TakeText("protocol")); kind != "" && kind != "http" && kind != "https" && kind != "rest" {
		return a.refuse(codes.NotRunnable, "The http function speaks HTTP.", "the protocol %s is not available", kind)
	}
	if a.node.Subtype == "grpc" || a.node.Subtype == "polling" {
		return a.refuse(codes.NotRunnable, "The http function sends one HTTP request.", "api nodes of subtype %s are not available", a.node.Subtype)
	}
	if isRoute(a.Graph, a.At) {
		return a.route()
	}
	a.runtime.Take("rate_limit")
	address := a.url()
	if address == nil {
		return nil
	}
	method := a.method("GET")
	arguments := names.Object("method", method, "url", address)
	auth, headers := a.credentials()
	if params := a.runtime.Take("query_params", "params"); params != nil {
		arguments.Set("query", a.Value(params))
	}
	query := a.runtime.Take("query")
	if query != nil && query.Kind == source.Mapping {
		arguments.Set("query", a.Value(query))
	}
	if headers != nil && headers.Len() > 0 {
		arguments.Set("headers", headers)
	}
	if kind := a.runtime.TakeText("content_type", "contentType"); kind != "" {
		arguments.Set("contentType", kind)
	}
	if body := a.body(method, auth, query); body != nil {
		arguments.Set("body", body)
	}
	if auth != nil {
		arguments.Set("auth", auth)
	}
	a.expectations(arguments)
	return &Task{Function: task.HTTP, Arguments: arguments, Result: a.mapping(), Writes: method != "GET" && method != "HEAD"}
}

// method is the node's HTTP method; otherwise stands for nodes that say none and are not of a kind that posts.
func (a at) method(otherwise string) string {
	if method := a.runtime.TakeText("method"); method != "" {
		return strings.ToUpper(method)
	}
	if a.node.Subtype == "graphql" || a.node.Subtype == "soap" {
		return "POST"
	}
	return otherwise
}

// route is a first node that is called instead of calling: it starts the run, and puts out what the request brings.
func (a at) route() *Task {
	method, path := a.method("POST"), a.address().whole()
	a.runtime.Take("content_type", "headers")
	a.note(codes.Address, a.node.Range, "node "+a.node.ID+" is the route "+method+" "+path,
		"It is the first node and its address has no host, so it is called rather than calls.", "add url: https://… if it is meant to call")
	a.otherSecurity()
	return &Task{Result: build.Var(names.Inputs), Route: &ir.HTTP{Method: method, Path: path, Range: a.node.Range}}
}

// expectations are the statuses that count as success, and the time that an answer may take.
func (a at) expectations(arguments *jsonata.Object) {
	if expected := a.runtime.Take("expected_status", "expected_statuses", "success_codes"); expected != nil {
		codes := []any{}
		for _, item := range ast.Items(expected) {
			if code, ok := item.Int(); ok {
				codes = append(codes, float64(code))
			}
		}
		arguments.Set("expectedStatus", codes)
	}
	if a.node.TimeoutSeconds > 10 {
		arguments.Set("timeoutSeconds", float64(min(a.node.TimeoutSeconds, 900)))
	}
}

// body gives what is sent: what runtime says, a GraphQL query, or the node's inputs for methods that carry a body; nil for nothing.
func (a at) body(method string, auth *jsonata.Object, query *source.Node) ir.Value {
	written, variables := a.runtime.Take("body", "body_template", "payload", "json", "data"), a.runtime.Take("variables")
	if query != nil && query.Kind == source.Scalar {
		if a.node.Subtype == "graphql" {
			request := names.Object("query", query.Value())
			if variables != nil {
				request.Set("variables", a.Value(variables))
			}
			return request
		}
		a.report(report.Error(codes.Runtime, query.Range, "query is a text, but this is no graphql node").
			Fix("write subtype: graphql, or query_params: {name: value}"))
	}
	if written != nil {
		return a.Value(written)
	}
	if method != "POST" && method != "PUT" && method != "PATCH" || asksForToken(auth) {
		return nil
	}
	token := func(name string) bool { return auth != nil && isToken(name) }
	if !slices.ContainsFunc(a.node.Inputs, func(p ast.Port) bool { return !token(p.Name) }) {
		return nil
	}
	return a.input(token)
}

// mapping is the node's result: the body, or what response_mapping makes of it.
func (a at) mapping() jsonata.Node {
	body := build.Path(ir.Result(), task.HTTPBody)
	mapped := a.runtime.Take("response_mapping", "output_mapping")
	if mapped == nil {
		return body
	}
	var result []build.Member
	for _, entry := range mapped.Entries() {
		result = append(result, build.Of(entry.Name, a.PathIn(body, ast.Text(entry.Value), entry.Value.Range)))
	}
	return build.Object(result...)
}
