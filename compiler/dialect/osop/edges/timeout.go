package edges

import "github.com/steploom/steploom/compiler/ir"

func timeout() Mode {
	return Mode{
		Name:    "timeout",
		Becomes: "a Catch of States.Timeout",
		Aside:   true,
		Handles: &Handling{Turn: 0, Errors: ir.Timeouts()},
		Follow:  func(Edge) Place { return Place{Failure: true} },
	}
}
