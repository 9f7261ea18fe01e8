package task

import "time"

// Times of functions, in seconds as requests and definitions have them.
const (
	// LongestSeconds is how long a function may work at most, whatever its request asks for: Lambda ends it then (Lambda quotas, "Function timeout").
	LongestSeconds = 900
	// HTTPSeconds is how long the http function waits for an answer when its request says nothing, SQLSeconds, FTPSeconds and FilterSeconds how long those
	// functions work. Each is less than RequestSeconds: a system that does not answer is a failure that an operation can go on from.
	HTTPSeconds   = 10
	SQLSeconds    = 20
	FTPSeconds    = 20
	FilterSeconds = 5
	// RequestSeconds is how long an operation may take whose answer a request waits for. The function behind the API waits a second longer, and API
	// Gateway as long as that or longer (quotas, "Maximum integration timeout": 29 s for REST APIs, 30 s for HTTP APIs), so that a caller who is told
	// that time ran out knows that nothing goes on.
	RequestSeconds = 28
	// answerSeconds is how much longer a state waits than the function in it, so that the function's own error comes first.
	answerSeconds = 5
)

// StateSeconds is the TimeoutSeconds of a Task for a function that gives up after the seconds of its own.
func StateSeconds(function int) int { return function + answerSeconds }

// AsksSeconds is the member of a request that says how long the function may work.
const AsksSeconds = "timeoutSeconds"

// UnaskedSeconds is how long a function works when its request says nothing, 0 for one that cannot be asked.
func UnaskedSeconds(function string) int {
	return map[string]int{HTTP: HTTPSeconds, SQL: SQLSeconds, FTP: FTPSeconds, Filter: FilterSeconds}[function]
}

// Allowing gives the row with a longest invocation that lets a call work as long as it asks for, and answer that it could not.
func (r Row) Allowing(seconds float64) Row {
	if asked := time.Duration((seconds + answerSeconds) * float64(time.Second)); seconds > 0 && asked > r.Timeout {
		r.Timeout = min(asked, LongestSeconds*time.Second)
	}
	return r
}

// EndsWithin is when a call of the function is over at the latest: after the longest invocation, or after the TimeoutSeconds of the Task where that is
// shorter; 0 is no limit of the Task.
func (r Row) EndsWithin(stateSeconds float64) time.Duration {
	state := time.Duration(stateSeconds * float64(time.Second))
	if state > 0 && (state < r.Timeout || r.Timeout == 0) {
		return state
	}
	return r.Timeout
}
