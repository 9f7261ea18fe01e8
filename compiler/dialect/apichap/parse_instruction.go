package apichap

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
)

func (r *operationReader) instructions(ff *fulfillment, node *source.Node) {
	if node.Kind == source.Null || node.Kind == source.Sequence && len(node.Items()) == 0 {
		node.Report(report.Error(source.CodeMissingKey, node.Range, "there are no instructions").Fix("add an instruction with sql or request, or write type: generic for a fulfillment that asks nobody"))
	}
	var unconditional *instruction
	for _, item := range node.List("instructions") {
		one := r.instruction(ff, item)
		if one == nil {
			continue
		}
		if unconditional != nil {
			item.Report(report.Warning(codeUnreachable, item.Entries()[0].Key.Range, "this instruction never runs").
				Why("Only the first instruction whose condition holds is run, and one before it has no condition.").
				Also(unconditional.at, "this one always runs"))
			continue
		}
		if one.when == nil && item.Get("if") == nil {
			unconditional = one
		}
		ff.instructions = append(ff.instructions, one)
	}
}

func (r *operationReader) instruction(ff *fulfillment, node *source.Node) *instruction {
	fields := node.Map("an instruction")
	one := &instruction{at: node.Range, when: parseExpression(fields.Take("if"))}
	if len(node.Entries()) > 0 {
		one.at = node.Entries()[0].Key.Range
	}
	sql, request, file, query := fields.Take("sql"), fields.Take("request"), fields.Take("file"), fields.Take("query")
	r.oneKind(node)
	switch {
	case sql != nil:
		one.sql = r.sql(sql)
		r.fits(ff, sql, ir.Database, "sql")
	case request != nil:
		one.request = r.request(request)
		r.fits(ff, request, ir.API, "request")
	case file != nil:
		unsupported(file, "file instructions are not supported yet")
	case query != nil:
		query.Report(report.Warning(codeOldForm, query.Range, "a query without sql around it is the form of older versions").Fix("write sql: and indent query below it"))
		one.sql = &sqlInstruction{query: parseTemplate(query)}
		r.fits(ff, query, ir.Database, "query")
	default:
		node.Report(report.Error(source.CodeMissingKey, one.at, `an instruction needs "sql", "request" or "file"`))
	}
	fields.Done()
	if one.sql == nil && one.request == nil {
		return nil
	}
	return one
}

// oneKind refuses an instruction that says two things to do.
func (r *operationReader) oneKind(node *source.Node) {
	var first *source.Entry
	for _, entry := range node.Entries() {
		switch {
		case !slices.Contains([]string{"sql", "request", "file", "query"}, entry.Name):
		case first == nil:
			first = &entry
		default:
			entry.Key.Report(report.Error(codeTwice, entry.Key.Range, "an instruction is one thing to do, and this one has %q and %q", first.Name, entry.Name).
				Fix("write two fulfillments, or two instructions with conditions of which the first that holds is carried out").
				Also(first.Key.Range, "the first one"))
		}
	}
}

// fits checks that an instruction is of the kind that its datasource understands.
func (r *operationReader) fits(ff *fulfillment, node *source.Node, kind ir.ConnectionKind, word string) {
	if ff.datasource == nil || ff.datasource.connection.Kind == kind {
		return
	}
	node.Report(report.Error(codePlace, node.At(0, 1), "%q does not fit datasource %q, which has type %s", word, ff.datasource.name, ff.datasource.connection.Kind).
		Also(ff.datasource.key.Range, "the datasource"))
}

func (r *operationReader) sql(node *source.Node) *sqlInstruction {
	fields := node.Map("an sql instruction")
	one := &sqlInstruction{}
	for _, name := range []string{"transaction", "commit"} {
		if entry, found := fields.Entry(name); found {
			entry.Key.Report(report.Error(codeUnsupported, entry.Key.Range, "SQL transactions are not supported yet"))
			fields.Take("query")
			fields.Take("parameters")
			fields.Take("allowFailure")
			fields.Take("transaction")
			fields.Take("commit")
			return nil
		}
	}
	if entry, found := fields.Entry("sql"); found {
		r.strayKey(entry)
	}
	if query := fields.Need("query"); query != nil {
		one.query = parseTemplate(query)
	}
	one.allowFailure = isSet(fields.Take("allowFailure"))
	if list := fields.Take("parameters"); list != nil {
		empty(list, "parameters")
		for _, item := range list.List("parameters") {
			one.parameters = append(one.parameters, r.sqlParameter(item))
		}
	}
	fields.Done()
	if one.query == nil {
		return nil
	}
	return one
}

