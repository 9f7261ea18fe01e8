package edges

func spawn() Mode {
	return Mode{Name: "spawn", Becomes: "like parallel; with spawn_count a Map of that many runs"}
}
