package convert

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/steploom/steploom/statemachine/intrinsic"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// arguments are those of a call of an intrinsic function.
type arguments struct {
	*lowering
	call   *intrinsic.Call
	values []any
}

// functions say in JSONata what the intrinsic functions do. What there is no row for cannot be said.
var functions = map[string]func(arguments) jsonata.Node{
	"Array": arguments.array, "ArrayPartition": arguments.arrayPartition, "ArrayContains": arguments.arrayContains, "ArrayRange": arguments.arrayRange,
	"ArrayGetItem": arguments.arrayGetItem, "ArrayLength": arguments.arrayLength,
	"Base64Encode": arguments.base64Encode, "Hash": arguments.hash,
	"JsonMerge": arguments.jsonMerge, "StringToJson": arguments.stringToJSON, "JsonToString": arguments.jsonToString,
	"MathRandom": arguments.mathRandom, "MathAdd": arguments.mathAdd,
	"StringSplit": arguments.stringSplit, "UUID": arguments.uuid, "Format": arguments.format,
}

// reasons tell why a function has no row.
var reasons = map[string]string{
	"ArrayUnique":  "States.ArrayUnique gives the values in the order of a hash table of Java, which JSONata does not know",
	"Base64Decode": "States.Base64Decode passes over what is no Base64 and reads UTF-8, where $base64decode reads one character a byte",
}

func (s *lowering) call(call *intrinsic.Call, root any) any {
	a := arguments{lowering: s, call: call}
	for _, argument := range call.Arguments {
		switch argument := argument.(type) {
		case *intrinsic.Call:
			a.values = append(a.values, s.call(argument, root))
		case *intrinsic.Path:
			if path := s.short(argument.Path); path != nil {
				a.values = append(a.values, s.path(path, root))
			}
		case *intrinsic.Literal:
			a.values = append(a.values, argument.Value)
		}
	}
	if reason, ok := reasons[call.Name]; ok {
		s.refuse("%s", reason)
		return nil
	}
	if !call.Fits() {
		s.refuse("States.%s fails: it takes another number of arguments", call.Name)
		return nil
	}
	if s.reason != "" {
		return nil
	}
	return functions[call.Name](a)
}

// node is an argument as an expression that always gives something.
func (a arguments) node(i int) jsonata.Node { return a.lowering.node(a.values[i]) }

// typed lets use take an argument of a type; any other fails, and so does one that is not there.
func (a arguments) typed(i int, name string, use func(v jsonata.Node) jsonata.Node) jsonata.Node {
	node := unchecked(a.lowering, a.values[i])
	if kind(node) == name && defined(node) {
		return use(node)
	}
	a.fails = true
	return build.Once(node, func(v jsonata.Node) jsonata.Node {
		return build.If(build.HasType(v, name), use(v), failure("Invalid arguments in States."+a.call.Name))
	})
}

// whole is a number without its fraction, as Java casts it.
func (a arguments) whole(i int) jsonata.Node {
	if number, ok := jsonata.Float(a.values[i]); ok {
		return build.Number(math.Trunc(number))
	}
	node := a.node(i)
	if call, ok := node.(*jsonata.Call); ok && (isNamed(call, "count") || isNamed(call, "floor")) {
		return node
	}
	return build.Once(node, func(v jsonata.Node) jsonata.Node {
		return build.If(build.Binary(v, "<", build.Number(0)), build.Call("ceil", v), build.Call("floor", v))
	})
}

func isNamed(call *jsonata.Call, name string) bool {
	function, ok := call.Function.(*jsonata.Variable)
	return ok && function.Name == name
}

// array is a list of the arguments, in which one that is a list stays one.
func (a arguments) array() jsonata.Node {
	items := build.List()
	for i := range a.values {
		items = build.Call("append", items, build.Once(a.node(i), element))
	}
	if plain := a.scalars(); plain != nil {
		return build.List(plain...)
	}
	if len(a.values) == 0 {
		return items
	}
	return items
}

// element is what $append takes to add one value to a list.
func element(v jsonata.Node) jsonata.Node {
	switch kind(v) {
	case "array":
		return build.List(build.List(v))
	case "":
		return build.If(build.HasType(v, "array"), build.List(build.List(v)), v)
	}
	return v
}

// scalars are the arguments, if none of them is a list for certain.
func (a arguments) scalars() []jsonata.Node {
	nodes := make([]jsonata.Node, len(a.values))
	for i := range a.values {
		nodes[i] = a.node(i)
		if k := kind(nodes[i]); k == "" || k == "array" {
			return nil
		}
	}
	return nodes
}

