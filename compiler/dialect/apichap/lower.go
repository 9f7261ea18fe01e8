package apichap

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// lowerProject gives the IR of everything that was read without an error.
func lowerProject(p *project) *ir.Workflow {
	workflow := &ir.Workflow{Docs: p.described, Range: p.at}
	for _, one := range p.authentications {
		workflow.Authentications = append(workflow.Authentications, one.Authentication)
	}
	for _, source := range p.datasources {
		workflow.Connections = append(workflow.Connections, source.connection)
	}
	known := surveys{}
	for _, op := range p.operations {
		names := survey(op)
		known[op] = &surveyed{names, names.declared(), names.requestBody()}
	}
	known.answers()
	for _, op := range p.operations {
		workflow.Operations = append(workflow.Operations, lowerOperation(op, known))
	}
	return workflow
}

func lowerOperation(op *operation, known surveys) *ir.Operation {
	names, takes := known[op].names, known[op]
	s := sequence{&scope{names: names, surveys: known, visible: map[string]bool{}}}
	lowered := &ir.Operation{Name: op.name, Triggers: op.triggers, Range: op.key.Range}
	if len(op.triggers) == 0 {
		lowered.Triggers = []ir.Trigger{&ir.Manual{Range: op.key.Range}}
	}
	lowered.Parameters, lowered.BodyOrNil = takes.parameters, takes.body
	lowered.Steps = append(names.initial(), s.list(op.fulfillments)...)
	lowered.Steps = append(lowered.Steps, s.response()...)
	return lowered
}

// declared gives the parameters of an operation: the described ones (fields of a form that is one way of several only where PARAM reads them),
// those of the path, and those that PARAM reads.
func (n *names) declared() []ir.Parameter {
	var list []ir.Parameter
	optional := func(p ir.Parameter) bool { return p.In == "form" && len(n.operation.described.body.Contents) > 1 }
	add := func(p ir.Parameter) {
		if !slices.ContainsFunc(list, func(o ir.Parameter) bool { return o.Name == p.Name }) {
			list = append(list, p)
		}
	}
	if n.operation.described != nil {
		for _, place := range []string{"path", "query", "header", "cookie", "form"} {
			for _, p := range n.operation.described.parameters {
				if p.In == place && (!optional(p) || slices.Contains(n.parameters, p.Name)) {
					add(p)
				}
			}
		}
	}
	for _, name := range pathParameters(n.operation.path) {
		add(ir.Parameter{Name: name, In: "path", Required: true, Range: n.operation.key.Range})
	}
	for _, name := range n.parameters {
		add(n.operation.parameter(name))
	}
	return list
}

// pathParameters gives the names in the braces of a path.
func pathParameters(path string) []string {
	var list []string
	for rest := path; ; {
		_, after, found := strings.Cut(rest, "{")
		name, behind, closed := strings.Cut(after, "}")
		if !found || !closed {
			return list
		}
		list, rest = append(list, name), behind
	}
}

// initial gives values to variables that loops carry from one iteration to the next.
func (n *names) initial() []ir.Step {
	var bindings []ir.Binding
	filled := n.defaultedBody()
	if filled == nil && n.readsSheet() {
		filled = build.Field(ir.Input(), "body")
	}
	if filled != nil {
		bindings = append(bindings, ir.Binding{Name: requestBody, Value: build.OrNull(filled)})
	}
	for _, name := range sortedKeys(n.attributes) {
		if info := n.attributes[name]; info.carried {
			bindings = append(bindings, ir.Binding{Name: info.variable, Value: nil})
			if info.mixed {
				bindings = append(bindings, ir.Binding{Name: info.listVariable(), Value: nil})
			}
		}
	}
	for _, one := range sortedResults(n.results) {
		if n.keepsIndexByHand(one) {
			bindings = append(bindings, ir.Binding{Name: one.indexVariable(), Value: jsonata.NewObject()})
		}
	}
	bindings = append(bindings, n.beforeCommits()...)
	if len(bindings) == 0 {
		return nil
	}
	return append([]ir.Step{&ir.Assign{Header: head("Start", n.operation.key.Range), Bindings: bindings}}, n.sheetBody()...)
}

// keepsIndexByHand tells whether the results of an indexed fulfillment are gathered by assignments rather than by the loop: those of
// nested loops, those that the loop itself reads, those of a loop that may be left in the midst of an iteration, those of a name that has several
// definitions, those under a date, and those that come with a commit.
func (n *names) keepsIndexByHand(r *result) bool {
	if !r.indexed() || !n.used.index[r.name] {
		return false
	}
	if n.transactions.collect(r.name) {
		return true
	}
	loops := r.indexes[0]
	inner := loops[len(loops)-1]
	return len(loops) > 1 || r.definitions > 1 || r.dated || breaks(inner.body) || slices.ContainsFunc(n.used.indexes, func(use indexUse) bool {
		return use.name == r.name && slices.Contains(use.loops, inner)
	})
}

