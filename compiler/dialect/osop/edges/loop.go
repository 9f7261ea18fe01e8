package edges

func loop() Mode {
	return Mode{
		Name:    "loop",
		Becomes: "a bounded jump back while the condition holds; with for_each a Map over the items",
		Aside:   true,
		Follow: func(e Edge) Place {
			if e.ForEach != nil || !e.Back && !e.Conditional {
				return Place{Success: Always}
			}
			return Place{Success: Again}
		},
	}
}
