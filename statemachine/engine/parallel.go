package engine

import "github.com/steploom/steploom/statemachine/asl"

// parallelState is the action of Parallel.
type parallelState struct {
	arguments *template
	branches  []*block
}

func (s *stateCompiler) parallel(v *asl.Parallel) {
	p := &parallelState{arguments: s.data("Arguments", v.Arguments, "Parameters", v.Parameters)}
	for _, branch := range v.Branches {
		if b := s.inner(branch); b != nil {
			p.branches = append(p.branches, b)
		}
	}
	s.state.action = p
	s.recovery(v.Retry, v.Catch)
	s.leaving(v.Output, v.Assign, v.Next, v.End)
}

func (p *parallelState) start(f *frame) bool {
	input := f.input
	if p.arguments != nil {
		var failed *failure
		if input, failed = p.arguments.evaluate(&environment{frame: f}); failed != nil {
			return f.fail(failed)
		}
	}
	f.event("ParallelStateStarted", nil)
	g := &parallelGroup{frame: f, outputs: make([]value, len(p.branches)), left: len(p.branches)}
	if g.left == 0 {
		return g.succeed()
	}
	f.waitFor(g)
	for i, b := range p.branches {
		child := f.child(i, b, input)
		g.children = append(g.children, child)
		f.execution.loop.soon(child)
	}
	return false
}

// child makes a frame for a branch or an iteration inside the state of f.
func (f *frame) child(index int, b *block, input value) *frame {
	c := &frame{execution: f.execution, parent: f, index: index, item: f.item, state: b.start, input: input, last: f.last}
	c.own.outer = &f.own
	return c
}

// parallelGroup waits for the branches of a Parallel state.
type parallelGroup struct {
	frame    *frame
	children []*frame
	outputs  []value
	left     int
}

func (g *parallelGroup) ended(child *frame, output value, failed *failure) {
	f := g.frame
	if failed != nil {
		f.last = child.last
		child.aborted()
		f.halt()
		f.resume(f.fail(failed))
		return
	}
	g.outputs[child.index] = output
	g.left--
	if g.left == 0 {
		f.last = child.last
		f.halt()
		f.resume(g.succeed())
	}
}

func (g *parallelGroup) succeed() bool {
	f := g.frame
	f.execution.event("ParallelStateSucceeded", f.last, nil)
	return f.succeed(collect(g.outputs))
}

func (g *parallelGroup) abort() {
	for _, child := range g.children {
		child.abort()
	}
}

// collect makes one list of several values.
func collect(values []value) value {
	list := make([]any, len(values))
	size := 2 + max(0, len(values)-1)
	for i, v := range values {
		list[i] = v.data
		size += v.size
	}
	return value{list, size}
}

// resume lets the frame go on, if it can, after what called has come to rest.
func (f *frame) resume(goOn bool) {
	if goOn {
		f.execution.loop.soon(f)
	}
}
