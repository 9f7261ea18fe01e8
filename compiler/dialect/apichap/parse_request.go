package apichap

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/task"
)

// This file reads request instructions.

func (r *operationReader) request(node *source.Node) *requestInstruction {
	fields := node.Map("a request")
	one := &requestInstruction{timeout: task.HTTPSeconds}
	if url := fields.Need("url"); url != nil {
		one.url = parseTemplate(url)
	}
	if method := fields.Need("httpType"); method != nil {
		one.method, _ = method.OneOf("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
	}
	if list := fields.Take("header"); list != nil {
		empty(list, "header")
		one.headers = r.headers(list, "")
		unsent(one.headers)
	}
	if timeout := fields.Take("timeout"); timeout != nil {
		r.timeout(one, timeout)
	}
	one.allowFailure, one.ignoreCert, one.gzip = isSet(fields.Take("allowFailure")), isSet(fields.Take("ignoreCert")), isSet(fields.Take("gzip"))
	one.privateRedirects = isSet(fields.Take("x-steploom-private-redirects"))
	oneBody(node)
	r.requestBody(one, fields)
	if form := fields.Take("formBody"); form != nil {
		one.form = r.form(form)
	}
	if multipart := fields.Take("multipart"); multipart != nil {
		one.parts, one.multipart = partReader{r}.parts(multipart), true
	}
	overridden(one)
	fields.Done()
	if one.url == nil {
		return nil
	}
	return one
}

func (r *operationReader) timeout(one *requestInstruction, node *source.Node) {
	seconds, ok := node.Int()
	if ok && (seconds < 1 || seconds > task.LongestSeconds) {
		node.Report(report.Error(codeArgument, node.Range, "a timeout is from 1 to %d seconds", task.LongestSeconds))
		return
	}
	one.timeout = seconds
}

// oneBody refuses a request with several bodies.
func oneBody(node *source.Node) {
	var first *source.Entry
	for _, entry := range node.Entries() {
		switch {
		case !slices.Contains([]string{"schema", "body", "formBody", "multipart"}, entry.Name):
		case first == nil:
			first = &entry
		case first.Name != "schema" || entry.Name != "body": // told by requestBody
			entry.Key.Report(report.Error(codeTwice, entry.Key.Range, "a request has one body, and this one has %q and %q", first.Name, entry.Name).
				Fix("delete one of the two").Also(first.Key.Range, "the first one"))
		}
	}
}

// form reads the fields of a form: texts by name.
func (r *operationReader) form(node *source.Node) *schemaObject {
	node.Map("a form")
	fields := &schemaObject{}
	for _, entry := range node.Entries() {
		if entry.Value.Kind == source.Mapping || entry.Value.Kind == source.Sequence {
			entry.Value.Report(report.Error(source.CodeWrongKind, entry.Value.At(0, 1), "a field of a form is one value").
				Why("Forms are pairs of a name and a text.").Fix("write an expression; one that gives a list sends the field once for each element"))
			continue
		}
		fields.fields = append(fields.fields, schemaField{entry.Name, &schemaValue{r.schemaLeaf(entry.Value)}})
	}
	return fields
}

// requestBody reads contentType and schema, or the older body with both inside.
func (r *operationReader) requestBody(one *requestInstruction, fields *source.Fields) {
	content, body := fields.Take("contentType"), fields.Take("schema")
	if older := fields.Take("body"); older != nil {
		if other := cmp.Or(content, body); other != nil {
			older.Report(report.Error(codeTwice, older.Range, "the request's body is described twice").
				Why("body with contentType and schema inside is the older way to write contentType and schema.").
				Fix("delete one of the two").
				Also(other.Range, "described here, too"))
		} else {
			entry, _ := fields.Entry("body")
			older.Report(report.Warning(codeOldForm, entry.Key.Range, "a body around contentType and schema is the form of older versions").
				Fix("write contentType and schema beside url").Edit(fields.Node().Unnest(entry)...))
		}
		inner := older.Map("a request body")
		content, body = inner.Take("contentType"), inner.Need("schema")
		inner.Done()
	}
	if content != nil {
		if isBinary(content.Value()) && (body == nil || body.Kind == source.Scalar) {
			one.contentType, one.stored = strings.TrimSpace(content.Value()), true
		} else {
			one.contentType = readContentType(content)
		}
	}
	if body != nil {
		one.body = r.schema(body)
	}
	written := one.content
	if header := one.header("Content-Type"); header != nil {
		written.contentType, _ = header.fixedText()
	}
	written = written.with(fields).of(body)
	written.contentType = one.contentType
	one.content = written
}

// header is the value of a header, nil when the request has none of that name.
func (one *requestInstruction) header(name string) *template { return headerNamed(one.headers, name) }

func headerNamed(headers []header, name string) *template {
	for _, header := range headers {
		if strings.EqualFold(header.name, name) {
			return header.value
		}
	}
	return nil
}

// headers reads a list of "Name: value"; a YAML mapping of one name is the same thing written without quotes. A name stands there once, but for the
// one that may be repeated.
func (r *operationReader) headers(node *source.Node, repeated string) []header {
	var list []header
	for _, item := range node.List("headers") {
		if item.Kind == source.Mapping {
			for _, entry := range item.Entries() {
				if value := parseTemplate(entry.Value); value != nil {
					list = append(list, header{entry.Name, value, entry.Key.Range})
				}
			}
			continue
		}
		if one, ok := r.header(item); ok {
			list = append(list, one)
		}
	}
	return r.distinct(list, node, repeated)
}

func (r *operationReader) header(node *source.Node) (header, bool) {
	text, ok := node.Str()
	if !ok {
		return header{}, false
	}
	colon := strings.IndexByte(text, ':')
	placeholder := placeholders.First(text)
	if colon < 0 || placeholder < colon {
		node.Report(report.Error(codeUnsafeRequest, node.Range, `a header is written "Name: value", with a name that does not depend on data`).
			Why("A name that comes from a request or a response could be any header."))
		return header{}, false
	}
	if placeholder == colon {
		node.Report(report.Error(codeUnsafeRequest, node.Range, `a header is written "Name: value"`))
		return header{}, false
	}
	start := colon + 1
	for start < len(text) && text[start] == ' ' {
		start++
	}
	p := &parser{node: node}
	value := p.template(expr.Verbatim(strings.TrimRight(text[start:], " "), start))
	return header{strings.TrimSpace(text[:colon]), value, node.Range}, value != nil
}

// distinct checks the headers' names: a token of HTTP (RFC 9110, section 5.1), each only once but for the one that may be repeated.
func (r *operationReader) distinct(list []header, node *source.Node, repeated string) []header {
	seen := map[string]header{}
	for _, one := range list {
		if !isToken(one.name) {
			node.Report(report.Error(codeUnsafeRequest, one.at, "%q is not a header name", one.name))
		}
		key := strings.ToLower(one.name)
		if first, twice := seen[key]; twice && key != repeated {
			node.Report(report.Error(codeTwice, one.at, "header %q is given twice", one.name).Also(first.at, "first given here"))
		}
		seen[key] = one
		one.inOneLine()
	}
	return list
}

// inOneLine refuses a header whose fixed text would end its line, or holds another control character (RFC 9110, section 5.5).
func (h header) inOneLine() {
	for _, piece := range h.value.parts {
		if piece.value == nil && strings.ContainsFunc(piece.text, func(c rune) bool { return unicode.IsControl(c) && c != '\t' }) {
			h.value.report(report.Error(codeUnsafeRequest, h.at, "the value of header %s holds a line break or another control character", h.name))
			return
		}
	}
}

// unsent warns of headers that say how a request is carried, which whoever carries it decides.
func unsent(headers []header) {
	for _, one := range headers {
		if isCarriage(one.name) {
			one.value.node.Report(report.Warning(codeNoEffect, one.at, "the header %s has no effect", one.name).
				Why("It says how the request is carried, which is seen to.").Fix("delete it"))
		}
	}
}

func isToken(name string) bool {
	return name != "" && strings.IndexFunc(name, func(c rune) bool {
		return !(c < 0x80 && isLetter(byte(c)) || c >= '0' && c <= '9' || strings.ContainsRune("!#$%&'*+-.^_`|~", c))
	}) < 0
}
