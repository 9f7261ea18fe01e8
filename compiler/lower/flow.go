package lower

import (
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// flow is the control-flow graph of an operation: which variables each point reads and sets, and where control goes next.
type flow struct {
	numbers map[string]int
	names   []string
	// points are in reverse order of the source.
	points []*point
	entry  *point
	// ends are the points where an iteration of a loop is over; what is live there leaves the iteration.
	ends map[*ir.Loop]*point
	// results are the points where a call or a nested execution has succeeded.
	results map[ir.Step]*point
	forks   map[*ir.Parallel]*fork
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

// analyse builds the graph of an operation's steps. given are variables that have a value at the start.
func analyse(steps []ir.Step, given ...string) *flow {
	f := &flow{
		numbers: map[string]int{},
		ends:    map[*ir.Loop]*point{},
		results: map[ir.Step]*point{},
		forks:   map[*ir.Parallel]*fork{},
	}
	end := f.point(nil, nil)
	f.entry = f.point(nil, given, f.thread(steps, end))
	f.liveness()
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

// thread builds steps that jumps cannot leave or enter.
func (f *flow) thread(steps []ir.Step, next *point) *point {
	inside := &jumps{targets: map[string]*point{}}
	entry := f.steps(steps, next, surroundings{jumps: inside})
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

func (f *flow) step(step ir.Step, next *point, around surroundings) *point {
	switch step := step.(type) {
	case *ir.Call:
		done := f.point(ir.FreeVariables(append(callResults(step), keptByBindings(step.More)...)...), ir.Assigned(&ir.Call{Bind: step.Bind, More: step.More}), next)
		f.results[step] = done
		return f.point(ir.FreeVariables(step.Arguments), nil, append(f.handlers(step.OnError, next, around), done)...)
	case *ir.Invoke:
		done := f.point(nil, []string{step.Bind}, next)
		f.results[step] = done
		return f.point(ir.FreeVariables(step.Input), nil, append(f.handlers(step.OnError, next, around), done)...)
	case *ir.Assign:
		return f.bindings(step.Bindings, next)
	case *ir.Branch:
		return f.branch(step, next, around)
	case *ir.Loop:
		return f.loop(step, next, around)
	case *ir.Parallel:
		return f.parallel(step, next, around)
	case *ir.Goto:
		return f.jump(step, around)
	case *ir.Break:
		return around.after
	case *ir.Wait, *ir.Return, *ir.Fail:
		return f.plain(step, next)
	default:
		panic("lower: unknown step in flow")
	}
}

func (f *flow) jump(step *ir.Goto, around surroundings) *point {
	jump := f.point(nil, nil)
	if step.Max > 0 {
		jump = f.point([]string{step.Counter}, []string{step.Counter}, f.steps(step.Exhausted, f.point(nil, nil), around))
	}
	around.jumps.pending = append(around.jumps.pending, pendingJump{jump, step.Target})
	return jump
}

// plain is a step without steps inside; Return and Fail go nowhere from here.
func (f *flow) plain(step ir.Step, next *point) *point {
	reads := ir.FreeVariables(ir.Parts(step).Reads...)
	if _, wait := step.(*ir.Wait); wait {
		return f.point(reads, nil, next)
	}
	return f.point(reads, nil)
}

func callResults(call *ir.Call) []ir.Value {
	return append([]ir.Value{call.Result}, ir.Parts(&ir.Assign{Bindings: call.More}).Reads...)
}

// keptByBindings gives references to the variables that conditional bindings may have to keep.
func keptByBindings(bindings []ir.Binding) []ir.Value {
	var kept []ir.Value
	for _, binding := range bindings {
		if binding.IfOrNil != nil {
			kept = append(kept, build.Var(binding.Name))
		}
	}
	return kept
}

func (f *flow) bindings(bindings []ir.Binding, next *point) *point {
	assign := &ir.Assign{Bindings: bindings}
	return f.point(ir.FreeVariables(append(ir.Parts(assign).Reads, keptByBindings(bindings)...)...), ir.Assigned(assign), next)
}

func (f *flow) handlers(handlers []ir.Handler, next *point, around surroundings) []*point {
	points := make([]*point, 0, len(handlers)+1)
	for _, handler := range handlers {
		points = append(points, f.bindings(handler.Assign, f.steps(handler.Body, next, around)))
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
	var collected []string
	for _, collect := range step.Collect {
		collected = append(collected, collect.Name)
	}
	exit := f.point(nil, collected, next)
	test := f.point(ir.FreeVariables(step.Until), nil, exit)
	end := f.point(ir.FreeVariables(ir.Parts(&ir.Loop{Collect: step.Collect}).Reads...), nil, test)
	body := f.steps(step.Body, end, surroundings{after: exit, jumps: around.jumps})
	item := f.point(nil, []string{step.Variable, step.IndexOrEmpty}, body)
	test.next = append(test.next, item)
	f.ends[step] = test
	if step.Until != nil {
		return item
	}
	return f.point(ir.FreeVariables(step.Items, step.Count), nil, item, exit)
}

func (f *flow) parallel(step *ir.Parallel, next *point, around surroundings) *point {
	join := f.point(nil, nil, next)
	join.join = true
	made := &fork{join: join}
	for _, branch := range step.Branches {
		made.entries = append(made.entries, f.thread(branch.Body, f.point(nil, nil, join)))
	}
	made.start = f.point(nil, nil, append(f.handlers(step.OnError, next, around), made.entries...)...)
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

// copiesIntoBranches makes a fork read what a branch changes a copy of: see parallel.go.
func (f *flow) copiesIntoBranches() {
	for step, fork := range f.forks {
		for i, branch := range step.Branches {
			for _, name := range f.live(allAssigned(branch.Body, ir.Assigned), fork.entries[i]) {
				fork.start.reads = append(fork.start.reads, f.number(name))
			}
		}
	}
}

// live gives those of the names whose value at a point may be read from there on.
func (f *flow) live(names []string, at *point) []string {
	return slices.DeleteFunc(names, func(name string) bool { return !f.isLive(name, at) })
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
		known.meet(f.knownAfter(from), p.join)
	}
	return known
}

func (s set) meet(other set, all bool) {
	if all {
		s.union(other)
		return
	}
	s.intersect(other)
}

func (f *flow) knownAfter(p *point) set {
	known := slices.Clone(p.known)
	for _, name := range p.sets {
		known.add(name)
	}
	return known
}

// isLive tells whether the value that a variable has at a point may be read from there on.
func (f *flow) isLive(name string, at *point) bool {
	number, known := f.numbers[name]
	return known && at.live.has(number)
}

// isRead tells whether what a call or nested execution bound to a name may be read.
func (f *flow) isRead(step ir.Step, name string) bool {
	number, known := f.numbers[name]
	return known && f.liveAfter(f.results[step]).has(number)
}

// unset gives the variables that some way reads before it sets them, sorted.
func (f *flow) unset() []string {
	found := map[string]bool{}
	for _, p := range f.points {
		for _, name := range p.reads {
			if !p.known.has(name) {
				found[f.names[name]] = true
			}
		}
	}
	return sortedKeys(found)
}
