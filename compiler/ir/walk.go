package ir

// Bodies gives the lists of steps that stand directly inside a step, in the order of the source.
func Bodies(step Step) [][]Step {
	switch step := step.(type) {
	case *Call:
		return handlerBodies(step.OnError)
	case *Branch:
		bodies := make([][]Step, 0, len(step.Cases)+1)
		for _, way := range step.Cases {
			bodies = append(bodies, way.Body)
		}
		return append(bodies, step.Else)
	case *Loop:
		return [][]Step{step.Body}
	case *Parallel:
		bodies := make([][]Step, 0, len(step.Branches))
		for _, branch := range step.Branches {
			bodies = append(bodies, branch.Body)
		}
		return append(bodies, handlerBodies(step.OnError)...)
	case *Goto:
		return [][]Step{step.Exhausted}
	case *Invoke:
		return handlerBodies(step.OnError)
	default:
		return nil
	}
}

func handlerBodies(handlers []Handler) [][]Step {
	bodies := make([][]Step, 0, len(handlers))
	for _, handler := range handlers {
		bodies = append(bodies, handler.Body)
	}
	return bodies
}

// Walk visits every step in the order of the source, outer steps first. It does not go into a step for which visit answers false.
func Walk(steps []Step, visit func(Step) bool) {
	for _, step := range steps {
		if !visit(step) {
			continue
		}
		for _, body := range Bodies(step) {
			Walk(body, visit)
		}
	}
}

// Values gives every value and expression of a step itself, without those of the steps inside it.
func Values(step Step) []Value {
	switch step := step.(type) {
	case *Call:
		values := append([]Value{step.Arguments, step.Result}, bindingValues(step.More)...)
		return append(values, handlerValues(step.OnError)...)
	case *Assign:
		return bindingValues(step.Bindings)
	case *Branch:
		values := make([]Value, 0, len(step.Cases))
		for _, way := range step.Cases {
			values = append(values, way.When)
		}
		return values
	case *Loop:
		values := []Value{step.Items, step.Count, step.Until}
		for _, collect := range step.Collect {
			values = append(values, collect.Key, collect.Value)
		}
		return values
	case *Parallel:
		return handlerValues(step.OnError)
	case *Wait:
		return []Value{step.Seconds, step.Until}
	case *Invoke:
		return append([]Value{step.Input}, handlerValues(step.OnError)...)
	case *Return:
		return []Value{step.Status, step.Headers, step.Body}
	case *Fail:
		return []Value{step.Error, step.Cause}
	default:
		return nil
	}
}

func bindingValues(bindings []Binding) []Value {
	values := make([]Value, 0, 2*len(bindings))
	for _, binding := range bindings {
		values = append(values, binding.Value, binding.IfOrNil)
	}
	return values
}

func handlerValues(handlers []Handler) []Value {
	var values []Value
	for _, handler := range handlers {
		values = append(values, bindingValues(handler.Assign)...)
	}
	return values
}
