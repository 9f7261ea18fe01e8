package nodes

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/model"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// address is where a request goes: url and endpoint, one behind the other.
type address struct {
	pieces []piece
	// service is an endpoint that only names the service, nil when there is none.
	service *source.Node
}

// piece is a part of an address, as the author wrote it and as it is used.
type piece struct {
	node *source.Node
	text string
}

func (a address) whole() string {
	whole := ""
	for _, p := range a.pieces {
		whole += p.text
	}
	return whole
}

// addressOf puts url and endpoint together. An endpoint that has a host is the whole address; one that is a bare word behind an address which has
// a path of its own only names the service.
func addressOf(runtime ast.Block) address {
	var a address
	base, endpoint := piece{runtime.Get("url", "base_url"), runtime.Text("url", "base_url")}, piece{runtime.Get("endpoint", "path"), runtime.Text("endpoint", "path")}
	absolute, slash := isAbsolute(endpoint.text), strings.HasPrefix(endpoint.text, "/")
	both := base.node != nil && endpoint.node != nil
	if both && !absolute && !slash && !strings.HasPrefix(endpoint.text, "?") && !strings.HasSuffix(base.text, "/") && !names.StartsWithReference(endpoint.text) {
		a.service, endpoint.text = endpoint.node, ""
	}
	if both && slash {
		base.text = strings.TrimSuffix(base.text, "/")
	}
	if base.text != "" && !absolute {
		a.pieces = append(a.pieces, base)
	}
	if endpoint.text != "" {
		a.pieces = append(a.pieces, endpoint)
	}
	return a
}

func isAbsolute(address string) bool {
	return strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://")
}

// isRoute tells whether a node is a route of the workflow's own API: the first node, whose address has no host, is called and does not call.
func isRoute(g *model.Graph, n flow.NodeID) bool {
	node := g.Node(n)
	return node.Type == "api" && g.IsFirst(n) && strings.HasPrefix(addressOf(node.Runtime).whole(), "/")
}

// address reads the address of the node.
func (a at) address() address {
	a.runtime.Take("url", "base_url", "endpoint", "path")
	to := addressOf(a.node.Runtime)
	if service := ast.Text(to.service); to.service != nil {
		a.note(codes.Address, to.service.Range, strconv.Quote(service)+" is read as the name of the service",
			"It does not start with / and would not fit behind the url.", "write /"+service+" if it belongs to the address")
	}
	return to
}

// url is the address of the node's request; nil when it has none, which is reported.
func (a at) url() ir.Value {
	to := a.address()
	whole := to.whole()
	if whole == "" {
		a.refuse(codes.Address, "Where the request goes is not said.", "api node %s has no url", a.node.ID)
		return nil
	}
	place := to.pieces[0].node.Range
	switch {
	case strings.HasPrefix(whole, "/"):
		a.report(report.Error(codes.Address, place, "the address %q has no host", whole).
			Why("Only the first node of a workflow may be a route of the workflow's own API.").Fix("add url: https://…"))
		return nil
	case !isAbsolute(whole) && !names.StartsWithReference(whole):
		a.report(report.Error(codes.Address, place, "%q is not an address", whole).Fix("write url: https://host and endpoint: /path"))
		return nil
	}
	return a.joined(to)
}

// joined replaces references: one at the very start is an address itself, the others are encoded.
func (a at) joined(to address) ir.Value {
	var all []jsonata.Node
	for i, p := range to.pieces {
		value := a.Concat(p.node, names.SplitAddress(p.text), 0, func(v condition.Value, before int) jsonata.Node {
			if i == 0 && before == 0 {
				a.hostGiven(p.node)
				return names.Readable(v, before)
			}
			return build.Call("encodeUrlComponent", names.Readable(v, before))
		})
		all = append(all, build.Literal(value))
	}
	joined := build.Concat(all...)
	text, isText := joined.(*jsonata.String)
	if !isText {
		return joined
	}
	if _, err := url.Parse(text.Value); err != nil {
		a.report(report.Error(codes.Address, a.node.Range, "%q is not an address", text.Value))
	}
	return text.Value
}

// hostGiven warns when data decides where a request goes; with credentials it is refused, because they would go there too.
func (a at) hostGiven(at *source.Node) {
	if inner := names.Whole(at.Value()); strings.HasPrefix(inner, "env.") || strings.HasPrefix(inner, "variables.") {
		return
	}
	severity, why := diag.Warning, "Check that only trusted data can set it."
	if a.security.Has("auth", "secret_ref", "credentials") || a.runtime.Has("auth") {
		severity, why = diag.Error, "The node's credentials would be sent to whatever host the data names."
	}
	a.report(report.New(severity, codes.Address, at.Range, "the host of the address comes from data").Why("%s", why).
		Fix("write the host out, or declare it under env of the workflow and use ${env.NAME}"))
}
