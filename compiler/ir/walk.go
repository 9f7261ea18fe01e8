package ir

// Walk visits every step in the order of the source, outer steps first. It does not go into a step for which visit answers false.
func Walk(steps []Step, visit func(Step) bool) {
	for _, step := range steps {
		if !visit(step) {
			continue
		}
		for _, body := range Parts(step).Bodies {
			Walk(body, visit)
		}
	}
}
