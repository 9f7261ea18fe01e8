package condition

import (
	"regexp"
	"strings"

	"github.com/steploom/steploom/compiler/duration"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// call lowers functions and methods of the CEL standard library (cel-spec, "Standard Definitions"), and those of OSOP's expression language.
func (l *lowerer) call(n *Call) Value {
	if n.Of != nil {
		switch n.Name {
		case "exists", "all", "exists_one", "map", "filter":
			return l.macro(n)
		}
	}
	arguments := n.Arguments
	if n.Of != nil {
		arguments = append([]Node{n.Of}, arguments...)
	}
	wanted := 1
	switch n.Name {
	case "startsWith", "endsWith", "matches", "contains":
		wanted = 2
	case "now":
		wanted = 0
	case "attempt", "status", "error_of", "duration_of":
		return l.runFunction(n, arguments)
	}
	if len(arguments) != wanted {
		return l.fail(n, "%s takes %d arguments, not %d", n.Name, wanted, len(arguments))
	}
	switch n.Name {
	case "now":
		return Value{Node: build.Call("millis"), Type: Number}
	case "has":
		return l.has(n, arguments[0])
	case "matches":
		return l.matches(n, l.value(arguments[0]), arguments[1])
	case "duration":
		return l.duration(n, arguments[0])
	}
	values := make([]Value, len(arguments))
	for i, argument := range arguments {
		values[i] = l.value(argument)
	}
	return l.standard(n, values)
}

// standard lowers functions whose arguments are plain values.
func (l *lowerer) standard(n *Call, v []Value) Value {
	switch n.Name {
	case "size":
		if v[0].Type == Number || v[0].Type == Boolean {
			return l.refuse(n, "use size with a text, a list or a map", "%s has no size", named(v[0].Type))
		}
		return size(v[0], "")
	case "contains":
		return l.contains(v[0], v[1])
	case "startsWith":
		return textOnly(v, func(v []Value) jsonata.Node {
			return build.Binary(build.Call("substring", v[0].Node, build.Number(0), build.Call("length", v[1].Node)), "=", v[1].Node)
		})
	case "endsWith":
		return textOnly(v, func(v []Value) jsonata.Node {
			from := build.Binary(build.Call("length", v[0].Node), "-", build.Call("length", v[1].Node))
			return build.If(build.Binary(from, ">=", build.Number(0)), build.Binary(build.Call("substring", v[0].Node, from), "=", v[1].Node), build.Bool(false))
		})
	case "int", "uint":
		return Value{Missing: true, Node: once([]Value{{Node: build.Call("number", v[0].Node)}}, func(v []Value) jsonata.Node {
			return build.If(build.Binary(v[0].Node, "<", build.Number(0)), build.Call("ceil", v[0].Node), build.Call("floor", v[0].Node))
		})}
	case "double":
		return Value{Node: build.Call("number", v[0].Node), Missing: true, Fraction: true}
	case "string":
		return Value{Node: build.Call("string", v[0].Node), Type: Text, Missing: v[0].Missing}
	case "timestamp":
		return Value{Node: build.Call("toMillis", v[0].Node), Missing: true}
	case "type":
		return Value{Node: build.Call("type", v[0].Defined()), Type: Text}
	default:
		return l.fail(n, "there is no function %s; the functions are %s", n.Name, names())
	}
}

// textOnly guards an expression over two texts.
func textOnly(v []Value, body func([]Value) jsonata.Node) Value {
	return Value{Type: Boolean, Node: once(v, func(v []Value) jsonata.Node {
		guard := build.HasType(v[0].Node, "string")
		if !known(v[1]) {
			guard = build.Binary(guard, "and", build.HasType(v[1].Node, "string"))
		}
		return build.If(guard, body(v), build.Bool(false))
	})}
}

// runFunction lowers functions that ask about the run; their argument names a node.
func (l *lowerer) runFunction(n *Call, arguments []Node) Value {
	var names []string
	for _, argument := range arguments {
		switch argument := argument.(type) {
		case *Reference:
			names = append(names, strings.Join(argument.Path, "."))
		case *Literal:
			if name, ok := argument.Value.(string); ok {
				names = append(names, name)
			}
		}
	}
	if len(names) != len(arguments) {
		return l.fail(n, "%s takes the name of a node", n.Name)
	}
	value, err := l.scope.Function(n.Name, names)
	return l.pass(n, value, err)
}

// has is CEL's macro: the field is there and not null.
func (l *lowerer) has(n *Call, argument Node) Value {
	switch argument.(type) {
	case *Reference, *Member:
		value := l.value(argument)
		return Value{Node: build.Binary(value.Defined(), "!=", build.Null()), Type: Boolean}
	default:
		return l.fail(n, "has takes a reference such as inputs.name")
	}
}

func (l *lowerer) matches(n *Call, of Value, pattern Node) Value {
	literal, ok := pattern.(*Literal)
	text, isText := "", false
	if ok {
		text, isText = literal.Value.(string)
	}
	if !isText {
		return l.fail(n, "the pattern of matches must be a text that is written out")
	}
	if _, err := regexp.Compile(text); err != nil || text == "" {
		return l.fail(pattern, "%q is not a regular expression", text)
	}
	return Value{Type: Boolean, Node: once([]Value{of}, func(v []Value) jsonata.Node {
		found := build.Exists(build.Call("match", v[0].Node, build.Regex(strings.ReplaceAll(text, "/", `\/`), "")))
		return build.If(build.HasType(v[0].Node, "string"), found, build.Bool(false))
	})}
}

// duration is a literal such as "30s", in milliseconds like timestamps.
func (l *lowerer) duration(n *Call, argument Node) Value {
	literal, _ := argument.(*Literal)
	if literal == nil {
		return l.fail(n, "duration takes a text that is written out, such as \"30s\"")
	}
	text, _ := literal.Value.(string)
	length, ok := duration.Parse(text)
	if !ok {
		return l.fail(n, "%q is not a duration such as 30s, 10m, 24h or 1d", text)
	}
	return Value{Node: build.Number(float64(length.Milliseconds())), Type: Number}
}

// macro lowers list.exists(x, condition) and its kin (cel-spec, "Macros").
func (l *lowerer) macro(n *Call) Value {
	variable, ok := (*Reference)(nil), false
	if len(n.Arguments) == 2 {
		variable, ok = n.Arguments[0].(*Reference)
	}
	if !ok || len(variable.Path) != 1 {
		return l.fail(n, "%s takes a name and an expression: list.%s(item, …)", n.Name, n.Name)
	}
	list := listOf(l.value(n.Of).Node)
	l.bound = append(l.bound, variable.Path[0])
	defer func() { l.bound = l.bound[:len(l.bound)-1] }()
	if n.Name == "map" {
		mapped := build.Call("map", list, build.Function(l.value(n.Arguments[1]).Defined(), parameter(variable.Path[0])))
		return Value{Node: listOf(mapped), Type: Sequence}
	}
	filtered := build.Call("filter", list, build.Function(l.truth(n.Arguments[1]), parameter(variable.Path[0])))
	count := build.Call("count", listOf(filtered))
	switch n.Name {
	case "exists":
		return Value{Node: build.Binary(count, ">", build.Number(0)), Type: Boolean}
	case "exists_one":
		return Value{Node: build.Binary(count, "=", build.Number(1)), Type: Boolean}
	case "all":
		return Value{Node: build.Binary(count, "=", build.Call("count", list)), Type: Boolean}
	default:
		return Value{Node: listOf(filtered), Type: Sequence}
	}
}
