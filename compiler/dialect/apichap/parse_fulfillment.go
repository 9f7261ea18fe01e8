package apichap

import (
	"maps"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// fulfillments reads a list of fulfillments; loops are those around it, the innermost last.
func (r *operationReader) fulfillments(node *source.Node, loops []*fulfillment) []*fulfillment {
	if node == nil {
		return nil
	}
	var list []*fulfillment
	for _, item := range node.List("fulfillments") {
		if ff := r.fulfillment(item, loops); ff != nil {
			list = append(list, ff)
		}
	}
	return list
}

func (r *operationReader) fulfillment(node *source.Node, loops []*fulfillment) *fulfillment {
	ff := &fulfillment{node: node, at: node.Range}
	fields := node.Map("a fulfillment")
	r.fulfillmentName(ff, fields)
	if r.oldLanguage(fields, "queries") {
		r.operation.old = true
		r.operation.refused[ff.label] = true
		return nil
	}
	if summary := fields.Take("summary"); summary != nil {
		summary.Str()
	}
	if !r.fulfillmentKind(ff, fields) {
		r.operation.refused[ff.label] = true
		return nil
	}
	ff.when = parseExpression(fields.Take("if"))
	r.sleep(ff, fields.Take("sleep"))
	r.access(ff, fields)
	r.nested(ff, fields, loops)
	callReader{r}.of(ff, fields)
	r.attributes(ff, fields.Take("attributes"))
	r.exceptions(ff, fields.Take("exceptions"))
	r.loopControl(ff, fields, loops)
	fields.Done()
	return ff
}

func (r *operationReader) fulfillmentName(ff *fulfillment, fields *source.Fields) {
	node := fields.Take("name")
	if node == nil {
		return
	}
	if name, ok := node.Str(); ok && strings.TrimSpace(name) != "" {
		ff.label, ff.named = strings.TrimSpace(name), node
		if strings.Contains(name, ".") {
			node.Report(report.Error(codeArgument, node.Range, "a fulfillment's name must not contain dots").Fix("call it %s, here and where it is read", strings.ReplaceAll(name, ".", "_")))
		}
	}
}

// fulfillmentKind reads the type and says whether the rest can be read.
func (r *operationReader) fulfillmentKind(ff *fulfillment, fields *source.Fields) bool {
	words := []string{"read", "update", "write", "loop", "if", "generic", "reference"}
	node, word, ok := fields.Need("type"), "", false
	if node != nil {
		word, ok = node.OneOf(words...)
	}
	switch {
	case !ok:
		ff.kind = guessKind(fields.Node(), words)
		return true
	case word == "write":
		node.Report(report.Warning(codeOldForm, node.Range, "WRITE is read as UPDATE").Fix("write type: update").Edit(diag.Edit{Range: node.Range, New: "update"}))
		word = "update"
	}
	ff.kind = fulfillmentKind(word)
	return true
}

// guessKind says as what a fulfillment is read whose type is missing or misspelt, so that what else is wrong with it is told, too.
func guessKind(node *source.Node, words []string) fulfillmentKind {
	if kind := node.Get("type"); kind != nil {
		if near, ok := source.Nearest(kind.Value(), words); ok && near != "write" {
			return fulfillmentKind(near)
		}
	}
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return node.Get(name) != nil })
	}
	switch {
	case has("datasource", "instructions"):
		return read
	case has("operationName"):
		return refer
	case has("loop"):
		return loop
	case has("then", "else"):
		return branch
	default:
		return generic
	}
}

// unsupported refuses a part of the language that cannot be compiled yet.
func unsupported(node *source.Node, summary string) {
	node.Report(report.Error(codeUnsupported, node.Range, "%s", summary))
}

// sleep reads a pause in milliseconds. Step Functions waits in whole seconds.
func (r *operationReader) sleep(ff *fulfillment, node *source.Node) {
	if node == nil {
		return
	}
	millis, ok := node.Int()
	if !ok {
		return
	}
	if millis < 0 {
		node.Report(report.Error(codeSleep, node.Range, "a pause cannot be negative").Fix("write 0 or more milliseconds"))
		return
	}
	if millis == 0 {
		node.Report(report.Warning(codeNoEffect, node.Range, "a pause of 0 ms is none").Fix("delete sleep"))
	}
	ff.sleep, ff.sleepAt = millis, node.Range
	if millis%1000 != 0 {
		node.Report(report.Warning(codeSleep, node.Range, "%d ms become %d s", millis, (millis+999)/1000).Why("Step Functions waits in whole seconds."))
	}
}

