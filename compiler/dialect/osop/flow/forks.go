package flow

import "github.com/steploom/steploom/compiler/ir"

// branch is what is known of a branch of a fork while it is written: whether something jumps to its end, and whether a failure was noted in it.
type branch struct {
	label         string
	left, failing bool
}

// raise fails. Where something must be undone first this is only noted, until nothing runs any more.
func (e *emitter) raise(x *raise, n NodeID) []ir.Step {
	if !e.shape.Undoes(e.graph, x.node) {
		return e.host.Raise(x.node, x.bound)
	}
	return append(e.host.Note(x.node, x.bound), e.fail(n)...)
}

// fail leads to where everything is undone, by way of the end of the branch.
func (e *emitter) fail(n NodeID) []ir.Step {
	if e.branch == nil {
		e.undoes = true
		return []ir.Step{&ir.Goto{Header: e.host.Header(n, ""), Target: e.undoLabel()}}
	}
	e.branch.failing = true
	return e.leaveBranch(n)
}

func (e *emitter) undoLabel() string { return e.host.Label(e.shape.Order[0]) + ": undo what was done" }

func (e *emitter) leaveBranch(n NodeID) []ir.Step {
	e.branch.left = true
	return []ir.Step{&ir.Goto{Header: e.host.Header(n, ""), Target: e.branch.label}}
}

func (e *emitter) depart(x *depart, n NodeID) []ir.Step {
	return append(e.notes([]Out{{Edge: x.edge}}, n), e.leaveBranch(n)...)
}

// fork gives a Parallel, what is done about failures and about edges that lead out of it, and what follows.
func (e *emitter) fork(f *fork, follow func() []ir.Step) []ir.Step {
	first := entryOf(f)
	parallel := &ir.Parallel{Header: e.host.Header(first, e.host.Label(first)+" and others")}
	failing := false
	for _, part := range f.pieces {
		body, fails := e.inBranch(part)
		failing = failing || fails
		parallel.Branches = append(parallel.Branches, ir.ParallelBranch{Label: e.host.Label(entryOf(part)), Body: body})
	}
	var cases []ir.Case
	if failing {
		cases = []ir.Case{{When: e.host.Failed(), Body: e.fail(first)}}
	}
	for _, out := range f.diverted {
		body := e.exit(out.exit, e.graph.Edges[out.edge].From, handler)
		cases = append(cases, ir.Case{When: e.holds(nil, []EdgeID{out.edge}), Body: body})
	}
	if len(cases) == 0 {
		return append([]ir.Step{parallel}, follow()...)
	}
	which := e.host.Header(first, e.host.Label(first)+" and others: which way")
	return []ir.Step{parallel, &ir.Branch{Header: which, Cases: cases, Else: follow()}}
}

// inBranch gives the steps of a fork's branch, and tells whether a failure may be noted in it.
func (e *emitter) inBranch(p piece) (steps []ir.Step, failing bool) {
	outside, around := e.outside, e.branch
	defer func() { e.outside, e.branch = outside, around }()
	first := entryOf(p)
	e.outside, e.branch = len(e.open), &branch{label: e.host.Label(first) + ": end of branch"}
	steps = e.piece(p, func() []ir.Step { return nil })
	if e.branch.left {
		steps = append(steps, &ir.Assign{Header: e.host.Header(first, e.branch.label)})
	}
	return steps, e.branch.failing
}

// entryOf is the first node of a piece.
func entryOf(p piece) NodeID {
	switch p := p.(type) {
	case *scope:
		return p.entry
	case *series:
		if len(p.pieces) == 0 {
			return 0
		}
		return entryOf(p.pieces[0])
	case *fork:
		return entryOf(p.pieces[0])
	default:
		return 0
	}
}
