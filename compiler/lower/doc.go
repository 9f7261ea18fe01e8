// Package lower turns a workflow's operations into state machines of the Amazon States Language in JSONata mode.
//
// The way of one operation:
//
//	fuse     copies the steps and merges assignments that one state can make (fuse.go)
//	flow     finds what is read where, and what may be read before it was set (flow.go)
//	plan     decides for each loop between a Map and a counted loop, and names states and variables (plan.go, naming.go)
//	emit     writes the states of each construct, one file per construct, from the last step to the first, so that every
//	         step knows the state that follows it
//
// The package knows no dialect. What it emits passes asl.Check; a problem found there is a fault of this package or of a dialect, and is
// reported with the place in the source that the state came from.
package lower
