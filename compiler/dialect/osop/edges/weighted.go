package edges

func weighted() Mode {
	return Mode{
		Name:    "weighted",
		Becomes: "Choice rules on a random number",
		Weighs:  true,
		Follow:  func(Edge) Place { return Place{Success: Chosen} },
	}
}
