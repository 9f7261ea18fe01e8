package osop

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// onlyRuntime reports the runtime keys that nobody read, except those that only describe. They would change what runs.
func (g *graph) onlyRuntime(n int, descriptive ...string) {
	for _, entry := range g.document.Nodes[n].Runtime.unread() {
		if slices.Contains(descriptive, entry.Name) || strings.HasPrefix(entry.Name, "x-") {
			continue
		}
		g.report(diag.Error, codeRuntime, entry.Key.Range, quoted(entry.Name)+" is not a setting of "+g.document.Nodes[n].Type+" nodes that Steploom can honour", "",
			"delete it, or hand the node to a function of your own by x-steploom-lambda")
	}
}

// api makes an HTTP call of a node.
func (g *graph) api(n int) *task {
	node := g.document.Nodes[n]
	r := node.Runtime
	if kind := strings.ToLower(r.text("protocol")); kind != "" && kind != "http" && kind != "https" && kind != "rest" {
		g.notRunnable(n, codeNotRunnable, "the protocol "+kind+" is not available", "The http function speaks HTTP.")
		return nil
	}
	if node.Subtype == "grpc" || node.Subtype == "polling" {
		g.notRunnable(n, codeNotRunnable, "api nodes of subtype "+node.Subtype+" are not available", "The http function sends one HTTP request.")
		return nil
	}
	route, address := g.address(n)
	if route != "" {
		return g.webhook(n, route)
	}
	if address == nil {
		return nil
	}
	method := strings.ToUpper(r.text("method"))
	if method == "" {
		method = "GET"
		if node.Subtype == "graphql" || node.Subtype == "soap" {
			method = "POST"
		}
	}
	arguments := object("method", method, "url", address)
	auth, headers := g.credentials(n)
	g.query(n, arguments)
	if headers != nil && headers.Len() > 0 {
		arguments.Set("headers", headers)
	}
	if kind := r.text("content_type", "contentType"); kind != "" {
		arguments.Set("contentType", kind)
	}
	g.body(n, method, auth, arguments)
	if auth != nil {
		arguments.Set("auth", auth)
	}
	g.expectations(node, arguments)
	t := &task{function: "http", arguments: arguments, result: g.mapping(n), writes: method != "GET" && method != "HEAD"}
	g.onlyRuntime(n, "service", "description", "name", "version", "rate_limit", "operation_id", "operationId", "protocol", "docs", "pagination_note")
	return t
}

// expectations are the statuses that count as success, and the time that an answer may take.
func (g *graph) expectations(node *Node, arguments *jsonata.Object) {
	if expected := node.Runtime.take("expected_status", "expected_statuses", "success_codes"); expected != nil {
		codes := []any{}
		items := expected.Items()
		if expected.Kind == source.Scalar {
			items = []*source.Node{expected}
		}
		for _, item := range items {
			if code, ok := item.Int(); ok {
				codes = append(codes, float64(code))
			}
		}
		arguments.Set("expectedStatus", codes)
	}
	if node.TimeoutSeconds > 10 {
		arguments.Set("timeoutSeconds", float64(min(node.TimeoutSeconds, 900)))
	}
}

// address puts url and endpoint together. A first node whose address has no host is a route: it is called, it does not call.
func (g *graph) address(n int) (route string, address ir.Value) {
	node := g.document.Nodes[n]
	base, endpoint := node.Runtime.take("url", "base_url"), node.Runtime.take("endpoint", "path")
	baseText, endText := scalarText(base), scalarText(endpoint)
	at := node.Range
	if base != nil {
		at = base.Range
	} else if endpoint != nil {
		at = endpoint.Range
	}
	if base != nil && endpoint != nil && !g.joins(baseText, endText, endpoint) {
		endText, endpoint = "", nil
	}
	if isAbsolute(endText) {
		baseText, base = "", nil
	}
	whole := baseText + endText
	switch {
	case whole == "":
		g.notRunnable(n, codeAddress, "api node "+node.ID+" has no url", "Where the request goes is not said.")
		return "", nil
	case strings.HasPrefix(whole, "/"):
		if g.isFirst(n) {
			return whole, nil
		}
		g.report(diag.Error, codeAddress, at, "the address "+quoted(whole)+" has no host", "Only the first node of a workflow may be a route of the workflow's own API.", "add url: https://…")
		return "", nil
	case !isAbsolute(whole) && !startsWithReference(whole):
		g.report(diag.Error, codeAddress, at, quoted(whole)+" is not an address", "", "write url: https://host and endpoint: /path")
		return "", nil
	}
	return "", g.addressValue(n, base, endpoint, baseText, endText)
}

