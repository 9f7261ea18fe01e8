package lower

import (
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// mapLoop emits a Map state. The item comes as the input of an iteration; the first state that needs it as a variable assigns it.
func (l *lowering) mapLoop(step *ir.Loop, at place) (string, []named) {
	name := l.names[step]
	state := &asl.Map{
		Comment:        l.loopComment(step),
		Items:          l.expression(l.mapItems(step), at.scope),
		MaxConcurrency: asl.Constant(float64(max(1, step.Concurrency))),
		Assign:         l.assign(collections(step.Collect), at.scope),
		Output:         jsonata.NewObject(),
	}
	body, collects, selector := l.bindItem(step)
	if selector != nil {
		state.ItemSelector = selector
	}
	names := l.scopeAssigned(body)
	inside := l.inner(at.scope, name, names, nil)
	inside.output = iterationOutput(collects)
	state.ItemProcessor = l.body(body, inside, l.comment(step.Common.Range, ""))
	if inside.finish != "" {
		l.ranges[inside.finish] = step.Common.Range
	}
	state.ItemProcessor.Processor = &asl.ProcessorConfig{Mode: asl.Inline}
	state.Next, state.End, _ = l.leave(at)
	return name, []named{l.named(name, step, state)}
}

// mapItems gives the list that a Map goes over.
func (l *lowering) mapItems(step *ir.Loop) jsonata.Node {
	if step.Items != nil {
		return l.itemList(step.Items)
	}
	last := binary("-", step.Count, &jsonata.Number{Value: 1})
	if count, ok := step.Count.(*jsonata.Number); ok {
		last = &jsonata.Number{Value: count.Value - 1}
	}
	return list(&jsonata.RangeExpr{From: &jsonata.Number{Value: 0}, To: last})
}

// bindItem gives the body and what it hands out with the item and its index bound, and the ItemSelector that hands both in when both are
// read.
func (l *lowering) bindItem(step *ir.Loop) (body []ir.Step, collects []ir.Collect, selector *jsonata.Object) {
	bindings := l.wanted(ir.Binding{Name: step.Variable, Value: statesPath("input")})
	if len(l.wanted(ir.Binding{Name: step.IndexOrEmpty})) > 0 {
		selector = jsonata.NewObject()
		selector.Set("item", asl.Expression(statesPath("context", "Map", "Item", "Value")))
		selector.Set("index", asl.Expression(statesPath("context", "Map", "Item", "Index")))
		bindings = l.wanted(
			ir.Binding{Name: step.Variable, Value: statesPath("input", "item")},
			ir.Binding{Name: step.IndexOrEmpty, Value: statesPath("input", "index")})
	}
	known := map[string]jsonata.Node{}
	for _, binding := range bindings {
		known[binding.Name] = binding.Value.(jsonata.Node)
	}
	if len(step.Body) == 0 {
		return nil, replacedCollects(step.Collect, known), selector
	}
	if called := l.onlyCall(step, known); called != nil {
		return []ir.Step{called}, replacedCollects(step.Collect, known), selector
	}
	return l.bound(step, bindings, known), step.Collect, selector
}

// onlyCall gives the call that a body consists of, reading the iteration's input, when it can hand out by itself what the loop gathers.
func (l *lowering) onlyCall(step *ir.Loop, known map[string]jsonata.Node) ir.Step {
	called, ok := step.Body[0].(*ir.Call)
	if !ok || len(step.Body) > 1 || len(called.OnError) > 0 {
		return nil
	}
	output := iterationOutput(replacedCollects(step.Collect, known))
	if _, ok := writtenOut(output, settled(l.results(called))); !ok {
		return nil
	}
	return l.inPlaceOf(called, l.readingInput(called, known))
}

// inPlaceOf makes a changed copy of a step stand for it.
func (l *lowering) inPlaceOf(step, changed ir.Step) ir.Step {
	l.names[changed], l.flow.results[changed] = l.names[step], l.flow.results[step]
	return changed
}

func replacedCollects(collects []ir.Collect, known map[string]jsonata.Node) []ir.Collect {
	replace := func(name string) jsonata.Node { return known[name] }
	replaced := make([]ir.Collect, len(collects))
	for i, collect := range collects {
		replaced[i] = ir.Collect{Name: collect.Name, Value: build.Replace(collect.Value, replace)}
		if collect.Key != nil {
			replaced[i].Key = build.Replace(collect.Key, replace)
		}
	}
	return replaced
}

// bound puts bindings in front of a loop's body: into its first state where that works, else into a state of their own.
func (l *lowering) bound(step *ir.Loop, bindings []ir.Binding, known map[string]jsonata.Node) []ir.Step {
	if len(bindings) == 0 {
		return step.Body
	}
	first, rest := step.Body[0], step.Body[1:]
	if direct := l.readingInput(first, known); direct != nil && !readLater(bindings, first, rest, step.Collect) {
		return append([]ir.Step{l.inPlaceOf(first, direct)}, rest...)
	}
	if assign, ok := first.(*ir.Assign); ok && !l.fuser.targets[assign.Common.Label] {
		if merged, ok := follow(known, bindings, assign.Bindings); ok {
			joined := &ir.Assign{Header: assign.Header, Bindings: merged}
			l.names[joined] = l.names[first]
			return append([]ir.Step{joined}, rest...)
		}
	}
	own := &ir.Assign{Header: helperHeader(step, "item"), Bindings: bindings}
	l.names[own] = l.states.state(own.Common.Label)
	return append([]ir.Step{own}, step.Body...)
}

// readingInput gives a step that reads an iteration's input instead of variables, nil when the step cannot.
func (l *lowering) readingInput(step ir.Step, known map[string]jsonata.Node) ir.Step {
	replace := func(name string) jsonata.Node { return known[name] }
	switch step := step.(type) {
	case *ir.Call:
		direct := *step
		direct.Arguments = ir.ReplaceValue(step.Arguments, replace)
		if step.Result != nil {
			direct.Result = build.Replace(step.Result, replace)
		}
		direct.More = replacedBindings(step.More, replace)
		return &direct
	case *ir.Assign:
		if l.fuser.targets[step.Common.Label] {
			return nil
		}
		return &ir.Assign{Header: step.Header, Bindings: replacedBindings(step.Bindings, replace)}
	default:
		return nil
	}
}

func replacedBindings(bindings []ir.Binding, replace build.Replacement) []ir.Binding {
	replaced := make([]ir.Binding, len(bindings))
	for i, binding := range bindings {
		replaced[i] = ir.Binding{Name: binding.Name, Value: ir.ReplaceValue(binding.Value, replace)}
		if binding.IfOrNil != nil {
			replaced[i].IfOrNil = build.Replace(binding.IfOrNil, replace)
		}
	}
	return replaced
}

// readLater tells whether anything after the first step's own state reads what the bindings set.
func readLater(bindings []ir.Binding, first ir.Step, rest []ir.Step, collects []ir.Collect) bool {
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
	return slices.ContainsFunc(bindings, func(binding ir.Binding) bool { return slices.Contains(read, binding.Name) })
}
