package asl

// Language is the query language of a state: its own QueryLanguage, else that of the whole machine, else JSONPath. Branches and item processors have
// that of the machine around them, not that of the state they are in.
func Language(state State, machine *Machine) string {
	if own := QueryLanguage(state); own != "" {
		return own
	}
	if machine != nil && machine.QueryLanguage != "" {
		return machine.QueryLanguage
	}
	return JSONPath
}

// QueryLanguage is the state's own QueryLanguage field, empty when it has none.
func QueryLanguage(state State) string {
	switch s := state.(type) {
	case *Pass:
		return s.QueryLanguage
	case *Task:
		return s.QueryLanguage
	case *Choice:
		return s.QueryLanguage
	case *Wait:
		return s.QueryLanguage
	case *Succeed:
		return s.QueryLanguage
	case *Fail:
		return s.QueryLanguage
	case *Parallel:
		return s.QueryLanguage
	case *Map:
		return s.QueryLanguage
	default:
		return ""
	}
}

// ProcessingOf is the input and output processing of a state in JSONPath mode; nil for a Fail, which has none.
func ProcessingOf(state State) *Processing {
	switch s := state.(type) {
	case *Pass:
		return &s.Processing
	case *Task:
		return &s.Processing
	case *Choice:
		return &s.Processing
	case *Wait:
		return &s.Processing
	case *Succeed:
		return &s.Processing
	case *Parallel:
		return &s.Processing
	case *Map:
		return &s.Processing
	default:
		return nil
	}
}

// Operators are the comparisons of choice rules in JSONPath mode.
func Operators() []string {
	operators := []string{"BooleanEquals", "BooleanEqualsPath", "IsBoolean", "IsNull", "IsNumeric", "IsPresent", "IsString", "IsTimestamp", "StringMatches"}
	for _, kind := range []string{"String", "Numeric", "Timestamp"} {
		for _, relation := range []string{"Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"} {
			operators = append(operators, kind+relation, kind+relation+"Path")
		}
	}
	return operators
}

// WithQueryLanguage is a copy of a state with another QueryLanguage field; "" is none.
func WithQueryLanguage(state State, language string) State {
	switch s := state.(type) {
	case *Pass:
		changed := *s
		changed.QueryLanguage = language
		return &changed
	case *Task:
		changed := *s
		changed.QueryLanguage = language
		return &changed
	case *Choice:
		changed := *s
		changed.QueryLanguage = language
		return &changed
	case *Wait:
		changed := *s
		changed.QueryLanguage = language
		return &changed
	case *Succeed:
		changed := *s
		changed.QueryLanguage = language
		return &changed
	case *Fail:
		changed := *s
		changed.QueryLanguage = language
		return &changed
	case *Parallel:
		changed := *s
		changed.QueryLanguage = language
		return &changed
	case *Map:
		changed := *s
		changed.QueryLanguage = language
		return &changed
	default:
		return state
	}
}