// breaks tells whether a fulfillment may end the loop that a list is the body of.
func breaks(list []*fulfillment) bool {
	return slices.ContainsFunc(list, func(ff *fulfillment) bool { return len(ff.loopbreak) > 0 || breaks(ff.then) || breaks(ff.els) })
}

func head(label string, at diag.Range) ir.Header {
	return ir.Header{Common: ir.Head{Label: label, Range: at}}
}

// sequence lowers the fulfillments of an operation at the place of a scope.
type sequence struct{ *scope }

// list lowers fulfillments in their order.
func (s sequence) list(list []*fulfillment) []ir.Step {
	var steps []ir.Step
	for _, ff := range list {
		steps = append(steps, s.fulfillment(ff)...)
	}
	return steps
}

// fulfillment lowers one: condition, pause, what it does, attributes, exceptions, loopbreak.
func (s sequence) fulfillment(ff *fulfillment) []ir.Step {
	var condition jsonata.Node
	if ff.when != nil {
		condition = s.condition(ff.when)
	}
	dates := s.names.dates.steps(ff.label + ": if")
	stale := s.stale(ff)
	var steps []ir.Step
	if ff.sleep > 0 {
		steps = append(steps, &ir.Wait{Header: head(ff.label+": sleep", ff.sleepAt), Seconds: build.Number(float64((ff.sleep + 999) / 1000))})
	}
	if ff.kind == branch {
		return append(s.branch(ff, condition, append(steps, dates...)), s.after(ff)...)
	}
	steps = append(steps, s.action(ff)...)
	steps = append(steps, s.after(ff)...)
	if condition == nil {
		return steps
	}
	conditional := &ir.Branch{Header: head(ff.label+": if", ff.when.place()), Cases: []ir.Case{{When: condition, Body: steps, Range: ff.at}}}
	conditional.Else = s.reset(ff, stale)
	return append(dates, conditional)
}

// action lowers what makes the kinds of fulfillments different.
func (s sequence) action(ff *fulfillment) []ir.Step {
	switch ff.kind {
	case read, update:
		return s.access(ff)
	case refer:
		return s.reference(ff)
	case loop:
		return s.loop(ff)
	default:
		return nil
	}
}

// after lowers what follows the action.
func (s sequence) after(ff *fulfillment) []ir.Step {
	var steps []ir.Step
	steps = append(steps, s.index(ff)...)
	steps = append(steps, s.attributes(ff)...)
	steps = append(steps, s.exceptions(ff)...)
	return append(steps, s.loopbreak(ff)...)
}

func (s sequence) branch(ff *fulfillment, condition jsonata.Node, before []ir.Step) []ir.Step {
	if condition == nil {
		condition = build.Bool(false)
	}
	then, els := sequence{s.fork()}, sequence{s.fork()}
	staleThen, staleElse := s.staleIn(ff.els), s.staleIn(ff.then)
	body := then.list(ff.then)
	other := els.list(ff.els)
	at := ff.at
	if ff.when != nil {
		at = ff.when.place()
	}
	step := &ir.Branch{Header: head(ff.label, at), Cases: []ir.Case{{Label: ff.label + ": then", When: condition, Body: append(s.reset(ff, staleThen), body...), Range: at}}}
	step.Else = append(s.reset(ff, staleElse), other...)
	maps.Copy(s.visible, then.visible)
	maps.Copy(s.visible, els.visible)
	return append(before, step)
}

// loop lowers a loop. What its body gives is not visible behind it.
func (s sequence) loop(ff *fulfillment) []ir.Step {
	found := s.names.results[ff.label]
	inner := sequence{s.inside(ff)}
	step := &ir.Loop{Header: head(ff.label, placeOf(ff)), Variable: found.variable}
	if count, ok := ff.items.(*call); ok && count.method.name == "LIST" {
		step.Count = s.lower(count.arguments[0].value).node
	} else {
		step.Items = s.items(ff.items)
	}
	dates := s.names.dates.steps(ff.label)
	step.Body = inner.list(ff.body)
	step.Collect = inner.collect(ff)
	return append(dates, step)
}

// items gives what a loop goes through. Rows and other certain lists stay lists even if JSONata would make a single value of them.
func (s sequence) items(e expression) jsonata.Node {
	value := s.listed(e)
	checkItems(e, value)
	if value.kind == listKind || value.kind == fileKind || value.found != nil || (origins{s.names}).isElements(e) {
		return value.list()
	}
	return value.node
}

