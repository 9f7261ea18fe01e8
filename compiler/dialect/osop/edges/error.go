package edges

func failure() Mode {
	return Mode{
		Name:    "error",
		Becomes: "a Catch; a condition on the HTTP status matches the error by name, so it is not retried first; any condition is also looked at after success",
		Aside:   true,
		Handles: &Handling{Turn: 1, Strict: true},
		Follow: func(e Edge) Place {
			if e.Idle && !e.Conditional {
				return Place{Success: Rest}
			}
			return handler(e)
		},
	}
}

// handler places an edge that handles a failure. A condition of its own is also looked at after success.
func handler(e Edge) Place {
	if e.Conditional && !e.Otherwise {
		return Place{Success: Result, Failure: true}
	}
	return Place{Failure: true}
}
