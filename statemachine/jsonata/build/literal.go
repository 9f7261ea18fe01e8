package build

import "github.com/steploom/steploom/statemachine/jsonata"

// Literal writes a JSON value (nil, bool, float64, int64, string, []any, *jsonata.Object) as an expression. An expression that stands in the value
// is taken as it is. What is none of these is null.
func Literal(value any) jsonata.Node {
	switch value := value.(type) {
	case jsonata.Node:
		return value
	case bool:
		return Bool(value)
	case float64:
		return Number(value)
	case int64:
		return jsonata.IntegerLiteral(value)
	case string:
		return Text(value)
	case []any:
		items := make([]jsonata.Node, len(value))
		for i, item := range value {
			items[i] = Literal(item)
		}
		return List(items...)
	case *jsonata.Object:
		var members []Member
		for name, member := range value.All() {
			members = append(members, Of(name, Literal(member)))
		}
		return Object(members...)
	default:
		return Null()
	}
}
