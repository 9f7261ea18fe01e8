package edges

func timeout() Mode {
	return Mode{
		Name:    "timeout",
		Becomes: "a Catch of States.Timeout",
		Aside:   true,
		Handles: &Handling{Turn: 1, Errors: Timeouts()},
		Place:   func(Edge) Place { return Place{Failure: true} },
	}
}

// Timeouts are the errors that mean that time ran out.
func Timeouts() []string { return []string{"States.Timeout", "Http.Timeout", "Sql.Timeout"} }
