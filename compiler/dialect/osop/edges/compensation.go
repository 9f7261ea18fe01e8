package edges

func compensation() Mode {
	return Mode{Name: "compensation", Becomes: "steps that undo the source when a node behind it fails for good, the last one first", Undoes: true}
}
