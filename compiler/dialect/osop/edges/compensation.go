package edges

func compensation() Mode {
	return Mode{Name: "compensation", Becomes: "steps that undo the source when the run fails for good after it, the last one first", Undoes: true}
}
