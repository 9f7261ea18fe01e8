package apichap

import (
	"slices"
	"strconv"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/sqlrequest"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file lowers SQL instructions: a query (see query.go) and its parameters.

// sqlArguments gives the request of function sql.
func (s *scope) sqlArguments(ff *fulfillment, one *sqlInstruction) ir.Value {
	query := s.query(ff, one.query)
	parameters := s.sqlParameters(one, query)
	return sqlrequest.Request(ff.datasource.name, sqlrequest.Of(plain(build.Concat(query.text...)), parameters))
}

// plain gives a literal as a value of its own, any other expression as it is.
func plain(node jsonata.Node) ir.Value {
	if value, ok := (typed{node: node}).constant(); ok {
		return value
	}
	if _, null := node.(*jsonata.Null); null {
		return nil
	}
	return node
}

// sqlParameters pairs the "?" of a query with their values.
func (s *scope) sqlParameters(one *sqlInstruction, query *statement) ir.Value {
	switch {
	case !one.fits(query):
		return []any{}
	case one.conditional():
		return s.optionalParameters(one.parameters)
	}
	values := []any{}
	for _, value := range s.fixedParameters(one.parameters, query.bound) {
		values = append(values, plain(sqlValue(value)))
	}
	return values
}

// collectedParameters does the same in one expression.
func (s sequence) collectedParameters(one *sqlInstruction, query *statement) jsonata.Node {
	switch {
	case !one.fits(query):
		return build.List()
	case one.conditional():
		return s.optionalParameters(one.parameters)
	}
	var items []jsonata.Node
	for _, value := range s.fixedParameters(one.parameters, query.bound) {
		items = append(items, oneItem(value))
	}
	return build.List(items...)
}

// conditional tells that a parameter has a condition of its own.
func (one *sqlInstruction) conditional() bool {
	return slices.ContainsFunc(one.parameters, func(parameter sqlParameter) bool { return parameter.when != nil })
}

// fits checks that a query has its parameters, and tells whether they can be paired with its "?".
func (one *sqlInstruction) fits(query *statement) bool {
	if len(query.bound) > 0 && (one.conditional() || query.dynamic) {
		at := query.bound[0].at
		at.report(report.Error(codeUnsafeSQL, at.place(), "a placeholder with data cannot stand in a query with optional parameters").
			Fix("write ? here and give the value under parameters"))
		return false
	}
	if !one.conditional() && !query.dynamic && query.marks != len(one.parameters) {
		at := one.query.span
		at.report(report.Error(codeParameterCount, at.place(), "the query has %s, but %s", count(query.marks, "?"), count(len(one.parameters), "parameter")).
			Fix("write one entry under parameters for each ?, in their order"))
	}
	return true
}

func count(n int, what string) string {
	if n == 1 || what == "?" {
		return strconv.Itoa(n) + " " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// fixedParameters puts the values of placeholders between the listed ones, in the order of their places in the text.
func (s *scope) fixedParameters(listed []sqlParameter, bound []boundValue) []typed {
	var values []typed
	for i := 0; i <= len(listed); i++ {
		for ; len(bound) > 0 && bound[0].before <= i; bound = bound[1:] {
			values = append(values, bound[0].value)
		}
		if i < len(listed) {
			values = append(values, s.lower(listed[i].value))
		}
	}
	return values
}

// optionalParameters gives one expression for the whole list: a parameter whose condition does not hold is left out.
func (s *scope) optionalParameters(listed []sqlParameter) jsonata.Node {
	var items []jsonata.Node
	for _, parameter := range listed {
		if parameter.when == nil {
			items = append(items, oneItem(s.lower(parameter.value)))
			continue
		}
		when := s.condition(parameter.when)
		items = append(items, build.If(when, oneItem(provided(s, when, parameter.when).lower(parameter.value)), nil))
	}
	return build.List(items...)
}

// oneItem makes sure that a value takes exactly one place of a list: JSONata spreads lists that stand in a list, and drops nothing.
func oneItem(value typed) jsonata.Node {
	switch value.kind {
	case listKind, objectKind:
		return sqlValue(value)
	case anyKind:
		return build.Once(value.node, func(v jsonata.Node) jsonata.Node {
			isList := build.Binary(build.Call("type", v), "=", build.Text("array"))
			return build.If(isList, build.Call("string", v), typed{node: v, missing: value.missing}.defined())
		})
	default:
		return value.defined()
	}
}

// sqlValue gives a value to bind: lists and objects as JSON text.
func sqlValue(value typed) jsonata.Node {
	if value.kind != listKind && value.kind != objectKind {
		return value.node
	}
	if !value.nullable() {
		return build.Call("string", value.node)
	}
	return build.Once(value.node, func(v jsonata.Node) jsonata.Node {
		return build.If(build.Binary(v, "=", build.Null()), build.Null(), build.Call("string", v))
	})
}
