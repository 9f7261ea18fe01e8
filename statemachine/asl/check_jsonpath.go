package asl

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// saysJSONata tells whether a state anywhere in data has the query language JSONata.
func saysJSONata(v any) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, saysJSONata)
	case *jsonata.Object:
		if language, _ := v.Get("QueryLanguage"); language == JSONata {
			return true
		}
		for _, field := range v.All() {
			if saysJSONata(field) {
				return true
			}
		}
	}
	return false
}

// jsonPathState checks a state in JSONPath mode. In a machine that has states in JSONata mode, too, only its fields, its transitions and the states
// inside are checked, not its paths. In a machine without any it is refused, unless it means the same in both modes.
func (c *checker) jsonPathState(p place, kind string) {
	for _, name := range []string{"Arguments", "Output", "Items", "Condition"} {
		if _, ok := p.state.Get(name); ok {
			c.schema(p.position, "The QueryLanguage is set to 'JSONPath', but field '%s' is only supported for the 'JSONata' QueryLanguage", name)
			return
		}
	}
	if !c.mixed && !neutralJSONPath(p.state, kind) {
		c.problem(JSONPathState, p.position, "The %s state is in JSONPath mode, which is not supported; set its QueryLanguage, or that of the machine, to JSONata", kind)
	}
	c.fields(p, p.state, jsonPathFields(kind))
	c.ending(p, kind)
}

// neutralJSONPath tells that a state has no field that the query language reads.
func neutralJSONPath(state *jsonata.Object, kind string) bool {
	neutral := []string{"Type", "Comment", "QueryLanguage", "Next", "End", "Assign"}
	switch kind {
	case "Pass", "Succeed":
	case "Fail":
		neutral = append(neutral, "Error", "Cause")
	case "Wait":
		neutral = append(neutral, "Seconds", "Timestamp")
	default:
		return false
	}
	for name, v := range state.All() {
		if !slices.Contains(neutral, name) || hasPaths(v) {
			return false
		}
	}
	return true
}

func hasPaths(v any) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, hasPaths)
	case *jsonata.Object:
		for key, field := range v.All() {
			if strings.HasSuffix(key, ".$") || hasPaths(field) {
				return true
			}
		}
	}
	return false
}

func isAny(*checker, place, any) {}

// jsonPathFields are the fields of a state type in JSONPath mode.
func jsonPathFields(kind string) []field {
	names := "InputPath OutputPath "
	working := "Parameters ResultSelector ResultPath Retry Catch Assign Next End "
	switch kind {
	case "Pass":
		names += "Parameters Result ResultPath Assign Next End"
	case "Task":
		names += working + "TimeoutSeconds TimeoutSecondsPath HeartbeatSeconds HeartbeatSecondsPath Credentials"
	case "Choice":
		names += "Choices Default Assign"
	case "Wait":
		names += "Seconds SecondsPath Timestamp TimestampPath Assign Next End"
	case "Fail":
		names = "Error ErrorPath Cause CausePath"
	case "Parallel":
		names += working
	case "Map":
		names += working + "Label ItemsPath ItemSelector ItemReader ItemBatcher ResultWriter MaxConcurrency MaxConcurrencyPath " +
			"ToleratedFailureCount ToleratedFailureCountPath ToleratedFailurePercentage ToleratedFailurePercentagePath"
	}
	fields := stateNames()
	for _, name := range strings.Fields(names) {
		fields = append(fields, field{name, isAny})
	}
	switch kind {
	case "Task":
		fields = append(fields, field{"Resource", isResource})
	case "Parallel":
		fields = append(fields, field{"Branches", isBranches})
	case "Map":
		fields = append(fields, field{"ItemProcessor", isItemProcessor}, field{"Iterator", isItemProcessor})
	}
	return fields
}

// jsonPathNames are the fields that a state type has in JSONPath mode only.
func jsonPathNames(kind string) []string {
	var names []string
	shared, _ := stateFields(kind)
	for _, f := range jsonPathFields(kind) {
		if !slices.ContainsFunc(shared, func(s field) bool { return s.name == f.name }) {
			names = append(names, f.name)
		}
	}
	return names
}

// comparisons are the fields of a choice rule in JSONPath mode.
func comparisons() []string { return append(Operators(), "Variable", "And", "Or", "Not") }

// fieldNames are the names of the fields that a state type has in a query language; none for an unknown type.
func fieldNames(kind, language string) []string {
	allowed, _ := stateFields(kind)
	if allowed == nil {
		return nil
	}
	if language == JSONPath {
		allowed = jsonPathFields(kind)
	}
	var names []string
	for _, f := range append(allowed, stateNames()...) {
		names = append(names, f.name)
	}
	return names
}
