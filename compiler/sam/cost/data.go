package cost

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// answers names the variables that hold what a call answered, as a whole or as rows or body.
func answers(machine *asl.Machine) []string {
	var names []string
	for _, state := range machine.States.All() {
		call, ok := state.(*asl.Task)
		if !ok || call.Assign == nil {
			continue
		}
		for name, value := range call.Assign.All() {
			if text, ok := value.(string); ok && isWhole(text) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// isWhole tells whether an expression takes over an answer that may be large.
func isWhole(text string) bool {
	source, ok := asl.Source(text)
	if !ok {
		return false
	}
	for _, part := range []string{"$states.result.Payload.rows", "$states.result.Payload.body", "$states.result.Payload.output"} {
		if strings.Contains(source, part) {
			return true
		}
	}
	return strings.HasSuffix(source, "$states.result.Payload")
}

// dataOf is what a state sends on: the arguments of a task, the output of others.
func dataOf(state asl.State) any {
	switch state := state.(type) {
	case *asl.Task:
		return state.Arguments
	case *asl.Pass:
		return state.Output
	case *asl.Succeed:
		return state.Output
	case *asl.Map:
		return state.Output
	}
	return nil
}

// variablesIn lists which of the named variables a value's expressions read as values of their own.
func variablesIn(value any, names []string) []string {
	var found []string
	visitTexts(value, func(text string) {
		source, ok := asl.Source(text)
		if !ok {
			return
		}
		for _, name := range carried(source) {
			if slices.Contains(names, name) && !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	})
	return found
}

// carried lists the variables of an expression, without those that are only counted or tested and those in quotes.
func carried(source string) []string {
	var names []string
	quote := byte(0)
	for i := 0; i < len(source); i++ {
		switch c := source[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '$':
			end := i + 1
			for end < len(source) && isNameByte(source[end]) {
				end++
			}
			before := source[:i]
			if !strings.HasSuffix(before, "$count(") && !strings.HasSuffix(before, "$exists(") {
				names = append(names, source[i+1:end])
			}
			i = end - 1
		}
	}
	return names
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func visitTexts(value any, visit func(string)) {
	switch value := value.(type) {
	case string:
		visit(value)
	case []any:
		for _, item := range value {
			visitTexts(item, visit)
		}
	case *jsonata.Object:
		for _, member := range value.All() {
			visitTexts(member, visit)
		}
	}
}

func list(names []string) string { return strings.Join(names, ", ") }