// collect gathers the results of the fulfillments in a loop that have an index and are asked for it later.
func (s sequence) collect(ff *fulfillment) []ir.Collect {
	var list []ir.Collect
	eachIndexed(ff.body, func(inner *fulfillment) {
		found := s.names.results[inner.label]
		if found == nil || !s.names.used.index[inner.label] || s.names.keepsIndexByHand(found) {
			return
		}
		if slices.ContainsFunc(list, func(c ir.Collect) bool { return c.Name == found.indexVariable() }) {
			return
		}
		list = append(list, ir.Collect{Name: found.indexVariable(), Key: s.indexKey(inner), Value: build.Var(found.variable)})
	})
	return list
}

// eachIndexed visits the fulfillments with an index, but not those of loops inside.
func eachIndexed(list []*fulfillment, visit func(*fulfillment)) {
	for _, ff := range list {
		if ff.index != nil && ff.kind.hasResult() {
			visit(ff)
		}
		eachIndexed(ff.then, visit)
		eachIndexed(ff.els, visit)
	}
}

// indexKey gives the key under which a result is kept; @ is the element of the innermost loop.
func (s sequence) indexKey(ff *fulfillment) jsonata.Node {
	inner := s.scope
	for _, l := range s.loops {
		inner = inner.around(loopElement(l, s.names.results[l.label].variable))
	}
	return inner.lower(ff.index).text()
}

// index keeps a result by its index where the loop itself cannot gather it.
func (s sequence) index(ff *fulfillment) []ir.Step {
	found := s.names.results[ff.label]
	if ff.index == nil || found == nil || ff.onlyCollects() || !s.names.keepsIndexByHand(found) {
		return nil
	}
	entry := build.Object(build.Member{Key: s.indexKey(ff), Value: build.Var(found.variable)})
	merged := build.Call("merge", build.List(build.Var(found.indexVariable()), entry))
	keep := &ir.Assign{Header: head(ff.label+": index", ff.index.place()), Bindings: []ir.Binding{{Name: found.indexVariable(), Value: merged}}}
	return append(s.names.dates.steps(ff.label+": index"), keep)
}

func (s sequence) loopbreak(ff *fulfillment) []ir.Step {
	if len(ff.loopbreak) == 0 || len(s.loops) == 0 {
		return nil
	}
	var conditions []jsonata.Node
	for _, condition := range ff.loopbreak {
		conditions = append(conditions, s.condition(condition))
	}
	leave := &ir.Break{Header: head(ff.label+": break", ff.breakAt)}
	step := &ir.Branch{Header: head(ff.label+": loopbreak", ff.breakAt), Cases: []ir.Case{{When: build.Any(conditions...), Body: []ir.Step{leave}, Range: ff.breakAt}}}
	return append(s.names.dates.steps(ff.label+": loopbreak"), step)
}

// attributes sets a fulfillment's attributes in their order. All values of one step are evaluated before any is set, so an attribute that
// is set again, or read by a later one, starts a step of its own.
func (s sequence) attributes(ff *fulfillment) []ir.Step {
	var steps []ir.Step
	var step *ir.Assign
	fresh := map[string]bool{}
	for _, group := range ff.attributes {
		for _, one := range group.values {
			if step == nil || fresh[one.name] || readsAny(group.when, fresh) || readsAny(one.value, fresh) {
				step = &ir.Assign{Header: head(ff.label+": attributes", group.at)}
				steps, fresh = append(steps, step), map[string]bool{}
			}
			fresh[one.name] = true
			step.Bindings = append(step.Bindings, s.attribute(group.when, one)...)
			steps = append(steps[:len(steps)-1], append(s.names.dates.steps(ff.label+": attributes"), step)...)
		}
	}
	return steps
}

// attribute binds one attribute, whose value counts only when the condition, if there is one, holds.
func (s sequence) attribute(when expression, one attribute) []ir.Binding {
	if when == nil {
		return s.bindings(one)
	}
	condition := s.condition(when)
	bindings := provided(s.scope, condition, when).bindings(one)
	for i := range bindings {
		bindings[i].IfOrNil = condition
	}
	return bindings
}

// readsAny tells whether an expression reads one of some attributes.
func readsAny(e expression, attributes map[string]bool) bool {
	found := false
	walk(e, func(inner expression) {
		if c, ok := inner.(*call); ok && c.method.name == "ATTRIBUTE" {
			found = found || attributes[c.arguments[0].text]
		}
	})
	return found
}

func numbered(label, what string, n int) string { return label + ": " + what + " " + strconv.Itoa(n) }
