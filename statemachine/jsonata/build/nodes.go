package build

import "github.com/steploom/steploom/statemachine/jsonata"

// Var is $name; the empty name is the context $.
func Var(name string) jsonata.Node { return &jsonata.Variable{Name: name} }

// Text is a string literal.
func Text(value string) jsonata.Node { return &jsonata.String{Value: value} }

// Bool is true or false.
func Bool(value bool) jsonata.Node { return &jsonata.Boolean{Value: value} }

// Null is null.
func Null() jsonata.Node { return &jsonata.Null{} }

// Number is a number literal; a negative one is the negation of a literal, as JSONata reads it.
func Number(value float64) jsonata.Node {
	if value < 0 {
		return Negate(&jsonata.Number{Value: -value})
	}
	return &jsonata.Number{Value: value}
}

// Negate is -operand.
func Negate(operand jsonata.Node) jsonata.Node { return &jsonata.Negate{Operand: operand} }

// Regex is /pattern/flags. The pattern is the text between the slashes: a slash inside is written \/.
func Regex(pattern, flags string) jsonata.Node {
	return &jsonata.Regex{Pattern: pattern, Flags: flags}
}

// Call is $function(arguments…).
func Call(function string, arguments ...jsonata.Node) jsonata.Node {
	return &jsonata.Call{Function: Var(function), Arguments: arguments}
}

// Apply is function(arguments…), for a function that is an expression itself.
func Apply(function jsonata.Node, arguments ...jsonata.Node) jsonata.Node {
	return &jsonata.Call{Function: function, Arguments: arguments}
}

// Binary is left operator right.
func Binary(left jsonata.Node, operator string, right jsonata.Node) jsonata.Node {
	return &jsonata.Binary{Operator: operator, Left: left, Right: right}
}

// HasType is $type(node) = "name".
func HasType(node jsonata.Node, name string) jsonata.Node {
	return Binary(Call("type", node), "=", Text(name))
}

// Function is function($parameters…){body}.
func Function(body jsonata.Node, parameters ...string) jsonata.Node {
	return &jsonata.Lambda{Parameters: parameters, Body: body}
}

// List is [items…].
func List(items ...jsonata.Node) jsonata.Node { return &jsonata.ArrayConstructor{Items: items} }

// Range is [from..to], the list of the whole numbers between, both included.
func Range(from, to jsonata.Node) jsonata.Node {
	return List(&jsonata.RangeExpr{From: from, To: to})
}
