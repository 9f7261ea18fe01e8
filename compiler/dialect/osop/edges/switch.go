package edges

func choice() Mode {
	return Mode{
		Name:    "switch",
		Becomes: "Choice rules in the order of the cases, then default_to",
		Cases:   true,
		Follow: func(e Edge) Place {
			if e.Default {
				return Place{Success: Rest}
			}
			return Place{Success: Chosen}
		},
	}
}
