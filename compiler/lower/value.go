package lower

import (
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Some texts mean something to Step Functions or to CloudFormation wherever they stand: a text between {% and %} is an expression, and
// ${…} is replaced when the definition is deployed. Texts of a workflow are data, so they are written in a way that has none of these
// sequences: as an expression that puts the text together.

// json gives the data of a field: literals as they are, expressions as {% … %} texts.
func (l *lowering) json(value ir.Value, in *scope) any {
	switch value := value.(type) {
	case jsonata.Node:
		return l.expression(value, in)
	case string:
		return literal(value)
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = l.json(item, in)
		}
		return items
	case *jsonata.Object:
		return l.object(value, in)
	default:
		return value
	}
}

// object gives a template of the same members. A key cannot be an expression, so an object with a key that must be one is written as one
// expression as a whole.
func (l *lowering) object(value *jsonata.Object, in *scope) any {
	template := jsonata.NewObject()
	for key, member := range value.All() {
		if mustBeExpression(key) || strings.HasSuffix(key, ".$") {
			return l.expression(l.node(value), in)
		}
		template.Set(key, l.json(member, in))
	}
	return template
}

// literal gives a text as data.
func literal(text string) any {
	if mustBeExpression(text) {
		return asl.Expression(textNode(text))
	}
	return text
}

func mustBeExpression(text string) bool {
	return strings.Contains(text, "${") || strings.HasPrefix(text, "{%") || strings.HasSuffix(text, "%}")
}

// expression gives the text of an expression that always has a value. Literals lose the delimiters.
func (l *lowering) expression(node jsonata.Node, in *scope) any {
	switch node := node.(type) {
	case *jsonata.String:
		return literal(node.Value)
	case *jsonata.Number:
		return node.Value
	case *jsonata.Boolean:
		return node.Value
	case *jsonata.Null:
		return nil
	default:
		return l.write(l.facts.defined(in.resolve(node)))
	}
}

// condition gives the text of a condition, or a boolean.
func (l *lowering) condition(node jsonata.Node, in *scope) asl.Boolean {
	if literal, ok := node.(*jsonata.Boolean); ok {
		return asl.Constant(literal.Value)
	}
	return field[bool](l.write(l.facts.condition(in.resolve(node))))
}

// field makes the field of a state from its data. Data of another type leaves the field out, which the check of the definition refuses.
func field[T bool | float64 | string](data any) asl.Value[T] {
	value, _ := asl.ValueOf[T](data)
	return value
}

// write gives the text of an expression. A name or a character class can hold the sign of a substitution in a way that cannot be written
// differently; that is reported.
func (l *lowering) write(node jsonata.Node) string {
	text := asl.Expression(protected(node))
	if strings.Contains(text, "${") {
		l.found.Add(diag.Diagnostic{
			Code:    "LOW002",
			Summary: "an expression holds ${, which the deployment would replace",
			Detail:  "The expression is: " + text,
			Range:   l.current,
		})
	}
	return text
}

// protected rewrites an expression so that its text holds none of the sequences that mean something elsewhere.
func protected(node jsonata.Node) jsonata.Node {
	return build.Rewrite(node, func(node jsonata.Node) jsonata.Node {
		switch node := node.(type) {
		case *jsonata.String:
			return textNode(node.Value)
		case *jsonata.Regex:
			return &jsonata.Regex{Pattern: strings.ReplaceAll(node.Pattern, "${", "(?:$){"), Flags: node.Flags}
		case *jsonata.Group:
			return protectedGroup(node)
		default:
			return node
		}
	})
}

// protectedGroup keeps the sign of $ or $$ and the brace of a grouping apart.
func protectedGroup(node *jsonata.Group) jsonata.Node {
	if variable, ok := node.Expr.(*jsonata.Variable); ok && (variable.Name == "" || variable.Name == "$") {
		return &jsonata.Group{Expr: &jsonata.Block{Expressions: []jsonata.Node{variable}}, Pairs: node.Pairs}
	}
	return node
}

// textNode gives a text as an expression, cut wherever a sequence would come up.
func textNode(text string) jsonata.Node {
	var whole jsonata.Node
	for _, part := range cutSequences(text) {
		piece := &jsonata.String{Value: part}
		if whole == nil {
			whole = piece
			continue
		}
		whole = &jsonata.Binary{Operator: "&", Left: whole, Right: piece}
	}
	return whole
}

// cutSequences splits a text between the two characters of each ${, {% and %}.
func cutSequences(text string) []string {
	var parts []string
	start := 0
	for i := 0; i+1 < len(text); i++ {
		switch text[i : i+2] {
		case "${", "{%", "%}":
			parts = append(parts, text[start:i+1])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// node gives a value as one expression.
func (l *lowering) node(value ir.Value) jsonata.Node {
	switch value := value.(type) {
	case jsonata.Node:
		return l.facts.defined(value)
	case []any:
		items := make([]jsonata.Node, len(value))
		for i, item := range value {
			items[i] = l.item(item)
		}
		return &jsonata.ArrayConstructor{Items: items}
	case *jsonata.Object:
		object := &jsonata.ObjectConstructor{}
		for key, member := range value.All() {
			object.Pairs = append(object.Pairs, jsonata.Pair{Key: &jsonata.String{Value: key}, Value: l.node(member)})
		}
		return object
	case string:
		return &jsonata.String{Value: value}
	case float64:
		return &jsonata.Number{Value: value}
	case int64:
		return jsonata.IntegerLiteral(value)
	case bool:
		return &jsonata.Boolean{Value: value}
	default:
		return &jsonata.Null{}
	}
}

// item gives an element of an array constructor. JSONata flattens arrays there, so one that may be an array is wrapped once more.
func (l *lowering) item(value ir.Value) jsonata.Node {
	node, ok := value.(jsonata.Node)
	if !ok {
		return l.node(value)
	}
	return unflattened(l.facts.defined(node))
}

func unflattened(node jsonata.Node) jsonata.Node {
	switch node.(type) {
	case *jsonata.String, *jsonata.Number, *jsonata.Boolean, *jsonata.Null, *jsonata.ObjectConstructor, *jsonata.ArrayConstructor:
		return node
	}
	isArray := &jsonata.Binary{Operator: "=", Left: call("type", node), Right: &jsonata.String{Value: "array"}}
	return &jsonata.Conditional{Condition: isArray, Then: list(list(node)), ElseOrNil: node}
}

func list(items ...jsonata.Node) jsonata.Node { return &jsonata.ArrayConstructor{Items: items} }

// assign gives the Assign of a state, nil when nothing is set.
func (l *lowering) assign(bindings []ir.Binding, in *scope) *jsonata.Object {
	if len(bindings) == 0 {
		return nil
	}
	assigned := jsonata.NewObject()
	for _, binding := range bindings {
		assigned.Set(in.target(binding.Name), l.json(l.conditional(binding), in))
	}
	return assigned
}

// conditional gives the value of a binding; one whose condition fails keeps what it had.
func (l *lowering) conditional(binding ir.Binding) ir.Value {
	if binding.IfOrNil == nil {
		return binding.Value
	}
	return &jsonata.Conditional{
		Condition: l.facts.condition(binding.IfOrNil),
		Then:      l.node(binding.Value),
		ElseOrNil: build.Var(binding.Name),
	}
}
