// Package analyse finds out what is read where in an operation, and what may be read before it was set. What it finds never changes.
package analyse

import (
	"maps"
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/known"
	"github.com/steploom/steploom/compiler/lower/simplify"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Knowledge is what is known about the variables and the control flow of an operation.
type Knowledge struct {
	simplify.Simple
	flow *flow
	// read are the variables that anything reads.
	read map[string]bool
	// unset are those that some way reads before it sets them.
	unset map[string]bool
	// counters count jumps.
	counters map[string]bool
	// failures hold nothing but errors that were caught.
	failures map[string]bool
	// arrays hold nothing but arrays, and null where they are among unset.
	arrays map[string]bool
}

// Operation analyses an operation.
func Operation(simple simplify.Simple) *Knowledge {
	k := &Knowledge{
		Simple: simple, flow: newFlow(simple.Steps, "param"),
		read: map[string]bool{}, counters: map[string]bool{}, failures: map[string]bool{}, arrays: map[string]bool{"param": false},
	}
	k.unset = k.flow.unset()
	ir.Walk(simple.Steps, func(step ir.Step) bool {
		parts, facts := ir.Parts(step), simple.Facts
		if call, ok := step.(*ir.Call); ok {
			facts = facts.Answered(call)
		}
		for _, name := range ir.FreeVariables(parts.Reads...) {
			k.read[name] = true
		}
		for _, setting := range parts.Sets {
			k.counters[setting.Name] = k.counters[setting.Name] || setting.Source == ir.Counted
			only(k.failures, setting.Name, isFailure(setting))
			only(k.arrays, setting.Name, isArray(setting, facts))
		}
		return true
	})
	return k
}

// only notes a fact about a name that holds as long as it has held each time.
func only(names map[string]bool, name string, holds bool) {
	before, seen := names[name]
	names[name] = holds && (before || !seen)
}

// isFailure tells whether a variable is set to the error that was caught.
func isFailure(setting ir.Setting) bool {
	node, ok := setting.To.(jsonata.Node)
	return ok && known.Same(node, ir.Error())
}

// isArray tells whether a variable is set to an array.
func isArray(setting ir.Setting, facts known.Facts) bool {
	switch value := setting.To.(type) {
	case []any:
		return true
	case jsonata.Node:
		return facts.IsArray(value)
	default:
		return setting.Source == ir.Gathered
	}
}

// IsRead tells whether anything reads a variable.
func (k *Knowledge) IsRead(name string) bool { return k.read[name] }

// Unset lists the variables that some way reads before it sets them, sorted.
func (k *Knowledge) Unset() []string { return slices.Sorted(maps.Keys(k.unset)) }

// IsCounter tells whether a variable counts jumps.
func (k *Knowledge) IsCounter(name string) bool { return k.counters[name] }

// HoldsFailure tells whether a variable holds nothing but errors that were caught.
func (k *Knowledge) HoldsFailure(name string) bool { return k.failures[name] }

// HoldsArray tells whether a variable holds nothing but arrays, and whether it may be null because it was not set yet.
func (k *Knowledge) HoldsArray(name string) (array, orNull bool) {
	return k.arrays[name], k.unset[name]
}

// ReadsParameters tells whether anything reads $param.
func (k *Knowledge) ReadsParameters() bool { return k.flow.isLive("param", k.flow.entry.next[0]) }

// WhyLeft says what leaves an iteration of a loop before its end, "" when nothing does.
func (k *Knowledge) WhyLeft(loop *ir.Loop) string { return k.flow.loops[loop].left }

// Outlives gives a variable that an iteration of a loop sets and that may be read after it; "" when there is none.
func (k *Knowledge) Outlives(loop *ir.Loop) string {
	for _, name := range append(assignedInside(loop.Body), loop.Variable, loop.IndexOrEmpty) {
		if k.flow.isLive(name, k.flow.loops[loop].end) {
			return name
		}
	}
	return ""
}

// IsBound tells whether what a call or a nested execution binds may be read.
func (k *Knowledge) IsBound(step ir.Step, name string) bool {
	return name != "" && k.flow.isLiveAfter(name, k.flow.results[step])
}

// Completes tells whether every branch of a parallel can come to its end. When one only ever jumps back or fails, nothing follows the
// parallel.
func (k *Knowledge) Completes(parallel *ir.Parallel) bool { return k.flow.forks[parallel].completes() }

// Enters gives those of the names whose value from outside a branch of a parallel may be read in it.
func (k *Knowledge) Enters(parallel *ir.Parallel, branch int, names []string) []string {
	return k.flow.live(names, k.flow.forks[parallel].entries[branch])
}

// Exports lists the variables that a branch of a parallel sets and that may be read after it, sorted.
func (k *Knowledge) Exports(parallel *ir.Parallel, branch int) []string {
	return k.flow.live(assignedInside(parallel.Branches[branch].Body), k.flow.forks[parallel].join)
}
