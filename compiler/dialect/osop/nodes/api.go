package nodes

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/model"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
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
	var statuses []any
	for _, item := range source.Items(a.runtime.Take("expected_status", "expected_statuses", "success_codes")) {
		if status, ok := item.Int(); ok {
			statuses = append(statuses, float64(status))
		}
	}
	arguments := ir.Object("method", method, "url", address, "query", a.Value(params), "headers", orNil(headers),
		"contentType", orNil(a.runtime.TakeText("content_type", "contentType")), "body", a.body(method, auth, query),
		"auth", orNil(auth), "expectedStatus", orNil(statuses))
	if private := a.runtime.Take("x-steploom-private-redirects"); private != nil {
		if allowed, said := private.Bool(); said && allowed {
			arguments.Set("privateRedirects", true)
		}
	}
	return &Task{Function: task.HTTP, Arguments: arguments, Result: a.mapping(), Writes: method != "GET" && method != "HEAD"}
}

// method is the node's HTTP method; otherwise stands for nodes that say none and are not of a kind that posts.
func (a at) method(otherwise string) string {
	if a.node.Subtype == "graphql" || a.node.Subtype == "soap" {
		otherwise = "POST"
	}
	written := a.runtime.Take("method")
	method := strings.ToUpper(cmp.Or(source.Text(written), otherwise))
	known := strings.Fields("GET POST PUT PATCH DELETE HEAD OPTIONS")
	if near := source.DidYouMean(method, known); near != "" && !slices.Contains(known, method) {
		a.Report(codes.Runtime.Error(written.Range, "%q is not an HTTP method", method).Fix("%s", near))
	}
	return method
}

// route is a first node that is called instead of calling: it starts the run, and puts out what the request brings.
func (a at) route(path string) *Task {
	method := a.method("POST")
	a.runtime.TakeAll("content_type", "headers")
	a.Report(codes.Address.Note(a.node.Range, "node %s is the route %s %s", a.node.ID, method, path).
		Why("It is the first node and its address has no host, so it is called rather than calls.").Fix("add url: https://… if it is meant to call"))
	for _, key := range []string{"auth", "secret_ref", "secret", "credentials"} {
		if guard := a.security.Take(key); guard != nil && source.Word(guard) != "none" {
			a.Report(codes.Secret.Error(guard.Range, "%s of a route is not enforced", key).Why("The node is called rather than calls, and anybody could call it.").
				Fix("delete it, and let an authorizer or a firewall in front of the API decide who may call"))
		}
	}
	return &Task{Result: build.Var(names.Inputs), Route: &ir.HTTP{Method: method, Path: path, Range: a.node.Range}}
}