// strayKey tolerates an empty key that was written by mistake.
func (r *operationReader) strayKey(entry source.Entry) {
	severity := diag.Error
	if entry.Value.Kind == source.Null {
		severity = diag.Warning
	}
	entry.Key.Report(report.New(severity, codeStray, entry.Key.Range, "%q stands inside %q", entry.Name, entry.Name).Fix("delete it"))
}

// sqlParameter reads {param: …, if: …}, or just the expression.
func (r *operationReader) sqlParameter(node *source.Node) sqlParameter {
	if node.Kind != source.Mapping {
		return sqlParameter{value: parseExpression(node), at: node.Range}
	}
	fields := node.Map("a parameter")
	one := sqlParameter{when: parseExpression(fields.Take("if")), at: node.Range}
	if value := fields.Need("param"); value != nil {
		one.value = parseExpression(value)
	}
	fields.Done()
	return one
}

// isSet reads an optional switch.
func isSet(node *source.Node) bool {
	if node == nil {
		return false
	}
	value, _ := node.Bool()
	return value
}

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
		one.headers = r.headers(list)
	}
	if timeout := fields.Take("timeout"); timeout != nil {
		r.timeout(one, timeout)
	}
	one.allowFailure, one.ignoreCert, one.gzip = isSet(fields.Take("allowFailure")), isSet(fields.Take("ignoreCert")), isSet(fields.Take("gzip"))
	one.privateRedirects = isSet(fields.Take("x-steploom-private-redirects"))
	for _, name := range []string{"multipart", "formBody", "csvSeparator"} {
		if entry, found := fields.Entry(name); found {
			entry.Key.Report(report.Error(codeUnsupported, entry.Key.Range, "%q is not supported yet", name))
		}
	}
	r.requestBody(one, fields)
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

// requestBody reads contentType and schema, or the older body with both inside.
func (r *operationReader) requestBody(one *requestInstruction, fields *source.Fields) {
	content, body := fields.Take("contentType"), fields.Take("schema")
	if older := fields.Take("body"); older != nil {
		if other := cmp.Or(content, body); other != nil {
			older.Report(report.Error(codeTwice, older.Range, "the request's body is described twice").
				Why("body with contentType and schema inside is the older way to write contentType and schema.").
				Fix("delete one of the two").
				Also(other.Range, "described here, too"))
		}
		inner := older.Map("a request body")
		content, body = inner.Take("contentType"), inner.Need("schema")
		inner.Done()
	}
	if content != nil {
		one.contentType = r.contentType(content)
	}
	if body != nil {
		one.body = r.schema(body)
	}
}

func (r *operationReader) contentType(node *source.Node) string {
	text, ok := node.Str()
	media, _, _ := strings.Cut(strings.ToLower(text), ";")
	switch strings.TrimSpace(media) {
	case "json", "application/json":
		return "application/json"
	default:
		if ok {
			unsupported(node, "content type "+strconv.Quote(text)+" is not supported yet, only application/json is")
		}
		return ""
	}
}

// headers reads a list of "Name: value"; a YAML mapping of one name is the same thing written without quotes.
func (r *operationReader) headers(node *source.Node) []header {
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
	return r.distinct(list, node)
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

// distinct checks the headers' names: a token of HTTP (RFC 9110, section 5.1), each only once.
func (r *operationReader) distinct(list []header, node *source.Node) []header {
	seen := map[string]header{}
	for _, one := range list {
		if !isToken(one.name) {
			node.Report(report.Error(codeUnsafeRequest, one.at, "%q is not a header name", one.name))
		}
		key := strings.ToLower(one.name)
		if first, twice := seen[key]; twice {
			node.Report(report.Error(codeTwice, one.at, "header %q is given twice", one.name).Also(first.at, "first given here"))
		}
		seen[key] = one
	}
	return list
}

func isToken(name string) bool {
	return name != "" && strings.IndexFunc(name, func(c rune) bool {
		return !(c < 0x80 && isLetter(byte(c)) || c >= '0' && c <= '9' || strings.ContainsRune("!#$%&'*+-.^_`|~", c))
	}) < 0
}
