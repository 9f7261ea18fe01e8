package analyse

import (
	"fmt"
	"maps"
	"slices"

	"github.com/steploom/steploom/compiler/ir"
)

// flow is the control-flow graph of an operation: which variables each point reads and sets, and where control goes next.
type flow struct {
	numbers map[string]int
	names   []string
	// points are in reverse order of the source.
	points []*point
	entry  *point
	loops  map[*ir.Loop]*loop
	// results are the points where a call or a nested execution has succeeded.
	results map[ir.Step]*point
	forks   map[*ir.Parallel]*fork
}

// loop is what is found about a loop.
type loop struct {
	// end is the point where an iteration is over; what is live there leaves the iteration.
	end *point
	// left is what leaves an iteration before its end, the first such step in the source; "" when nothing does.
	left string
	// labels are those of the steps in the body.
	labels map[string]bool
}

// point is one moment of an execution: it reads, then sets, then goes on.
type point struct {
	reads, sets []int
	next        []*point
	// join waits for all that lead to it instead of for one.
	join bool
	// live holds the variables whose value on entry may still be read; known those that have a value on every way to here.
	live, known set
}

// fork is where a parallel splits up and comes together again.
type fork struct {
	start, join *point
	entries     []*point
}

// completes tells whether every branch can come to its end. When one only ever jumps back or fails, nothing follows the parallel.
func (f *fork) completes() bool {
	for _, entry := range f.entries {
		if !entry.reaches(f.join, map[*point]bool{}) {
			return false
		}
	}
	return true
}

// reaches tells whether there is a way from p to goal; seen holds the points that have been looked at.
func (p *point) reaches(goal *point, seen map[*point]bool) bool {
	if p == goal || seen[p] {
		return p == goal
	}
	seen[p] = true
	return slices.ContainsFunc(p.next, func(next *point) bool { return next.reaches(goal, seen) })
}

// surroundings are where jumps out of a list of steps lead.
type surroundings struct {
	after *point // end of the innermost loop
	jumps *jumps
	// loops are the loops around, outermost first.
	loops []*loop
}

// left notes in the loops around, or those that it is true of, that a step leaves them. Steps are built from the last to the first, so
// the first in the source is noted last.
func (s surroundings) left(why string, leaves func(*loop) bool) {
	for _, around := range s.loops {
		if leaves(around) {
			around.left = why
		}
	}
}

// jumps connects the labels of one thread of control with the jumps to them.
type jumps struct {
	targets map[string]*point
	pending []pendingJump
}

type pendingJump struct {
	from  *point
	label string
}

// newFlow builds the graph of an operation's steps. given are variables that have a value at the start.
func newFlow(steps []ir.Step, given ...string) *flow {
	f := &flow{
		numbers: map[string]int{},
		loops:   map[*ir.Loop]*loop{},
		results: map[ir.Step]*point{},
		forks:   map[*ir.Parallel]*fork{},
	}
	end := f.point(nil, nil)
	f.entry = f.point(nil, given, f.thread(steps, end, nil))
	f.liveness()
	for f.comparesAtJoins() {
		f.liveness()
	}
	f.copiesIntoBranches()
	f.definiteness()
	return f
}

func (f *flow) number(name string) int {
	number, known := f.numbers[name]
	if !known {
		number = len(f.names)
		f.numbers[name] = number
		f.names = append(f.names, name)
	}
	return number
}

func (f *flow) list(names []string) []int {
	numbers := make([]int, 0, len(names))
	for _, name := range names {
		if name != "" {
			numbers = append(numbers, f.number(name))
		}
	}
	return numbers
}

func (f *flow) point(reads, sets []string, next ...*point) *point {
	p := &point{reads: f.list(reads), sets: f.list(sets), next: next}
	f.points = append(f.points, p)
	return p
}

// thread builds steps that jumps cannot leave or enter. loops are those around.
func (f *flow) thread(steps []ir.Step, next *point, loops []*loop) *point {
	inside := &jumps{targets: map[string]*point{}}
	entry := f.steps(steps, next, surroundings{jumps: inside, loops: loops})
	for _, jump := range inside.pending {
		if target := inside.targets[jump.label]; target != nil {
			jump.from.next = append(jump.from.next, target)
		}
	}
	return entry
}

func (f *flow) steps(steps []ir.Step, next *point, around surroundings) *point {
	for _, step := range slices.Backward(steps) {
		next = f.step(step, next, around)
		if label := step.Head().Label; label != "" {
			around.jumps.targets[label] = next
		}
	}
	return next
}

