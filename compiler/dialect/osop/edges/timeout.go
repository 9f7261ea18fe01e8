package edges

import (
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
)

func timeout() Mode {
	return Mode{
		Name:    "timeout",
		Becomes: "a Catch of States.Timeout",
		Aside:   true,
		Handles: &Handling{Turn: 0, Errors: Timeouts()},
		Follow:  func(Edge) Place { return Place{Failure: true} },
	}
}

// Timeouts are the errors that mean that time ran out.
func Timeouts() []string { return []string{asl.ErrorTimeout, task.HttpTimeout, task.SqlTimeout} }
