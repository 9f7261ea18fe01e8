// Package known says what of an expression is certain before anything runs: whether it gives a value at all, a boolean, a text or a list.
// Step Functions refuses an expression that gives nothing, so what is not certain to give something is made to give null.
package known
