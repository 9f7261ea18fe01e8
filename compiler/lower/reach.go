package lower

import "github.com/steploom/steploom/statemachine/asl"

// withoutUnreachable drops the states that no way leads to, such as those after the end of an operation; Step Functions refuses them.
func withoutUnreachable(machine *asl.Machine) {
	reached := asl.Reached(machine.StartAt, func(name string) []string {
		state, _ := machine.States.Get(name)
		return asl.Targets(state)
	})
	kept := asl.NewStates()
	for name, state := range machine.States.All() {
		if reached[name] {
			kept.Set(name, state)
		}
	}
	machine.States = kept
}
