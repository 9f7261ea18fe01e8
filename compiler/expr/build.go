// Package expr is what the expression languages of the dialects share: builders for JSONata syntax trees, JSONPath, Java date
// patterns, and texts with placeholders. Everything here gives trees, never text.
package expr

import "github.com/steploom/steploom/statemachine/jsonata"

// Var is $name; the empty name is the context $.
func Var(name string) jsonata.Node { return &jsonata.Variable{Name: name} }

// Text is a string literal.
func Text(value string) jsonata.Node { return &jsonata.String{Value: value} }

// Number is a number literal.
func Number(value float64) jsonata.Node {
	if value < 0 {
		return &jsonata.Negate{Operand: &jsonata.Number{Value: -value}}
	}
	return &jsonata.Number{Value: value}
}

// Call is $function(arguments…).
func Call(function string, arguments ...jsonata.Node) jsonata.Node {
	return &jsonata.Call{Function: Var(function), Arguments: arguments}
}

// Field is node.name.
func Field(node jsonata.Node, name string) jsonata.Node {
	return &jsonata.Path{Left: node, Right: &jsonata.Name{Value: name}}
}

// Select is node[predicate]. In a path the predicate belongs to the last step, as JSONata reads a.b[p].
func Select(node, predicate jsonata.Node) jsonata.Node {
	if path, ok := node.(*jsonata.Path); ok {
		return &jsonata.Path{Left: path.Left, Right: &jsonata.Filter{Expr: path.Right, Predicate: predicate}}
	}
	return &jsonata.Filter{Expr: node, Predicate: predicate}
}

// Binary is left operator right.
func Binary(left jsonata.Node, operator string, right jsonata.Node) jsonata.Node {
	return &jsonata.Binary{Operator: operator, Left: left, Right: right}
}

// All joins conditions with "and"; none at all is true.
func All(conditions ...jsonata.Node) jsonata.Node { return join("and", true, conditions) }

// Any joins conditions with "or"; none at all is false.
func Any(conditions ...jsonata.Node) jsonata.Node { return join("or", false, conditions) }

func join(operator string, empty bool, conditions []jsonata.Node) jsonata.Node {
	if len(conditions) == 0 {
		return &jsonata.Boolean{Value: empty}
	}
	joined := conditions[0]
	for _, condition := range conditions[1:] {
		joined = Binary(joined, operator, condition)
	}
	return joined
}

// Not is $not(condition).
func Not(condition jsonata.Node) jsonata.Node { return Call("not", condition) }

// If is condition ? then : otherwise; a nil otherwise gives nothing at all when the condition is false.
func If(condition, then, otherwiseOrNil jsonata.Node) jsonata.Node {
	return &jsonata.Conditional{Condition: condition, Then: then, ElseOrNil: otherwiseOrNil}
}

// Let is ($name := value; body).
func Let(name string, value, body jsonata.Node) jsonata.Node {
	bind := &jsonata.Bind{Name: name, Value: value}
	if block, ok := body.(*jsonata.Block); ok {
		if _, more := block.Expressions[0].(*jsonata.Bind); more {
			return &jsonata.Block{Expressions: append([]jsonata.Node{bind}, block.Expressions...)}
		}
	}
	return &jsonata.Block{Expressions: []jsonata.Node{bind, body}}
}

// List is [items…].
func List(items ...jsonata.Node) jsonata.Node { return &jsonata.ArrayConstructor{Items: items} }

// Function is function($parameters…){body}.
func Function(body jsonata.Node, parameters ...string) jsonata.Node {
	return &jsonata.Lambda{Parameters: parameters, Body: body}
}

// Null is null.
func Null() jsonata.Node { return &jsonata.Null{} }

// Concat joins texts with &. Neighbouring literals become one; nothing at all is the empty text.
func Concat(parts ...jsonata.Node) jsonata.Node {
	var joined []jsonata.Node
	for _, part := range parts {
		literal, isText := part.(*jsonata.String)
		if isText && literal.Value == "" {
			continue
		}
		if last := len(joined) - 1; isText && last >= 0 {
			if before, ok := joined[last].(*jsonata.String); ok {
				joined[last] = Text(before.Value + literal.Value)
				continue
			}
		}
		joined = append(joined, part)
	}
	if len(joined) == 0 {
		return Text("")
	}
	text := joined[0]
	for _, part := range joined[1:] {
		text = Binary(text, "&", part)
	}
	return text
}

// IsShort tells whether an expression may be written twice without harm to the reader: a literal, a variable, or a path of names
// and literal indexes from one.
func IsShort(node jsonata.Node) bool {
	switch node := node.(type) {
	case *jsonata.Variable, *jsonata.Name, *jsonata.Number, *jsonata.String, *jsonata.Null, *jsonata.Boolean:
		return true
	case *jsonata.Path:
		return IsShort(node.Left) && IsShort(node.Right)
	case *jsonata.Filter:
		_, index := node.Predicate.(*jsonata.Number)
		return index && IsShort(node.Expr)
	default:
		return false
	}
}

// OrNull makes an expression that may give nothing give null instead.
func OrNull(node jsonata.Node) jsonata.Node {
	return Once(node, func(value jsonata.Node) jsonata.Node { return If(Call("exists", value), value, Null()) })
}

// Once lets build use a value several times: a short expression is repeated, any other is bound to $value first.
func Once(node jsonata.Node, build func(value jsonata.Node) jsonata.Node) jsonata.Node {
	if IsShort(node) {
		return build(node)
	}
	return Let("value", node, build(Var("value")))
}
