package sam

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// use is one task of a definition: what it calls and with what.
type use struct {
	machine *Machine
	state   string
	// place is the "file:line" that the state's comment starts with.
	place string
	// note is the rest of the comment.
	note string
	// target is what is called: a substitution name like SqlFunctionArn, or an ARN.
	target   string
	resource asl.Resource
	// named are the datasources and secrets that the payload names.
	datasources, secrets []string
	// ofCaller tells that the payload holds a secret of the caller.
	ofCaller bool
	// keeps tells that the function has to store an object, fetches that it needs a stored one.
	keeps, fetches bool
	// seconds is how long the call asks the function to work at most, 0 when it does not say.
	seconds float64
}

// token tells that the task waits until somebody sends its token back.
func (u use) token() bool { return u.resource.Pattern == asl.WaitForTaskToken }

// uses lists the tasks of a definition in order, those of branches and processors included. Tasks that it cannot read are unknown.
func uses(machine *Machine, stored *storage) (known []use, unknown []string) {
	for at := range asl.Walk(machine.Definition) {
		state, ok := at.State.(*asl.Task)
		if !ok {
			continue
		}
		found := use{machine: machine, state: at.Name, place: asl.PlaceOf(state.Comment), resource: asl.ParseResource(state.Resource), target: nameIn(state.Target())}
		found.note = strings.TrimSpace(strings.TrimPrefix(state.Comment, found.place))
		if found.target == "" || found.resource.Kind == asl.FunctionResource && isARN(found.target) && !isLambda(found.target) {
			unknown = append(unknown, at.Name+": "+state.Resource)
			continue
		}
		if row, ok := task.Find(stored.rows, task.FunctionOf(state.Target())); ok {
			found.read(row, state, stored, stored.scopeOf(at))
		}
		known = append(known, found)
	}
	return known, unknown
}

// nameIn is the name in "${Name}", any other text as it is.
func nameIn(text string) string {
	if inner, ok := strings.CutPrefix(text, "${"); ok {
		return strings.TrimSuffix(inner, "}")
	}
	return text
}

// field is a member of an object, nil when there is none.
func field(value any, key string) any {
	if object, ok := value.(*jsonata.Object); ok {
		member, _ := object.Get(key)
		return member
	}
	return nil
}

// read notes what the payload of a call names, as the function's row says.
func (u *use) read(row task.Row, state *asl.Task, stored *storage, scope scope) {
	given, _ := state.Payload()
	payload := opened(given)
	if _, computed := payload.(jsonata.Node); computed && TakesRecords(u.machine.Operation) {
		return // the function behind streams has made it, of a record: it names the secrets of jobs and nothing stored
	}
	u.datasources = texts(held(row, payload, task.HoldsDatasource))
	for _, reference := range texts(held(row, payload, task.HoldsSecret)) {
		name, _ := secret.Split(reference)
		u.secrets = append(u.secrets, name)
	}
	u.ofCaller = holdsComputed(held(row, payload, task.HoldsSecret))
	u.keeps = asksToStore(row, payload)
	u.seconds = state.PayloadNumber(task.AsksSeconds)
	for _, value := range held(row, payload, task.HoldsStored) {
		u.fetches = u.fetches || isReference(value) || stored.computed(value, scope)
	}
}

// TakesRecords tells whether the function behind streams starts an operation.
func TakesRecords(operation *ir.Operation) bool {
	return slices.ContainsFunc(operation.Triggers, func(trigger ir.Trigger) bool {
		_, ok := trigger.(*ir.Stream)
		return ok
	})
}

// isReference tells whether opened data is itself a reference to a stored object.
func isReference(data any) bool {
	_, ok := data.(*jsonata.Object)
	return ok && field(data, "blob") != nil
}
