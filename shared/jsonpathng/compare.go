package jsonpathng

import (
	"math"

	"github.com/steploom/steploom/shared/pytext"
)

func (c every) holds(e *evaluation, at *match) (bool, error) { return decide(e, at, c, false) }

func (c either) holds(e *evaluation, at *match) (bool, error) { return decide(e, at, c, true) }

// decide looks at conditions up to the first whose answer decides.
func decide(e *evaluation, at *match, conditions []condition, decisive bool) (bool, error) {
	for _, c := range conditions {
		if holds, err := c.holds(e, at); err != nil || holds == decisive {
			return holds, err
		}
	}
	return !decisive, nil
}

func (c *exists) holds(e *evaluation, at *match) (bool, error) {
	found, err := matches(e, c.path, at)
	return found != c.negated, err
}

func (c *resembles) holds(e *evaluation, at *match) (bool, error) {
	holds := false
	err := c.left.find(e, at, func(m *match) error {
		text, isText := m.value.(string)
		if !isText {
			return nil
		}
		found, err := c.pattern.Search(text, e.step)
		holds = holds || found
		return err
	})
	return holds, err
}

func (c *comparison) holds(e *evaluation, at *match) (bool, error) {
	if query, isNode := c.right.(node); isNode {
		return c.holdsFor(e, query, at)
	}
	found, holds := false, false
	err := c.left.find(e, at, func(m *match) error {
		found = true
		if !holds {
			var err error
			holds, err = c.compare(e, m.value, c.right)
			return err
		}
		return nil
	})
	return holds || !found && c.operator == "!=", err
}

// holdsFor compares with what a path matches: nothing is equal to nothing only.
func (c *comparison) holdsFor(e *evaluation, query node, at *match) (bool, error) {
	left, err := e.values(c.left, at)
	if err != nil && bare(e, c.left, at) == nil {
		return false, err
	}
	right, failure := e.values(query, at)
	if failure != nil {
		return false, failure
	}
	if err != nil && len(right) > 0 { // only then Python looks at what it found on the left
		return false, err
	}
	if err != nil {
		return c.operator == "!=", nil
	}
	if len(left) == 0 || len(right) == 0 {
		return byEquality(c.operator, len(left) == len(right)), nil
	}
	for _, l := range left {
		for _, r := range right {
			if holds, err := c.compare(e, l, r); holds || err != nil {
				return holds, err
			}
		}
	}
	return false, nil
}

// byEquality is a comparison of values that have no order.
func byEquality(operator string, equal bool) bool {
	switch operator {
	case "==", "<=", ">=":
		return equal
	case "!=":
		return !equal
	}
	return false
}

// compare compares two values as RFC 9535 does: only two numbers, or two texts, have an order.
func (c *comparison) compare(e *evaluation, left, right any) (bool, error) {
	if isNumber(left) && isNumber(right) {
		return ordered(c.operator, left, right), nil
	}
	l, isText := left.(string)
	if r, both := right.(string); isText && both {
		if err := e.step(1 + min(len(l), len(r))/64); err != nil {
			return false, err
		}
		return ordered(c.operator, l, r), nil
	}
	equal, err := e.equal(left, right)
	return byEquality(c.operator, equal), err
}

func isNumber(v any) bool {
	if _, isBool := v.(bool); isBool {
		return false
	}
	name := pytext.TypeName(v)
	return name == "int" || name == "float"
}

// ordered compares two numbers or two texts. NaN is neither before nor behind nor equal to anything.
func ordered(operator string, left, right any) bool {
	if isNaN(left) || isNaN(right) {
		return operator == "!="
	}
	order, _ := pytext.Compare(left, right)
	switch operator {
	case "==":
		return order == 0
	case "!=":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

func isNaN(v any) bool {
	f, isFloat := v.(float64)
	return isFloat && math.IsNaN(f)
}

// equal tells whether two values are the same: True is not 1, 1.0 is.
func (e *evaluation) equal(left, right any) (bool, error) {
	if err := e.step(1); err != nil {
		return false, err
	}
	left, right = pytext.Value(left), pytext.Value(right)
	switch l := left.(type) {
	case bool:
		return left == right, nil
	case []any:
		r, ok := right.([]any)
		if !ok || len(l) != len(r) {
			return false, nil
		}
		for i := range l {
			if equal, err := e.equal(l[i], r[i]); !equal || err != nil {
				return false, err
			}
		}
		return true, nil
	case *pytext.Dict:
		r, ok := right.(*pytext.Dict)
		return e.equalDicts(l, r, ok)
	}
	if _, isBool := right.(bool); isBool {
		return false, nil
	}
	return pytext.Equal(left, right), nil
}

func (e *evaluation) equalDicts(left, right *pytext.Dict, both bool) (bool, error) {
	if !both || left.Len() != right.Len() {
		return false, nil
	}
	for _, item := range left.Items() {
		other, ok := right.Get(item.Key)
		if !ok {
			return false, nil
		}
		if equal, err := e.equal(item.Value, other); !equal || err != nil {
			return false, err
		}
	}
	return true, nil
}
