package build

import "github.com/steploom/steploom/statemachine/jsonata"

// Not is $not(condition).
func Not(condition jsonata.Node) jsonata.Node { return Call("not", condition) }

// Exists is $exists(node).
func Exists(node jsonata.Node) jsonata.Node { return Call("exists", node) }

// If is condition ? then : otherwise; a nil otherwise gives nothing at all when the condition is false.
func If(condition, then, otherwiseOrNil jsonata.Node) jsonata.Node {
	return &jsonata.Conditional{Condition: condition, Then: then, ElseOrNil: otherwiseOrNil}
}

// Case is one way of Cases: Then is the value when When holds.
type Case struct{ When, Then jsonata.Node }

// Cases gives the value of the first case whose condition holds, otherwise the last argument (nil gives nothing at all). Up to twelve cases
// become a chain c1 ? v1 : c2 ? v2 : …; of more, a chain of twelve parts asks first whether any condition of a part holds. Such a condition
// is evaluated once more for each level of parts.
func Cases(cases []Case, otherwiseOrNil jsonata.Node) jsonata.Node {
	if len(cases) <= flat {
		return chooseFirst(cases, otherwiseOrNil)
	}
	size := flat
	for size*flat < len(cases) {
		size *= flat
	}
	var parts []Case
	for start := 0; start < len(cases); start += size {
		part := cases[start:min(start+size, len(cases))]
		parts = append(parts, Case{When: anyOf(part), Then: Cases(part, nil)})
	}
	return chooseFirst(parts, otherwiseOrNil)
}

func chooseFirst(cases []Case, otherwiseOrNil jsonata.Node) jsonata.Node {
	chosen := otherwiseOrNil
	for at := len(cases) - 1; at >= 0; at-- {
		chosen = If(cases[at].When, cases[at].Then, chosen)
	}
	return chosen
}

func anyOf(cases []Case) jsonata.Node {
	conditions := make([]jsonata.Node, len(cases))
	for i, one := range cases {
		conditions[i] = one.When
	}
	return Any(conditions...)
}
