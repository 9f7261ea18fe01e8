package engine

import (
	"fmt"
	"math"
	"time"

	"github.com/steploom/steploom/statemachine/asl"
)

// retrier is one entry of Retry with the defaults filled in.
type retrier struct {
	errors      []string
	interval    float64 // seconds
	attempts    int
	backoff     float64
	maxInterval float64 // seconds; 0 is no limit
	jitter      bool
}

func newRetrier(r asl.Retrier) retrier {
	compiled := retrier{errors: r.ErrorEquals, interval: 1, attempts: 3, backoff: 2, jitter: r.JitterStrategy == "FULL"}
	if r.IntervalSeconds != nil {
		compiled.interval = float64(*r.IntervalSeconds)
	}
	if r.MaxAttempts != nil {
		compiled.attempts = *r.MaxAttempts
	}
	if r.BackoffRate != nil {
		compiled.backoff = *r.BackoffRate
	}
	if r.MaxDelaySeconds != nil {
		compiled.maxInterval = float64(*r.MaxDelaySeconds)
	}
	return compiled
}

// delay is how long to wait before the retry with the given number, from 0: interval · backoffⁿ, capped, then drawn from [0, delay] with full jitter.
func (r retrier) delay(n int, random func() float64) time.Duration {
	seconds := r.interval * math.Pow(r.backoff, float64(n))
	if r.maxInterval > 0 {
		seconds = min(seconds, r.maxInterval)
	}
	if r.jitter {
		seconds *= random()
	}
	const longest = 1 << 32 // seconds; keeps the product within a Duration
	return time.Duration(min(seconds, longest) * float64(time.Second))
}

// fail handles the failure of the frame's state: by a retry, a catcher, or by ending the frame. The event that the state has failed is written once,
// when no retry is left.
func (f *frame) fail(failed *failure) bool {
	if f.execution.finished {
		return false
	}
	if failed.evaluation && f.state.jsonPath {
		failed = f.runtime("%s", failed.cause)
	}
	if failed.evaluation {
		f.evaluationFailed(failed)
	}
	if !failed.final {
		if f.retry(failed) {
			return false
		}
		f.stateFailed()
		for i := range f.state.catch {
			c := &f.state.catch[i]
			if failed.matches(c.errors) {
				f.halt()
				caught := sized(failed.output())
				return f.leaveCaught(failed, c, caught)
			}
		}
	}
	return f.end(value{}, failed)
}

func (f *frame) leaveCaught(failed *failure, c *catcher, caught value) bool {
	e := &environment{frame: f, failed: failed}
	assigned, caught, broken := f.outcome(e, &c.outcome, caught)
	if broken == nil {
		broken = f.assign(assigned)
	}
	if broken != nil { // a failure in a catcher has no catcher
		if broken.evaluation {
			f.evaluationFailed(broken)
		}
		return f.end(value{}, broken)
	}
	f.event(f.state.exits, func() Details { return StateExited{f.state.name, caught.data, shown(assigned)} })
	f.state, f.input = c.next, caught
	return true
}

// prefix opens the cause of a failure of the interpreter.
func (f *frame) prefix() string {
	return fmt.Sprintf("An error occurred while executing the state '%s' (entered at the event id #%d). ", f.state.name, f.entered)
}

// evaluationFailed records that an expression failed. A state whose first step fails was not entered for good: the event follows the one before.
func (f *frame) evaluationFailed(failed *failure) {
	failed.name, failed.cause = shortened(failed.name, f.prefix()+failed.cause)
	failed.evaluation = false
	if f.last == f.entered && !failed.late {
		f.last = f.before
	}
	details := EvaluationFailed{f.state.name, failed.location, failed.name, failed.cause}
	f.event("EvaluationFailed", func() Details { return details })
}

// stateFailed records the failure of a state that has an event for it.
func (f *frame) stateFailed() {
	switch f.state.kind {
	case "Parallel", "Map":
		f.event(f.state.kind+"StateFailed", nil)
	}
}

// retry sets the state to be tried again, when a retrier says so.
func (f *frame) retry(failed *failure) bool {
	for i := range f.state.retry {
		r := &f.state.retry[i]
		if !failed.matches(r.errors) {
			continue
		}
		if f.tries == nil {
			f.tries = make([]int, len(f.state.retry))
		}
		if f.tries[i] >= r.attempts {
			return false
		}
		delay := r.delay(f.tries[i], f.execution.host.random)
		f.tries[i]++
		f.attempt++
		f.halt()
		f.execution.observeWait(f, delay)
		f.waiting.timer = f.after(delay, func() {
			if f.state.action.start(f) {
				f.run()
			}
		})
		return true
	}
	return false
}