// step builds one step. One flat switch over all steps.
func (f *flow) step(step ir.Step, next *point, around surroundings) *point {
	switch step := step.(type) {
	case *ir.Call:
		success := f.parts(&ir.Call{Bind: step.Bind, Result: step.Result, More: step.More}, next)
		return f.attempt(step, step.Arguments, step.OnError, success, next, around)
	case *ir.Invoke:
		return f.attempt(step, step.Input, step.OnError, f.point(nil, []string{step.Bind}, next), next, around)
	case *ir.Assign, *ir.Wait:
		return f.parts(step, next)
	case *ir.Branch:
		return f.branch(step, next, around)
	case *ir.Loop:
		return f.loop(step, next, around)
	case *ir.Parallel:
		return f.parallel(step, next, around)
	case *ir.Goto:
		return f.jump(step, around)
	case *ir.Break:
		innermost := len(around.loops) - 1
		around.left("it has a break", func(l *loop) bool { return l == around.loops[innermost] })
		return around.after
	case *ir.Return:
		around.left("it can end the operation", func(*loop) bool { return true })
		return f.parts(step)
	case *ir.Fail:
		return f.parts(step)
	default:
		panic(fmt.Sprintf("lower: no flow of %T", step))
	}
}

// parts is a point that reads and sets what a step itself does.
func (f *flow) parts(step ir.Step, next ...*point) *point {
	return f.point(ir.FreeVariables(ir.Parts(step).Reads...), ir.Assigned(step), next...)
}

// attempt is what may fail: it reads its input, and goes on with success or with a handler.
func (f *flow) attempt(step ir.Step, input ir.Value, handlers []ir.Handler, success, next *point, around surroundings) *point {
	f.results[step] = success
	return f.point(ir.FreeVariables(input), nil, append(f.handlers(handlers, next, around), success)...)
}

func (f *flow) jump(step *ir.Goto, around surroundings) *point {
	jump := f.point(nil, nil)
	if step.Max > 0 {
		jump = f.point([]string{step.Counter}, []string{step.Counter}, f.steps(step.Exhausted, f.point(nil, nil), around))
	}
	around.left("it can jump out", func(l *loop) bool { return !l.labels[step.Target] })
	around.jumps.pending = append(around.jumps.pending, pendingJump{jump, step.Target})
	return jump
}

// handlers builds handlers from the last to the first.
func (f *flow) handlers(handlers []ir.Handler, next *point, around surroundings) []*point {
	points := make([]*point, len(handlers))
	for i, handler := range slices.Backward(handlers) {
		points[i] = f.parts(&ir.Assign{Bindings: handler.Assign}, f.steps(handler.Body, next, around))
	}
	return points
}

func (f *flow) branch(step *ir.Branch, next *point, around surroundings) *point {
	otherwise := f.steps(step.Else, next, around)
	for _, way := range slices.Backward(step.Cases) {
		otherwise = f.point(ir.FreeVariables(way.When), nil, f.steps(way.Body, next, around), otherwise)
	}
	return otherwise
}

func (f *flow) loop(step *ir.Loop, next *point, around surroundings) *point {
	gathering := &ir.Loop{Collect: step.Collect}
	exit := f.point(nil, ir.Assigned(gathering), next)
	test := f.point(ir.FreeVariables(step.Until), nil, exit)
	end := f.point(ir.FreeVariables(ir.Parts(gathering).Reads...), nil, test)
	made := &loop{end: test, labels: labels(step.Body)}
	f.loops[step] = made
	body := f.steps(step.Body, end, surroundings{after: exit, jumps: around.jumps, loops: append(slices.Clip(around.loops), made)})
	item := f.point(nil, []string{step.Variable, step.IndexOrEmpty}, body)
	test.next = append(test.next, item)
	if step.Until != nil {
		return item
	}
	return f.point(ir.FreeVariables(step.Items, step.Count), nil, item, exit)
}

func labels(steps []ir.Step) map[string]bool {
	found := map[string]bool{}
	ir.Walk(steps, func(step ir.Step) bool {
		found[step.Head().Label] = true
		return true
	})
	return found
}

