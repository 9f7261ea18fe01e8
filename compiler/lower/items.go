package lower

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// itemList makes what a loop goes over a list: an object becomes a list of {"key", "val"}, null and nothing an empty one, any other single
// value a list of one.
func (l *lowering) itemList(items jsonata.Node) jsonata.Node {
	if isArray(items) {
		return items
	}
	if variable, ok := items.(*jsonata.Variable); ok && l.arrays[variable.Name] {
		if !l.unset[variable.Name] {
			return items
		}
		return &jsonata.Conditional{Condition: binary("=", items, &jsonata.Null{}), Then: list(), ElseOrNil: items}
	}
	if isShort(items) {
		return anyList(items)
	}
	bind := &jsonata.Bind{Name: "items", Value: items}
	return &jsonata.Block{Expressions: []jsonata.Node{bind, anyList(build.Var("items"))}}
}

func anyList(value jsonata.Node) jsonata.Node {
	pair := &jsonata.ObjectConstructor{Pairs: []jsonata.Pair{
		{Key: &jsonata.String{Value: "key"}, Value: build.Var("key")},
		{Key: &jsonata.String{Value: "val"}, Value: build.Var("val")},
	}}
	return &jsonata.Conditional{
		Condition: binary("=", call("type", value), &jsonata.String{Value: "object"}),
		Then:      list(call("each", value, &jsonata.Lambda{Parameters: []string{"val", "key"}, Body: pair})),
		ElseOrNil: &jsonata.Conditional{Condition: binary("=", value, &jsonata.Null{}), Then: list(), ElseOrNil: list(value)},
	}
}

// isArray tells whether an expression is sure to give an array.
func isArray(node jsonata.Node) bool {
	switch node := node.(type) {
	case *jsonata.ArrayConstructor:
		return true
	case *jsonata.Path:
		root, names := pathNames(node)
		return root == "states" && len(names) == 3 && names[0] == "result" && names[1] == "Payload" && names[2] == "rows"
	default:
		return false
	}
}

// noteArrays finds the variables that are set to arrays wherever they are set.
func (l *lowering) noteArrays(steps []ir.Step) {
	l.arrays, l.unset = map[string]bool{}, map[string]bool{}
	for _, name := range l.flow.unset() {
		l.unset[name] = true
	}
	others := map[string]bool{"param": true}
	ir.Walk(steps, func(step ir.Step) bool {
		arrays := arraysOf(step)
		for _, name := range ir.Assigned(step) {
			others[name] = others[name] || !arrays[name]
		}
		return true
	})
	for name, other := range others {
		l.arrays[name] = !other
	}
}

// arraysOf gives the names that a step sets to nothing but arrays.
func arraysOf(step ir.Step) map[string]bool {
	arrays := map[string]bool{}
	note := func(bindings []ir.Binding) {
		for _, binding := range bindings {
			arrays[binding.Name] = isArrayValue(binding.Value)
		}
	}
	switch step := step.(type) {
	case *ir.Assign:
		note(step.Bindings)
	case *ir.Call:
		if !hasContract(step) {
			return arrays
		}
		note(append([]ir.Binding{{Name: step.Bind, Value: step.Answer()}}, step.More...))
		for _, handler := range step.OnError {
			for _, binding := range handler.Assign {
				arrays[binding.Name] = false
			}
		}
	case *ir.Loop:
		for _, collect := range step.Collect {
			arrays[collect.Name] = collect.Key == nil
		}
		arrays[step.Variable], arrays[step.IndexOrEmpty] = false, false
	}
	return arrays
}

func isArrayValue(value ir.Value) bool {
	switch value := value.(type) {
	case []any:
		return true
	case jsonata.Node:
		return isArray(value)
	default:
		return false
	}
}
