// Package python holds values as Python 3.11 has them, and what Python does with them: their text, arithmetic, comparison, lookup, methods, formatting.
//
// A Value is nil (None), a bool, an int64 or, beyond it, a *big.Int, a float64, a string, Markup, Bytes, *List, *Tuple, *Dict, *Set, Range, *Iterator,
// *Undefined or an Object. Nothing else ever is one: there is no way from a value to Go.
//
// Failures are panics with an *Error, which who calls from outside takes with Catch: an expression has too many places that can fail for each to hand an
// error on. All that takes time or memory is paid for at a Meter, which fails when its limits are reached.
package python
