package retry

import (
	"fmt"
	"slices"
	"time"
)

// Event is what came of an attempt: an exception, or an answer where Exception is empty.
type Event struct {
	Exception string // class of urllib3, such as ReadTimeoutError
	Proxied   string // of a ProxyError, the class of the exception behind it

	Status     int
	RetryAfter *string // the header, nil where there is none
	Location   string  // the header
}

// Classes of exceptions that urllib3 raises for an attempt.
const (
	ConnectTimeoutError = "ConnectTimeoutError"
	NewConnectionError  = "NewConnectionError"
	NameResolutionError = "NameResolutionError"
	ReadTimeoutError    = "ReadTimeoutError"
	ProtocolError       = "ProtocolError"
	SSLError            = "SSLError"
	ProxyError          = "ProxyError"
)

// Exception is how a budget ends that hands no answer on.
type Exception struct {
	Class   string  // MaxRetryError, the class of the event where it is raised as it came, InvalidHeader, TypeError
	Message string  // of the last two
	Reason  *Reason // of a MaxRetryError
}

// Reason is what a budget was spent on: the last exception, or a ResponseError with a message.
type Reason struct {
	Class   string
	Message string
}

// Error gives the class and what is known beside it.
func (e *Exception) Error() string {
	switch {
	case e.Reason != nil && e.Reason.Message != "":
		return fmt.Sprintf("%s: %s", e.Class, e.Reason.Message)
	case e.Reason != nil:
		return fmt.Sprintf("%s: %s", e.Class, e.Reason.Class)
	case e.Message != "":
		return fmt.Sprintf("%s: %s", e.Class, e.Message)
	}
	return e.Class
}

// Circumstances are what a decision depends on beside the budget and the event.
type Circumstances struct {
	Now       time.Time      // Retry-After dates are counted from here
	Random    func() float64 // in [0, 1), for backoff_jitter; nil: no jitter
	Redirects bool           // the budget follows redirects, as urllib3 does on its own; requests follows them itself
}

// Decision is what follows an event.
type Decision struct {
	Again     bool          // another attempt is made; otherwise the answer is handed on
	Redirect  bool          // at the answer's Location
	Wait      time.Duration // before it
	Retry     Retry         // the budget after the event
	Exhausted bool          // the answer is handed on because the budget is spent
}

// Next decides what follows an attempt. Where it gives an exception, the decision holds the budget that was left.
func (r Retry) Next(method string, event Event, c Circumstances) (Decision, *Exception) {
	stay := Decision{Retry: r}
	if event.Exception != "" {
		next, failed := r.Increment(method, event)
		if failed != nil {
			return stay, failed
		}
		wait, err := next.Backoff(c.Random)
		return Decision{Again: true, Wait: wait, Retry: next}, raised(err)
	}
	if c.Redirects && event.redirects() {
		return r.redirect(method, event, c)
	}
	again, err := r.IsRetry(method, event.Status, event.RetryAfter != nil && *event.RetryAfter != "")
	if !again || err != nil {
		return stay, raised(err)
	}
	next, failed := r.Increment(method, event)
	if failed != nil {
		return r.handOn(failed, r.policy.raiseOnStatus)
	}
	wait, err := next.wait(event, c)
	return Decision{Again: true, Wait: wait, Retry: next}, raised(err)
}

// redirects tells whether an answer leads elsewhere.
func (e Event) redirects() bool {
	return e.Location != "" && slices.Contains([]int{301, 302, 303, 307, 308}, e.Status)
}

// redirect follows an answer to where it leads. It waits by Retry-After alone, whether that is respected or not.
func (r Retry) redirect(method string, event Event, c Circumstances) (Decision, *Exception) {
	next, failed := r.Increment(method, event)
	if failed != nil {
		return r.handOn(failed, r.policy.raiseOnRedirect)
	}
	wait, err := next.retryAfter(event, c)
	return Decision{Again: true, Redirect: true, Wait: wait, Retry: next}, raised(err)
}

// handOn gives the answer that spent the budget, or the exception where the budget says so.
func (r Retry) handOn(failed *Exception, raise bool) (Decision, *Exception) {
	if raise || failed.Class != "MaxRetryError" {
		return Decision{Retry: r}, failed
	}
	return Decision{Retry: r, Exhausted: true}, nil
}

// wait is how long is waited after an answer.
func (r Retry) wait(event Event, c Circumstances) (time.Duration, error) {
	if r.policy.respectAfter {
		if wait, err := r.retryAfter(event, c); wait != 0 || err != nil {
			return wait, err
		}
	}
	return r.Backoff(c.Random)
}

func (r Retry) retryAfter(event Event, c Circumstances) (time.Duration, error) {
	if event.RetryAfter == nil {
		return 0, nil
	}
	return r.ParseRetryAfter(*event.RetryAfter, c.Now)
}
