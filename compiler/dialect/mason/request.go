package mason

import (
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// arguments are those of function http for a step's request, after the steps that work out what is in it.
func (l *lowerer) arguments(s *step, around surroundings) (*jsonata.Object, []ir.Step) {
	r := &requestBuilder{lowerer: l, around: around, request: jsonata.NewObject(), secrets: jsonata.NewObject()}
	r.request.Set("encoding", task.HTTPAsRequests)
	r.request.Set("method", s.method)
	if s.url != nil {
		r.request.Set("url", r.url(s.url))
	}
	r.member("headers", s.headers)
	r.member("params", s.params)
	r.member("data", s.data)
	r.member("json", s.body)
	if s.timeoutSeconds > 0 {
		r.request.Set("timeoutSeconds", float64(s.timeoutSeconds))
	}
	if r.secrets.Len() > 0 {
		r.request.Set("secrets", r.secrets)
	}
	return r.request, r.steps
}

// requestBuilder puts a request together.
type requestBuilder struct {
	*lowerer
	around  surroundings
	request *jsonata.Object
	secrets *jsonata.Object // by place
	steps   []ir.Step
}

// keep gives the value of what was rendered, and keeps the steps that work it out.
func (r *requestBuilder) keep(g given) ir.Value {
	r.steps = append(r.steps, g.steps...)
	return g.value
}

// url puts an address together. Data is percent-encoded and stands behind the host.
func (r *requestBuilder) url(node *source.Node) ir.Value {
	if !isTemplate(node.Value()) {
		r.checkHost(node, node.Value(), node.Value())
		return expr.EncodeURL("", plainText(node.Value()))
	}
	t, ok := r.template(node, r.around)
	if !ok || !r.checkNames(t, r.around.beginning(t)) {
		return nil
	}
	if found := t.token(); found != nil {
		r.Report(codeSecret.Error(t.at(found), "a secret in a URL is written to logs").Why("Proxies and servers log the addresses of requests.").
			Fix("put %s.token into headers", caller))
		return nil
	}
	pieces, plain := t.pieces()
	if !plain {
		r.Report(codeAddress.Error(t.at(t.parsed.Body[0]), "an address is put together of text and {{ … }} alone").
			Why("Each value in it is percent-encoded, and none may change the host.").Fix("work the value out in input, and write {{ %s.input }}", currentStep))
		return nil
	}
	return r.address(t, pieces)
}

// token finds the caller's token in a template.
func (t template) token() syntax.Node {
	for _, statement := range t.parsed.Body {
		if found := readsToken(statement); found != nil {
			return found
		}
	}
	return t.readsTokenByName()
}

func (r *requestBuilder) address(t template, pieces []syntax.Expr) ir.Value {
	var to expr.Address
	fixed := ""
	for _, piece := range pieces {
		if data, isText := piece.(*syntax.Data); isText {
			to.Fixed(data.Text)
			fixed += data.Text
			continue
		}
		if name := openParameter(fixed); secret.IsQueryName(name) && !isFixed(piece) && writesText(piece, name) {
			r.refuseWritten(t.at(piece), name)
			return nil
		}
		value := r.keep(r.expression(t, unescaped(piece), r.around, native))
		if text, isText := value.(string); isText {
			to.Fixed(text)
			fixed += text
			continue
		}
		if !expr.HostIsComplete(fixed) {
			r.Report(codeAddress.Error(t.at(piece), "data cannot decide which host a request goes to").
				Why("An answer could send the workflow anywhere. Data may stand behind the host: in the path and in the query.").
				Fix("write the host out, or name it in system_apis of %s", settingsFile))
			return nil
		}
		to.Data(t.textOf(piece), inAddress(value))
		fixed += "x"
	}
	r.checkHost(t.node, fixed, t.node.Value())
	return literalOr(to.URL())
}

// openParameter is the name of the parameter in whose value an address ends, "" where it ends elsewhere.
func openParameter(address string) string {
	parameter := address[strings.LastIndexAny(address, "?&")+1:]
	name, _, found := strings.Cut(parameter, "=")
	if !found || !strings.Contains(address, "?") {
		return ""
	}
	return name
}

// inAddress is a value as Python's text of it has it, as far as it is put into an address: true is True. A list or an object is none.
func inAddress(value ir.Value) jsonata.Node {
	return build.Once(build.Literal(value), func(node jsonata.Node) jsonata.Node {
		return build.Cases([]build.Case{
			{When: build.HasType(node, "boolean"), Then: build.If(node, build.Text("True"), build.Text("False"))},
			{When: build.Binary(build.Call("type", node), "in", build.List(build.Text("array"), build.Text("object"))), Then: build.Call("error", build.Text("a list or an object cannot be put into an address"))},
		}, node)
	})
}

// unescaped is an expression without the filter that percent-encodes it, which all data in an address is.
func unescaped(piece syntax.Expr) syntax.Expr {
	if filter, ok := piece.(*syntax.Filter); ok && filter.Name == "urlencode" && filter.Of != nil {
		return filter.Of
	}
	return piece
}

// checkHost reports an address without a scheme and a host.
func (r *requestBuilder) checkHost(node *source.Node, address, written string) {
	scheme, rest, found := strings.Cut(address, "://")
	if found && (scheme == "http" || scheme == "https") && rest != "" && !strings.HasPrefix(rest, "/") {
		return
	}
	node.Report(codeAddress.Error(node.Range, "%q is not an address", written).Fix("write one with scheme and host: https://api.example.com/items"))
}

// member sets a member of the request that is a mapping of templates, or a template as a whole.
func (r *requestBuilder) member(name string, node *source.Node) {
	switch {
	case node == nil:
	case node.Kind == source.Mapping:
		r.request.Set(name, r.tree(node, "/"+name))
	default:
		r.whole(name, node)
	}
}

// tree renders every text of a value. place is where the value stands in the request, as a JSON pointer (RFC 6901).
func (r *requestBuilder) tree(node *source.Node, place string) ir.Value {
	switch node.Kind {
	case source.Mapping:
		object := jsonata.NewObject()
		for _, entry := range node.Entries() {
			if isTemplate(entry.Name) {
				r.keyOf(entry.Key, entry.Key.Range)
			}
			object.Set(entry.Name, r.tree(entry.Value, place+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(entry.Name)))
		}
		return object
	case source.Sequence:
		list := []any{}
		for i, item := range node.Items() {
			list = append(list, r.tree(item, place+"/"+strconv.Itoa(i)))
		}
		return list
	case source.Scalar:
		return r.scalar(node, place)
	}
	return nil
}

// scalar is a value that is no mapping and no list. A number with a fraction that becomes text keeps the form that it has in Python: 2.0.
func (r *requestBuilder) scalar(node *source.Node, place string) ir.Value {
	value, _ := node.Literal()
	if _, isText := value.(string); isText || value == nil {
		return r.leaf(node, place)
	}
	number, isFloat := value.(float64)
	if isFloat && strings.ContainsAny(node.Value(), ".eE") && !strings.HasPrefix(place, "/json/") {
		return pytext.Float(number)
	}
	return value
}

// keyOf refuses a key with a template in it.
func (r *requestBuilder) keyOf(node *source.Node, at diag.Range) {
	node.Report(codeTemplate.Error(at, "keys are not templates").Why("Only values are rendered; the key would be sent with its braces.").
		Fix("write the key out, or a template that gives the whole mapping: \"{{ {auth.name: auth.value} }}\""))
}

// leaf renders one text, or puts the caller's token at its place.
func (r *requestBuilder) leaf(node *source.Node, place string) ir.Value {
	if !isTemplate(node.Value()) {
		return plainText(node.Value())
	}
	t, ok := r.template(node, r.around)
	if !ok {
		return nil
	}
	if name := place[strings.LastIndexByte(place, '/')+1:]; holdsSecret(place, name) && !r.checkFallback(t, name) {
		return nil
	}
	if t.token() == nil {
		return r.keep(r.value(node, r.around))
	}
	placed, ok := t.placed()
	if !ok {
		r.checkToken(t)
		return nil
	}
	r.all.AsksCaller = true
	r.secrets.Set(place, placed)
	return nil
}

// holdsSecret tells whether a member of a request of this name holds a credential; place is where it stands.
func holdsSecret(place, name string) bool {
	return secret.IsName(name) || strings.HasPrefix(place, "/params/") && secret.IsQueryName(name)
}

// placed is a text around the caller's token; ok is false for a template that is more than that.
func (t template) placed() (value ir.Value, ok bool) {
	pieces, plain := t.pieces()
	before, after, found := "", "", false
	for _, piece := range pieces {
		switch data, isText := piece.(*syntax.Data); {
		case isText && !found:
			before = data.Text
		case isText:
			after = data.Text
		case isToken(piece) && !found:
			found = true
		default:
			return nil, false
		}
	}
	token := build.OrElse(build.Path(user(), "token"), build.Text(""))
	if before == "" && after == "" {
		return token, plain && found
	}
	if after == "" {
		return ir.Object("before", before, "secret", token), plain && found
	}
	return ir.Object("before", before, "secret", token, "after", after), plain && found
}
