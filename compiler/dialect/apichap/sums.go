package apichap

import (
	"slices"

	"github.com/steploom/steploom/compiler/report"
)

// This file finds sums that never begin: an attribute is null before it is first set, and arithmetic with null gives null.

// neverBegin warns of attributes that are calculated from themselves before anything else has set them.
func (n *names) neverBegin() {
	set := map[string]bool{}
	eachFulfillment(n.operation.fulfillments, func(ff *fulfillment) {
		for _, group := range ff.attributes {
			for _, one := range group.values {
				if summand := ownSummand(one.value, one.name); summand != nil && !set[one.name] && !readsAny(group.when, map[string]bool{one.name: true}) {
					summand.report(report.Warning(codeAttribute, summand.place(), "%q is null before it is first set, and arithmetic with null gives null", one.name).
						Why("So it stays null.").
						Fix("set it to INTEGER(0), or whatever it begins with, in a fulfillment before this one"))
				}
				set[one.name] = true
			}
		}
	})
}

// ownSummand is the operand of arithmetic by which an attribute's value depends on the attribute itself, nil when there is none.
func ownSummand(value expression, name string) expression {
	sum, ok := value.(*binary)
	if !ok || !slices.Contains([]string{"+", "-", "*", "/"}, sum.operator) {
		return nil
	}
	for _, operand := range []expression{sum.left, sum.right} {
		if c, isCall := operand.(*call); isCall && c.method.name == "ATTRIBUTE" && c.arguments[0].text == name {
			return operand
		}
		if inside := ownSummand(operand, name); inside != nil {
			return inside
		}
	}
	return nil
}
