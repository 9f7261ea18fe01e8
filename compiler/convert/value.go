package convert

import (
	"strings"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// A value of this package is JSON data (nil, bool, float64, int64, string, []any, *jsonata.Object) in which a jsonata.Node is a value that is computed.

// literal is data of a field as a value.
func literal(data any) any {
	if _, null := data.(asl.Null); null {
		return nil
	}
	return data
}

// template is a payload template: the fields whose names end in .$ are computed.
func (s *lowering) template(data, root any) any {
	switch v := literal(data).(type) {
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = s.template(item, root)
		}
		return list
	case *jsonata.Object:
		object := jsonata.NewObject()
		for name, member := range v.All() {
			plain, computed := strings.CutSuffix(name, ".$")
			text, isText := member.(string)
			if computed && isText {
				object.Set(plain, s.member(text, root))
			} else {
				object.Set(name, s.template(member, root))
			}
		}
		return object
	default:
		return v
	}
}

// data is a value as a field takes it, with expressions between their delimiters. Each may find nothing, which fails the state.
func (s *lowering) data(v any) any {
	switch v := v.(type) {
	case nil:
		return asl.Null{}
	case jsonata.Node, []any, *jsonata.Object, string, *merged:
		return s.inner(v)
	default:
		return v
	}
}

// inner is data inside of other data, where null is nil.
func (s *lowering) inner(v any) any {
	switch v := v.(type) {
	case *merged:
		return asl.Expression(s.node(v))
	case jsonata.Node:
		s.fails = s.fails || !defined(v)
		return asl.Expression(v)
	case string:
		if delimited(v) {
			return asl.Expression(build.Text(v))
		}
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = s.inner(item)
		}
		return list
	case *jsonata.Object:
		object := jsonata.NewObject()
		for name, member := range v.All() {
			object.Set(name, s.inner(member))
		}
		return object
	}
	return v
}

// node is a value as one expression that always gives something or fails.
func (s *lowering) node(v any) jsonata.Node {
	switch v := v.(type) {
	case *merged:
		s.fails = true
		return s.merge(unchecked(s, v.raw), v.names, s.node(v.result))
	case jsonata.Node:
		return s.required(v)
	case []any:
		items := make([]jsonata.Node, len(v))
		for i, item := range v {
			items[i] = s.node(item)
		}
		return build.List(items...)
	case *jsonata.Object:
		var members []build.Member
		for name, member := range v.All() {
			members = append(members, build.Of(name, s.node(member)))
		}
		return build.Object(members...)
	default:
		return build.Literal(v)
	}
}

// unchecked is a value as an expression that may give nothing.
func unchecked(s *lowering, v any) jsonata.Node {
	if node, ok := v.(jsonata.Node); ok {
		return node
	}
	return s.node(v)
}

// required is an expression that fails instead of giving nothing.
func (s *lowering) required(node jsonata.Node) jsonata.Node {
	if defined(node) {
		return node
	}
	s.fails = true
	return build.Once(node, func(v jsonata.Node) jsonata.Node {
		return build.If(build.Exists(v), v, failure("A path leads nowhere: "+jsonata.Print(node)))
	})
}

// failure is an expression that fails with a message.
func failure(message string) jsonata.Node { return build.Call("error", build.Text(message)) }

// insert puts a result into the raw input of a state where ResultPath says.
func (s *lowering) insert(raw any, path asl.Path, result any) any {
	switch {
	case path.IsNull():
		return raw
	case !path.IsPresent() || path.Text() == "$":
		return result
	}
	s.field = "ResultPath"
	to := s.read(path.Text())
	if to == nil {
		return result
	}
	names, ok := fieldNames(to)
	if !ok {
		s.refuse("the path %s puts the result into a list, for which JSONata has no expression that keeps lists apart", path.Text())
		return result
	}
	return &merged{raw, result, names}
}

// merged is an input with a result put into it at a path of names, for paths that lead into one of the two.
type merged struct {
	raw, result any
	names       []string
}

// merge is an object with a value at the path of names.
func (s *lowering) merge(base jsonata.Node, names []string, value jsonata.Node) jsonata.Node {
	if len(names) == 1 {
		return build.Merge(base, build.Object(build.Of(names[0], value)))
	}
	inside := s.merge(build.Field(base, names[0]), names[1:], value)
	return build.Merge(base, build.Object(build.Of(names[0], inside)))
}

// kind is the JSON type of what an expression gives, "" when that is not known.
func kind(node jsonata.Node) string {
	switch n := node.(type) {
	case *jsonata.String:
		return "string"
	case *jsonata.Number, *jsonata.Negate:
		return "number"
	case *jsonata.Boolean:
		return "boolean"
	case *jsonata.Null:
		return "null"
	case *jsonata.ArrayConstructor:
		return "array"
	case *jsonata.ObjectConstructor:
		return "object"
	case *jsonata.Block:
		return kind(n.Expressions[len(n.Expressions)-1])
	case *jsonata.Conditional:
		if then := kind(n.Then); n.ElseOrNil != nil && (isFailure(n.ElseOrNil) || kind(n.ElseOrNil) == then) {
			return then
		}
	case *jsonata.Binary:
		switch n.Operator {
		case "&":
			return "string"
		case "+", "-", "*", "/", "%":
			return "number"
		case "and", "or", "in", "=", "!=", "<", "<=", ">", ">=":
			return "boolean"
		}
	case *jsonata.Path:
		return contextKind(jsonata.Print(n))
	case *jsonata.Call:
		return callKind(n)
	}
	return ""
}

// contextKind is the type of what always stands at a place of the context object.
func contextKind(text string) string {
	switch strings.TrimPrefix(text, "$states.context.") {
	case "Execution.Id", "Execution.Name", "Execution.RoleArn", "Execution.StartTime", "State.Name", "State.EnteredTime", "StateMachine.Id", "StateMachine.Name":
		return "string"
	case "State.RetryCount", "Map.Item.Index":
		return "number"
	}
	return ""
}

func callKind(call *jsonata.Call) string {
	function, ok := call.Function.(*jsonata.Variable)
	if !ok {
		return ""
	}
	switch function.Name {
	case "string", "uuid", "hash", "join", "substring", "type", "base64encode", "base64decode":
		return "string"
	case "count", "number", "floor", "ceil", "random", "length":
		return "number"
	case "exists", "not", "contains":
		return "boolean"
	case "merge":
		return "object"
	case "partition":
		return "array"
	}
	return ""
}

func isFailure(node jsonata.Node) bool {
	call, ok := node.(*jsonata.Call)
	if !ok {
		return false
	}
	function, ok := call.Function.(*jsonata.Variable)
	return ok && function.Name == "error"
}

// defined tells that an expression always gives something, or fails.
func defined(node jsonata.Node) bool {
	switch n := node.(type) {
	case *jsonata.Path:
		if contextKind(jsonata.Print(n)) == "string" {
			return true
		}
		variable, names := asl.PathOf(n)
		return variable == "states" && len(names) == 1
	case *jsonata.Block:
		return defined(n.Expressions[len(n.Expressions)-1])
	case *jsonata.Conditional:
		return defined(n.Then) && n.ElseOrNil != nil && (isFailure(n.ElseOrNil) || defined(n.ElseOrNil))
	case *jsonata.Binary:
		return kind(n) == "string" || kind(n) == "boolean"
	case *jsonata.Call:
		switch callKind(n) {
		case "boolean", "object":
			return true
		}
		function, ok := n.Function.(*jsonata.Variable)
		return ok && (function.Name == "uuid" || function.Name == "count")
	default:
		return kind(node) != ""
	}
}
