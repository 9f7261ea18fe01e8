package plan

import (
	"maps"
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/known"
	"github.com/steploom/steploom/compiler/lower/simplify"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// newMap plans a Map. The item comes as the input of an iteration; the first state that needs it as a variable assigns it.
func (p planner) newMap(loop *ir.Loop) Map {
	item, position := known.States("input"), jsonata.Node(nil)
	planned := Map{Items: p.mapItems(loop), Set: collections(loop.Collect)}
	if p.Known.IsRead(loop.IndexOrEmpty) {
		item, position = known.States("input", "item"), known.States("input", "index")
		selector := jsonata.NewObject()
		selector.Set("item", known.States("context", "Map", "Item", "Value"))
		selector.Set("index", known.States("context", "Map", "Item", "Index"))
		planned.Selector = selector
	}
	input := iteration{
		bindings: p.wanted(ir.Binding{Name: loop.Variable, Value: item}, ir.Binding{Name: loop.IndexOrEmpty, Value: position}),
		known:    map[string]jsonata.Node{},
	}
	for _, binding := range input.bindings {
		input.known[binding.Name] = binding.Value.(jsonata.Node)
	}
	var collects []ir.Collect
	planned.Body, collects = p.reading(loop, input)
	planned.Output = p.output(collects)
	return planned
}

// mapItems gives the list that a Map goes over.
func (p planner) mapItems(loop *ir.Loop) jsonata.Node {
	if loop.Items != nil {
		return p.itemList(loop.Items)
	}
	last := build.Binary(loop.Count, "-", build.Number(1))
	if count, ok := loop.Count.(*jsonata.Number); ok {
		last = build.Number(count.Value - 1)
	}
	return build.Range(build.Number(0), last)
}

// iteration is what an iteration of a Map gets as its input: the variables of the item and its position, and where they come from.
type iteration struct {
	bindings []ir.Binding
	known    map[string]jsonata.Node
}

// of is what stands in for a variable, nil for one that the input does not give.
func (i iteration) of(name string) jsonata.Node { return i.known[name] }

// reading gives the body of a Map and what it gathers, with the item and its position read from the input or bound.
func (p planner) reading(loop *ir.Loop, input iteration) ([]ir.Step, []ir.Collect) {
	if len(loop.Body) == 0 {
		return loop.Body, input.collects(loop.Collect)
	}
	if collects, ok := p.handedOut(loop, input); ok {
		return loop.Body, collects
	}
	return p.bound(loop, input), loop.Collect
}

// handedOut gives what a loop gathers when its body consists of a call that can hand it out by itself, and makes the call read the input.
func (p planner) handedOut(loop *ir.Loop, input iteration) ([]ir.Collect, bool) {
	called, ok := p.Became(loop.Body[0]).(*ir.Call)
	if !ok || len(loop.Body) > 1 || len(called.OnError) > 0 || isAgain(called) {
		return nil, false
	}
	set := simplify.Settled(known.Results(called))
	collects := input.without(set).collects(loop.Collect)
	if _, ok := simplify.WrittenOut(p.output(collects), set); !ok {
		return nil, false
	}
	p.instead[loop.Body[0]] = p.callReading(called, input)
	return collects, true
}

// without leaves out what a step sets anew.
func (i iteration) without(set map[string]jsonata.Node) iteration {
	left := iteration{bindings: i.bindings, known: maps.Clone(i.known)}
	maps.DeleteFunc(left.known, func(name string, _ jsonata.Node) bool {
		_, anew := set[name]
		return anew
	})
	return left
}

func (i iteration) collects(collects []ir.Collect) []ir.Collect {
	replaced := make([]ir.Collect, len(collects))
	for at, collect := range collects {
		replaced[at] = ir.Collect{Name: collect.Name, Value: build.Replace(collect.Value, i.of)}
		if collect.Key != nil {
			replaced[at].Key = build.Replace(collect.Key, i.of)
		}
	}
	return replaced
}

// bound puts the bindings of an iteration in front of a loop's body: into its first state where that works, else into a state of their own.
func (p planner) bound(loop *ir.Loop, input iteration) []ir.Step {
	if len(input.bindings) == 0 {
		return loop.Body
	}
	first, rest := loop.Body[0], loop.Body[1:]
	if direct := p.readingInput(p.Became(first), input); direct != nil && !input.readLater(first, rest, loop.Collect) {
		p.instead[first] = direct
		return loop.Body
	}
	if assign, ok := first.(*ir.Assign); ok && !p.Known.Targets[assign.Common.Label] {
		if merged, ok := simplify.Follow(input.known, input.bindings, p.Bindings(assign)); ok {
			p.instead[first] = &ir.Assign{Header: assign.Header, Bindings: merged}
			return loop.Body
		}
	}
	own := &ir.Assign{Header: simplify.Beside(loop, "item"), Bindings: input.bindings}
	return append([]ir.Step{own}, loop.Body...)
}

// readingInput gives a step that reads an iteration's input instead of variables, nil when the step cannot.
func (p planner) readingInput(step ir.Step, input iteration) ir.Step {
	if called, ok := step.(*ir.Call); ok && !isAgain(called) {
		return p.callReading(called, input)
	}
	assign, ok := step.(*ir.Assign)
	if !ok || p.Known.Targets[assign.Common.Label] {
		return nil
	}
	return &ir.Assign{Header: assign.Header, Bindings: p.bindingsReading(assign.Bindings, input)}
}

// isAgain tells whether a call comes back to its state, which has another input then than that of the iteration.
func isAgain(called *ir.Call) bool {
	_, budget := called.Retry.(*ir.Budget)
	return budget
}

func (p planner) callReading(called *ir.Call, input iteration) ir.Step {
	direct := *called
	direct.Arguments = ir.ReplaceValue(called.Arguments, input.of)
	if called.Result != nil {
		direct.Result = build.Replace(called.Result, input.of)
	}
	direct.More = p.bindingsReading(called.More, input)
	return &direct
}

// bindingsReading makes bindings read the input. One that may keep what the input gives says so itself: the variable has no value yet.
func (p planner) bindingsReading(bindings []ir.Binding, input iteration) []ir.Binding {
	replaced := make([]ir.Binding, len(bindings))
	for i, binding := range bindings {
		replaced[i] = ir.Binding{Name: binding.Name, Value: ir.ReplaceValue(binding.Value, input.of)}
		if binding.IfOrNil != nil {
			replaced[i].IfOrNil = build.Replace(binding.IfOrNil, input.of)
		}
		if old := input.of(binding.Name); old != nil {
			replaced[i] = ir.Binding{Name: binding.Name, Value: p.Facts.Kept(replaced[i], old)}
		}
	}
	return replaced
}

// readLater tells whether anything after the first step's own state reads what the bindings set.
func (i iteration) readLater(first ir.Step, rest []ir.Step, collects []ir.Collect) bool {
	values := ir.Parts(&ir.Loop{Collect: collects}).Reads
	later := func(step ir.Step) bool {
		values = append(values, ir.Parts(step).Reads...)
		return true
	}
	if called, ok := first.(*ir.Call); ok {
		values = append(values, ir.Parts(&ir.Call{OnError: called.OnError}).Reads...)
	}
	for _, body := range ir.Parts(first).Bodies {
		ir.Walk(body, later)
	}
	ir.Walk(rest, later)
	read := ir.FreeVariables(values...)
	return slices.ContainsFunc(i.bindings, func(binding ir.Binding) bool { return slices.Contains(read, binding.Name) })
}
