package credentials

import (
	"context"
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// constants are the texts that variables of an operation have from some step on, by name: those that are set once, to a text, by a step that
// every run comes to.
type constants map[string]string

// settled tells which variables of an operation are set once. None is where steps jump.
func settled(steps []ir.Step) map[string]bool {
	count, jumps := map[string]int{}, false
	ir.Walk(steps, func(step ir.Step) bool {
		for _, name := range ir.Assigned(step) {
			count[name]++
		}
		_, isJump := step.(*ir.Goto)
		jumps = jumps || isJump
		return true
	})
	once := map[string]bool{}
	for name, times := range count {
		once[name] = times == 1 && !jumps
	}
	return once
}

// learn adds what a step sets for good.
func (c constants) learn(step ir.Step, once map[string]bool) {
	assign, ok := step.(*ir.Assign)
	if !ok {
		return
	}
	for _, binding := range assign.Bindings {
		if text, isText := literal(binding.Value); isText && text != "" && binding.IfOrNil == nil && once[binding.Name] {
			c[binding.Name] = text
		}
	}
}

// pure are the functions that give the same for the same operands.
var pure = []string{"string", "type", "exists", "contains", "not", "encodeUrlComponent"}

// text gives the text of a value that is known when compiling, by way of variables or not.
func (c constants) text(value ir.Value) (string, bool) {
	if text, ok := literal(value); ok {
		return text, true
	}
	node, ok := value.(jsonata.Node)
	if !ok || len(c) == 0 {
		return "", false
	}
	known := build.Replace(node, func(name string) jsonata.Node {
		if text, ok := c[name]; ok {
			return build.Text(text)
		}
		return nil
	})
	if slices.ContainsFunc(build.FreeVariables(known), func(name string) bool { return !slices.Contains(pure, name) }) || readsInput(known) {
		return "", false
	}
	expression, err := jsonata.CompileNode(known, jsonata.AWS())
	if err != nil {
		return "", false
	}
	result, err := expression.Eval(context.Background(), nil, nil)
	text, isText := result.(string)
	return text, err == nil && isText
}

// readsInput tells whether an expression looks into the input of its state, or into something computed.
func readsInput(node jsonata.Node) bool {
	reads := false
	jsonata.Walk(node, func(node jsonata.Node) bool {
		switch node.(type) {
		case *jsonata.Name, *jsonata.Path, *jsonata.Wildcard, *jsonata.Descendants:
			reads = true
		}
		return !reads
	})
	return reads
}

// withoutUnread takes the text of constants out of the steps that set them, where no step reads them any more.
func (c constants) withoutUnread(steps []ir.Step, taken map[string]bool) []ir.Step {
	read := map[string]bool{}
	ir.Walk(steps, func(step ir.Step) bool {
		for _, name := range ir.FreeVariables(ir.Parts(step).Reads...) {
			read[name] = true
		}
		return true
	})
	for i, step := range steps {
		assign, ok := step.(*ir.Assign)
		if !ok {
			continue
		}
		copied := *assign
		copied.Bindings = slices.Clone(assign.Bindings)
		for at, binding := range copied.Bindings {
			if taken[binding.Name] && !read[binding.Name] {
				copied.Bindings[at].Value = nil
			}
		}
		steps[i] = &copied
	}
	return steps
}
