package asl

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
