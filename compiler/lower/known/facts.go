package known

import (
	"maps"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Facts are what is certain about the data of an operation. They never change; what is certain in one place more than elsewhere makes
// further facts.
type Facts struct {
	catalogue []task.Row
	// parameters are the declared ones: $param has each of them.
	parameters map[string]bool
	// lists are the variables that hold what a counted loop goes over; it takes only items that are there.
	lists map[string]bool
	// answer describes what $states.result.Payload is, the zero row says nothing; direct tells that $states.result is the answer, with
	// nothing known about it.
	answer task.Row
	direct bool
	// handed tells that the answer stands in $states.input: the state before has handed it on.
	handed bool
	// local tells of the variables that the expression itself binds whether they have a value. Those of the operation have: the flow
	// analysis sees to it.
	local map[string]bool
}

// Of gives the facts of an operation that calls functions of a catalogue.
func Of(operation *ir.Operation, catalogue []task.Row) Facts {
	parameters := map[string]bool{}
	for _, parameter := range operation.Parameters {
		parameters[parameter.Name] = true
	}
	return Facts{catalogue: catalogue, parameters: parameters}
}

// WithLists adds variables that hold what a counted loop goes over.
func (f Facts) WithLists(names ...string) Facts {
	f.lists = with(f.lists, names)
	return f
}

func with(names map[string]bool, more []string) map[string]bool {
	all := maps.Clone(names)
	if all == nil {
		all = map[string]bool{}
	}
	for _, name := range more {
		all[name] = true
	}
	return all
}

// Defined makes an expression give null where it would give nothing.
func (f Facts) Defined(node jsonata.Node) jsonata.Node {
	if f.AlwaysDefined(node) {
		return node
	}
	return build.OrNull(node)
}

// AlwaysDefined tells whether an expression is sure to give a value.
func (f Facts) AlwaysDefined(node jsonata.Node) bool {
	switch node := node.(type) {
	case *jsonata.String, *jsonata.Number, *jsonata.Boolean, *jsonata.Null, *jsonata.ArrayConstructor, *jsonata.ObjectConstructor:
		return true
	case *jsonata.Variable:
		defined, local := f.local[node.Name]
		return defined || !local && node.Name != "" && node.Name != "$"
	case *jsonata.Binary:
		return f.binary(node)
	case *jsonata.Negate:
		return f.AlwaysDefined(node.Operand)
	case *jsonata.Conditional:
		return f.conditional(node)
	case *jsonata.Block:
		return f.block(node)
	case *jsonata.Call:
		return f.call(node)
	case *jsonata.Path:
		return f.isContractPath(node)
	case *jsonata.Filter:
		variable, ok := node.Expr.(*jsonata.Variable)
		return ok && f.lists[variable.Name]
	default:
		return false
	}
}

func (f Facts) binary(node *jsonata.Binary) bool {
	switch node.Operator {
	case "=", "!=", "in", "and", "or", "&":
		return true
	case "~>":
		return false
	default:
		return f.AlwaysDefined(node.Left) && f.AlwaysDefined(node.Right)
	}
}

// conditional knows the form $exists(x) and … ? x : y.
func (f Facts) conditional(node *jsonata.Conditional) bool {
	if node.ElseOrNil == nil || !f.AlwaysDefined(node.ElseOrNil) {
		return false
	}
	return tests(node.Condition, node.Then) || f.where(node.Condition).AlwaysDefined(node.Then)
}

// where knows that the variables which a condition tests exist.
func (f Facts) where(condition jsonata.Node) Facts {
	var tested []string
	jsonata.Walk(condition, func(node jsonata.Node) bool {
		called, ok := node.(*jsonata.Call)
		if ok && isFunction(called, "exists") && len(called.Arguments) == 1 {
			if variable, ok := called.Arguments[0].(*jsonata.Variable); ok && tests(condition, variable) {
				tested = append(tested, variable.Name)
			}
		}
		return true
	})
	f.local = with(f.local, tested)
	return f
}

// tests tells whether a condition holds only when the expression exists.
func tests(condition, node jsonata.Node) bool {
	switch condition := condition.(type) {
	case *jsonata.Call:
		return isFunction(condition, "exists") && len(condition.Arguments) == 1 && Same(condition.Arguments[0], node)
	case *jsonata.Binary:
		return condition.Operator == "and" && (tests(condition.Left, node) || tests(condition.Right, node))
	case *jsonata.Block:
		return len(condition.Expressions) == 1 && tests(condition.Expressions[0], node)
	default:
		return false
	}
}

func (f Facts) block(node *jsonata.Block) bool {
	if len(node.Expressions) == 0 {
		return false
	}
	inner := f
	inner.local = with(f.local, nil)
	for _, expression := range node.Expressions {
		if bind, ok := expression.(*jsonata.Bind); ok {
			inner.local[bind.Name] = inner.AlwaysDefined(bind.Value)
		}
	}
	return inner.AlwaysDefined(node.Expressions[len(node.Expressions)-1])
}

// call knows the functions of JSONata 2.0.6 (docs.jsonata.org, built-in functions) that give a value whenever their arguments have one, and $error,
// which never gives nothing.
func (f Facts) call(node *jsonata.Call) bool {
	function, ok := node.Function.(*jsonata.Variable)
	if !ok {
		return false
	}
	switch function.Name {
	case "exists", "not", "count", "now", "millis", "random", "uuid", "error":
		return true
	case "append":
		return len(node.Arguments) == 2 && (f.AlwaysDefined(node.Arguments[0]) || f.AlwaysDefined(node.Arguments[1]))
	case "string", "length", "substring", "substringBefore", "substringAfter", "uppercase", "lowercase", "trim", "pad", "contains", "split",
		"join", "replace", "base64encode", "base64decode", "encodeUrlComponent", "encodeUrl", "decodeUrlComponent", "decodeUrl",
		"number", "formatNumber", "formatBase", "formatInteger", "parseInteger", "abs", "floor", "ceil", "round", "power", "sqrt",
		"sum", "boolean", "sort", "reverse", "shuffle", "distinct", "merge", "type", "fromMillis", "toMillis",
		"parse", "partition", "hash":
		return len(node.Arguments) > 0 && f.all(node.Arguments)
	default:
		return false
	}
}

func (f Facts) all(nodes []jsonata.Node) bool {
	for _, node := range nodes {
		if !f.AlwaysDefined(node) {
			return false
		}
	}
	return true
}
