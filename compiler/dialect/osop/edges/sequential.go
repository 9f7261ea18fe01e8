package edges

func sequential() Mode {
	return Mode{Name: "sequential", Becomes: "the next step; several from one node run at once; several into one node wait for all"}
}
