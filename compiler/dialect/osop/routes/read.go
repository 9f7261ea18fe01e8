package routes

import (
	"slices"

	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
)

// statusCodes reads a condition that compares the status of node n's answer with numbers; nil for any other condition.
func (r router) statusCodes(n flow.NodeID, tree condition.Node) []int {
	b, ok := tree.(*condition.Binary)
	if !ok || !r.Answers(n) {
		return nil
	}
	switch b.Operator {
	case "||":
		left, right := r.statusCodes(n, b.Left), r.statusCodes(n, b.Right)
		if left == nil || right == nil {
			return nil
		}
		return append(left, right...)
	case "==":
		if r.isStatus(n, b.Left) {
			return numbers(b.Right)
		}
	case "in":
		if list, isList := b.Right.(*condition.List); isList && r.isStatus(n, b.Left) {
			return numbers(list.Items...)
		}
	}
	return nil
}

func (r router) isStatus(n flow.NodeID, tree condition.Node) bool {
	reference, ok := tree.(*condition.Reference)
	if !ok {
		return false
	}
	path := reference.Path
	if path[0] == "outputs" {
		path = path[1:]
	}
	last := len(path) - 1
	if last < 1 || !slices.Contains([]string{"status", "status_code", "statusCode"}, path[last]) {
		return false
	}
	owner, isNode := r.Find(path[last-1])
	return isNode && owner == n || slices.Contains(r.Producers(path[last-1]), n)
}

// numbers gives the whole numbers that expressions are; nil when one is anything else.
func numbers(nodes ...condition.Node) []int {
	var found []int
	for _, node := range nodes {
		literal, ok := node.(*condition.Literal)
		if !ok {
			return nil
		}
		value, isNumber := literal.Value.(float64)
		if !isNumber || value != float64(int(value)) {
			return nil
		}
		found = append(found, int(value))
	}
	return found
}

// roundsOf reads a bound from a condition such as retry_count < 3; 0 when there is none.
func roundsOf(tree condition.Node) int {
	b, ok := tree.(*condition.Binary)
	if !ok {
		return 0
	}
	if b.Operator == "&&" {
		return max(roundsOf(b.Left), roundsOf(b.Right))
	}
	limit := numbers(b.Right)
	if limit == nil || !countsRounds(b.Left) {
		return 0
	}
	switch b.Operator {
	case "<":
		return max(0, limit[0])
	case "<=":
		return max(0, limit[0]+1)
	default:
		return 0
	}
}

func countsRounds(tree condition.Node) bool {
	switch t := tree.(type) {
	case *condition.Reference:
		return len(t.Path) == 1 && names.CountsRounds(t.Path[0])
	case *condition.Call:
		return t.Of == nil && t.Name == "attempt"
	default:
		return false
	}
}