// access reads datasource and instructions, which reads and updates must have and no other fulfillment may.
func (r *operationReader) access(ff *fulfillment, fields *source.Fields) {
	if ff.kind != read && ff.kind != update {
		for _, name := range []string{"datasource", "instructions"} {
			if entry, found := fields.Entry(name); found {
				entry.Key.Report(report.Error(codePlace, entry.Key.Range, "only fulfillments of type read and update have %q", name))
			}
		}
		return
	}
	if node := fields.Need("datasource"); node != nil {
		ff.datasource = r.findDatasource(node)
	}
	for _, name := range []string{"sql", "request", "file", "query"} {
		if entry, found := fields.Entry(name); found {
			entry.Key.Report(report.Error(codePlace, entry.Key.Range, "%q belongs into the list of instructions", name))
		}
	}
	if node := fields.Need("instructions"); node != nil {
		r.instructions(ff, node)
	}
}

func (r *operationReader) findDatasource(node *source.Node) *datasource {
	name, ok := node.Str()
	if !ok {
		return nil
	}
	for _, candidate := range r.project.datasources {
		if candidate.name == name {
			r.referred[candidate.key] = true
			return candidate
		}
	}
	if _, broken := r.seenDatasources[name]; !broken {
		node.Report(report.Error(codeDatasource, node.Range, "there is no datasource %q", name).
			Fix("%s", source.DidYouMean(name, slices.Sorted(maps.Keys(r.seenDatasources)))))
	}
	return nil
}

// nested reads what loops and branches hold.
func (r *operationReader) nested(ff *fulfillment, fields *source.Fields, loops []*fulfillment) {
	switch ff.kind {
	case loop:
		ff.items = parseExpression(fields.Need("loop"))
		ff.body = r.fulfillments(fields.Need("fulfillments"), append(slices.Clip(loops), ff))
	case branch:
		if ff.when == nil && fields.Node().Get("if") == nil {
			fields.Need("if")
		}
		ff.then = r.fulfillments(fields.Take("then"), loops)
		ff.els = r.fulfillments(fields.Take("else"), loops)
		if fields.Node().Get("then") == nil && fields.Node().Get("else") == nil {
			fields.Need("then")
		}
	case read, update, generic, refer:
	}
}

func (r *operationReader) attributes(ff *fulfillment, node *source.Node) {
	if node == nil {
		return
	}
	empty(node, "attributes")
	for _, item := range node.List("attributes") {
		item.Map("an attribute")
		group := &attributeGroup{at: item.Range}
		for _, entry := range item.Entries() {
			if entry.Name == "if" {
				group.when = parseExpression(entry.Value)
				continue
			}
			group.values = append(group.values, attribute{entry.Name, entry.Key, parseExpression(entry.Value)})
		}
		if len(group.values) == 0 {
			item.Report(report.Warning(codeNoEffect, item.Range, "no attribute is set here").Fix("write a name and an expression, or delete it"))
		}
		ff.attributes = append(ff.attributes, group)
	}
}

func (r *operationReader) exceptions(ff *fulfillment, node *source.Node) {
	if node == nil {
		return
	}
	empty(node, "exceptions")
	defer ff.unreachable()
	for _, item := range node.List("exceptions") {
		fields := item.Map("an exception")
		ex := &exception{at: item.Range, when: parseExpression(fields.Take("if")), always: item.Get("if") == nil, status: status(fields.Need("statuscode"))}
		if message := fields.Need("message"); message != nil {
			ex.message = parseTemplate(message)
		}
		fields.Done()
		ff.exceptions = append(ff.exceptions, ex)
	}
}

// status reads an HTTP status code.
func status(node *source.Node) int {
	if node == nil {
		return 0
	}
	code, ok := node.Int()
	switch {
	case ok && (code < 100 || code > 599):
		node.Report(report.Error(codeStatus, node.Range, "%d is not an HTTP status code", code).Fix("write a number from 200 to 599"))
	case ok && code < 200:
		node.Report(report.Error(codeStatus, node.Range, "%d is no status of an answer", code).
			Why("Statuses below 200 say that the answer is still to come.").Fix("write a number from 200 to 599"))
	}
	return code
}

// loopControl reads index and loopbreak, which make sense inside a loop only.
func (r *operationReader) loopControl(ff *fulfillment, fields *source.Fields, loops []*fulfillment) {
	if entry, found := fields.Entry("index"); found {
		switch {
		case !ff.kind.hasResult():
			entry.Key.Report(report.Warning(codeIndex, entry.Key.Range, "an index has no effect here: only reads, updates and references have a result to keep").Fix("delete it"))
		case len(loops) == 0:
			entry.Key.Report(report.Warning(codeIndex, entry.Key.Range, "an index has no effect outside of a loop").Fix("delete it"))
		default:
			ff.index = parseExpression(entry.Value)
		}
	}
	entry, found := fields.Entry("loopbreak")
	if !found {
		return
	}
	ff.breakAt = entry.Key.Range
	if len(loops) == 0 {
		entry.Key.Report(report.Error(codePlace, entry.Key.Range, "loopbreak stands outside of a loop").Why("It ends the loop around the fulfillment it belongs to."))
		return
	}
	empty(entry.Value, "loopbreak")
	for _, item := range entry.Value.List("conditions") {
		if condition := parseExpression(item); condition != nil {
			ff.loopbreak = append(ff.loopbreak, condition)
		}
	}
}
