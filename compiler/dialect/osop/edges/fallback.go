package edges

func fallback() Mode {
	return Mode{
		Name:    "fallback",
		Becomes: "a Catch; with a condition also followed after success when it holds; from a router, or with otherwise: when no other condition holds",
		Aside:   true,
		Handles: &Handling{Turn: 2, Strict: true},
		Follow: func(e Edge) Place {
			if e.Otherwise || e.Idle && !e.Conditional {
				return Place{Success: Rest, Failure: !e.Idle}
			}
			return handler(e)
		},
	}
}
