package apichap

import (
	"strings"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/failure"
	"github.com/steploom/steploom/compiler/httprequest"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file lowers request instructions.

// requests lowers request instructions at the place of a scope.
type requests struct{ *scope }

// arguments gives the request of function http. The file is the variable with the workbook that is sent, "" for none.
func (s requests) arguments(one *requestInstruction, file string) ir.Value {
	headers := jsonata.NewObject()
	request := httprequest.Request{
		Method: one.method, URL: plain(s.url(one.url)), Headers: headers, ContentType: one.contentType, HasBody: one.body != nil, TimeoutSeconds: one.timeout,
		CSVSeparator: one.separator, SheetAsBlob: one.spreadsheet,
		Allowances: httprequest.Allowances{PrivateRedirects: one.privateRedirects, AnyCertificate: one.ignoreCert, Gzip: one.gzip, AnyStatus: one.allowFailure, StoredFiles: one.stored},
	}
	for _, header := range one.headers {
		headers.Set(header.name, plain(headerValues{s.scope}.of(header)))
	}
	if one.body != nil {
		request.Body = s.sent(one, file)
	}
	if !one.spreadsheet {
		request.CSVColumns = one.columns
	}
	if one.form != nil {
		request.Form = shapes{s.scope}.data(one.form)
	}
	if one.multipart {
		request.Multipart = s.multipart(one.parts)
	}
	return request.Arguments()
}

// url gives an address. Data is percent-encoded, and may not stand where it could change the host. Of the text that the workflow itself holds
// only what cannot stand in a URL is encoded.
func (s requests) url(t *template) jsonata.Node {
	var whole expr.Address
	before := ""
	for _, piece := range t.parts {
		if piece.value == nil {
			whole.Fixed(piece.text)
			before += piece.text
			continue
		}
		if spliced, ok := s.splice(piece.value); ok {
			like := s.like(piece.value, before)
			whole.Known(like, s.inURL(piece.value, spliced.node, before))
			before += like
			continue
		}
		if !hostIsComplete(before) {
			refuseHost(piece.span)
		}
		s.data(&whole, piece)
	}
	checkHost(t)
	s.plainNames(t)
	return whole.URL()
}

// inURL encodes a text that the workflow itself holds: here when it is known, as the operation runs when it is one of several.
func (s requests) inURL(e expression, node jsonata.Node, before string) jsonata.Node {
	if constant, isText := node.(*jsonata.String); isText {
		return build.Text(expr.EncodeURL(before, constant.Value))
	}
	if !s.names.holds(e, func(text string) bool { return expr.EncodeURL("http://host/", text) != text }) {
		return node
	}
	const outside = `[^!#-;=?-\[\]_a-z~]+` // what EncodeURL encodes, but for % without digits
	match := s.local("match")
	encoded := build.Call("encodeUrlComponent", build.Field(build.Var(match), "match"))
	return build.Call("replace", typed{node: node}.text(), build.Regex(outside, ""), build.Function(encoded, match))
}

// data adds a value. A number is never an empty segment or one of dots.
func (s requests) data(whole *expr.Address, piece part) {
	value := s.lower(piece.value)
	if value.kind == numberKind && !value.nullable() {
		whole.Known("0", build.Call("encodeUrlComponent", value.text()))
		return
	}
	whole.Text("a value of the URL", value.text())
}

// like is a text that stands for a fixed one behind the beginning of an address. Of several possible texts it is one that leaves the host open, where
// one does, or else one with a query, or else one that ends a segment. It is empty where a text without scheme and host would have to begin an address.
func (s requests) like(e expression, before string) string {
	inside := hostIsComplete(before)
	texts, listed := s.names.possibleTexts(e)
	if !listed && inside && s.names.holds(e, func(text string) bool { return strings.ContainsAny(text, "?#") }) {
		return "?"
	}
	best, most := "", -1
	for _, text := range texts {
		if _, host, found := strings.Cut(text, "://"); !inside && (!found || host == "") {
			return ""
		}
		if much := openness(before + text); much > most {
			best, most = text, much
		}
	}
	return best
}

// openness tells what data behind an address could become: a host, a value of the query, a segment of the path, the end of a segment.
func openness(address string) int {
	switch {
	case !hostIsComplete(address):
		return 3
	case strings.ContainsAny(address, "?#"):
		return 2
	case strings.HasSuffix(address, "/"):
		return 1
	}
	return 0
}

// hostIsComplete tells whether what follows an address's beginning is behind its host (RFC 3986, section 3). The beginning is that of one
// possible address; all others have a scheme and a host in the same place, and end the host when it does.
func hostIsComplete(address string) bool {
	_, rest, found := strings.Cut(address, "://")
	return found && strings.ContainsAny(rest, "/?#")
}

func refuseHost(at span) {
	at.report(report.Error(codeUnsafeRequest, at.place(), "data cannot decide which host a request goes to").
		Why("A request or a response could send the operation anywhere. Placeholders with data may stand behind the host: in the path and in the query.").
		Fix("write the host out, or set an attribute to one of several TEXT(…) by conditions"))
}

// checkHost reports an address that names no host of its own, or one that cannot be.
func checkHost(t *template) {
	if len(t.parts) > 0 && t.parts[0].value != nil {
		return
	}
	address, _ := t.fixedText()
	if len(t.parts) > 1 {
		address = t.parts[0].text
	}
	scheme, rest, found := strings.Cut(address, "://")
	if lower := strings.ToLower(scheme); !found || lower != "http" && lower != "https" {
		t.report(report.Error(codeArgument, t.place(), "a URL starts with http:// or https://").Fix("write the whole address, as in https://host/path"))
		return
	}
	host, ends := rest, len(t.parts) < 2
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		host, ends = rest[:end], true
	}
	if ends && (host == "" || strings.ContainsAny(host, notInHost)) {
		t.report(report.Error(codeArgument, t.place(), "the URL names no host").Fix("write the whole address, as in https://host/path"))
	}
}

