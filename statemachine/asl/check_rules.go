package asl

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// This file checks choice rules in JSONPath mode.

// isTests checks the Choices of a state in JSONPath mode.
func isTests(c *checker, p place, v any) {
	if _, ok := c.filled(p, v); !ok {
		return
	}
	c.rules(p, v, func(p place, o *jsonata.Object, _ bool) {
		c.required(p.position, o, "Next")
		c.test(p, o, field{"Next", isText}, field{"Assign", isTemplateAssign})
	})
}

// selectors are the fields of a choice rule of which it has one.
var selectors = []string{"And", "Or", "Not", "Variable", "Condition"}

// test checks a choice rule, or a test inside one; beside are the fields that only a rule has.
func (c *checker) test(p place, o *jsonata.Object, beside ...field) {
	if count(o, selectors) != 1 {
		c.schema(p.position, "The object must have only one of the following fields, [%s]", strings.Join(selectors, ", "))
	}
	if _, ok := o.Get("Variable"); ok {
		c.exactlyOne(p.position, o, Operators()...)
	}
	allowed := append(beside, field{"Comment", isText}, field{"Variable", isReferencePath}, field{"And", isInnerTests}, field{"Or", isInnerTests}, field{"Not", isInnerTest})
	for _, operator := range Operators() {
		allowed = append(allowed, field{operator, operandCheck(operator)})
	}
	c.fields(p, o, allowed, "Condition", "Output")
}

func isInnerTests(c *checker, p place, v any) {
	if _, ok := c.filled(p, v); ok {
		c.rules(p, v, func(p place, o *jsonata.Object, _ bool) { c.test(p, o) })
	}
}

func isInnerTest(c *checker, p place, v any) {
	if o, ok := v.(*jsonata.Object); ok {
		c.test(p, o)
		return
	}
	c.mistyped(p.position, "OBJECT")
}

// operandCheck is the check of what a comparison compares with.
func operandCheck(operator string) func(*checker, place, any) {
	switch {
	case strings.HasSuffix(operator, "Path"):
		return isReferencePath
	case strings.HasPrefix(operator, "Is"), strings.HasPrefix(operator, "Boolean"):
		return isBool
	case strings.HasPrefix(operator, "Numeric"):
		return isNumber
	case strings.HasPrefix(operator, "Timestamp"):
		return isRFC3339
	default:
		return isText
	}
}

func isNumber(c *checker, p place, v any) {
	if _, ok := jsonata.Float(v); !ok {
		c.mistyped(p.position, "NUMBER")
	}
}

// testNames are the fields of a choice rule that only JSONPath mode has.
func testNames() []string {
	return append(Operators(), slices.DeleteFunc(slices.Clone(selectors), func(name string) bool { return name == "Condition" })...)
}
