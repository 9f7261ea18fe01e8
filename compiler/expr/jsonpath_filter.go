package expr

import (
	"encoding/json"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// This file turns the filters of a JSONPath into predicates: [?(@.price < 10 && @.name == 'x')].

func (l *pathLowerer) condition(c jsonpath.Condition) jsonata.Node {
	switch c := c.(type) {
	case *jsonpath.Or:
		return build.Binary(l.condition(c.Left), "or", l.condition(c.Right))
	case *jsonpath.And:
		return build.Binary(l.condition(c.Left), "and", l.condition(c.Right))
	case *jsonpath.Not:
		return build.Not(l.condition(c.Operand))
	case *jsonpath.Exists:
		return build.Exists(l.relative(c.Path))
	case *jsonpath.Comparison:
		return l.comparison(c)
	default:
		return l.refuse(c.At(), "this condition of a JSONPath is not supported")
	}
}

// comparison compares two operands. Ordering values of different types is false, as is ordering with nothing; JSONata would fail.
func (l *pathLowerer) comparison(c *jsonpath.Comparison) jsonata.Node {
	left, leftType := l.operand(c.Left)
	right, rightType := l.operand(c.Right)
	switch c.Operator {
	case "==":
		return build.Binary(left, "=", right)
	case "!=":
		return build.Not(build.Binary(left, "=", right))
	case "<", "<=", ">", ">=":
	default:
		return l.refuse(c.Span, "the operator %s of a JSONPath is not supported", c.Operator)
	}
	compare := build.Binary(left, c.Operator, right)
	switch {
	case leftType != "" && rightType != "":
		return compare
	case rightType != "":
		return build.All(build.HasType(left, rightType), compare)
	case leftType != "":
		return build.All(build.HasType(right, leftType), compare)
	default:
		return build.All(build.Binary(build.Call("type", left), "in", build.List(build.Text("number"), build.Text("string"))),
			build.Binary(build.Call("type", left), "=", build.Call("type", right)), compare)
	}
}

// operand gives one side of a comparison and its JSON type, "" when it is known only at run time.
func (l *pathLowerer) operand(o jsonpath.Operand) (node jsonata.Node, kind string) {
	switch o := o.(type) {
	case *jsonpath.Path:
		return l.relative(o), ""
	case *jsonpath.Hole:
		return l.holes[o.Number], ""
	case *jsonpath.Template:
		return l.template(o), "string"
	case *jsonpath.Literal:
		return l.literal(o)
	default:
		return l.refuse(o.At(), "a regular expression in a JSONPath is not supported"), ""
	}
}

func (l *pathLowerer) literal(literal *jsonpath.Literal) (node jsonata.Node, kind string) {
	switch value := literal.Value.(type) {
	case nil:
		return build.Null(), "null"
	case bool:
		return build.Bool(value), "boolean"
	case string:
		return build.Text(value), "string"
	case json.Number:
		number, err := value.Float64()
		if err != nil {
			return l.refuse(literal.Span, "%s is too large for a number", value), ""
		}
		return build.Number(number), "number"
	default:
		return l.refuse(literal.Span, "a list or an object in a filter is not supported"), ""
	}
}

// relative gives a path that begins at the element which the filter looks at.
func (l *pathLowerer) relative(path *jsonpath.Path) jsonata.Node {
	if path.Root.Kind != jsonpath.Element {
		return l.refuse(path.Span, "a path in a filter that begins elsewhere than at @ is not supported")
	}
	steps, node := path.Steps, build.Var("")
	if len(steps) > 0 {
		if first, isName := steps[0].(*jsonpath.Child); isName && len(first.Names) == 1 {
			steps, node = steps[1:], build.Name(first.Names[0])
		}
	}
	return l.steps(node, steps)
}

func (l *pathLowerer) template(template *jsonpath.Template) jsonata.Node {
	var parts []jsonata.Node
	for _, part := range template.Parts {
		node, _ := l.operand(part)
		if _, isHole := part.(*jsonpath.Hole); isHole {
			node = build.Call("string", node)
		}
		parts = append(parts, node)
	}
	return build.Concat(parts...)
}
