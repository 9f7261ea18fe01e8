package nodes

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/model"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/httprequest"
	"github.com/steploom/steploom/compiler/ir"
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
		Describes: "service version operation_id operationId pagination_note rate_limit",
		Subtypes:  "rest http https graphql soap grpc polling router join",
	}
}

func (a at) request() *Task {
	if kind := strings.ToLower(a.runtime.TakeText("protocol")); !slices.Contains([]string{"", "http", "https", "rest"}, kind) {
		return a.refuse(codes.NotRunnable, "The http function speaks HTTP.", "the protocol %s is not available", kind)
	}
	if a.node.Subtype == "grpc" || a.node.Subtype == "polling" {
		return a.refuse(codes.NotRunnable, "The http function sends one HTTP request.", "api nodes of subtype %s are not available", a.node.Subtype)
	}
	to := a.address()
	if isRoute(a.Graph, a.At) {
		return a.route(to.whole())
	}
	address := a.url(to)
	if address == nil {
		return nil
	}
	method := a.method("GET")
	auth, headers := caller{a}.credentials()
	params, query := a.runtime.Take("query_params", "params"), a.runtime.Take("query")
	if query != nil && query.Kind == source.Mapping {
		params = query
	}
	request := httprequest.Request{
		Method: method, URL: address, Query: a.Value(params), Headers: headers, ContentType: a.runtime.TakeText("content_type", "contentType"),
		Body: a.body(method, auth, query), Auth: auth, ExpectedStatus: source.Wholes(a.runtime.Take("expected_status", "expected_statuses", "success_codes")),
	}
	request.PrivateRedirects = source.Flag(a.runtime.Take("x-steploom-private-redirects"))
	return &Task{Function: task.HTTP, Arguments: request.Arguments(), Result: a.mapping(), Writes: !httprequest.Reads(method)}
}

// method is the node's HTTP method; otherwise stands for nodes that say none and are not of a kind that posts.
func (a at) method(otherwise string) string {
	if a.node.Subtype == "graphql" || a.node.Subtype == "soap" {
		otherwise = "POST"
	}
	written := a.runtime.Take("method")
	method := strings.ToUpper(cmp.Or(source.Text(written), otherwise))
	if near := source.DidYouMean(method, httprequest.Methods()); near != "" && !slices.Contains(httprequest.Methods(), method) {
		a.Report(codes.Runtime.Error(written.Range, "%q is not an HTTP method", method).Fix("%s", near))
	}
	return method
}

// route is a first node that is called instead of calling: it starts the run, and puts out what the request brings.
func (a at) route(path string) *Task {
	method, async := a.method("POST"), a.runtime.Take("x-steploom-async")
	a.Report(codes.Address.Note(a.node.Range, "node %s is the route %s %s", a.node.ID, method, path).
		Why("It is the first node and its address has no host, so it is called rather than calls.").Fix("add url: https://… if it is meant to call"))
	for _, key := range []string{"content_type", "headers"} {
		if described := a.runtime.Take(key); described != nil {
			a.Report(codes.Address.Warning(described.Range, "%s of a route has no effect", key).Why("The node is called rather than calls, and what callers send is not held against it.").
				Fix("delete it, or write it where it describes: in description"))
		}
	}
	for _, key := range []string{"auth", "secret_ref", "secret", "credentials"} {
		if guard := a.security.Take(key); guard != nil && source.Word(guard) != "none" {
			a.Report(codes.Secret.Error(guard.Range, "%s of a route is not enforced", key).Why("The node is called rather than calls, and anybody could call it.").
				Fix("delete it, and let an authorizer or a firewall in front of the API decide who may call"))
		}
	}
	return &Task{Result: build.Var(names.Inputs), Route: &ir.HTTP{Method: method, Path: path, Async: source.Flag(async), Asked: async != nil, Range: a.node.Range}}
}

// body gives what is sent: what runtime says, a GraphQL query, or the node's inputs for methods that carry a body; nil for nothing.
func (a at) body(method string, auth *httprequest.Auth, query *source.Node) ir.Value {
	written, variables := a.runtime.Take("body", "body_template", "payload", "json", "data"), a.runtime.Take("variables")
	if query != nil && query.Kind == source.Scalar {
		if a.node.Subtype == "graphql" {
			return ir.Object("query", query.Value(), "variables", a.Value(variables))
		}
		a.Report(codes.Runtime.Error(query.Range, "query is a text, but this is no graphql node").Fix("write subtype: graphql, or query_params: {name: value}"))
	}
	if written != nil {
		return a.Value(written)
	}
	token := func(name string) bool { return auth != nil && httprequest.IsToken(name) }
	sends := slices.ContainsFunc(a.node.Inputs, func(p ast.Port) bool { return !token(p.Name) })
	if !httprequest.HasContent(method) || auth.AsksForToken() || !sends {
		return nil
	}
	return a.input(token)
}

