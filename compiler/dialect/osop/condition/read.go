package condition

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