// parallel builds handlers and branches from the last to the first.
func (f *flow) parallel(step *ir.Parallel, next *point, around surroundings) *point {
	join := f.point(nil, nil, next)
	join.join = true
	handlers := f.handlers(step.OnError, next, around)
	made := &fork{join: join, entries: make([]*point, len(step.Branches))}
	for i, branch := range slices.Backward(step.Branches) {
		made.entries[i] = f.thread(branch.Body, f.point(nil, nil, join), around.loops)
	}
	made.start = f.point(nil, nil, append(handlers, made.entries...)...)
	f.forks[step] = made
	return made.start
}

// liveness computes backwards which values may still be read.
func (f *flow) liveness() {
	for _, p := range f.points {
		p.live = newSet(len(f.names))
	}
	for changed := true; changed; {
		changed = false
		for _, p := range f.points {
			live := f.liveAfter(p)
			for _, name := range p.sets {
				live.remove(name)
			}
			for _, name := range p.reads {
				live.add(name)
			}
			changed = changed || !live.equal(p.live)
			p.live = live
		}
	}
}

func (f *flow) liveAfter(p *point) set {
	live := newSet(len(f.names))
	for _, next := range p.next {
		live.union(next.live)
	}
	return live
}

// comparesAtJoins makes a fork read what several of its branches hand out, because what they hand out is compared with what was before: see
// package emit. It tells whether there was anything to add, after which more may be live.
func (f *flow) comparesAtJoins() bool {
	found := false
	for step, fork := range f.forks {
		seen := map[string]bool{}
		for _, branch := range step.Branches {
			for _, name := range f.live(assignedInside(branch.Body), fork.join) {
				if number := f.number(name); seen[name] && !slices.Contains(fork.start.reads, number) {
					fork.start.reads, found = append(fork.start.reads, number), true
				}
				seen[name] = true
			}
		}
	}
	return found
}

// copiesIntoBranches makes a fork read what a branch changes a copy of: see package emit.
func (f *flow) copiesIntoBranches() {
	for step, fork := range f.forks {
		for i, branch := range step.Branches {
			for _, name := range f.live(assignedInside(branch.Body), fork.entries[i]) {
				fork.start.reads = append(fork.start.reads, f.number(name))
			}
		}
	}
}

// assignedInside lists every name that steps set, however deep, each once.
func assignedInside(steps []ir.Step) []string {
	found := map[string]bool{}
	ir.Walk(steps, func(step ir.Step) bool {
		for _, name := range ir.Assigned(step) {
			found[name] = true
		}
		return true
	})
	return slices.Sorted(maps.Keys(found))
}

// definiteness computes forwards which variables have a value on every way.
func (f *flow) definiteness() {
	before := map[*point][]*point{}
	for _, p := range f.points {
		p.known = newSet(len(f.names))
		p.known.fill()
		for _, next := range p.next {
			before[next] = append(before[next], p)
		}
	}
	f.entry.known.clear()
	for changed := true; changed; {
		changed = false
		for _, p := range slices.Backward(f.points) {
			if p == f.entry {
				continue
			}
			known := f.knownOnEntry(p, before[p])
			changed = changed || !known.equal(p.known)
			p.known = known
		}
	}
}

func (f *flow) knownOnEntry(p *point, before []*point) set {
	known := newSet(len(f.names))
	if !p.join || len(before) == 0 {
		known.fill()
	}
	for _, from := range before {
		if p.join {
			known.union(f.knownAfter(from))
		} else {
			known.intersect(f.knownAfter(from))
		}
	}
	return known
}

func (f *flow) knownAfter(p *point) set {
	known := slices.Clone(p.known)
	for _, name := range p.sets {
		known.add(name)
	}
	return known
}

// live gives those of the names whose value at a point may be read from there on.
func (f *flow) live(names []string, at *point) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !f.isLive(name, at) })
}

// isLive tells whether the value that a variable has at a point may be read from there on.
func (f *flow) isLive(name string, at *point) bool {
	number, known := f.numbers[name]
	return known && at.live.has(number)
}

// isLiveAfter tells whether the value that a point sets a variable to may be read.
func (f *flow) isLiveAfter(name string, at *point) bool {
	number, known := f.numbers[name]
	return known && f.liveAfter(at).has(number)
}

// unset gives the variables that some way reads before it sets them.
func (f *flow) unset() map[string]bool {
	found := map[string]bool{}
	for _, p := range f.points {
		for _, name := range p.reads {
			if !p.known.has(name) {
				found[f.names[name]] = true
			}
		}
	}
	return found
}