func (a arguments) arrayPartition() jsonata.Node {
	return a.typed(0, "array", func(v jsonata.Node) jsonata.Node {
		return build.If(build.Binary(v, "=", build.List()), build.List(), build.Call("partition", v, a.whole(1)))
	})
}

func (a arguments) arrayContains() jsonata.Node {
	return a.typed(0, "array", func(v jsonata.Node) jsonata.Node {
		return a.withText(func(text func(any) jsonata.Node, function jsonata.Node) jsonata.Node {
			return build.Binary(text(a.values[1]), "in", build.List(build.Call("map", v, function)))
		})
	})
}

func (a arguments) arrayRange() jsonata.Node {
	return build.List(build.Call("range", a.whole(0), a.whole(1), a.whole(2)))
}

func (a arguments) arrayGetItem() jsonata.Node {
	at := a.whole(1)
	return a.typed(0, "array", func(v jsonata.Node) jsonata.Node {
		found := a.required(build.Filter(build.Block(v), at))
		return build.If(build.Binary(v, "=", build.List()), build.Null(), a.notNegative(at, found))
	})
}

func (a arguments) notNegative(at, then jsonata.Node) jsonata.Node {
	if number, ok := at.(*jsonata.Number); ok && number.Value >= 0 {
		return then
	}
	return build.If(build.Binary(at, ">=", build.Number(0)), then, failure("Invalid arguments in States."+a.call.Name))
}

func (a arguments) arrayLength() jsonata.Node {
	return a.typed(0, "array", func(v jsonata.Node) jsonata.Node { return build.Call("count", v) })
}

func (a arguments) base64Encode() jsonata.Node {
	text, ok := a.values[0].(string)
	if !ok || strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 }) {
		a.refuse("States.Base64Encode encodes characters beyond ASCII otherwise than $base64encode")
	}
	return build.Call("base64encode", a.node(0))
}

func (a arguments) hash() jsonata.Node {
	return a.withText(func(text func(any) jsonata.Node, _ jsonata.Node) jsonata.Node {
		return build.Call("hash", text(a.values[0]), a.node(1))
	})
}

func (a arguments) jsonMerge() jsonata.Node {
	if a.values[2] != false {
		a.refuse("States.JsonMerge merges shallowly only when its third argument is false")
	}
	return a.typed(0, "object", func(x jsonata.Node) jsonata.Node {
		return a.typed(1, "object", func(y jsonata.Node) jsonata.Node { return build.Merge(x, y) })
	})
}

func (a arguments) stringToJSON() jsonata.Node {
	return a.typed(0, "string", func(v jsonata.Node) jsonata.Node {
		return build.If(build.Binary(build.Call("trim", v), "=", build.Text("")), build.Null(), build.Call("parse", v))
	})
}

// jsonToString writes JSON. $string leaves a text as it is, so that one is written as the field of an object.
func (a arguments) jsonToString() jsonata.Node {
	return build.Once(a.node(0), func(v jsonata.Node) jsonata.Node {
		quoted := build.Once(build.Call("string", build.Object(build.Of("v", v))), func(text jsonata.Node) jsonata.Node {
			return build.Call("substring", text, build.Number(5), build.Binary(build.Call("length", text), "-", build.Number(6)))
		})
		switch kind(v) {
		case "string":
			return quoted
		case "":
			return build.If(build.HasType(v, "string"), quoted, build.Call("string", v))
		}
		return build.Call("string", v)
	})
}

func (a arguments) mathRandom() jsonata.Node {
	if len(a.values) > 2 {
		a.refuse("which numbers States.MathRandom gives for a seed is not known")
	}
	first, last := a.whole(0), a.whole(1)
	drawn := build.Call("floor", build.Binary(build.Call("random"), "*", build.Binary(last, "-", first)))
	return build.Binary(first, "+", drawn)
}

func (a arguments) mathAdd() jsonata.Node {
	return build.Binary(a.rounded(0), "+", a.rounded(1))
}

// rounded is the nearest whole number, halves up.
func (a arguments) rounded(i int) jsonata.Node {
	if number, ok := jsonata.Float(a.values[i]); ok {
		return build.Number(math.Floor(number + 0.5))
	}
	node := unchecked(a.lowering, a.values[i])
	if call, ok := node.(*jsonata.Call); ok && isNamed(call, "count") {
		return node
	}
	return build.Call("floor", build.Binary(node, "+", build.Number(0.5)))
}

