package known

import (
	"slices"

	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// isContractPath knows the paths whose values are there by contract: what Step Functions puts into $states, the answer of a function with
// its fields, and the declared parameters.
func (f Facts) isContractPath(node *jsonata.Path) bool {
	if branch, ok := node.Left.(*jsonata.Path); ok && isBranchResult(branch) {
		return true
	}
	root, names := Names(node)
	switch {
	case root == "param":
		return len(names) == 1 && f.parameters[names[0]]
	case root != "states" || len(names) == 0:
		return false
	}
	switch names[0] {
	case "input":
		return len(names) == 1 || f.handed && f.answers(names)
	case "result":
		return len(names) == 1 || f.answers(names)
	case "errorOutput":
		return len(names) <= 2
	case "context":
		return !(len(names) > 3 && names[1] == "Execution" && names[2] == "Input")
	default:
		return false
	}
}

// answers tells whether an answer has what names lead to, the first of which is where it stands.
func (f Facts) answers(names []string) bool {
	return len(names) == 2 && !f.direct || len(names) == 3 && names[1] == "Payload" && f.answer.AlwaysAnswers(names[2])
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

// IsArray tells whether an expression is sure to give an array.
func (f Facts) IsArray(node jsonata.Node) bool {
	switch node := node.(type) {
	case *jsonata.ArrayConstructor:
		return true
	case *jsonata.Path:
		root, names := Names(node)
		return root == "states" && len(names) == 3 && names[0] == "result" && names[1] == "Payload" &&
			slices.ContainsFunc(f.answer.Answer, func(field task.Field) bool {
				return field.Name == names[2] && field.Type == task.TypeList && !field.Optional
			})
	default:
		return false
	}
}

// Condition makes an expression give true or false, as a choice rule demands: what gives nothing counts as false.
func (f Facts) Condition(node jsonata.Node) jsonata.Node {
	if f.alwaysBoolean(node) {
		return node
	}
	return build.Binary(node, "=", build.Bool(true))
}

func (f Facts) alwaysBoolean(node jsonata.Node) bool {
	switch node := node.(type) {
	case *jsonata.Boolean:
		return true
	case *jsonata.Binary:
		return f.booleanOperator(node)
	case *jsonata.Conditional:
		return node.ElseOrNil != nil && f.alwaysBoolean(node.Then) && f.alwaysBoolean(node.ElseOrNil)
	case *jsonata.Block:
		return len(node.Expressions) > 0 && f.alwaysBoolean(node.Expressions[len(node.Expressions)-1])
	case *jsonata.Call:
		return isFunction(node, "exists") || isFunction(node, "not") ||
			(isFunction(node, "boolean") || isFunction(node, "contains")) && f.AlwaysDefined(node)
	default:
		return false
	}
}

func (f Facts) booleanOperator(node *jsonata.Binary) bool {
	switch node.Operator {
	case "=", "!=", "in", "and", "or":
		return true
	case "<", "<=", ">", ">=":
		return f.AlwaysDefined(node)
	default:
		return false
	}
}

// IsText tells whether an expression is sure to give a text.
func IsText(node jsonata.Node) bool {
	switch node := node.(type) {
	case *jsonata.String:
		return true
	case *jsonata.Binary:
		return node.Operator == "&"
	default:
		return false
	}
}
