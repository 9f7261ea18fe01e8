package lower

import "github.com/steploom/steploom/statemachine/asl"

// withoutUnreachable drops the states that no way leads to, such as those after the end of an operation; Step Functions refuses them.
func withoutUnreachable(machine *asl.Machine) {
	reached := map[string]bool{}
	waiting := []string{machine.StartAt}
	for len(waiting) > 0 {
		name := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		state, exists := machine.States.Get(name)
		if !exists || reached[name] {
			continue
		}
		reached[name] = true
		waiting = append(waiting, successors(state)...)
	}
	kept := asl.NewStates()
	for name, state := range machine.States.All() {
		if reached[name] {
			kept.Set(name, state)
		}
	}
	machine.States = kept
}

// successors gives the states that may follow a state. A state that ends gives an empty name.
func successors(state asl.State) []string {
	switch state := state.(type) {
	case *asl.Pass:
		return []string{state.Next}
	case *asl.Wait:
		return []string{state.Next}
	case *asl.Task:
		return append(caught(state.Catch), state.Next)
	case *asl.Map:
		return append(caught(state.Catch), state.Next)
	case *asl.Parallel:
		return append(caught(state.Catch), state.Next)
	case *asl.Choice:
		names := []string{state.Default}
		for _, rule := range state.Choices {
			names = append(names, rule.Next)
		}
		return names
	default: // Succeed and Fail
		return nil
	}
}

func caught(catchers []asl.Catcher) []string {
	names := make([]string, 0, len(catchers)+1)
	for _, catcher := range catchers {
		names = append(names, catcher.Next)
	}
	return names
}
