package apichap

import (
	"slices"
	"strconv"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/statemachine/asl"
)

// This file finds, before an operation is lowered, what its names stand for and which of them are read.

// attributeInfo is what is known about an attribute from all places that set it.
type attributeInfo struct {
	variable string
	kind     kind
	values   []expression
	// fixed tells that every value is made of texts and numbers that the workflow itself holds, never of data.
	fixed bool
	// found tells that the variable holds the list of what a path with several matches finds, mixed that only some of the values are such.
	found, mixed bool
	// carried tells that the attribute is set inside a loop, so that it must exist before.
	carried bool
	at      diag.Range
}

// surveyor walks an operation.
type surveyor struct {
	names *names
	loops []*fulfillment
	count map[fulfillmentKind]int
}

func survey(op *operation) *names {
	n := &names{
		operation: op, results: map[string]*result{}, transactions: transactions{}, attributes: map[string]*attributeInfo{}, variables: map[string]owner{}, labels: map[string]fulfillmentKind{},
		used: usage{value: map[string]bool{}, status: map[string]bool{}, exception: map[string]bool{}, index: map[string]bool{}},
	}
	walker := &surveyor{names: n, count: map[fulfillmentKind]int{}}
	walker.list(op.fulfillments, false)
	for _, response := range op.responses {
		for _, header := range response.headers {
			walker.template(header.value)
		}
		walker.schema(response.body)
	}
	n.claimVariables()
	n.checkTransactions()
	n.taint()
	n.suspicious()
	n.mistypedParameters()
	n.neverBegin()
	n.unread()
	op.unanswered()
	return n
}

func (w *surveyor) list(list []*fulfillment, skippable bool) {
	for _, ff := range list {
		w.fulfillment(ff, skippable)
	}
}

func (w *surveyor) fulfillment(ff *fulfillment, skippable bool) {
	w.label(ff)
	w.names.labels[ff.label] = ff.kind
	w.expressions(ff)
	skippable = skippable || ff.when != nil
	switch ff.kind {
	case read, update, refer:
		w.result(ff, skippable)
	case loop:
		w.loop(ff)
		w.loops = append(w.loops, ff)
		w.list(ff.body, skippable)
		w.loops = w.loops[:len(w.loops)-1]
	case branch:
		w.list(ff.then, true)
		w.list(ff.els, true)
	case generic:
	}
	w.attributes(ff)
}

// label names the fulfillments whose author gave no name: by kind and number.
func (w *surveyor) label(ff *fulfillment) {
	for ff.label == "" || ff.named == nil && w.names.results[ff.label] != nil {
		w.count[ff.kind]++
		ff.label = string(ff.kind) + " " + strconv.Itoa(w.count[ff.kind])
	}
}

func (w *surveyor) result(ff *fulfillment, skippable bool) {
	found := w.names.results[ff.label]
	if found == nil {
		found = &result{name: ff.label, variable: variable(ff.label), contents: contents{rows: true, listing: true, xml: true, flags: true}, at: ff.at, around: slices.Clone(w.loops)}
		w.names.results[ff.label] = found
	}
	if len(found.loops) > 0 {
		w.twice(ff, found)
		return
	}
	unconditional := ff.kind == refer
	if ff.kind == refer {
		found.contents, found.request = contents{}, true
		found.failing = found.failing || ff.reference.allowFailure
	}
	for _, one := range ff.instructions {
		found.rows = found.rows && (one.sql != nil || one.file != nil && one.file.folder != nil)
		found.listing = found.listing && one.file != nil && one.file.folder != nil
		found.xml = found.xml && one.givesXML(ff.kind)
		found.flags = found.flags && one.sql != nil && ff.engine() == sqltext.MySQL
		found.file = found.file || one.givesFile(ff.kind)
		found.request = found.request || one.request != nil
		found.failing = found.failing || one.request != nil && one.request.allowFailure || one.sql != nil && one.sql.allowFailure || one.file != nil && one.file.allowFailure
		unconditional = unconditional || one.when == nil
		if one.sql != nil {
			w.transaction(ff, one.sql)
		}
	}
	found.skippable = found.skippable || skippable || !unconditional
	if ff.index != nil {
		found.indexes = append(found.indexes, slices.Clone(w.loops))
	}
	found.definitions++
	found.dated = found.dated || holdsDate(ff.index)
}

func (w *surveyor) loop(ff *fulfillment) {
	found := w.names.results[ff.label]
	if found == nil {
		found = &result{name: ff.label, variable: variable(ff.label), at: ff.at}
		w.names.results[ff.label] = found
	}
	if len(found.loops) == 0 && found.at != ff.at {
		w.twice(ff, found)
		return
	}
	if i := slices.IndexFunc(w.loops, func(outer *fulfillment) bool { return outer.label == ff.label }); i >= 0 {
		ff.node.Report(report.Error(codeTwice, placeOf(ff), "loop %q stands inside of a loop of the same name", ff.label).
			Why("Inside of both, VALUE(%s, …) could be the element of either.", ff.label).
			Fix("rename one of the two").
			Also(placeOf(w.loops[i]), "the loop around it"))
	}
	found.loops = append(found.loops, ff)
}

func (w *surveyor) twice(ff *fulfillment, first *result) {
	ff.node.Report(report.Error(codeTwice, placeOf(ff), "%q is the name of a loop and of another fulfillment", ff.label).
		Fix("rename one of the two").
		Also(first.at, "first used here"))
}

// placeOf is a short place to underline for a fulfillment.
func placeOf(ff *fulfillment) diag.Range {
	if ff.named != nil {
		return ff.named.Range
	}
	if entries := ff.node.Entries(); len(entries) > 0 {
		return entries[0].Key.Range
	}
	return ff.at
}

