// Package flow turns a process graph into structured steps. Its input says, for every node, which edges are taken after it succeeded
// and after it failed; its output is a list of ir.Steps in which
//
//   - a node that one path reaches follows its predecessor, and paths that exclude each other meet again by jumps forward;
//   - a node that starts several paths at once opens a Parallel, which closes where the paths meet (series-parallel decomposition);
//   - an edge that closes a cycle is a bounded jump back;
//   - a node that more than one running path can reach runs once, when at least one of its edges was taken and all of them are decided.
//
// The work is done in three stages: classify (graph.go) finds entries and the edges that close cycles, plan (plan.go, exits.go,
// split.go, decompose.go) decides what is nested in what, emit (emit.go) writes steps. What a node does is the host's business.
//
// # An example
//
// After b either c or d is taken, or both; b's error edge leads back to a.
//
//	           ┌─(x)─▶ c ─┐
//	a ──▶ b ──┤           ├──▶ e
//	▲     │    └─(y)─▶ d ─┘
//	└─error┘
//
// classify: the entry is a, the edge b→a closes a cycle. plan: a, b, e are the units of one scope; b's success is one arm with two outs,
// which splits into a composite of the nodes c and d that ends where they meet, at e. Nothing relates c to d, so the composite is a fork of
// two scopes, each guarded by its own edge. emit:
//
//	a
//	b              on error: jump to a, at most Max times, then raise
//	flags := b→c is x, b→d is y
//	Parallel       [ if flag b→c: c ]  [ if flag b→d: d ]
//	if c→e or d→e was taken: e, otherwise the path ends
//
// # Words
//
//   - arm: one way to go on after a node: a condition and the edges that are then taken. The arms of a route are tried in order.
//   - out: an edge that an arm takes, perhaps under a condition of its own. The outs of one arm are taken at once.
//   - aside: said of an edge that leaves the regular course: a loop, an error, a fallback, a time limit. One from behind a node makes it no less
//     of an entry.
//   - back: said of an edge that closes a cycle; every other edge leads forward, and the forward edges order the nodes.
//   - scope: nodes with one entry through which a single path goes at a time. Those that stand directly in it are its units.
//   - split: several outs taken at once by a unit of a scope. The nodes up to where their paths meet are the composite of the split.
//   - absorbed: said of the nodes of a composite: they are no longer units of the scope around it.
//   - piece: a part of a plan: a scope, a series of pieces one after another, a fork of pieces at once.
//   - region: what surrounds a scope while it is planned: what runs in the same thread of control, and the fork whose branch it is in.
//   - diverted: said of an edge that leads from a fork's branch back to before the fork. It is followed when all branches have ended.
//   - undone: said of a node that must be undone when the run fails after it. Then no branch fails: a failure is noted, and the run fails when all
//     branches have ended.
//   - flag: a variable that tells whether an edge was taken, for places that cannot see it: behind a fork, or at a node that several paths reach.
//   - guard: the condition or the flags under which a scope runs.
//   - exit: where control goes when a node is done.
package flow
