package simplify

import (
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower/known"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// A state evaluates all values of its Assign with the variables as they were on entry. So an assignment joins the state before it only
// when it reads nothing which that state sets, or when what it reads can be written out instead.

// Joined is a step that also makes the assignment that follows it; nil when one state cannot do both. targets are the labels that jumps
// lead to.
func Joined(step, following ir.Step, targets map[string]bool, facts known.Facts) ir.Step {
	assign, ok := following.(*ir.Assign)
	if !ok || targets[assign.Common.Label] {
		return nil
	}
	if first, ok := step.(*ir.Assign); ok {
		if merged, ok := Follow(Assignable(first.Bindings), first.Bindings, assign.Bindings); ok {
			return &ir.Assign{Header: first.Header, Bindings: merged}
		}
	}
	if call, ok := step.(*ir.Call); ok && len(call.OnError) == 0 { // an error handler would go past the assignment
		if merged, ok := Follow(answered(call, facts), call.More, assign.Bindings); ok {
			joined := *call
			joined.More = merged
			return &joined
		}
	}
	return nil
}

// answered is Assignable for what a call sets.
func answered(call *ir.Call, facts known.Facts) map[string]jsonata.Node {
	set := Assignable(call.More)
	if call.Bind == "" {
		return set
	}
	set[call.Bind] = nil
	result := call.Answer()
	if facts.Answered(call).AlwaysDefined(result) && (known.HasContract(call) || known.Same(result, ir.Result())) {
		set[call.Bind] = result
	}
	return set
}

// LeadingAssign splits an assignment off the front of steps; nil when they begin with something else.
func LeadingAssign(steps []ir.Step, targets map[string]bool) (*ir.Assign, []ir.Step) {
	if len(steps) == 0 {
		return nil, steps
	}
	assign, ok := steps[0].(*ir.Assign)
	if !ok || targets[assign.Common.Label] {
		return nil, steps
	}
	return assign, steps[1:]
}

// Assignable gives the names that bindings set, each with the expression that may stand in for it, or nil when none is short enough.
func Assignable(bindings []ir.Binding) map[string]jsonata.Node {
	set := map[string]jsonata.Node{}
	for _, binding := range bindings {
		set[binding.Name] = nil
		if binding.IfOrNil == nil {
			set[binding.Name] = shortNode(binding.Value)
		}
	}
	return set
}

// Settled gives the names that bindings set, each with the expression that it is set to, or nil when that is not one expression.
func Settled(bindings []ir.Binding) map[string]jsonata.Node {
	set := map[string]jsonata.Node{}
	for _, binding := range bindings {
		set[binding.Name] = nil
		if node, ok := binding.Value.(jsonata.Node); ok && binding.IfOrNil == nil {
			set[binding.Name] = node
		}
	}
	return set
}

// shortNode is the expression of a value that may be written twice: a literal or a variable.
func shortNode(value ir.Value) jsonata.Node {
	switch value := value.(type) {
	case *jsonata.String, *jsonata.Number, *jsonata.Boolean, *jsonata.Null, *jsonata.Variable:
		return value.(jsonata.Node)
	case nil, string, float64, int64, bool:
		return build.Literal(value)
	default:
		return nil
	}
}

// Follow gives first and then second as one list of bindings, if that means the same. set are the names set before second, each with what
// may stand in for it.
func Follow(set map[string]jsonata.Node, first, second []ir.Binding) ([]ir.Binding, bool) {
	merged := slices.Clone(first)
	for _, binding := range second {
		if _, twice := set[binding.Name]; twice {
			return nil, false
		}
		value, ok := WrittenOut(binding.Value, set)
		condition, okToo := WrittenOut(binding.IfOrNil, set)
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

// WrittenOut replaces the names in a value by what they were just set to. It fails when that is not known or cannot stand in their place.
func WrittenOut(value ir.Value, set map[string]jsonata.Node) (ir.Value, bool) {
	own, walked := ir.BoundVariables(value), walkedInto(value)
	for _, name := range ir.FreeVariables(value) {
		node, isSet := set[name]
		if isSet && !canStandIn(node, own, walked[name]) {
			return nil, false
		}
	}
	return ir.ReplaceValue(value, func(name string) jsonata.Node { return set[name] }), true
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
