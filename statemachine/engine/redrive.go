package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

// How often and for how long an execution can be redriven (AWS Step Functions developer guide, "Restarting state machine executions with redrive").
const (
	maxRedrives   = 1000
	redriveWithin = 14 * 24 * time.Hour
)

// rest is what is kept of an execution that has not succeeded.
type rest struct {
	execution *execution
	program   *Program
	taken     atomic.Bool
}

// keeps tells that the execution may be redriven later.
func (x *execution) keeps() bool {
	return x.options.Redrivable && !x.options.Express && x.result.Status != Succeeded
}

// Redrive goes on with an execution that has failed, timed out or been aborted, as RedriveExecution does: the states that have not succeeded begin anew,
// with the input and the variables that they had, and their retries are counted from zero; of a Parallel or Map state only the branches, iterations and
// child executions that have not succeeded go on. The execution keeps its name, its ARN and its history. Previous is the result of Run with
// Options.Redrivable, or of Redrive; it can be used once.
func Redrive(ctx context.Context, previous Result, host Host) (Result, error) {
	if err := previous.redrivable(host.clock().Now()); err != nil {
		return Result{}, err
	}
	r := previous.rest
	x := r.execution
	x.again(host, nil)
	x.context, x.tasks = ctx, nil
	x.deadline = time.Time{}
	x.limitFrom(x.redriven, standardMaximum)
	x.limitFrom(x.redriven, time.Duration(r.program.timeoutSeconds)*time.Second)
	if x.entersClock() {
		x.clock.Busy(1)
		defer x.clock.Busy(-1)
	}
	if !x.runs(ctx, r.program.root) {
		x.stop()
	}
	x.loop.close()
	result := x.result
	if x.keeps() {
		result.rest = &rest{execution: x, program: r.program}
	}
	return result, nil
}

// redrivable tells why an execution cannot be redriven, in the words of the service where they are known.
func (r Result) redrivable(now time.Time) error {
	switch {
	case r.Status == Succeeded:
		return errors.New("Execution is SUCCEEDED and cannot be redriven")
	case r.rest == nil:
		return errors.New("the execution cannot be redriven: it is an Express execution, or was not started as redrivable")
	case r.Redrives >= maxRedrives:
		return fmt.Errorf("the execution was redriven %d times, the most that it can be", maxRedrives)
	case r.Events >= maxEvents-1:
		return errors.New("the history of the execution is full")
	case now.Sub(r.Stopped) > redriveWithin:
		return errors.New("the execution ended more than 14 days ago")
	case !r.rest.taken.CompareAndSwap(false, true):
		return errors.New("the execution goes on already")
	}
	return nil
}

// again makes an execution that has ended ready to go on, in a loop of its own when there is none.
func (x *execution) again(host Host, l *loop) {
	x.host, x.clock, x.loop = host, host.clock(), l
	if l == nil { // not the one of before: tasks may still post to it
		x.loop = &loop{clock: x.clock}
	}
	x.shared = nil
	x.redrives++
	x.overflowed = x.result.Error == errorDataLimit
	x.redriven = x.now()
	x.finished, x.result, x.timeout, x.about = false, Result{}, nil, nil
	x.variableBytes = x.root.own.size()
}

// resume lets the execution go on where it has ended.
func (x *execution) resume() {
	last := x.event("ExecutionRedriven", int64(x.events), func() Details { return ExecutionRedriven{x.redrives} })
	if !x.deadline.IsZero() {
		x.timeout = x.loop.at(x.deadline, x.timeOut)
	}
	x.root.redrive(last)
}

// redrive lets a frame go on that has not succeeded: its state begins anew, or what has not succeeded in it.
func (f *frame) redrive(last int64) {
	f.ended, f.last, f.attempt, f.tries = false, last, 0, nil
	f.waiting = waiting{serial: f.waiting.serial + 1}
	if f.parent != nil {
		f.execution.variableBytes += f.own.size()
	}
	switch {
	case f.entered == 0:
		f.execution.loop.soon(f)
	case f.group != nil:
		f.waiting.group = f.group
		f.group.redrive()
	default:
		f.restart()
	}
}

// restart begins the frame's state anew.
func (f *frame) restart() {
	f.execution.loop.later(func() {
		start := f.state.action.start
		if f.state.jsonPath {
			f.input = f.raw
			start = (*frame).begin
		}
		if start(f) {
			f.run()
		}
	})
}

func (g *parallelGroup) redrive() {
	g.left = 0
	for _, child := range g.children {
		if !child.succeeded {
			g.left++
		}
	}
	if g.left == 0 || g.frame.execution.overflowed { // what has failed is what comes after the branches, or their results are too large
		g.frame.restart()
		return
	}
	for _, child := range g.children {
		if !child.succeeded {
			child.redrive(g.frame.last)
		}
	}
}

// keep keeps an iteration for a redrive.
func (g *mapGroup) keep(child *frame) {
	if g.frame.execution.options.Redrivable && !child.succeeded && !slices.Contains(g.rest, child) {
		g.rest = append(g.rest, child)
	}
}

func (g *mapGroup) redrive() {
	if len(g.rest) == 0 && g.next >= len(g.items) || g.frame.execution.overflowed {
		g.frame.restart()
		return
	}
	g.failed, g.pending, g.rest = 0, g.rest, nil
	g.active = make(map[int]*frame, len(g.pending))
	for len(g.active) < g.concurrency && g.again(g.frame.last) {
	}
	for len(g.active) < g.concurrency && g.next < len(g.items) {
		if failed := g.iterate(g.frame.last); failed != nil {
			g.end(g.frame.last, failed)
			return
		}
	}
}

// again lets the next iteration go on that was kept, and answers whether there was one.
func (g *mapGroup) again(last int64) bool {
	if len(g.pending) == 0 {
		return false
	}
	child := g.pending[0]
	g.pending = g.pending[1:]
	if g.missing != nil {
		g.missing[child.index] = false
	}
	g.active[child.index] = child
	child.redrive(last)
	return true
}

// keep keeps a child execution for a redrive.
func (r *distributedRun) keep(i int, child *execution) {
	if r.frame.execution.options.Redrivable {
		if r.children == nil {
			r.children = map[int]*execution{}
		}
		r.children[i] = child
	}
}

func (r *distributedRun) redrive() {
	f := r.frame
	if r.results == nil || len(r.children) == 0 && r.next >= len(r.inputs) { // what has failed is what comes before or after the children
		f.restart()
		return
	}
	f.event("MapRunRedriven", func() Details { return MapRunRedriven{r.arn, f.execution.redrives} })
	r.failures, r.over = 0, false
	kept := r.children
	r.children, r.active = nil, map[int]*execution{}
	for i := range r.inputs {
		if child, ok := kept[i]; ok {
			r.relaunch(i, child)
		}
	}
	for len(r.active) < r.concurrency && r.next < len(r.inputs) {
		r.launch()
	}
}

// relaunch lets a child execution go on; one of an Express workflow begins anew.
func (r *distributedRun) relaunch(i int, child *execution) {
	parent := r.frame.execution
	r.active[i] = child
	child.again(parent.host, parent.loop)
	child.context, child.tasks = parent.context, parent.tasks
	child.deadline = time.Time{}
	if !r.express {
		child.resume()
		return
	}
	child.limitFrom(child.redriven, expressMaximum)
	child.begin(r.state.processor)
	parent.loop.soon(child.root)
}
