package condition

import (
	"fmt"
	"strings"
)

// Exclusive tells whether two conditions can be seen never to hold together: every way to make the first true contradicts every way to
// make the second true, by comparisons of the same value with literals. A false answer means "not seen", not "can hold together".
func Exclusive(a, b Node) bool {
	left, okLeft := alternatives(a, false)
	right, okRight := alternatives(b, false)
	if !okLeft || !okRight {
		return false
	}
	for _, one := range left {
		for _, other := range right {
			if !contradict(append(append([]fact{}, one...), other...)) {
				return false
			}
		}
	}
	return true
}

// fact is a comparison that holds: the value named key relates to one of the literals (or to none of them, with "!=").
type fact struct {
	key      string
	operator string // == != < <= > >=
	literals []any  // one, or several for "in"
}

// maxAlternatives bounds the disjunctive normal form.
const maxAlternatives = 64

// alternatives gives the disjunctive normal form of a condition, or of its negation. Parts that are no comparisons with literals become
// facts about their own text.
func alternatives(n Node, negated bool) ([][]fact, bool) {
	switch n := n.(type) {
	case *Unary:
		if n.Operator == "!" {
			return alternatives(n.Operand, !negated)
		}
	case *Binary:
		if n.Operator == "&&" || n.Operator == "||" {
			return combined(n, negated)
		}
		if found, ok := comparison(n, negated); ok {
			return [][]fact{{found, itself(n, negated)}}, true
		}
	case *Literal:
		if truth, ok := n.Value.(bool); ok {
			if truth != negated {
				return [][]fact{{}}, true
			}
			return nil, true
		}
	}
	return [][]fact{{itself(n, negated)}}, true
}

// itself is the fact that a condition holds, or that it does not.
func itself(n Node, negated bool) fact {
	operator := "=="
	if negated {
		operator = "!="
	}
	return fact{key: "?" + render(n), operator: operator, literals: []any{true}}
}

func combined(n *Binary, negated bool) ([][]fact, bool) {
	left, okLeft := alternatives(n.Left, negated)
	right, okRight := alternatives(n.Right, negated)
	if !okLeft || !okRight || len(left)*len(right) > maxAlternatives {
		return nil, false
	}
	if (n.Operator == "||") != negated {
		return append(left, right...), true
	}
	var product [][]fact
	for _, one := range left {
		for _, other := range right {
			product = append(product, append(append([]fact{}, one...), other...))
		}
	}
	return product, true
}

// comparison reads "value operator literal", either way round, and "value in [literals]".
func comparison(n *Binary, negated bool) (fact, bool) {
	left, right, operator := n.Left, n.Right, n.Operator
	if _, literal := left.(*Literal); literal {
		left, right, operator = right, left, mirrored(operator)
	}
	if negated {
		// An ordering that does not hold says nothing about values of other types, so only equality can be turned round.
		switch operator {
		case "==", "in":
			operator = "!="
		case "!=":
			operator = "=="
		default:
			return fact{}, false
		}
	}
	literals, ok := literalsOf(right)
	if !ok || operator == "contains" || strings.ContainsAny(operator, "+-*/%") {
		return fact{}, false
	}
	if operator == "in" {
		operator = "=="
	}
	return fact{key: render(left), operator: operator, literals: literals}, true
}

func mirrored(operator string) string {
	switch operator {
	case "<":
		return ">"
	case "<=":
		return ">="
	case ">":
		return "<"
	case ">=":
		return "<="
	case "in":
		return "contains"
	default:
		return operator
	}
}

func literalsOf(n Node) ([]any, bool) {
	switch n := n.(type) {
	case *Literal:
		return []any{n.Value}, true
	case *Reference: // an unquoted word: the same word means the same thing
		return []any{"\x00" + strings.Join(n.Path, ".")}, len(n.Path) == 1
	case *List:
		var all []any
		for _, item := range n.Items {
			literal, ok := item.(*Literal)
			if !ok {
				return nil, false
			}
			all = append(all, literal.Value)
		}
		return all, true
	default:
		return nil, false
	}
}