// joins tells whether an endpoint is part of the address. A bare word behind an address that has a path of its own only names the service.
func (g *graph) joins(base, endpoint string, node *source.Node) bool {
	if strings.HasPrefix(endpoint, "/") || strings.HasPrefix(endpoint, "?") || strings.HasSuffix(base, "/") || isAbsolute(endpoint) || startsWithReference(endpoint) {
		return true
	}
	g.report(diag.Note, codeAddress, node.Range, quoted(endpoint)+" is read as the name of the service", "It does not start with / and would not fit behind the url.", "write /"+endpoint+" if it belongs to the address")
	return false
}

func isAbsolute(address string) bool {
	return strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://")
}

func startsWithReference(text string) bool {
	return strings.HasPrefix(text, "${") || strings.HasPrefix(text, "{{")
}

// addressValue replaces references: one at the very start is an address itself, the others are encoded.
func (g *graph) addressValue(n int, base, endpoint *source.Node, baseText, endText string) ir.Value {
	node := g.document.Nodes[n]
	if base != nil && endpoint != nil && strings.HasSuffix(baseText, "/") && strings.HasPrefix(endText, "/") {
		baseText = strings.TrimSuffix(baseText, "/")
	}
	s := scope{graph: g, node: n, edge: -1}
	var all []jsonata.Node
	plainText := ""
	for i, piece := range []struct {
		node *source.Node
		text string
	}{{base, baseText}, {endpoint, endText}} {
		if piece.node == nil || piece.text == "" {
			continue
		}
		first := i == 0 || base == nil
		value := s.concatenation(piece.node, parts(piece.text, true), 0, func(v condition.Value, before int) jsonata.Node {
			if first && before == 0 {
				g.hostGiven(node, piece.node)
				return readable(v, before)
			}
			return build.Call("encodeUrlComponent", readable(v, before))
		})
		switch value := value.(type) {
		case string:
			plainText += value
			all = append(all, build.Text(value))
		case jsonata.Node:
			all = append(all, value)
			plainText = "\x00"
		}
	}
	if !strings.HasPrefix(plainText, "\x00") && !strings.Contains(plainText, "\x00") {
		if _, err := url.Parse(plainText); err != nil {
			g.report(diag.Error, codeAddress, node.Range, quoted(plainText)+" is not an address", "", "")
		}
		if len(all) <= 1 || isPlain(all) {
			return plainText
		}
	}
	return build.Concat(all...)
}

func isPlain(nodes []jsonata.Node) bool {
	return !slices.ContainsFunc(nodes, func(n jsonata.Node) bool { _, text := n.(*jsonata.String); return !text })
}

// hostGiven warns when data decides where a request goes; with credentials it is refused, because they would go there too.
func (g *graph) hostGiven(node *Node, at *source.Node) {
	severity, detail := diag.Warning, "Check that only trusted data can set it."
	if node.Security.has("auth", "secret_ref", "credentials") || node.Runtime.has("auth") {
		severity, detail = diag.Error, "The node's credentials would be sent to whatever host the data names."
	}
	if inner := trimReference(at.Value()); strings.HasPrefix(inner, "env.") || strings.HasPrefix(inner, "variables.") {
		return
	}
	g.report(severity, codeAddress, at.Range, "the host of the address comes from data", detail, "write the host out, or declare it under env of the workflow and use ${env.NAME}")
}

