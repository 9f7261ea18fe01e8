// Package condition reads the conditions of process graphs and writes them as JSONata.
//
// The language is the part of CEL that workflow documents describe, and the forms that people write beside it: AND, OR and NOT as
// words, "contains" between its operands, ".length", "otherwise", an unquoted word on the right of a comparison, a reference wrapped in
// ${…} or {{…}}. What it cannot read is an error with its place; nothing is guessed.
//
// A name that has no value is null. Comparing null with == and != is true equality, any ordering with null is false, and the result of a
// condition is always true or false.
package condition
