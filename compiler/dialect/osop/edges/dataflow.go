package edges

func dataflow() Mode {
	return Mode{Name: "dataflow", Becomes: "like sequential: the target waits for the source"}
}
