package known

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// HasContract tells whether it is known what a call answers: that of a function of the catalogue, not what others send back.
func HasContract(call *ir.Call) bool { return !call.External && !call.WaitForToken }

// IsService tells whether a call goes to a service integration or an activity instead of a Lambda function.
func IsService(call *ir.Call) bool {
	return call.External && asl.ParseResource(call.Function).Kind != asl.FunctionResource
}

// AnswersDirectly tells whether the answer of a call is $states.result itself.
func AnswersDirectly(call *ir.Call) bool { return call.WaitForToken || IsService(call) }

// Answered adds what the answer of a call holds.
func (f Facts) Answered(call *ir.Call) Facts {
	f.answer, f.direct = task.Row{}, AnswersDirectly(call)
	if HasContract(call) {
		f.answer, _ = task.Find(f.catalogue, call.Function)
	}
	return f
}

// Handed makes facts about an answer that the state before has handed on.
func (f Facts) Handed() Facts {
	f.handed = true
	return f
}

// HandedOn makes bindings in terms of an answer read it where the state before has handed it on.
func HandedOn(bindings []ir.Binding) []ir.Binding {
	handed := make([]ir.Binding, len(bindings))
	for i, binding := range bindings {
		handed[i] = ir.Binding{Name: binding.Name, Value: ir.MapValue(binding.Value, fromInput)}
		if binding.IfOrNil != nil {
			handed[i].IfOrNil = fromInput(binding.IfOrNil)
		}
	}
	return handed
}

// fromInput makes $states.result $states.input.
func fromInput(node jsonata.Node) jsonata.Node {
	result := States("result")
	return build.Rewrite(node, func(node jsonata.Node) jsonata.Node {
		if path, ok := node.(*jsonata.Path); ok && Same(path, result) {
			return States("input")
		}
		return node
	})
}

// Results gives what a call binds, first Bind and then the others, in terms of the answer as the resource gives it.
func Results(call *ir.Call) []ir.Binding {
	var bindings []ir.Binding
	if call.Bind != "" {
		bindings = append(bindings, ir.Binding{Name: call.Bind, Value: call.Answer()})
	}
	bindings = append(bindings, call.More...)
	if !AnswersDirectly(call) {
		return bindings
	}
	for i, binding := range bindings {
		bindings[i].Value = ir.MapValue(binding.Value, withoutPayload)
		if binding.IfOrNil != nil {
			bindings[i].IfOrNil = withoutPayload(binding.IfOrNil)
		}
	}
	return bindings
}

// withoutPayload makes $states.result.Payload $states.result.
func withoutPayload(node jsonata.Node) jsonata.Node {
	return build.Rewrite(node, func(node jsonata.Node) jsonata.Node {
		path, ok := node.(*jsonata.Path)
		if ok && Same(path, ir.Result()) {
			return path.Left
		}
		return node
	})
}
