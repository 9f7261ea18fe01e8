package cost

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
)

// Metrics is what one way through a definition takes.
type Metrics struct {
	// Transitions counts the states entered.
	Transitions float64
	// Calls counts invocations by what is called: a substitution name such as SqlFunctionArn, or an ARN.
	Calls map[string]float64
	// Events counts the entries of the execution's history.
	Events float64
	// Waits are the seconds of Wait states and of pauses that the definition fixes.
	Waits float64
	// Limits are the seconds that all calls together may take before their own time limits end them.
	Limits float64
}

func (m Metrics) plus(other Metrics) Metrics {
	sum := Metrics{
		Transitions: m.Transitions + other.Transitions, Events: m.Events + other.Events,
		Waits: m.Waits + other.Waits, Limits: m.Limits + other.Limits, Calls: maps.Clone(m.Calls),
	}
	for target, n := range other.Calls {
		if sum.Calls == nil {
			sum.Calls = map[string]float64{}
		}
		sum.Calls[target] += n
	}
	return sum
}

func (m Metrics) times(n float64) Metrics {
	product := Metrics{Transitions: m.Transitions * n, Events: m.Events * n, Waits: m.Waits * n, Limits: m.Limits * n, Calls: map[string]float64{}}
	for target, calls := range m.Calls {
		product.Calls[target] = calls * n
	}
	return product
}

// calls is the number of all calls.
func (m Metrics) calls() float64 {
	sum := 0.0
	for _, n := range m.Calls {
		sum += n
	}
	return sum
}

// weight orders ways: a call weighs more than a transition.
func (m Metrics) weight() float64 { return m.Transitions + 10*m.calls() }

// walker finds ways through one machine.
type walker struct {
	machine *asl.Machine
	own     map[string]Metrics
	next    map[string][]string
	items   float64
}

// scale is what measuring depends on besides the definition.
type scale struct {
	items     float64    // how often each loop goes round
	catalogue []task.Row // what is known of functions
}

// measure gives the cheapest and the dearest way through a machine.
func measure(machine *asl.Machine, by scale) (cheapest, dearest Metrics) {
	w := &walker{machine: machine, own: map[string]Metrics{}, next: map[string][]string{}, items: by.items}
	cheap := map[string]Metrics{}
	for name, state := range machine.States.All() {
		cheap[name], w.own[name] = ownMetrics(state, by)
		w.next[name] = asl.Targets(state)
	}
	return w.cheapest(cheap), w.dearest(machine.StartAt, w.all(), "")
}

func (w *walker) all() map[string]bool {
	all := map[string]bool{}
	for name := range w.machine.States.All() {
		all[name] = true
	}
	return all
}

// cheapest relaxes the ways to an end until nothing gets cheaper (Bellman-Ford).
func (w *walker) cheapest(own map[string]Metrics) Metrics {
	best := map[string]Metrics{}
	for changed := true; changed; {
		changed = false
		for name := range w.machine.States.All() {
			rest, ok := Metrics{}, len(w.next[name]) == 0
			for _, next := range w.next[name] {
				if known, reached := best[next]; reached && (!ok || known.weight() < rest.weight()) {
					rest, ok = known, true
				}
			}
			if !ok {
				continue
			}
			total := own[name].plus(rest)
			if known, reached := best[name]; !reached || total.weight() < known.weight() {
				best[name], changed = total, true
			}
		}
	}
	return best[w.machine.StartAt]
}

// dearest is the dearest way from a state that stays among the allowed ones. Edges into header are not taken: there a loop around the
// allowed states closes. A cycle is gone through items times, then left.
func (w *walker) dearest(from string, allowed map[string]bool, header string) Metrics {
	groups := w.components(from, allowed, header)
	known := map[string]Metrics{}
	var visit func(name string) Metrics
	visit = func(name string) Metrics {
		if found, ok := known[name]; ok {
			return found
		}
		group := groups[name]
		total, exits := w.own[name], w.targets(name, allowed, header)
		if w.isCycle(name, group, header) {
			total = w.dearest(name, group, name).times(w.items).plus(w.own[name])
			exits = w.exits(group, allowed, header)
		}
		most := Metrics{}
		for _, exit := range exits {
			if way := visit(exit); way.weight() > most.weight() {
				most = way
			}
		}
		known[name] = total.plus(most)
		return known[name]
	}
	return visit(from)
}

