package emit

import (
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
)

// request puts the state in front of a machine that refuses requests and gives variables their first values, if there is one.
func (e *emitter) request(machine *asl.Machine, whole *scope, at diag.Range) *asl.Machine {
	planned, w := e.plan.Request, e.writer(at, whole)
	if len(planned.Checks)+len(planned.Bindings) == 0 {
		return machine
	}
	id, assign := e.drafts.add(label{text: "Request", at: at}), w.assign(planned.Bindings)
	if len(planned.Checks) == 0 {
		prepend(machine, draft{id, &asl.Pass{Comment: comment(at, ""), Assign: assign, Next: machine.StartAt}})
		return machine
	}
	refused := e.drafts.add(label{text: "Request: refused", at: at})
	choice := &asl.Choice{Comment: comment(at, ""), Assign: assign, Default: machine.StartAt}
	if planned.Unchecked != nil {
		choice.Choices = append(choice.Choices, asl.Rule{Condition: w.condition(planned.Unchecked), Assign: assign, Next: machine.StartAt})
	}
	for _, check := range planned.Checks {
		choice.Choices = append(choice.Choices, asl.Rule{Condition: w.condition(check.Fails), Output: w.json(check.Refusal), Next: refused})
	}
	prepend(machine, draft{id, choice}, draft{refused, &asl.Succeed{Comment: comment(at, "")}})
	return machine
}
