package edges

func event() Mode {
	return Mode{
		Name:    "event",
		Becomes: "a wait, before the target, for an event sent through a link that meets the condition; from an event node that starts the run: like conditional",
		Awaits:  true,
	}
}