// contradict tells whether facts cannot all hold.
func contradict(facts []fact) bool {
	for i, a := range facts {
		for _, b := range facts[i+1:] {
			if a.key == b.key && opposed(a, b) {
				return true
			}
		}
	}
	return false
}

// opposed tells whether two facts about the same value contradict each other.
func opposed(a, b fact) bool {
	if a.operator == "==" {
		return !anyAllowed(a.literals, b)
	}
	if b.operator == "==" {
		return !anyAllowed(b.literals, a)
	}
	if a.operator == "!=" || b.operator == "!=" {
		return false
	}
	x, okX := a.literals[0].(float64)
	y, okY := b.literals[0].(float64)
	if !okX || !okY || len(a.literals)+len(b.literals) > 2 {
		return false
	}
	switch {
	case lower(a) && !lower(b):
		return y < x || y == x && !(inclusive(a) && inclusive(b))
	case !lower(a) && lower(b):
		return x < y || y == x && !(inclusive(a) && inclusive(b))
	default:
		return false
	}
}

// lower tells whether a fact is a lower bound.
func lower(f fact) bool { return strings.HasPrefix(f.operator, ">") }

func inclusive(f fact) bool { return strings.HasSuffix(f.operator, "=") }

func anyAllowed(values []any, by fact) bool {
	for _, value := range values {
		if allowed(value, by) {
			return true
		}
	}
	return false
}

func allowed(value any, by fact) bool {
	_, word := value.(string)
	for _, literal := range by.literals {
		other, otherWord := literal.(string)
		unsure := word && otherWord && value != literal && (strings.HasPrefix(value.(string), "\x00") || strings.HasPrefix(other, "\x00"))
		switch {
		case by.operator == "==" && (value == literal || unsure):
			return true
		case by.operator == "!=" && value == literal:
			return false
		}
	}
	switch by.operator {
	case "==":
		return false
	case "!=":
		return true
	default:
		return ordered(value, by)
	}
}

func isWhole(value any) bool {
	_, ok := value.(int64)
	return ok
}

func ordered(value any, by fact) bool {
	x, okX := value.(float64)
	y, okY := by.literals[0].(float64)
	if !okX || !okY {
		return okX == okY || isWhole(value) || isWhole(by.literals[0]) // two texts may be in any order; so may numbers that float64 cannot hold
	}
	switch by.operator {
	case "<":
		return x < y
	case "<=":
		return x <= y
	case ">":
		return x > y
	default:
		return x >= y
	}
}

// render writes a condition in one spelling, to compare parts of conditions.
func render(n Node) string {
	switch n := n.(type) {
	case *Literal:
		return fmt.Sprintf("%#v", n.Value)
	case *Reference:
		return strings.Join(n.Path, ".")
	case *Member:
		if n.Index != nil {
			return render(n.Of) + "[" + render(n.Index) + "]"
		}
		return render(n.Of) + "." + n.Name
	case *List:
		return "[" + renderAll(n.Items) + "]"
	case *Unary:
		return n.Operator + "(" + render(n.Operand) + ")"
	case *Binary:
		return "(" + render(n.Left) + n.Operator + render(n.Right) + ")"
	case *Ternary:
		return "(" + render(n.Condition) + "?" + render(n.Then) + ":" + render(n.Else) + ")"
	case *Call:
		if n.Of != nil {
			return render(n.Of) + "." + n.Name + "(" + renderAll(n.Arguments) + ")"
		}
		return n.Name + "(" + renderAll(n.Arguments) + ")"
	default:
		return ""
	}
}

func renderAll(nodes []Node) string {
	texts := make([]string, len(nodes))
	for i, n := range nodes {
		texts[i] = render(n)
	}
	return strings.Join(texts, ",")
}
