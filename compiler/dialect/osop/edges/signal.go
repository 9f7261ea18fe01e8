package edges

func signal() Mode {
	return Mode{Name: "signal", Becomes: "like event", Awaits: true}
}
