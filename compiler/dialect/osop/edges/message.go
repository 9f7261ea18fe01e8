package edges

func message() Mode {
	return Mode{Name: "message", Becomes: "like sequential"}
}