const notInHost = " \t\r\n\"<>\\^`{|}"

// steps gives the steps of a request: the call of function http and, where it carries a spreadsheet, those of function sheet.
func (s requests) steps(c *ir.Call, r *result, one *requestInstruction) []ir.Step {
	carried := s.carried(c, one)
	s.call(c, r, one, carried.file)
	return append(s.names.dates.steps(c.Common.Label), sheets{s.scope}.steps(c, r, carried)...)
}

// call completes a call of function http: what is bound on success, and on a failure that is allowed.
func (s requests) call(c *ir.Call, r *result, one *requestInstruction, file string) {
	c.Function, c.Arguments = task.HTTP, s.arguments(one, file)
	if one.timeout > task.HTTPSeconds {
		c.TimeoutSeconds = task.StateSeconds(one.timeout)
	}
	used := s.names.used
	status := build.Field(ir.Result(), task.HTTPStatusCode)
	body := build.Field(ir.Result(), task.HTTPBody)
	good := build.All(build.Binary(status, ">=", build.Number(200)), build.Binary(status, "<", build.Number(300)))
	if used.status[r.name] {
		c.More = append(c.More, ir.Binding{Name: r.statusVariable(), Value: status})
	}
	if !one.allowFailure {
		c.Result = body
		if used.exception[r.name] && r.failing {
			c.More = append(c.More, ir.Binding{Name: r.exceptionVariable(), Value: nil})
		}
		return
	}
	c.Result = build.If(good, body, build.Null())
	if used.exception[r.name] {
		text := build.Concat(build.Text("HTTP status "), status)
		c.More = append(c.More, ir.Binding{Name: r.exceptionVariable(), Value: build.If(good, build.Null(), text)})
	}
	c.OnError = []ir.Handler{s.failure(c, r)}
}

// failure gives the handler that lets the operation go on without a result.
func (s *scope) failure(c *ir.Call, r *result) ir.Handler {
	handler := ir.Handler{Errors: []ir.ErrorMatch{ir.AllErrors}}
	if c.Bind != "" {
		handler.Assign = append(handler.Assign, ir.Binding{Name: c.Bind, Value: nil})
	}
	if s.names.used.status[r.name] && r.request {
		handler.Assign = append(handler.Assign, ir.Binding{Name: r.statusVariable(), Value: failedStatus(c)})
	}
	if s.names.used.exception[r.name] {
		handler.Assign = append(handler.Assign, ir.Binding{Name: r.exceptionVariable(), Value: errorText()})
	}
	return handler
}

// failedStatus is the status of an answer that came, but could not be read; null for every other failure.
func failedStatus(c *ir.Call) ir.Value {
	if c.Function != task.HTTP {
		return nil
	}
	return build.OrNull(build.Field(failure.Detail(build.Field(ir.Error(), "Cause")), task.HTTPStatusCode))
}

// errorText gives the name of a caught error, and the reason where there is one.
func errorText() jsonata.Node {
	return failure.Text(build.Field(ir.Error(), "Error"), build.Field(ir.Error(), "Cause"))
}
