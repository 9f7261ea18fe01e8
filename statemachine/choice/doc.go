// Package choice compares values as rules of Choice states in JSONPath mode do (States Language, "Choice State", data-test expressions). Whether the value
// that a rule looks at is there, and what a path to the other one leads to, is the matter of those who evaluate rules.
package choice