// isFirst tells whether nothing regular leads to a node.
func (g *graph) isFirst(n int) bool { return slices.Contains(g.shape.Entries, n) }

func (g *graph) query(n int, arguments *jsonata.Object) {
	r := g.document.Nodes[n].Runtime
	s := scope{graph: g, node: n, edge: -1}
	if params := r.take("query_params", "params"); params != nil {
		arguments.Set("query", s.value(params))
	}
	if query := r.take("query"); query != nil && query.Kind == source.Mapping {
		arguments.Set("query", s.value(query))
	}
}

// body gives what is sent: what runtime says, a GraphQL query, or the node's inputs for methods that carry a body.
func (g *graph) body(n int, method string, auth, arguments *jsonata.Object) {
	node := g.document.Nodes[n]
	r := node.Runtime
	s := scope{graph: g, node: n, edge: -1}
	written := r.take("body", "body_template", "payload", "json", "data")
	query, variables := r.take("query"), r.take("variables")
	if node.Subtype == "graphql" && query != nil && query.Kind == source.Scalar {
		request := object("query", query.Value())
		if variables != nil {
			request.Set("variables", s.value(variables))
		}
		arguments.Set("body", request)
		return
	}
	if query != nil && query.Kind == source.Scalar {
		g.report(diag.Error, codeRuntime, query.Range, "query is a text, but this is no graphql node", "", "write subtype: graphql, or query_params: {name: value}")
	}
	if written != nil {
		arguments.Set("body", s.value(written))
		return
	}
	if method != "POST" && method != "PUT" && method != "PATCH" {
		return
	}
	token := func(name string) bool { return auth != nil && isTokenName(name) }
	kept := slices.DeleteFunc(slices.Clone(node.Inputs), func(p Port) bool { return token(p.Name) })
	if len(kept) > 0 && !isTokenRequest(auth) {
		arguments.Set("body", g.inputValue(n, token))
	}
}

// mapping is the node's result: the body, or what response_mapping makes of it.
func (g *graph) mapping(n int) jsonata.Node {
	body := build.Path(ir.Result(), "body")
	mapped := g.document.Nodes[n].Runtime.take("response_mapping", "output_mapping")
	if mapped == nil {
		return body
	}
	var result []build.Member
	for _, entry := range mapped.Entries() {
		result = append(result, build.Of(entry.Name, build.OrNull(g.pathIn(body, entry.Value))))
	}
	return build.Object(result...)
}

var pathStep = regexp.MustCompile(`^([^.\[\]]+)|^\[(\d+|\*)\]|^\[['"]([^'"]+)['"]\]`)

// pathIn reads a path such as $.data.items[0].id from a value.
func (g *graph) pathIn(value jsonata.Node, at *source.Node) jsonata.Node {
	text := scalarText(at)
	node, ok := pathOf(value, text)
	if !ok {
		g.report(diag.Error, codeRuntime, at.Range, quoted(text)+" is not a path", "", "write $.field.other or $.list[0].field")
	}
	return node
}

func pathOf(value jsonata.Node, text string) (jsonata.Node, bool) {
	rest := strings.TrimPrefix(strings.TrimPrefix(text, "$"), ".")
	for rest != "" {
		step := pathStep.FindStringSubmatch(rest)
		if step == nil {
			return value, false
		}
		switch {
		case step[1] != "":
			value = build.Path(value, step[1])
		case step[3] != "":
			value = build.Path(value, step[3])
		case step[2] != "*":
			value = build.Filter(value, build.Number(digits(step[2])))
		}
		rest = strings.TrimPrefix(rest[len(step[0]):], ".")
	}
	return value, true
}

func digits(text string) float64 {
	n := 0.0
	for _, d := range text {
		n = n*10 + float64(d-'0')
	}
	return n
}
