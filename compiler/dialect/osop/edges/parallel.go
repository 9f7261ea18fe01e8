package edges

func parallel() Mode {
	return Mode{Name: "parallel", Becomes: "a branch of a Parallel state, which closes where the branches meet"}
}
