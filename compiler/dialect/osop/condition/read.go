package condition

import "slices"

// Statuses reads a condition that compares something with whole numbers: x == 404, x in [401, 403], and such conditions joined by ||. of tells
// whether the references compared are the ones that matter. It gives nil for any other condition.
func Statuses(tree Node, of func(path []string) bool) []int {
	b, ok := tree.(*Binary)
	if !ok {
		return nil
	}
	if b.Operator == "||" {
		left, right := Statuses(b.Left, of), Statuses(b.Right, of)
		if left == nil || right == nil {
			return nil
		}
		return append(left, right...)
	}
	reference, ok := b.Left.(*Reference)
	list, isList := b.Right.(*List)
	switch {
	case !ok || !of(reference.Path):
		return nil
	case b.Operator == "==":
		return wholeNumbers(b.Right)
	case b.Operator == "in" && isList:
		return wholeNumbers(list.Items...)
	default:
		return nil
	}
}

// wholeNumbers gives the numbers that expressions are; nil when one is anything else.
func wholeNumbers(nodes ...Node) []int {
	var found []int
	for _, node := range nodes {
		literal, ok := node.(*Literal)
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

// Rounds reads a bound from a condition such as retry_count < 3 or attempt() <= 2; 0 when there is none. counts tells which names count rounds.
func Rounds(tree Node, counts func(name string) bool) int {
	b, ok := tree.(*Binary)
	if !ok {
		return 0
	}
	if b.Operator == "&&" {
		return max(Rounds(b.Left, counts), Rounds(b.Right, counts))
	}
	limit := wholeNumbers(b.Right)
	switch left := b.Left.(type) {
	case *Reference:
		if len(left.Path) != 1 || !counts(left.Path[0]) {
			return 0
		}
	case *Call:
		if left.Of != nil || left.Name != "attempt" {
			return 0
		}
	default:
		return 0
	}
	switch {
	case limit != nil && b.Operator == "<":
		return max(0, limit[0])
	case limit != nil && b.Operator == "<=":
		return max(0, limit[0]+1)
	default:
		return 0
	}
}

// IsOtherwise tells whether a condition is the word for "in every other case".
func IsOtherwise(tree Node) bool {
	literal, ok := tree.(*Literal)
	return ok && literal.Otherwise
}

// References are the names that an expression reads, but for the variables of its macros.
func References(tree Node) []*Reference {
	switch n := tree.(type) {
	case *Reference:
		return []*Reference{n}
	case *List:
		return readBy(n.Items...)
	case *Member:
		return readBy(n.Of, n.Index)
	case *Unary:
		return References(n.Operand)
	case *Binary:
		return readBy(n.Left, n.Right)
	case *Ternary:
		return readBy(n.Condition, n.Then, n.Else)
	case *Call:
		return n.readBy()
	default:
		return nil
	}
}

func readBy(nodes ...Node) []*Reference {
	var found []*Reference
	for _, n := range nodes {
		found = append(found, References(n)...)
	}
	return found
}

// readBy leaves out what names a node, and the variable of a macro.
func (n *Call) readBy() []*Reference {
	switch {
	case n.Of == nil && slices.Contains([]string{"attempt", "status", "error_of", "duration_of"}, n.Name):
		return nil
	case n.Of == nil || len(n.Arguments) != 2:
		return append(readBy(n.Of), readBy(n.Arguments...)...)
	}
	variable, _ := n.Arguments[0].(*Reference)
	inside := slices.DeleteFunc(readBy(n.Arguments...), func(r *Reference) bool { return variable != nil && r.Path[0] == variable.Path[0] })
	return append(References(n.Of), inside...)
}
