package emit

import (
	"fmt"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/plan"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// loop emits a loop as it is planned.
func (e *emitter) loop(step *ir.Loop, at place) (string, []draft) {
	switch planned := e.plan.Loop(step).(type) {
	case plan.Map:
		return e.mapLoop(step, planned, at)
	case plan.Until:
		return e.until(step, planned, at)
	case plan.Rounds:
		return e.rounds(step, planned, at)
	default:
		panic(fmt.Sprintf("lower: no states for a loop that goes as %T", planned))
	}
}

// mapLoop emits a Map state.
func (e *emitter) mapLoop(step *ir.Loop, planned plan.Map, at place) (string, []draft) {
	w, id := e.of(step, at), e.drafts.own(step)
	state := &asl.Map{
		Comment:        noted(step, planned.Why()),
		Items:          w.expression(planned.Items),
		MaxConcurrency: asl.Constant(float64(max(1, step.Concurrency))),
		Assign:         w.assign(planned.Set),
		Output:         jsonata.NewObject(),
	}
	if planned.Selector != nil {
		state.ItemSelector = w.json(planned.Selector)
	}
	inside := e.inner(at.scope, label{owner: id}, e.plan.SetInScope(planned.Body), nil)
	inside.output = planned.Output
	state.ItemProcessor = e.body(planned.Body, inside, step.Common.Range)
	state.ItemProcessor.Processor = &asl.ProcessorConfig{Mode: asl.Inline}
	state.Next, state.End, _ = at.leave()
	return id, []draft{{id, state}}
}

// rounds emits
//
//	x          Pass    x_items := [...], x_next := 0
//	x: next    Choice  x_next < $count(x_items) → x := x_items[x_next], x_next := x_next + 1, the body, and back here
//	                   otherwise what follows the loop
//
// Where the state before has made the first assignments, the Choice alone is x.
func (e *emitter) rounds(step *ir.Loop, planned plan.Rounds, at place) (string, []draft) {
	w, id := e.of(step, at), e.drafts.own(step)
	head, about := id, noted(step, planned.Why())
	if !planned.Started {
		head, about = e.drafts.beside(step, "next"), beside(step)
	}
	entry, body := e.steps(planned.Body, place{next: head, breakTo: at.next, scope: at.scope})
	choice := &asl.Choice{
		Comment: about,
		Choices: []asl.Rule{{
			Condition: w.condition(planned.More),
			Assign:    w.assign(planned.Each),
			Next:      at.to(entry),
		}},
		Default: at.to(at.next),
	}
	states := append([]draft{{head, choice}}, body...)
	if planned.Started {
		return id, states
	}
	first := &asl.Pass{Comment: noted(step, planned.Why()), Assign: w.assign(planned.Start), Next: head}
	return id, append([]draft{{id, first}}, states...)
}

// until emits
//
//	x          Pass    x_next := 0
//	           the body
//	x: until   Choice  the condition, or x_next + 1 >= Max → what follows the loop
//	                   otherwise x_next := x_next + 1 and the body again
func (e *emitter) until(step *ir.Loop, planned plan.Until, at place) (string, []draft) {
	w, id, test := e.of(step, at), e.drafts.own(step), e.drafts.beside(step, "until")
	entry, body := e.steps(planned.Body, place{next: test, breakTo: at.next, scope: at.scope})
	entry = at.to(entry)
	after := at.to(at.next)
	choice := &asl.Choice{
		Comment: comment(step.Common.Range, fmt.Sprintf("at most %d rounds", step.Max)),
		Choices: []asl.Rule{
			{Condition: w.condition(step.Until), Next: after},
			{Condition: w.condition(planned.Last), Next: after},
		},
		Assign:  w.assign(planned.Again),
		Default: entry,
	}
	first := &asl.Pass{Comment: noted(step, planned.Why()), Assign: w.assign(planned.Start), Next: entry}
	return id, append(append([]draft{{id, first}}, body...), draft{test, choice})
}