func (w *surveyor) attributes(ff *fulfillment) {
	for _, group := range ff.attributes {
		for _, one := range group.values {
			info := w.names.attributes[one.name]
			if info == nil {
				info = &attributeInfo{at: one.key.Range}
				w.names.attributes[one.name] = info
			}
			info.values = append(info.values, one.value)
			info.carried = info.carried || len(w.loops) > 0
		}
	}
}

// expressions notes what a fulfillment reads.
func (w *surveyor) expressions(ff *fulfillment) {
	each := func(e expression) { walk(e, w.use) }
	each(ff.when)
	each(ff.items)
	each(ff.index)
	for _, condition := range ff.loopbreak {
		each(condition)
	}
	for _, group := range ff.attributes {
		each(group.when)
		for _, one := range group.values {
			each(one.value)
		}
	}
	for _, one := range ff.exceptions {
		each(one.when)
		w.template(one.message)
	}
	for _, one := range ff.instructions {
		each(one.when)
		w.instruction(one)
	}
	if ff.reference != nil {
		for _, one := range ff.reference.parameters {
			each(one.when)
			w.schema(one.value)
		}
	}
}

func (w *surveyor) instruction(one *instruction) {
	if one.sql != nil {
		w.template(one.sql.query)
		for _, parameter := range one.sql.parameters {
			walk(parameter.when, w.use)
			walk(parameter.value, w.use)
		}
	}
	if one.request != nil {
		w.template(one.request.url)
		for _, header := range one.request.headers {
			w.template(header.value)
		}
		w.schema(one.request.body)
		if one.request.form != nil {
			w.schema(one.request.form)
		}
		for _, part := range one.request.parts {
			walk(part.contentType, w.use)
			walk(part.fileName, w.use)
			w.schema(part.content)
		}
	}
	if one.file != nil {
		w.template(one.file.folder)
		w.template(one.file.path)
		w.template(one.file.move)
		w.schema(one.file.body)
	}
}

func (w *surveyor) template(t *template) {
	if t != nil {
		walk(t, w.use)
	}
}

func (w *surveyor) schema(s schema) {
	switch s := s.(type) {
	case *schemaValue:
		walk(s.value, w.use)
	case *schemaObject:
		for _, field := range s.fields {
			w.schema(field.value)
		}
	case *schemaList:
		walk(s.list, w.use)
		w.schema(s.item)
	case *schemaScope:
		walk(s.object, w.use)
		w.schema(s.item)
	case *schemaMap:
		walk(s.of, w.use)
		w.schema(s.item)
	}
}

func (w *surveyor) use(e expression) {
	c, ok := e.(*call)
	if ok && c.method.name == "BODY" {
		w.names.bodies = append(w.names.bodies, c)
	}
	if !ok || len(c.arguments) == 0 {
		return
	}
	first := c.arguments[0]
	switch {
	case first.refer != nil && first.refer.name != "":
		w.names.used.value[first.refer.name] = true
		w.names.paths = append(w.names.paths, pathUse{first.refer.name, c})
	case c.method.name == "GET_JSON":
		w.names.used.value[first.text] = true
	case c.method.name == "EXCEPTION":
		w.names.used.exception[first.text] = true
	case c.method.name == "STATUSCODE":
		w.names.used.status[first.text] = true
	case c.method.name == "VALUE_BY_INDEX":
		w.names.used.index[first.text] = true
		w.names.used.indexes = append(w.names.used.indexes, indexUse{first.text, slices.Clone(w.loops)})
	case c.method.name == "PARAM":
		w.names.parameter(first)
	}
}

// parameter notes a parameter, by the first place that reads it.
func (n *names) parameter(name argument) {
	if !slices.Contains(n.parameters, name.text) {
		n.parameters = append(n.parameters, name.text)
		n.parameterPlaces = append(n.parameterPlaces, name)
	}
}

// claimVariables gives every name its variable, and reports two names that would share one.
func (n *names) claimVariables() {
	for _, one := range sortedResults(n.results) {
		n.claim(one.variable, one.name, one.at)
		for _, extra := range []struct {
			used     bool
			variable string
		}{{n.used.status[one.name], one.statusVariable()}, {n.used.exception[one.name], one.exceptionVariable()}, {n.operation.refers(one.name), one.answerVariable()}, {one.indexed(), one.indexVariable()}} {
			if extra.used {
				n.claim(extra.variable, one.name, one.at)
			}
		}
	}
	for _, name := range sortedKeys(n.attributes) {
		info := n.attributes[name]
		info.variable = variable(name)
		if _, taken := n.variables[info.variable]; taken {
			info.variable += "_attribute"
		}
		n.claim(info.variable, name, info.at)
	}
}

// variable makes a variable name of an author's. $param holds the parameters and $value what an expression is about to use twice.
func variable(name string) string {
	identifier := asl.Identifier(name)
	if identifier == "param" || identifier == "value" || identifier == requestBody {
		return identifier + "_"
	}
	return identifier
}

func (n *names) claim(variable, label string, at diag.Range) {
	if first, taken := n.variables[variable]; taken && first.label != label {
		n.operation.key.Report(report.Error(codeCollision, at, "%q and %q would share the variable $%s", label, first.label, variable).
			Fix("rename one of the two").
			Also(first.at, "the other one"))
		return
	}
	if len([]rune(variable)) > asl.MaxName {
		n.operation.key.Report(report.Error(codeCollision, at, "the name %q is too long", label).Why("Variables of Step Functions have at most 80 characters."))
	}
	n.variables[variable] = owner{label, at}
}