// targets are the states after one, among the allowed ones.
func (w *walker) targets(name string, allowed map[string]bool, header string) []string {
	var targets []string
	for _, next := range w.next[name] {
		if allowed[next] && next != header {
			targets = append(targets, next)
		}
	}
	return targets
}

// exits are the allowed states outside a group that can be reached from it in one step.
func (w *walker) exits(group, allowed map[string]bool, header string) []string {
	var exits []string
	for _, name := range slices.Sorted(maps.Keys(group)) {
		for _, next := range w.targets(name, allowed, header) {
			if !group[next] {
				exits = append(exits, next)
			}
		}
	}
	return exits
}

func (w *walker) isCycle(name string, group map[string]bool, header string) bool {
	return len(group) > 1 || name != header && slices.Contains(w.next[name], name)
}

// components gives each state that can be reached the set of states on a common cycle with it (Tarjan's algorithm).
func (w *walker) components(from string, allowed map[string]bool, header string) map[string]map[string]bool {
	index, low := map[string]int{}, map[string]int{}
	groups := map[string]map[string]bool{}
	var stack []string
	var connect func(name string)
	connect = func(name string) {
		index[name] = len(index) + 1
		low[name] = index[name]
		stack = append(stack, name)
		for _, next := range w.targets(name, allowed, header) {
			if index[next] == 0 {
				connect(next)
				low[name] = min(low[name], low[next])
			} else if groups[next] == nil {
				low[name] = min(low[name], index[next])
			}
		}
		if low[name] != index[name] {
			return
		}
		at := slices.Index(stack, name)
		group := map[string]bool{}
		for _, member := range stack[at:] {
			group[member], groups[member] = true, group
		}
		stack = stack[:at]
	}
	connect(from)
	return groups
}

// The history events of a state: entered and exited, and what its work adds.
const (
	eventsOfState     = 2
	eventsOfTask      = 5
	eventsOfContainer = 4
	eventsOfIteration = 2
)

// defaultTaskSeconds is assumed of a call that neither its state nor a row of the catalogue limits.
const defaultTaskSeconds = 60

// limitSeconds is when a call is over at the latest.
func limitSeconds(state *asl.Task, catalogue []task.Row) float64 {
	limit, _ := state.TimeoutSeconds.Constant()
	row, _ := task.Find(catalogue, task.FunctionOf(state.Target()))
	if most := row.Allowing(state.PayloadNumber(task.AsksSeconds)).EndsWithin(limit); most > 0 {
		return most.Seconds()
	}
	return defaultTaskSeconds
}

// ownMetrics is what a state takes by itself, at least and at most.
func ownMetrics(state asl.State, by scale) (least, most Metrics) {
	switch state := state.(type) {
	case *asl.Task:
		calls := map[string]float64{cmp.Or(state.Target(), state.Resource): 1}
		one := Metrics{Transitions: 1, Events: eventsOfTask, Limits: limitSeconds(state, by.catalogue), Calls: calls}
		return one, one
	case *asl.Wait:
		seconds, _ := state.Seconds.Constant()
		one := Metrics{Transitions: 1, Events: eventsOfState, Waits: seconds}
		return one, one
	case *asl.Map:
		_, inner := measure(state.ItemProcessor, by)
		inner.Events += eventsOfIteration
		one := Metrics{Transitions: 1, Events: eventsOfContainer}
		return one, one.plus(inner.times(by.items))
	case *asl.Parallel:
		least = Metrics{Transitions: 1, Events: eventsOfContainer}
		most = least
		for _, branch := range state.Branches {
			cheap, dear := measure(branch, by)
			least, most = least.plus(cheap), most.plus(dear)
		}
		return least, most
	}
	one := Metrics{Transitions: 1, Events: eventsOfState}
	return one, one
}

// tooMany is the largest number of items for which a count stays within a limit; +Inf when it always does.
func tooMany(limit float64, count func(items float64) float64) float64 {
	const most = 1 << 24
	if count(most) <= limit {
		return math.Inf(1)
	}
	low, high := 0.0, float64(most)
	for high-low > 1 {
		middle := math.Floor((low + high) / 2)
		if count(middle) <= limit {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}