// body gives what is sent: what runtime says, a GraphQL query, or the node's inputs for methods that carry a body; nil for nothing.
func (a at) body(method string, auth *jsonata.Object, query *source.Node) ir.Value {
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
	token := func(name string) bool { return auth != nil && isToken(name) }
	sends := slices.ContainsFunc(a.node.Inputs, func(p ast.Port) bool { return !token(p.Name) })
	if method != "POST" && method != "PUT" && method != "PATCH" || asksForToken(auth) || !sends {
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

// addressOf puts url and endpoint together. An endpoint that has a host is the whole address; one that is a bare word behind an address which has
// a path of its own only names the service.
func addressOf(runtime source.Block) (to address, service *source.Node) {
	base, endpoint := runtime.Get("url", "base_url"), runtime.Get("endpoint", "path")
	first, second := source.Text(base), source.Text(endpoint)
	slash := strings.HasPrefix(second, "/")
	switch {
	case isAbsolute(second):
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

func isAbsolute(address string) bool {
	return strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://")
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
	case !isAbsolute(whole) && !condition.StartsWithReference(whole):
		a.Report(codes.Address.Error(place, "%q is not an address", whole).Fix("write url: https://host and endpoint: /path"))
		return nil
	}
	var joined expr.Address
	for i, p := range to {
		base := a.hostGiven
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

// otherSecurity says which keys of security nobody read.
func (a at) otherSecurity() {
	a.security.Take("approval_gate")
	for _, entry := range a.security.Left(codes.Documentation) {
		a.Report(codes.Describes(entry, "security"))
	}
}

// isToken tells whether a name is that of a token which a request sends along.
func isToken(name string) bool {
	return slices.Contains(strings.Fields("access_token auth_token token bearer_token id_token jwt session_token"), strings.ToLower(name))
}

// asksForToken tells whether the credentials are those of a request for a token.
func asksForToken(auth *jsonata.Object) bool {
	if auth == nil {
		return false
	}
	kind, _ := auth.Get("type")
	_, elsewhere := auth.Get("tokenUrl")
	_, inSecret := auth.Get("tokenUrlInSecret")
	return kind == "oauth2" && !elsewhere && !inSecret
}

// caller is an api node as it shows who it is.
type caller struct{ at }

// credentials gives the auth of a request, nil when it needs none, and its headers. Secrets are names; they never become part of a definition.
func (a caller) credentials() (auth, headers *jsonata.Object) {
	auth = a.auth()
	written, headers := a.runtime.Take("headers"), jsonata.NewObject()
	if written != nil && written.Kind != source.Mapping {
		a.Report(codes.Runtime.Error(written.Range, "headers is a mapping of names to values"))
	}
	for _, entry := range written.Entries() {
		secret := secretHeader(entry)
		switch {
		case secret != nil:
			if auth != nil {
				a.Report(codes.Secret.Error(entry.Value.Range, "the node has two sorts of credentials").Fix("keep either the header or security"))
			}
			auth = secret
		case strings.EqualFold(entry.Name, "Authorization") && auth != nil:
			a.Report(codes.Secret.Note(entry.Key.Range, "the Authorization header is left out because security says how to authenticate").Fix("delete one of the two"))
		default:
			headers.Set(entry.Name, a.Value(entry.Value))
		}
	}
	return auth, headers
}

var secretReference = regexp.MustCompile(`^(?:(Bearer|Basic|Token)\s+)?(?:\$\{|\{\{)\s*secrets?\.([A-Za-z0-9_./-]+)\s*(?:\}\}|\})$`)

// secretHeader reads a header whose value is a secret, such as Authorization: Bearer ${secrets.NAME}; nil for any other.
func secretHeader(entry source.Entry) *jsonata.Object {
	match := secretReference.FindStringSubmatch(source.Text(entry.Value))
	if match == nil {
		return nil
	}
	kind, secret := match[1], match[2]
	if strings.EqualFold(entry.Name, "Authorization") && (kind == "Bearer" || kind == "Basic") {
		return ir.Object("type", strings.ToLower(kind), "secret", secret)
	}
	return ir.Object("type", "api_key", "name", entry.Name, "secret", secret)
}

// auth reads the node's security block, or runtime.auth, which is the schema's other spelling; nil when the request needs no credentials.
func (a caller) auth() *jsonata.Object {
	kind, secret := a.security.Take("auth"), a.security.TakeText("secret_ref", "secret")
	if inner := a.runtime.Take("auth"); inner != nil {
		kind = inner
	}
	if kind != nil && kind.Kind == source.Mapping {
		secret = cmp.Or(source.Text(kind.Get("secret_ref")), secret)
		kind = kind.Get("type")
	}
	var listed []string
	for _, key := range []string{"credentials", "secrets"} {
		more := a.security.Take(key)
		if secret != "" && more != nil && !slices.Contains(source.Texts(more), secret) {
			a.Report(codes.Secret.Warning(more.Range, "%s of security has no effect beside secret_ref", key).Fix("delete one of the two"))
		}
		listed = append(listed, source.Texts(more)...)
	}
	if secret == "" && len(listed) == 1 {
		secret = listed[0]
	}
	at := cmp.Or(ast.RefTo(kind).Range, a.security.Range)
	switch name := strings.ToLower(source.Text(kind)); {
	case name == "" && secret == "" && len(listed) == 0:
		return a.inputToken()
	case name == "" && secret == "":
		a.Report(codes.Secret.Error(at, "which of the credentials authenticates is not said").
			Fix("add auth: bearer_token (or api_key, basic) and secret_ref: to security"))
		return nil
	default:
		return a.authOf(name, secret, at)
	}
}

func (a caller) authOf(kind, secret string, at diag.Range) *jsonata.Object {
	token := a.tokenInput()
	switch kind {
	case "bearer_token", "bearer", "jwt", "token", "":
		if secret == "" && token == nil {
			a.Report(codes.Secret.Error(at, "there is no token to send").Fix("add secret_ref:, or an input named access_token that an earlier node puts out"))
			return nil
		}
		if secret == "" {
			return ir.Object("type", "bearer", "token", a.Port(*token))
		}
		if kind == "" {
			a.Report(codes.Secret.Note(at, "the secret %s is sent as bearer token", secret).Why("security does not say how it authenticates.").
				Fix("add auth: bearer_token, api_key or basic"))
		}
		return ir.Object("type", "bearer", "secret", secret)
	case "api_key", "apikey", "api-key":
		return a.withSecret(ir.Object("type", "api_key"), secret, at)
	case "basic", "basic_auth":
		return a.withSecret(ir.Object("type", "basic"), secret, at)
	case "oauth2", "oauth", "oauth2_client_credentials", "client_credentials":
		if secret == "" && token != nil {
			return ir.Object("type", "bearer", "token", a.Port(*token))
		}
		return a.withSecret(a.oauth(secret, at), secret, at)
	case "none":
		return nil
	default:
		a.Report(codes.Secret.Error(at, "%q is not a way to authenticate that the http function knows", kind).Fix("use bearer_token, api_key, basic or oauth2"))
		return nil
	}
}

// oauth says where a token comes from: the node itself asks for it when it puts one out, otherwise it is fetched before the request.
func (a caller) oauth(secret string, at diag.Range) *jsonata.Object {
	address := a.runtime.TakeText("token_url")
	to, _ := addressOf(a.node.Runtime)
	asks := strings.HasSuffix(strings.ToLower(to.whole()), "/token")
	switch {
	case asks || slices.ContainsFunc(a.node.Outputs, func(p ast.Port) bool { return isToken(p.Name) }):
		return ir.Object("type", "oauth2")
	case address == "":
		a.Report(codes.Secret.Note(at, "the token endpoint is taken from the secret %s", secret).Why("security does not say where tokens come from.").
			Fix("put token_url into the secret, or add token_url: to the node's runtime"))
		return ir.Object("type", "oauth2", "tokenUrlInSecret", true)
	default:
		return ir.Object("type", "oauth2", "tokenUrl", address)
	}
}

func (a caller) withSecret(auth *jsonata.Object, secret string, at diag.Range) *jsonata.Object {
	if secret == "" {
		a.Report(codes.Secret.Error(at, "there is no secret to authenticate with").Fix("add secret_ref: with the name of the secret"))
		return nil
	}
	auth.Set("secret", secret)
	return auth
}

// inputToken sends a token that is among the inputs although security says nothing.
func (a caller) inputToken() *jsonata.Object {
	token := a.tokenInput()
	if token == nil || a.runtime.Has("headers", "body") {
		return nil
	}
	a.Report(codes.Secret.Note(token.Range, "%s is sent as bearer token", token.Name).Why("It is an input and security says nothing else.").
		Fix("add security: {auth: bearer_token}"))
	return ir.Object("type", "bearer", "token", a.Port(*token))
}

func (a caller) tokenInput() *ast.Port {
	if i := slices.IndexFunc(a.node.Inputs, func(p ast.Port) bool { return isToken(p.Name) }); i >= 0 {
		return &a.node.Inputs[i]
	}
	return nil
}
