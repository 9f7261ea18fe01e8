package flow_test

import (
	"fmt"
	"maps"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// machine runs lowered steps with a clock of its own: every node takes a time of its own, branches of a Parallel start together.
type machine struct {
	takes   map[string]int
	fails   map[string]int // how many times a node fails before it succeeds
	starts  map[string][]int
	ends    map[string][]int
	counter map[*ir.Goto]int
	steps   int
}

// rounds is the name under which truth finds how often a jump was taken.
func rounds(counter string, n int) string { return fmt.Sprintf("%s=%d", counter, n) }

type outcome int

const (
	fellOff outcome = iota
	returned
	failed
)

// thread is one thread of control: a flat program.
type thread struct {
	code   []instruction
	labels map[string]int
}

type instruction struct {
	step   ir.Step
	target int           // of a plain jump
	ways   []instruction // of a branch: conditions and targets
	when   jsonata.Node
	onFail int
	caught map[string]int
}

func (t *thread) add(i instruction) int {
	t.code = append(t.code, i)
	return len(t.code) - 1
}

func (t *thread) list(steps []ir.Step) {
	for _, step := range steps {
		if label := step.Head().Label; label != "" {
			t.labels[label] = len(t.code)
		}
		t.step(step)
	}
}

func (t *thread) step(step ir.Step) {
	switch step := step.(type) {
	case *ir.Branch:
		t.branch(step)
	case *ir.Call:
		t.call(step)
	case *ir.Parallel:
		at := t.add(instruction{step: step, onFail: -1, caught: map[string]int{}})
		skip := t.add(instruction{})
		for _, handler := range step.OnError {
			t.code[at].caught[handler.Errors[0].String()] = len(t.code)
			t.list(handler.Body)
		}
		t.code[skip].target = len(t.code)
	default:
		t.add(instruction{step: step, onFail: -1})
		if jump, ok := step.(*ir.Goto); ok {
			t.list(jump.Exhausted)
		}
	}
}

func (t *thread) call(step *ir.Call) {
	at := t.add(instruction{step: step, onFail: -1})
	if len(step.OnError) == 0 {
		return
	}
	skip := t.add(instruction{})
	t.code[at].onFail = len(t.code)
	t.list(step.OnError[0].Body)
	t.code[skip].target = len(t.code)
}

func (t *thread) branch(step *ir.Branch) {
	at := t.add(instruction{step: step})
	var out []int
	for _, way := range step.Cases {
		t.code[at].ways = append(t.code[at].ways, instruction{when: way.When, target: len(t.code)})
		t.list(way.Body)
		out = append(out, t.add(instruction{}))
	}
	t.code[at].target = len(t.code)
	t.list(step.Else)
	for _, i := range out {
		t.code[i].target = len(t.code)
	}
}

func (m *machine) run(steps []ir.Step, vars map[string]bool, now int) (outcome, int, string) {
	t := &thread{labels: map[string]int{}}
	t.list(steps)
	for at := 0; at < len(t.code); {
		if m.steps++; m.steps > 20000 {
			panic("does not end")
		}
		i := t.code[at]
		at++
		switch step := i.step.(type) {
		case nil:
			at = i.target
		case *ir.Assign:
			after := maps.Clone(vars)
			for _, b := range step.Bindings {
				after[b.Name] = truth(b.Value, vars)
			}
			maps.Copy(vars, after)
		case *ir.Branch:
			at = i.target
			for _, way := range i.ways {
				if truth(way.when, vars) {
					at = way.target
					break
				}
			}
		case *ir.Call:
			name := step.Head().Label
			m.starts[name] = append(m.starts[name], now)
			now += m.takes[name]
			m.ends[name] = append(m.ends[name], now)
			if m.fails[name] > 0 {
				m.fails[name]--
				if i.onFail < 0 {
					return failed, now, name
				}
				at = i.onFail
			}
		case *ir.Goto:
			if step.Max == 0 || m.counter[step] < step.Max {
				m.counter[step]++
				vars[rounds(step.Counter, m.counter[step])] = true
				target, known := t.labels[step.Target]
				if !known {
					panic("no label " + step.Target)
				}
				if step.Max == 0 && target < at {
					panic("unbounded jump back to " + step.Target)
				}
				at = target
			}
		case *ir.Parallel:
			result, end, err := m.parallel(step, vars, now)
			now = end
			if result == failed {
				handler, caught := i.caught[err]
				if !caught {
					return failed, now, err
				}
				at = handler
			}
		case *ir.Return:
			return returned, now, ""
		case *ir.Fail:
			return failed, now, step.Error.(string)
		default:
			panic(fmt.Sprintf("%T", step))
		}
	}
	return fellOff, now, ""
}

func (m *machine) parallel(step *ir.Parallel, vars map[string]bool, now int) (outcome, int, string) {
	last, failure := now, ""
	merged := maps.Clone(vars)
	for _, branch := range step.Branches {
		inner := maps.Clone(vars)
		result, end, err := m.run(branch.Body, inner, now)
		if result == returned {
			panic("return inside a parallel branch")
		}
		last = max(last, end)
		if result == failed && failure == "" {
			failure = err
		}
		for name, value := range inner {
			if value != vars[name] {
				merged[name] = value
			}
		}
	}
	if failure != "" {
		return failed, last, failure
	}
	maps.Copy(vars, merged)
	return fellOff, last, ""
}

func truth(value any, vars map[string]bool) bool {
	switch value := value.(type) {
	case bool:
		return value
	case *jsonata.Boolean:
		return value.Value
	case *jsonata.Variable:
		return vars[value.Name]
	case *jsonata.Call:
		return !truth(value.Arguments[0], vars)
	case *jsonata.Binary:
		if value.Operator == "<" {
			limit := value.Right.(*jsonata.Number).Value
			return !vars[rounds(value.Left.(*jsonata.Variable).Name, int(limit))]
		}
		if value.Operator == "or" {
			return truth(value.Left, vars) || truth(value.Right, vars)
		}
		return truth(value.Left, vars) && truth(value.Right, vars)
	default:
		panic(fmt.Sprintf("%T", value))
	}
}
