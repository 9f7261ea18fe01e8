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
package flow
