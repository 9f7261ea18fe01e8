package retry

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/steploom/steploom/shared/pytext"
)

// raised is an error of Python as an exception.
func raised(err error) *Exception {
	if err == nil {
		return nil
	}
	python, ok := err.(*pytext.Error)
	if !ok {
		return &Exception{Class: "Exception", Message: err.Error()}
	}
	return &Exception{Class: python.Class, Message: python.Message}
}

// Increment takes an event from the budget. The exception is the event's own where it may not be made again at all, and a MaxRetryError where the
// budget is spent.
func (r Retry) Increment(method string, event Event) (Retry, *Exception) {
	if event.Exception != "" && r.Counters.Total.isFalse() {
		return r, &Exception{Class: event.Exception}
	}
	next, reason := r, &Reason{Class: event.Exception}
	counter, reraise, err := next.counter(method, event, reason)
	if err != nil {
		return r, raised(err)
	}
	if reraise {
		return r, &Exception{Class: event.Exception}
	}
	for _, limit := range []*Limit{&next.Counters.Total, counter} {
		if limit == nil {
			continue
		}
		if *limit, err = limit.less(); err != nil {
			return r, raised(err)
		}
	}
	next.History++
	next.Failures++
	if event.Exception == "" && event.redirects() {
		next.Failures = 0
	}
	exhausted, err := next.Counters.exhausted()
	if exhausted {
		return r, &Exception{Class: "MaxRetryError", Reason: reason}
	}
	return next, raised(err)
}

// counter gives the counter of an event's class, and whether its exception is raised as it came. It fills in the reason where there is no exception.
func (r *Retry) counter(method string, event Event, reason *Reason) (counter *Limit, reraise bool, err error) {
	class := event.Exception
	if class == ProxyError {
		class = event.Proxied
	}
	switch {
	case slices.Contains([]string{ConnectTimeoutError, NewConnectionError, NameResolutionError}, class):
		return &r.Counters.Connect, r.Counters.Connect.isFalse(), nil
	case event.Exception == ReadTimeoutError || event.Exception == ProtocolError:
		allowed, err := r.allows(method)
		return &r.Counters.Read, r.Counters.Read.isFalse() || !allowed, err
	case event.Exception != "":
		return &r.Counters.Other, false, nil
	}
	reason.Class = "ResponseError"
	if event.redirects() {
		reason.Message = "too many redirects"
		return &r.Counters.Redirect, false, nil
	}
	reason.Message = fmt.Sprintf("too many %d error responses", event.Status)
	return &r.Counters.Status, false, nil
}

// Backoff gives how long is waited before the next attempt where no Retry-After says it.
func (r Retry) Backoff(random func() float64) (time.Duration, error) {
	if r.Failures <= 1 {
		return 0, nil
	}
	factor, err := number(r.policy.backoffFactor)
	if err != nil {
		return 0, err
	}
	jitter, err := number(r.policy.backoffJitter)
	if err != nil {
		return 0, err
	}
	most, err := number(r.policy.backoffMax)
	if err != nil {
		return 0, err
	}
	seconds := factor * math.Pow(2, float64(r.Failures-1))
	if jitter != 0 && random != nil {
		seconds += random() * jitter
	}
	return duration(max(0, min(most, seconds))), nil
}

// number is a value that Python calculates with.
func number(v any) (float64, error) {
	switch v := pytext.Value(v).(type) {
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	case int64:
		return float64(v), nil
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		return f, nil
	case float64:
		return v, nil
	}
	return 0, pytext.Errorf("TypeError", "'<' not supported between instances of '%s' and 'int'", pytext.TypeName(v))
}

// longest is the longest wait that a duration holds.
const longest = float64(math.MaxInt64/2) / float64(time.Second)

// duration is a time in seconds, to the nanosecond.
func duration(seconds float64) time.Duration {
	return time.Duration(math.Round(min(seconds, longest) * float64(time.Second)))
}