func (a arguments) stringSplit() jsonata.Node {
	splitters, ok := a.values[1].(string)
	if !ok || splitters == "" {
		a.refuse("States.StringSplit needs its splitters as a literal")
		return build.Null()
	}
	return a.typed(0, "string", func(v jsonata.Node) jsonata.Node {
		at := build.Text(splitters)
		if len([]rune(splitters)) > 1 {
			at = build.Regex("["+strings.ReplaceAll(escapedClass.Replace(splitters), "/", `\/`)+"]", "")
		}
		filled := build.Binary(build.Var(""), "!=", build.Text(""))
		return build.List(build.Filter(build.Call("split", v, at), filled))
	})
}

var escapedClass = strings.NewReplacer(`\`, `\\`, `]`, `\]`, `[`, `\[`, `^`, `\^`, `-`, `\-`)

func (a arguments) uuid() jsonata.Node { return build.Call("uuid") }

// piece is a part of the template of States.Format. What deployment fills in is text.
var piece = regexp.MustCompile(`\$\{[^{}]*\}|\\[\\'{}]|\{\}|[^\\{}$]+|[\\{}$]`)

func (a arguments) format() jsonata.Node {
	template, ok := a.call.Arguments[0].(*intrinsic.Literal)
	if !ok {
		a.refuse("States.Format needs its template as a literal")
		return build.Null()
	}
	return a.withText(func(text func(any) jsonata.Node, _ jsonata.Node) jsonata.Node {
		parts, used := []jsonata.Node{build.Text("")}, 1
		for _, part := range piece.FindAllString(template.Written(), -1) {
			switch {
			case part == "{}" && used < len(a.values):
				parts = append(parts, text(a.values[used]))
				used++
			case part == "{}" || part == "{" || part == "}":
				a.refuse("States.Format fails: its braces and its arguments do not match")
			default:
				parts = append(parts, build.Text(strings.TrimPrefix(part, escapeOf(part))))
			}
		}
		if used != len(a.values) {
			a.refuse("States.Format fails: its braces and its arguments do not match")
		}
		return build.Concat(parts...)
	})
}

// escapeOf is the backslash of an escape.
func escapeOf(part string) string {
	if len(part) == 2 && part[0] == '\\' {
		return `\`
	}
	return ""
}

// withText lets use write values as Java does, which JSONata's own texts differ from for lists and objects: [1, 2] and {a=1}. The function for it is
// defined where it is needed only. It fails for what is not there.
func (s *lowering) withText(use func(text func(v any) jsonata.Node, function jsonata.Node) jsonata.Node) jsonata.Node {
	return bound("text", javaText, func(function jsonata.Node) jsonata.Node { return s.textual(function, use) })
}

// textual gives use the function that writes a value, and one that calls it where the value's type is not known.
func (s *lowering) textual(function jsonata.Node, use func(text func(v any) jsonata.Node, function jsonata.Node) jsonata.Node) jsonata.Node {
	return use(func(v any) jsonata.Node {
		node := unchecked(s, v)
		switch kind(node) {
		case "string":
			return s.required(node)
		case "number", "boolean", "null":
			return build.Call("string", s.required(node))
		}
		s.fails = true
		return build.Apply(function, node)
	}, function)
}

// bound lets use call a function, which may call itself, by a name that nothing else has; it is defined only where it is called.
func bound(wish string, function, use func(self jsonata.Node) jsonata.Node) jsonata.Node {
	const mark = "the function"
	made := use(build.Var(mark))
	if !slices.Contains(build.FreeVariables(made), mark) {
		return made
	}
	return build.Recursive(wish, function, func(self jsonata.Node) jsonata.Node {
		return build.Replace(made, func(variable string) jsonata.Node {
			if variable == mark {
				return self
			}
			return nil
		})
	})
}

// javaText is the function that writes a value as Java does.
func javaText(self jsonata.Node) jsonata.Node {
	v := build.Var("v")
	member := build.Function(build.Concat(build.Var("k"), build.Text("="), build.Apply(self, build.Var("f"))), "f", "k")
	list := build.Concat(build.Text("["), build.Call("join", build.Call("map", v, self), build.Text(", ")), build.Text("]"))
	object := build.Concat(build.Text("{"), build.Call("join", build.Call("each", v, member), build.Text(", ")), build.Text("}"))
	scalar := build.If(build.Exists(v), build.Call("string", v), failure("A path leads nowhere"))
	body := build.If(build.HasType(v, "array"), list, build.If(build.HasType(v, "object"), object, scalar))
	return build.Function(body, "v")
}
