package edges

func conditional() Mode {
	return Mode{
		Name:        "conditional",
		Becomes:     "a Choice rule; conditions that can hold together are all followed, at once; none of them: the path ends",
		Conditioned: true,
	}
}