func (a at) mapping() jsonata.Node {
	body := build.Path(ir.Result(), task.HTTPBody)
	mapped := a.runtime.Take("response_mapping", "output_mapping")
	if mapped == nil {
		return body
	}
	var result []build.Member
	for _, entry := range mapped.Entries() {
		result = append(result, build.Of(entry.Name, a.PathIn(body, source.Text(entry.Value), entry.Value.Range)))
	}
	return build.Object(result...)
}

// address is where a request goes: url and endpoint, one behind the other.
type address []piece

// piece is a part of an address, as the author wrote it and as it is used.
type piece struct {
	node *source.Node
	text string
}

func (a address) whole() string {
	whole := ""
	for _, p := range a {
		whole += p.text
	}
	return whole
}

// has tells whether a field is part of the address.
func (a address) has(field *source.Node) bool {
	return slices.ContainsFunc(a, func(p piece) bool { return p.node == field })
}

// addressOf puts url and endpoint together. An endpoint that has a host is the whole address; one that is a bare word behind an address which has
// a path of its own only names the service.
func addressOf(runtime source.Block) (to address, service *source.Node) {
	base, endpoint := runtime.Get("url", "base_url"), runtime.Get("endpoint", "path")
	first, second := source.Text(base), source.Text(endpoint)
	slash := strings.HasPrefix(second, "/")
	switch {
	case httprequest.IsAbsolute(second):
		first = ""
	case base == nil || endpoint == nil:
	case slash:
		first = strings.TrimSuffix(first, "/")
	case !strings.HasPrefix(second, "?") && !strings.HasSuffix(first, "/") && !condition.StartsWithReference(second):
		second, service = "", endpoint
	}
	for _, p := range []piece{{base, first}, {endpoint, second}} {
		if p.text != "" {
			to = append(to, p)
		}
	}
	return to, service
}

// isRoute tells whether a node is a route of the workflow's own API: the first node, whose address has no host, is called and does not call.
func isRoute(g *model.Graph, n flow.NodeID) bool {
	to, _ := addressOf(g.Node(n).Runtime)
	return g.IsFirst(n) && strings.HasPrefix(to.whole(), "/")
}

func (a at) address() address {
	a.runtime.Take("url", "base_url")
	a.runtime.Take("endpoint", "path")
	to, service := addressOf(a.node.Runtime)
	if base := a.node.Runtime.Get("url", "base_url"); base != nil && !to.has(base) {
		a.Report(codes.Address.Warning(base.Range, "the url has no effect").Why("The endpoint has a host, and is the whole address.").
			Fix("delete it, or write an endpoint that begins with /"))
	}
	if service != nil {
		a.Report(codes.Address.Note(service.Range, "%q is read as the name of the service", source.Text(service)).
			Why("It does not start with / and would not fit behind the url.").Fix("write /%s if it belongs to the address", source.Text(service)))
	}
	return to
}

// url is the address as a value; nil when no request can go there, which is reported. References are encoded, but for one at the very start,
// which is an address itself.
func (a at) url(to address) ir.Value {
	whole := to.whole()
	if whole == "" {
		a.refuse(codes.Address, "Where the request goes is not said.", "api node %s has no url", a.node.ID)
		return nil
	}
	switch place := to[0].node.Range; {
	case strings.HasPrefix(whole, "/"):
		a.Report(codes.Address.Error(place, "the address %q has no host", whole).
			Why("Only the first node of a workflow may be a route of the workflow's own API.").Fix("add url: https://…"))
		return nil
	case !httprequest.IsAbsolute(whole) && !condition.StartsWithReference(whole):
		a.Report(codes.Address.Error(place, "%q is not an address", whole).Fix("write url: https://host and endpoint: /path"))
		return nil
	}
	var joined expr.Address
	for i, p := range to {
		base := func() { a.hostGiven(p.node) }
		if i > 0 {
			base = nil
		}
		if !a.Address(&joined, p.node, p.text, base) {
			return nil
		}
	}
	text, isText := joined.URL().(*jsonata.String)
	if !isText {
		return joined.URL()
	}
	if _, err := url.Parse(text.Value); err != nil {
		a.Report(codes.Address.Error(a.node.Range, "%q is not an address", text.Value))
	}
	return text.Value
}

// hostGiven warns when data decides where a request goes; with credentials it is refused, because they would go there too.
func (a at) hostGiven(at *source.Node) {
	report, why := codes.Address.Warning, "Check that only trusted data can set it."
	if a.security.Has("auth", "secret_ref", "credentials") || a.runtime.Has("auth") {
		report, why = codes.Address.Error, "The node's credentials would be sent to whatever host the data names."
	}
	a.Report(report(at.Range, "the host of the address comes from data").Why("%s", why).
		Fix("write the host out, or declare it under env of the workflow and use ${env.NAME}"))
}
