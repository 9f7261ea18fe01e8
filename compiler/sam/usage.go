package sam

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// The resources of tasks that definitions may hold; ".waitForTaskToken" may follow the first.
const (
	invokeResource    = "arn:aws:states:::lambda:invoke"
	tokenSuffix       = ".waitForTaskToken"
	startResource     = "arn:aws:states:::states:startExecution"
	startSyncResource = "arn:aws:states:::aws-sdk:sfn:startSyncExecution"
)

// use is one task of a definition: what it calls and with what.
type use struct {
	machine *Machine
	state   string
	// place is the "file:line" that the state's comment starts with.
	place string
	// target is what is called: a substitution name like SqlFunctionArn, or an ARN.
	target  string
	service string // "lambda" or "states"
	sync    string // of "states": "", ".sync", ".sync:2" or "express"
	token   bool
	// named are the datasources and secrets that the payload names.
	datasources, secrets []string
	blobs                bool
}

// uses lists the tasks of a definition in order, those of branches and processors included. Tasks that it cannot read are unknown.
func uses(machine *Machine) (known []use, unknown []string) {
	walk(machine.Definition, func(name string, state asl.State) {
		switch state := state.(type) {
		case *asl.Task:
			found, ok := useOf(machine, name, state)
			if !ok {
				unknown = append(unknown, name+": "+state.Resource)
				return
			}
			known = append(known, found)
		}
	})
	return known, unknown
}

// walk visits every state of a machine, depth first.
func walk(machine *asl.Machine, visit func(name string, state asl.State)) {
	if machine == nil {
		return
	}
	for name, state := range machine.States.All() {
		visit(name, state)
		switch state := state.(type) {
		case *asl.Map:
			walk(state.ItemProcessor, visit)
		case *asl.Parallel:
			for _, branch := range state.Branches {
				walk(branch, visit)
			}
		}
	}
}

func useOf(machine *Machine, name string, state *asl.Task) (use, bool) {
	found := use{machine: machine, state: name, place: placeOf(state.Comment)}
	resource, token := strings.CutSuffix(state.Resource, tokenSuffix)
	found.token = token
	switch {
	case resource == invokeResource:
		found.service = "lambda"
		found.target = substitutionOf(field(state.Arguments, "FunctionName"))
		found.read(field(state.Arguments, "Payload"))
	case resource == startSyncResource:
		found.service, found.sync = "states", "express"
		found.target = substitutionOf(field(state.Arguments, "StateMachineArn"))
	case strings.HasPrefix(resource, startResource):
		found.service, found.sync = "states", strings.TrimPrefix(resource, startResource)
		found.target = substitutionOf(field(state.Arguments, "StateMachineArn"))
	case strings.HasPrefix(resource, "arn:") && strings.Contains(resource, ":lambda:"), strings.HasPrefix(resource, "${"):
		found.service, found.target = "lambda", substitutionOf(resource)
		found.read(state.Arguments)
	}
	return found, found.target != ""
}

// placeOf is the first word of a comment when it is "file:line".
func placeOf(comment string) string {
	word, _, _ := strings.Cut(comment, " ")
	if strings.Contains(word, ":") {
		return strings.TrimSuffix(word, ",")
	}
	return ""
}

// substitutionOf is the name in "${Name}", any other text as it is; "" for what is not a text.
func substitutionOf(value any) string {
	text, _ := value.(string)
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

// read notes what a payload names. The field names are those of the functions' requests: datasource, and auth.secret.
func (u *use) read(payload any) {
	if name, ok := constantOf(field(payload, "datasource")); ok {
		u.datasources = append(u.datasources, name)
	}
	if reference, ok := constantOf(field(field(payload, "auth"), "secret")); ok {
		name, _ := secret.Split(reference)
		u.secrets = append(u.secrets, name)
	}
	u.blobs = passesBlob(payload)
}

// constantOf is a text that is no expression.
func constantOf(value any) (string, bool) {
	text, ok := value.(string)
	if _, expression := asl.Source(text); !ok || expression || text == "" {
		return "", false
	}
	return text, true
}

// passesBlob tells whether a payload may carry a stored object: a member "blob", or an expression about uploaded files.
func passesBlob(value any) bool {
	switch value := value.(type) {
	case []any:
		return slices.ContainsFunc(value, passesBlob)
	case *jsonata.Object:
		for key, member := range value.All() {
			if key == "blob" || passesBlob(member) {
				return true
			}
		}
	case string:
		return mentionsBlob(value)
	}
	return false
}

// mentionsBlob tells whether an expression reads uploaded files or the key of a stored object.
func mentionsBlob(text string) bool {
	source, ok := asl.Source(text)
	return ok && (strings.Contains(source, "files") || strings.Contains(source, "blob"))
}
