// Package lower turns a workflow's operations into state machines of the Amazon States Language in JSONata mode.
//
// The way of one operation is four calls, each a function from values to values in a package of its own:
//
//	simplify.Operation   merges what one state can do; the steps mean the same and are fewer
//	analyse.Operation    finds out what is read where, and what may be read before it was set
//	plan.Operation       decides for each loop between a Map and rounds of Choice states, and which state makes which assignment
//	emit.Machine         writes the states of each construct, one file per construct, and at the very end names them
//
// Package known, below all of them, says what of an expression is certain before it runs.
//
// The package knows no dialect. What it emits passes asl.Check; a problem found there is a fault of this package or of a dialect, and is
// reported with the place in the source that the state came from.
package lower
