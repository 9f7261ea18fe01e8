package apichap

import (
	"slices"
	"strconv"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file has dates written by function filter. Before the step in which DATEFORMAT stands, a step sends all dates that it may ask for; the
// expression then looks up what its date became. A date that cannot be written fails where, and only if, it is asked for.

// dateCalls are the calls of function filter of an operation.
type dateCalls struct {
	pending []*dateCall // those that belong before the step that is being lowered
	count   int         // of all
}

// dateCall is one call of function filter.
type dateCall struct {
	format   dateFormat
	now      bool
	variable string
	at       diag.Range // the first of the dates
	dates    []jsonata.Node
	known    map[string]bool // the same dates as texts
}

func (c *dateCall) add(node jsonata.Node) {
	if text := jsonata.Print(node); !c.known[text] {
		c.known[text] = true
		c.dates = append(c.dates, node)
	}
}

// surrounding is what an expression stands in: it gives the list of what inner gives wherever the expression may be evaluated.
type surrounding struct {
	gather func(inner jsonata.Node) jsonata.Node
	// element tells that it sets what @ is, guard that it is a condition.
	element, guard bool
}

// within gives the scope of an expression inside a surrounding.
func within(s *scope, one surrounding) *scope {
	inner := *s
	inner.surroundings = append(slices.Clip(s.surroundings), one)
	return &inner
}

// provided gives the scope of what is evaluated only when a condition, made of an expression, holds.
func provided(s *scope, condition jsonata.Node, of expression) *scope {
	gather := func(inner jsonata.Node) jsonata.Node { return build.If(condition, inner, nil) }
	return within(s, surrounding{gather: gather, element: holdsElement(of), guard: true})
}

// formatCall gives what a date becomes by a call of function filter.
func (s dates) formatCall(format dateFormat, date expression, value typed) typed {
	now := holdsNow(date)
	if now && holdsElement(date) {
		date.report(report.Error(codeDate, date.place(), "DATEFORMAT with this pattern and zone cannot take NOW() together with the element of a list").
			Why("The dates are written before the list is made, at another moment.").
			Fix("set an attribute to NOW() and use it here"))
		return nothing()
	}
	name, written := s.local("date"), s.local("written")
	text := value.text()
	there := build.If(build.Binary(build.Var(name), "!=", build.Text("")), build.Var(name), nil)
	call := s.send(format, now, date.place(), s.gather(date, build.Let(name, text, there)))
	answers := build.Var(call.variable)
	good := build.Any(build.HasType(build.Var(written), "string"), build.Binary(build.Var(written), "=", build.Null()))
	failure := build.Call("error", build.Concat(build.Text("DATEFORMAT: "), build.Field(build.Var(written), "error")))
	result := func(key jsonata.Node) jsonata.Node {
		return build.Let(written, build.Call("lookup", answers, key), build.If(good, build.Var(written), failure))
	}
	if now {
		first := build.Filter(build.Call("keys", answers), build.Number(0))
		return typed{node: result(first), kind: textKind}
	}
	missing := build.Binary(build.Var(name), "=", build.Text(""))
	return typed{node: build.Let(name, text, build.If(missing, build.Null(), result(build.Var(name)))), kind: textKind, null: true}
}

// gather gives the list of what a date is wherever it may be asked for. A condition counts only for a date that may fail by itself: one date too
// many does no harm.
func (s dates) gather(date expression, node jsonata.Node) jsonata.Node {
	ofElement, fails := holdsElement(date), mayFail(date)
	for _, one := range slices.Backward(s.surroundings) {
		if (!one.element || ofElement) && (!one.guard || fails) {
			node = one.gather(node)
		}
	}
	return node
}

// mayFail tells whether looking at an expression's value may end the operation.
func mayFail(e expression) bool {
	return holds(e, func(inner expression) bool {
		switch inner := inner.(type) {
		case *call:
			return inner.method.name == "DATEFORMAT" || inner.method.name == "JSON_FROM_STRING"
		case *binary:
			return inner.operator != "."
		}
		return false
	})
}

// send adds dates to a pending call for their format, or begins one: behind the calls whose answers the dates are made of. The present moment has a
// call of its own, which writes nothing else.
func (s dates) send(format dateFormat, now bool, at diag.Range, node jsonata.Node) *dateCall {
	calls := &s.names.dates
	for _, call := range calls.pending[calls.behind(node):] {
		if !now && !call.now && call.format.text == format.text && call.format.zone.ID() == format.zone.ID() {
			call.add(node)
			return call
		}
	}
	calls.count++
	variable := s.local("dates_" + strconv.Itoa(calls.count))
	s.names.variables[variable] = owner{label: "DATEFORMAT"}
	call := &dateCall{format: format, now: now, variable: variable, at: at, known: map[string]bool{}}
	call.add(node)
	calls.pending = append(calls.pending, call)
	return call
}

// behind counts the pending calls up to the last one whose answer an expression reads.
func (d *dateCalls) behind(node jsonata.Node) int {
	read := build.FreeVariables(node)
	for i, call := range slices.Backward(d.pending) {
		if slices.Contains(read, call.variable) {
			return i + 1
		}
	}
	return 0
}

// steps gives, once, the steps that have dates written which the step just lowered asks for. They belong directly before it.
func (d *dateCalls) steps(label string) []ir.Step {
	var steps []ir.Step
	for _, call := range d.pending {
		steps = append(steps, call.step(label+": dates"))
	}
	d.pending = nil
	return steps
}

func (c *dateCall) step(label string) ir.Step {
	request := jsonata.NewObject()
	request.Set("language", task.FilterDates)
	request.Set("program", c.format.text)
	request.Set("input", build.List(c.dates...))
	if id := c.format.zone.ID(); id != defaultZone {
		zone := jsonata.NewObject()
		zone.Set("zone", id)
		request.Set("args", zone)
	}
	header := head(label, c.at)
	header.Common.Note = c.format.reason()
	return &ir.Call{
		Header: header, Function: task.Filter, Arguments: request,
		Bind: c.variable, Result: build.Field(ir.Result(), task.FilterOutput),
	}
}

// holdsNow tells whether an expression asks for the present moment.
func holdsNow(e expression) bool { return holds(e, isNow) }

// holdsElement tells whether an expression asks for the element of a list in a schema.
func holdsElement(e expression) bool {
	return holds(e, func(inner expression) bool {
		c, ok := inner.(*call)
		return ok && len(c.arguments) > 0 && c.arguments[0].refer != nil && c.arguments[0].refer.element > 0
	})
}

// holdsDate tells whether an expression has a date formatted.
func holdsDate(e expression) bool {
	return holds(e, func(inner expression) bool {
		c, ok := inner.(*call)
		return ok && c.method.name == "DATEFORMAT"
	})
}

func holds(e expression, what func(expression) bool) bool {
	found := false
	walk(e, func(inner expression) { found = found || what(inner) })
	return found
}
