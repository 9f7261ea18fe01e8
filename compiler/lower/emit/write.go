package emit

import (
	"fmt"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/known"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// writer writes the values and expressions of one state.
type writer struct {
	facts known.Facts
	scope *scope
	// at is the place in the source that problems are found at.
	at    diag.Range
	found *diag.List
}

// writer writes for a place in the source, in a scope.
func (e *emitter) writer(at diag.Range, in *scope) writer {
	return writer{facts: e.plan.Facts, scope: in, at: at, found: &e.found}
}

// of writes for a step.
func (e *emitter) of(step ir.Step, at place) writer { return e.writer(step.Head().Range, at.scope) }

// json gives the data of a field: literals as they are, expressions as {% … %} texts.
func (w writer) json(value ir.Value) any {
	switch value := value.(type) {
	case jsonata.Node:
		return w.expression(value)
	case string:
		return literal(value)
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = w.json(item)
		}
		return items
	case *jsonata.Object:
		return w.object(value)
	default:
		return value
	}
}

// object gives a template of the same members. A key cannot be an expression, so an object with a key that must be one is written as one
// expression as a whole.
func (w writer) object(value *jsonata.Object) any {
	template := jsonata.NewObject()
	for key, member := range value.All() {
		if mustBeExpression(key) || strings.HasSuffix(key, ".$") {
			return w.expression(w.facts.Node(value))
		}
		template.Set(key, w.json(member))
	}
	return template
}

// expression gives the text of an expression that always has a value. Literals lose the delimiters.
func (w writer) expression(node jsonata.Node) any {
	switch node := node.(type) {
	case *jsonata.String:
		return literal(node.Value)
	case *jsonata.Number:
		return number(node)
	case *jsonata.Boolean:
		return node.Value
	case *jsonata.Null:
		return nil
	default:
		return w.write(w.facts.Defined(w.scope.resolve(node)))
	}
}

// number is the value of a literal.
func number(literal *jsonata.Number) any {
	if literal.Integer != 0 {
		return literal.Integer
	}
	return literal.Value
}

// condition gives the text of a condition, or a boolean.
func (w writer) condition(node jsonata.Node) asl.Boolean {
	if literal, ok := node.(*jsonata.Boolean); ok {
		return asl.Constant(literal.Value)
	}
	return field[bool](w.write(w.facts.Condition(w.scope.resolve(node))))
}

// field makes the field of a state from its data. Data of another type leaves the field out, which the check of the definition refuses.
func field[T bool | float64 | string](data any) asl.Value[T] {
	value, _ := asl.ValueOf[T](data)
	return value
}

// assign gives the Assign of a state, nil when nothing is set.
func (w writer) assign(bindings []ir.Binding) *jsonata.Object {
	if len(bindings) == 0 {
		return nil
	}
	assigned := jsonata.NewObject()
	for _, binding := range bindings {
		assigned.Set(w.scope.target(binding.Name), w.json(w.facts.Kept(binding, build.Var(binding.Name))))
	}
	return assigned
}

// write gives the text of an expression, and reports what no text can say: one that the deployment would change, one that Step Functions
// would not evaluate.
func (w writer) write(node jsonata.Node) string {
	node = protected(node)
	text := asl.Expression(node)
	if strings.Contains(text, "${") {
		// a name or a character class can hold the sign of a substitution in a way that cannot be written differently
		w.found.Add(diag.Diagnostic{
			Code:    codeSubstituted,
			Summary: "an expression holds ${, which the deployment would replace",
			Detail:  "The expression is: " + text,
			Range:   w.at,
		})
	}
	if depth := jsonata.Depth(node); depth > maxDepth {
		w.found.Add(diag.Diagnostic{
			Code:    codeTooDeep,
			Summary: fmt.Sprintf("an expression is nested %d levels deep", depth),
			Detail:  fmt.Sprintf("Step Functions stops evaluating at %d levels; the compiler writes at most %d.", limitOfDepth, maxDepth),
			Fix:     "set an attribute or a variable to a part of it in a step before, and use that here",
			Range:   w.at,
		})
	}
	return text
}

// maxDepth is how deep an emitted expression may nest, limitOfDepth how deep Step Functions evaluates.
const (
	maxDepth     = 80
	limitOfDepth = 100
)
