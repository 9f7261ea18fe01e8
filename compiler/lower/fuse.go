package lower

import (
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// fuser copies steps so that later passes may change them, and merges assignments that one state can make.
//
// A state evaluates all values of its Assign with the variables as they were on entry. So an assignment joins the state before it only
// when it reads nothing which that state sets, or when what it reads can be written out instead.
type fuser struct {
	// targets are the labels that jumps lead to; a step with such a label must stay a state of its own.
	targets map[string]bool
	facts   facts
	// variables hands out names.
	variables namer
}

func newFuser(steps []ir.Step, facts facts, variables namer) fuser {
	targets := map[string]bool{}
	ir.Walk(steps, func(step ir.Step) bool {
		if jump, ok := step.(*ir.Goto); ok {
			targets[jump.Target] = true
		}
		return true
	})
	return fuser{targets, facts, variables}
}

// steps copies a list of steps, with what can be merged merged.
func (f fuser) steps(steps []ir.Step) []ir.Step {
	fused := make([]ir.Step, 0, len(steps))
	for _, step := range steps {
		for _, copied := range f.unfolded(f.copy(step)) {
			fused = f.add(fused, copied)
		}
	}
	return fused
}

// unfolded gives the steps that a copied step really is: a branch without a condition is what it does else.
func (f fuser) unfolded(step ir.Step) []ir.Step {
	switch step := step.(type) {
	case *ir.Branch:
		if len(step.Cases) == 0 && !f.targets[step.Common.Label] {
			return step.Else
		}
	case *ir.Loop:
		return append([]ir.Step{step}, f.collectAside(step)...)
	}
	return []ir.Step{step}
}

// collectAside makes a loop gather under names of its own where its body uses the name it gathers under, which until the end of the loop
// keeps the value from before. It gives the assignment that follows the loop.
func (f fuser) collectAside(loop *ir.Loop) []ir.Step {
	used := usedInside(loop)
	var after []ir.Binding
	loop.Collect = slices.Clone(loop.Collect)
	for i, collect := range loop.Collect {
		if used[collect.Name] {
			loop.Collect[i].Name = f.variables.variable(collect.Name, "_collected")
			after = append(after, ir.Binding{Name: collect.Name, Value: build.Var(loop.Collect[i].Name)})
		}
	}
	if len(after) == 0 {
		return nil
	}
	return []ir.Step{&ir.Assign{Header: helperHeader(loop, "collected"), Bindings: after}}
}

// usedInside gives the names that an iteration of a loop reads or sets.
func usedInside(loop *ir.Loop) map[string]bool {
	used := map[string]bool{loop.Variable: true, loop.IndexOrEmpty: true}
	note := func(names []string) {
		for _, name := range names {
			used[name] = true
		}
	}
	note(ir.FreeVariables(append(ir.Parts(&ir.Loop{Collect: loop.Collect}).Reads, loop.Until)...))
	ir.Walk(loop.Body, func(step ir.Step) bool {
		note(ir.Assigned(step))
		note(ir.FreeVariables(ir.Parts(step).Reads...))
		return true
	})
	return used
}

// add appends a copied step to copied steps, or merges it into the last.
func (f fuser) add(steps []ir.Step, step ir.Step) []ir.Step {
	assign, ok := step.(*ir.Assign)
	if !ok || len(steps) == 0 || f.targets[assign.Common.Label] {
		return append(steps, step)
	}
	switch last := steps[len(steps)-1].(type) {
	case *ir.Assign:
		if merged, ok := follow(assignable(last.Bindings), last.Bindings, assign.Bindings); ok {
			last.Bindings = merged
			return steps
		}
	case *ir.Call:
		if merged, ok := f.intoCall(last, assign); ok {
			last.More = merged
			return steps
		}
	}
	return append(steps, step)
}

// intoCall merges an assignment into the call before it, unless an error handler would then go past it.
func (f fuser) intoCall(call *ir.Call, assign *ir.Assign) ([]ir.Binding, bool) {
	if len(call.OnError) > 0 {
		return nil, false
	}
	known := assignable(call.More)
	if call.Bind != "" {
		known[call.Bind] = nil
		if result := call.Answer(); f.facts.alwaysDefined(result) && (hasContract(call) || sameText(result, ir.Result())) {
			known[call.Bind] = result
		}
	}
	return follow(known, call.More, assign.Bindings)
}

// assignable gives the names that bindings set, each with the expression that may stand in for it, or nil when none is short enough.
func assignable(bindings []ir.Binding) map[string]jsonata.Node {
	known := map[string]jsonata.Node{}
	for _, binding := range bindings {
		known[binding.Name] = nil
		if binding.IfOrNil == nil {
			known[binding.Name] = shortNode(binding.Value)
		}
	}
	return known
}

// shortNode is the expression of a value that may be written twice: a literal or a variable.
func shortNode(value ir.Value) jsonata.Node {
	switch value := value.(type) {
	case string:
		return &jsonata.String{Value: value}
	case float64:
		return &jsonata.Number{Value: value}
	case int64:
		return jsonata.IntegerLiteral(value)
	case bool:
		return &jsonata.Boolean{Value: value}
	case nil:
		return &jsonata.Null{}
	case *jsonata.String, *jsonata.Number, *jsonata.Boolean, *jsonata.Null, *jsonata.Variable:
		return value.(jsonata.Node)
	default:
		return nil
	}
}

// follow gives first and then second as one list of bindings, if that means the same. known are the names set before second.
func follow(known map[string]jsonata.Node, first, second []ir.Binding) ([]ir.Binding, bool) {
	merged := slices.Clone(first)
	for _, binding := range second {
		if _, twice := known[binding.Name]; twice {
			return nil, false
		}
		value, ok := writtenOut(binding.Value, known)
		condition, okToo := writtenOut(binding.IfOrNil, known)
		if !ok || !okToo {
			return nil, false
		}
		moved := ir.Binding{Name: binding.Name, Value: value}
		if condition != nil {
			moved.IfOrNil = condition.(jsonata.Node)
		}
		merged = append(merged, moved)
	}
	return merged, true
}

// writtenOut replaces the names in a value by what they were just set to. It fails when that is not known or cannot stand in their place.
func writtenOut(value ir.Value, known map[string]jsonata.Node) (ir.Value, bool) {
	own, walked := ir.BoundVariables(value), walkedInto(value)
	for _, name := range ir.FreeVariables(value) {
		node, set := known[name]
		if set && !canStandIn(node, own, walked[name]) {
			return nil, false
		}
	}
	return ir.ReplaceValue(value, func(name string) jsonata.Node { return known[name] }), true
}

// canStandIn tells whether an expression may replace a variable in a value that binds the names own. walked tells that a path leads into
// the variable; none leads into a literal.
func canStandIn(node jsonata.Node, own map[string]bool, walked bool) bool {
	switch node := node.(type) {
	case nil:
		return false
	case *jsonata.Variable:
		return !own[node.Name]
	case *jsonata.Path:
		return true
	default:
		return !walked
	}
}

// walkedInto gives the variables that paths, predicates and the like lead into.
func walkedInto(value ir.Value) map[string]bool {
	walked := map[string]bool{}
	note := func(node jsonata.Node) bool {
		if variable, ok := operand(node).(*jsonata.Variable); ok {
			walked[variable.Name] = true
		}
		return true
	}
	ir.MapValue(value, func(node jsonata.Node) jsonata.Node {
		jsonata.Walk(node, note)
		return node
	})
	return walked
}

// operand is what a path, predicate, grouping, sorting or function call leads into; nil for other nodes.
func operand(node jsonata.Node) jsonata.Node {
	switch node := node.(type) {
	case *jsonata.Path:
		return node.Left
	case *jsonata.Filter:
		return node.Expr
	case *jsonata.KeepArray:
		return node.Expr
	case *jsonata.Group:
		return node.Expr
	case *jsonata.Sort:
		return node.Expr
	case *jsonata.Index:
		return node.Expr
	case *jsonata.Focus:
		return node.Expr
	case *jsonata.Call:
		return node.Function
	default:
		return nil
	}
}

// copy copies a step and everything inside it that later passes change.
func (f fuser) copy(step ir.Step) ir.Step {
	switch step := step.(type) {
	case *ir.Call:
		copied := *step
		copied.OnError = f.handlers(step.OnError)
		return &copied
	case *ir.Assign:
		copied := *step
		return &copied
	case *ir.Branch:
		return f.branch(step)
	case *ir.Loop:
		copied := *step
		copied.Body = f.steps(step.Body)
		return &copied
	case *ir.Parallel:
		return f.parallel(step)
	case *ir.Goto:
		copied := *step
		copied.Exhausted = f.steps(step.Exhausted)
		return &copied
	case *ir.Invoke:
		copied := *step
		copied.OnError = f.handlers(step.OnError)
		return &copied
	default: // steps that nothing changes
		return step
	}
}

func (f fuser) handlers(handlers []ir.Handler) []ir.Handler {
	copied := slices.Clone(handlers)
	for i := range copied {
		copied[i].Body = f.steps(copied[i].Body)
	}
	return copied
}

// branch copies a branch. An else that is nothing but another branch becomes further cases of the first.
func (f fuser) branch(step *ir.Branch) *ir.Branch {
	copied := *step
	copied.Cases = slices.Clone(step.Cases)
	for i := range copied.Cases {
		copied.Cases[i].Body = f.steps(copied.Cases[i].Body)
	}
	copied.Else = f.steps(step.Else)
	if len(copied.Else) != 1 {
		return &copied
	}
	if inner, ok := copied.Else[0].(*ir.Branch); ok && !f.targets[inner.Common.Label] {
		copied.Cases = append(copied.Cases, inner.Cases...)
		copied.Else = inner.Else
	}
	return &copied
}

func (f fuser) parallel(step *ir.Parallel) *ir.Parallel {
	copied := *step
	copied.Branches = slices.Clone(step.Branches)
	for i := range copied.Branches {
		copied.Branches[i].Body = f.steps(copied.Branches[i].Body)
	}
	copied.OnError = f.handlers(step.OnError)
	return &copied
}
