package expr

import (
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// This file lowers the functions of paths. One that Jayway fails at gives nothing; where one of several fails, there is nothing at all.

// function applies a function to each value.
func (l *pathLowerer) function(m matches, function *jsonpath.Function) matches {
	arguments := make([]jsonata.Node, len(function.Arguments))
	for i, argument := range function.Arguments {
		arguments[i] = l.operand(argument, origin{node: l.document}).node
		if path, ok := argument.(*jsonpath.Path); ok && path.Root.Kind != jsonpath.Document {
			l.refuse(path.Span, "an argument of a function begins at $")
		}
	}
	if function.Name == "length" || function.Name == "size" {
		if len(arguments) > 0 {
			l.refuse(function.Span, "%s() takes no argument here", function.Name).Fix = "write the path in front of it: $.list.length()"
		}
	}
	result := l.apply(function, arguments)
	if len(arguments) > 0 {
		there := []jsonata.Node{build.Exists(carried())}
		for i, argument := range function.Arguments {
			if _, path := argument.(*jsonpath.Path); path {
				there = append(there, build.Exists(arguments[i]))
			}
		}
		result = build.If(build.All(there...), result, nil)
	}
	return m.thenLoosely(carry(result))
}

// aggregate applies the function at the end of a path once to the list of all that the path before it finds; the value that a function otherwise looks at
// is the root.
func (l *pathLowerer) aggregate(root jsonata.Node, path *jsonpath.Path) matches {
	last := len(path.Steps) - 1
	function := path.Steps[last].(*jsonpath.Function)
	steps := path.Steps[:last]
	if len(function.Arguments) > 0 {
		l.refuse(function.Span, "%s() takes no argument here", function.Name)
	}
	counts := function.Name == "length" || function.Name == "size"
	if counts {
		steps = append(steps[:last:last], &jsonpath.Wildcard{Span: function.Span})
	}
	all := l.steps(matches{node: carry(root), single: true}, steps)
	if counts {
		return matches{node: carry(all.count()), single: true}
	}
	return matches{node: carry(root), single: true}.thenLoosely(carry(l.apply(function, []jsonata.Node{all.list()})))
}

// apply gives a function's result for the carried value.
func (l *pathLowerer) apply(function *jsonpath.Function, arguments []jsonata.Node) jsonata.Node {
	value := carried()
	switch function.Name {
	case "length", "size":
		return build.If(isList(value), build.Call("count", value), build.If(isObject(value), build.Call("count", build.Call("keys", value)), ifThere(value)))
	case "keys":
		return build.If(isObject(value), build.List(build.Call("keys", value)), ifThere(value))
	case "sum", "avg", "min", "max", "stddev":
		return build.Held("numbers", build.List(numbersOf(arguments)...), func(numbers jsonata.Node) jsonata.Node {
			some := build.Binary(build.Call("count", numbers), ">", build.Number(0))
			return build.If(some, aggregated(function.Name, numbers), nil)
		})
	case "concat":
		return build.If(build.Exists(value), build.Call("join", build.List(textsOf(arguments)...)), nil)
	case "append":
		return appended(arguments)
	case "first":
		return build.If(isList(value), build.Filter(value, build.Number(0)), nil)
	case "last":
		return lastOf(-1)
	case "index":
		return l.at(function)
	default:
		l.refuse(function.Span, "there is no JSONPath function %s()", function.Name).Fix = "the functions are length() size() keys() sum() avg() min() max() stddev() concat() append() first() last() index(n)"
		return build.Null()
	}
}

// ifThere is null for a value, nothing for none.
func ifThere(value jsonata.Node) jsonata.Node {
	return build.If(build.Exists(value), build.Null(), nil)
}

// numbersOf gives the numbers of a list and those among the arguments.
func numbersOf(arguments []jsonata.Node) []jsonata.Node {
	only := build.HasType(build.Var(""), "number")
	nodes := []jsonata.Node{build.If(isList(carried()), build.Filter(carried(), only), nil)}
	for _, argument := range arguments {
		nodes = append(nodes, build.Filter(argument, only))
	}
	return nodes
}

func aggregated(name string, numbers jsonata.Node) jsonata.Node {
	switch name {
	case "avg":
		return build.Call("average", numbers)
	case "max":
		// Jayway begins with the smallest number above zero.
		return build.Call("max", build.Call("append", numbers, build.Number(5e-324)))
	case "stddev":
		square := build.Function(build.Binary(build.Var("n"), "*", build.Var("n")), "n")
		count := build.Call("count", numbers)
		squares := build.Binary(build.Call("sum", build.Call("map", numbers, square)), "/", count)
		sum := build.Call("sum", numbers)
		mean := build.Binary(build.Binary(build.Binary(sum, "*", sum), "/", count), "/", count)
		return build.Call("sqrt", build.Call("max", build.List(build.Number(0), build.Binary(squares, "-", mean))))
	default:
		return build.Call(name, numbers)
	}
}

// textsOf gives the texts of a list, and those of everything among the arguments.
func textsOf(arguments []jsonata.Node) []jsonata.Node {
	nodes := []jsonata.Node{build.If(isList(carried()), build.Filter(carried(), build.HasType(build.Var(""), "string")), nil)}
	scalar := build.Binary(build.Call("type", build.Var("")), "in", build.List(build.Text("string"), build.Text("number"), build.Text("boolean")))
	for _, argument := range arguments {
		nodes = append(nodes, build.Call("map", build.Filter(argument, scalar), build.Function(build.Call("string", build.Var("t")), "t")))
	}
	return nodes
}

// appended adds each argument to a list as one element; what is no list stays as it is.
func appended(arguments []jsonata.Node) jsonata.Node {
	list := carried()
	for _, argument := range arguments {
		one := build.Held("added", argument, func(added jsonata.Node) jsonata.Node {
			return build.If(isList(added), build.List(build.List(added)), build.List(added))
		})
		list = build.Call("append", list, one)
	}
	return build.If(isList(carried()), list, carried())
}

// lastOf gives an element counted from the end. Jayway does not find the first one so.
func lastOf(index int) jsonata.Node {
	enough := build.Binary(build.Call("count", carried()), ">", build.Number(float64(-index)))
	return build.If(build.All(isList(carried()), enough), build.Filter(carried(), build.Number(float64(index))), nil)
}

// at gives the element at a place that is written out.
func (l *pathLowerer) at(function *jsonpath.Function) jsonata.Node {
	if len(function.Arguments) == 1 {
		if literal, ok := function.Arguments[0].(*jsonpath.Literal); ok {
			if number, ok := (operand{literal: literal.Value}).number(); ok {
				if index, ok := number.index(); ok && index < 0 {
					return lastOf(index)
				} else if ok {
					return build.If(isList(carried()), build.Filter(carried(), build.Number(float64(index))), nil)
				}
			}
		}
	}
	return l.nothing(function.Span, "index() takes one whole number")
}
