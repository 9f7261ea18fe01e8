package apichap

import (
	"cmp"
	"strings"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// follow looks into a value with a path.
func (s *scope) follow(root typed, path *pathText) typed {
	if path == nil || root.kind == nullKind {
		return nothing()
	}
	if path.parsed.IsRoot() {
		return root
	}
	holes := make([]expr.Hole, len(path.holes))
	for i, hole := range path.holes {
		value := s.lower(hole)
		holes[i] = expr.Hole{Value: value.defined(), List: value.list()}
	}
	from := rootOf(root)
	value := typed{node: path.parsed.Value(from, holes...), null: true, missing: true, flags: root.flags}
	if path.parsed.Many(from.Shape) {
		value.found = &found{path.parsed.List(from, holes...), path.parsed.Count(from, holes...)}
	}
	return value
}

func lowerValue(s *scope, c *call) typed {
	return into(s, c, s.source(c), c.arguments[1].path)
}

// into follows a path that a call has, of a file only to what an operation may know of it.
func into(s *scope, c *call, from typed, path *pathText) typed {
	if from.kind == fileKind && path != nil && !path.parsed.IsRoot() && !isKnownOfFile(path.parsed) {
		refuseFile(c)
		return nothing()
	}
	return s.follow(from, path)
}

// source gives what the first argument of VALUE names.
func (s *scope) source(c *call) typed {
	first := c.arguments[0]
	switch refer := first.refer; {
	case refer.element > 0:
		return s.element(refer.element, first.span)
	case refer.value != nil:
		return s.lower(refer.value)
	default:
		found, visible := s.result(refer.name, first.span)
		if !visible {
			return nothing()
		}
		return s.value(found)
	}
}

// element gives what so many @ stand for.
func (s *scope) element(depth int, at span) typed {
	if depth <= len(s.elements) {
		return s.elements[len(s.elements)-depth]
	}
	if len(s.elements) == 0 {
		at.report(report.Error(codeElement, at.place(), "@ stands for the element of a list, and there is none around this place").Fix("name a fulfillment or a loop"))
	} else {
		at.report(report.Error(codeElement, at.place(), "there are only %s around this place", strings.Repeat("@", len(s.elements))).Fix("write fewer @"))
	}
	return nothing()
}

func lowerParam(s *scope, c *call) typed {
	parameter := s.names.operation.parameter(c.arguments[0].text)
	value := typed{node: build.Field(build.Var("param"), parameter.Name), null: true}
	switch parameter.Schema.Type() {
	case "string":
		value.kind = textKind
	case "integer", "number":
		value.kind = numberKind
	case "boolean":
		value.kind = booleanKind
	case "array":
		value.kind = listKind
	case "object":
		value.kind = objectKind
	}
	return value
}

func lowerBody(s *scope, c *call) typed {
	body := typed{node: s.names.body(), null: true, missing: true}
	if s.names.operation.sendsFile() {
		body.kind = fileKind
	}
	if s.names.onlySheets() {
		body = typed{node: body.node, kind: listKind, rows: true, null: true}
	}
	if len(c.arguments) == 0 {
		return body
	}
	return into(s, c, body, c.arguments[0].path)
}

func lowerValueByIndex(s *scope, c *call) typed {
	name := c.arguments[0]
	found, known := s.names.results[name.text]
	if !known {
		s.result(name.text, name.span)
		return nothing()
	}
	if !found.indexed() {
		s.warn(name.span, report.Warning(codeIndex, name.place(), "fulfillment %q has no index in a loop; this is always null", name.text).
			Fix("give it index: …, by which its results are told apart"))
		return nothing()
	}
	key := s.lower(c.arguments[1].value)
	value := found.holding(typed{node: build.Call("lookup", build.Var(found.indexVariable()), key.text()), null: true, missing: true})
	return into(s, c, value, c.arguments[2].path)
}

func lowerAttribute(s *scope, c *call) typed {
	name := c.arguments[0]
	info, known := s.names.attributes[name.text]
	if !known {
		s.warn(name.span, report.Warning(codeAttribute, name.place(), "no fulfillment of this operation sets an attribute %q; this is always null", name.text).
			Fix("%s", cmp.Or(source.DidYouMean(name.text, sortedKeys(s.names.attributes)), "set it under attributes of a fulfillment before this place")))
		return nothing()
	}
	value := typed{node: build.Var(info.variable), kind: info.kind, null: true}
	if info.mixed {
		value.listed = build.Var(info.listVariable())
	}
	if info.found {
		value = foundIn(value.node)
		value.kind = kindOfFound(info.kind)
	}
	value.flags = origins{s.names}.holdsFlags(c)
	return value
}

func lowerText(s *scope, c *call) typed {
	text, ok := c.arguments[0].value.(*template)
	if !ok {
		return nothing()
	}
	return typed{node: s.text(text), kind: textKind}
}

func lowerConstant(s *scope, c *call) typed { return s.lower(c.arguments[0].value) }

func lowerSize(s *scope, c *call) typed {
	list := s.listed(c.arguments[0].value)
	if list.found != nil {
		return typed{node: list.found.count, kind: numberKind}
	}
	return typed{node: build.Call("count", list.list()), kind: numberKind}
}

func lowerList(s *scope, c *call) typed {
	count, _ := s.lower(c.arguments[0].value).constant()
	number, _ := jsonata.Float(count)
	if number <= 0 {
		return typed{node: build.List(), kind: listKind}
	}
	return typed{node: build.Range(build.Number(0), build.Number(number-1)), kind: listKind}
}

func lowerGetJSON(s *scope, c *call) typed {
	found, visible := s.result(c.arguments[0].text, c.arguments[0].span)
	if !visible {
		return nothing()
	}
	return s.value(found)
}

func lowerListToString(s *scope, c *call) typed {
	found := into(s, c, s.source(c), c.arguments[1].path)
	if found.kind == fileKind {
		refuseFile(c)
		return nothing()
	}
	list := found.list()
	format, separator := s.constantText(c.arguments[2]), s.constantText(c.arguments[3])
	if !strings.Contains(format, "%s") {
		c.arguments[2].report(report.Error(codeArgument, c.arguments[2].place(), "the format has no %%s for the element to stand in").Fix(`put %%s where it belongs, as in "* %%s"`))
		return nothing()
	}
	element := typed{node: build.Var("element"), null: true}
	var parts []jsonata.Node
	for i, text := range strings.Split(format, "%s") {
		if i > 0 {
			parts = append(parts, element.part())
		}
		parts = append(parts, build.Text(text))
	}
	item := build.Concat(parts...)
	if format == "%s" {
		item = element.text()
	}
	mapped := build.List(build.Call("map", list, build.Function(item, "element")))
	return typed{node: build.Call("join", mapped, build.Text(separator)), kind: textKind}
}

// constantText gives the text of an argument that must not depend on data.
func (s *scope) constantText(a argument) string {
	if text, ok := a.value.(*template); ok {
		if fixed, ok := text.fixedText(); ok {
			return fixed
		}
	}
	a.report(report.Error(codeArgument, a.place(), "this argument must be constant text"))
	return ""
}

func lowerJSONFromString(s *scope, c *call) typed {
	text := s.lower(c.arguments[0].value)
	if text.kind == textKind && !text.nullable() {
		return typed{node: build.Call("parse", text.node), null: true}
	}
	node := build.Once(text.node, func(value jsonata.Node) jsonata.Node {
		return build.If(build.Binary(build.Call("type", value), "=", build.Text("string")), build.Call("parse", value), value)
	})
	return typed{node: node, null: true, missing: text.missing}
}

func lowerNow(*scope, *call) typed { return typed{node: build.Call("now"), kind: textKind} }

func lowerException(s *scope, c *call) typed {
	return s.outcome(c, func(r *result) (string, kind, bool) { return r.exceptionVariable(), textKind, r.failing })
}

func lowerStatusCode(s *scope, c *call) typed {
	return s.outcome(c, func(r *result) (string, kind, bool) { return r.statusVariable(), numberKind, r.request })
}

// outcome gives a variable that tells how a fulfillment went, null when it has no such variable.
func (s *scope) outcome(c *call, variable func(*result) (string, kind, bool)) typed {
	found, visible := s.result(c.arguments[0].text, c.arguments[0].span)
	if !visible || len(found.loops) > 0 {
		return nothing()
	}
	name, kind, exists := variable(found)
	if !exists {
		at := c.arguments[0].span
		s.warn(at, report.Warning(codeNotVisible, at.place(), "%s of %q is always null", c.method.name, found.name).Why("%s", whyNoOutcome(c.method.name)))
		return nothing()
	}
	return typed{node: build.Var(name), kind: kind, null: true}
}

// whyNoOutcome explains why a fulfillment has no such outcome.
func whyNoOutcome(method string) string {
	if method == "EXCEPTION" {
		return "It does not allow failure: when it fails, the operation ends. Set allowFailure: true to go on."
	}
	return "Only requests and other operations have a status."
}
