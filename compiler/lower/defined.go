package lower

import (
	"maps"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Step Functions refuses an expression that gives nothing. This file knows which expressions always give something, and makes the
// others do so.

// facts are what is known about an operation's data before it runs.
type facts struct {
	// parameters are the declared ones: $param has each of them.
	parameters map[string]bool
	// lists are the variables that hold what a counted loop goes over; it takes only items that are there.
	lists map[string]bool
	// local tells of the variables that the expression itself binds whether they have a value. Those of the operation have: the flow
	// analysis sees to it.
	local map[string]bool
}

// defined makes an expression give null where it would give nothing.
func (d facts) defined(node jsonata.Node) jsonata.Node {
	if d.alwaysDefined(node) {
		return node
	}
	if isShort(node) {
		return orNull(node, node)
	}
	value := &jsonata.Variable{Name: "value"}
	return &jsonata.Block{Expressions: []jsonata.Node{&jsonata.Bind{Name: "value", Value: node}, orNull(value, value)}}
}

func orNull(test, value jsonata.Node) jsonata.Node {
	return &jsonata.Conditional{Condition: call("exists", test), Then: value, ElseOrNil: &jsonata.Null{}}
}

// isShort tells whether an expression may be written twice: a variable, or a path of names and numbers from one.
func isShort(node jsonata.Node) bool {
	switch node := node.(type) {
	case *jsonata.Variable, *jsonata.Name, *jsonata.Number:
		return true
	case *jsonata.Path:
		return isShort(node.Left) && isShort(node.Right)
	case *jsonata.Filter:
		return isShort(node.Expr) && isShort(node.Predicate)
	default:
		return false
	}
}

// call is a call of a function of JSONata.
func call(function string, arguments ...jsonata.Node) jsonata.Node {
	return &jsonata.Call{Function: &jsonata.Variable{Name: function}, Arguments: arguments}
}

// alwaysDefined tells whether an expression is sure to give a value.
func (d facts) alwaysDefined(node jsonata.Node) bool {
	switch node := node.(type) {
	case *jsonata.String, *jsonata.Number, *jsonata.Boolean, *jsonata.Null, *jsonata.ArrayConstructor, *jsonata.ObjectConstructor:
		return true
	case *jsonata.Variable:
		known, local := d.local[node.Name]
		return known || !local && node.Name != "" && node.Name != "$"
	case *jsonata.Binary:
		return d.binary(node)
	case *jsonata.Negate:
		return d.alwaysDefined(node.Operand)
	case *jsonata.Conditional:
		return d.conditional(node)
	case *jsonata.Block:
		return d.block(node)
	case *jsonata.Call:
		return d.call(node)
	case *jsonata.Path:
		return d.isContractPath(node)
	case *jsonata.Filter:
		variable, ok := node.Expr.(*jsonata.Variable)
		return ok && d.lists[variable.Name]
	default:
		return false
	}
}

func (d facts) binary(node *jsonata.Binary) bool {
	switch node.Operator {
	case "=", "!=", "in", "and", "or", "&":
		return true
	case "~>":
		return false
	default:
		return d.alwaysDefined(node.Left) && d.alwaysDefined(node.Right)
	}
}

// conditional knows the form $exists(x) and … ? x : y.
func (d facts) conditional(node *jsonata.Conditional) bool {
	if node.ElseOrNil == nil || !d.alwaysDefined(node.ElseOrNil) {
		return false
	}
	return tests(node.Condition, node.Then) || d.where(node.Condition).alwaysDefined(node.Then)
}

// where knows that the variables which a condition tests exist.
func (d facts) where(condition jsonata.Node) facts {
	inner := d.copy()
	jsonata.Walk(condition, func(node jsonata.Node) bool {
		called, ok := node.(*jsonata.Call)
		if ok && isFunction(called, "exists") && len(called.Arguments) == 1 {
			if variable, ok := called.Arguments[0].(*jsonata.Variable); ok && tests(condition, variable) {
				inner.local[variable.Name] = true
			}
		}
		return true
	})
	return inner
}

func (d facts) copy() facts {
	inner := facts{parameters: d.parameters, lists: d.lists, local: map[string]bool{}}
	maps.Copy(inner.local, d.local)
	return inner
}

// tests tells whether a condition holds only when the expression exists.
func tests(condition, node jsonata.Node) bool {
	switch condition := condition.(type) {
	case *jsonata.Call:
		return isFunction(condition, "exists") && len(condition.Arguments) == 1 && sameText(condition.Arguments[0], node)
	case *jsonata.Binary:
		return condition.Operator == "and" && (tests(condition.Left, node) || tests(condition.Right, node))
	case *jsonata.Block:
		return len(condition.Expressions) == 1 && tests(condition.Expressions[0], node)
	default:
		return false
	}
}

func sameText(a, b jsonata.Node) bool { return jsonata.Print(a) == jsonata.Print(b) }

func isFunction(node *jsonata.Call, name string) bool {
	function, ok := node.Function.(*jsonata.Variable)
	return ok && function.Name == name
}

func (d facts) block(node *jsonata.Block) bool {
	if len(node.Expressions) == 0 {
		return false
	}
	inner := d.copy()
	for _, expression := range node.Expressions {
		if bind, ok := expression.(*jsonata.Bind); ok {
			inner.local[bind.Name] = inner.alwaysDefined(bind.Value)
		}
	}
	return inner.alwaysDefined(node.Expressions[len(node.Expressions)-1])
}

// call knows the functions of JSONata 2.0.6 (docs.jsonata.org, built-in functions) that give a value whenever their arguments have one.
func (d facts) call(node *jsonata.Call) bool {
	function, ok := node.Function.(*jsonata.Variable)
	if !ok {
		return false
	}
	switch function.Name {
	case "exists", "not", "count", "now", "millis", "random", "uuid":
		return true
	case "append":
		return len(node.Arguments) == 2 && (d.alwaysDefined(node.Arguments[0]) || d.alwaysDefined(node.Arguments[1]))
	case "string", "length", "substring", "substringBefore", "substringAfter", "uppercase", "lowercase", "trim", "pad", "contains", "split",
		"join", "replace", "base64encode", "base64decode", "encodeUrlComponent", "encodeUrl", "decodeUrlComponent", "decodeUrl",
		"number", "formatNumber", "formatBase", "formatInteger", "parseInteger", "abs", "floor", "ceil", "round", "power", "sqrt",
		"sum", "boolean", "sort", "reverse", "shuffle", "distinct", "merge", "type", "fromMillis", "toMillis",
		"parse", "partition", "hash":
		return len(node.Arguments) > 0 && d.all(node.Arguments)
	default:
		return false
	}
}

func (d facts) all(nodes []jsonata.Node) bool {
	for _, node := range nodes {
		if !d.alwaysDefined(node) {
			return false
		}
	}
	return true
}

// isContractPath knows the paths whose values are there by contract: what Step Functions puts into $states, the answer of a function with
// its fields, and the declared parameters.
func (d facts) isContractPath(node *jsonata.Path) bool {
	if branch, ok := node.Left.(*jsonata.Path); ok && isBranchResult(branch) {
		return true
	}
	root, names := pathNames(node)
	switch {
	case root == "param":
		return len(names) == 1 && d.parameters[names[0]]
	case root != "states" || len(names) == 0:
		return false
	}
	switch names[0] {
	case "input":
		return len(names) == 1
	case "result":
		return len(names) <= 2 || len(names) == 3 && names[1] == "Payload" && isAnswerField(names[2])
	case "errorOutput":
		return len(names) <= 2
	case "context":
		return !(len(names) > 3 && names[1] == "Execution" && names[2] == "Input")
	default:
		return false
	}
}

// isAnswerField knows the fields that functions of the catalogue always answer: those of sql, http and filter.
func isAnswerField(name string) bool {
	switch name {
	case "rows", "affected", "results", "statusCode", "headers", "body", "output":
		return true
	default:
		return false
	}
}

// isBranchResult knows $states.result[n]: what a branch of a Parallel hands out has every member that is asked for.
func isBranchResult(node *jsonata.Path) bool {
	filter, ok := node.Right.(*jsonata.Filter)
	if !ok {
		return false
	}
	root, _ := node.Left.(*jsonata.Variable)
	name, _ := filter.Expr.(*jsonata.Name)
	return root != nil && root.Name == "states" && name != nil && name.Value == "result"
}

// pathNames takes a path of names apart; the root is "" when it is anything else.
func pathNames(node jsonata.Node) (root string, names []string) {
	switch node := node.(type) {
	case *jsonata.Variable:
		return node.Name, nil
	case *jsonata.Path:
		name, ok := node.Right.(*jsonata.Name)
		root, names := pathNames(node.Left)
		if !ok || root == "" {
			return "", nil
		}
		return root, append(names, name.Value)
	default:
		return "", nil
	}
}

// condition makes an expression give true or false, as a choice rule demands: what gives nothing counts as false.
func (d facts) condition(node jsonata.Node) jsonata.Node {
	if d.alwaysBoolean(node) {
		return node
	}
	return &jsonata.Binary{Operator: "=", Left: node, Right: &jsonata.Boolean{Value: true}}
}

func (d facts) alwaysBoolean(node jsonata.Node) bool {
	switch node := node.(type) {
	case *jsonata.Boolean:
		return true
	case *jsonata.Binary:
		return d.booleanOperator(node)
	case *jsonata.Conditional:
		return node.ElseOrNil != nil && d.alwaysBoolean(node.Then) && d.alwaysBoolean(node.ElseOrNil)
	case *jsonata.Block:
		return len(node.Expressions) > 0 && d.alwaysBoolean(node.Expressions[len(node.Expressions)-1])
	case *jsonata.Call:
		return isFunction(node, "exists") || isFunction(node, "not") ||
			(isFunction(node, "boolean") || isFunction(node, "contains")) && d.alwaysDefined(node)
	default:
		return false
	}
}

func (d facts) booleanOperator(node *jsonata.Binary) bool {
	switch node.Operator {
	case "=", "!=", "in", "and", "or":
		return true
	case "<", "<=", ">", ">=":
		return d.alwaysDefined(node)
	default:
		return false
	}
}
