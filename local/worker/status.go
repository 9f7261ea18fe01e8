package worker

// State is what a worker does.
type State string

// The states of a worker.
const (
	Connecting  State = "connecting"  // it has not reached the brokers yet
	Reading     State = "reading"     // it has partitions, or waits for some
	Unreachable State = "unreachable" // the brokers do not answer, for Reason; it tries again
	Waiting     State = "waiting"     // records cannot be done now, for Reason; they are tried again
	Replaced    State = "replaced"    // another process of the project works in its place
	Stopped     State = "stopped"
	Failed      State = "failed" // for Reason
	Removed     State = "removed"
)

// Status is what a worker does, and why.
type Status struct {
	State  State
	Reason string
}
