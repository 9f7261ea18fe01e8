package job

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/retry"
	"github.com/steploom/steploom/shared/task"
)

// longestDelivery is how long the requests of one record and the waits between them may take, in seconds: an Express execution lasts no longer (Step
// Functions quotas).
const longestDelivery = 300

// DefaultRetry are the arguments of urllib3's Retry where a job gives none; what a job gives takes the place of one of them each. After a failed
// connection, an answer 429 or one of 500 to 599 the request is made again, whatever its method.
func DefaultRetry() format.Object {
	return format.Object{
		{Name: "total", Value: 8}, {Name: "backoff_factor", Value: 0.5}, {Name: "backoff_max", Value: 30}, {Name: "status_forcelist", Value: []any{429, "5xx"}},
		{Name: "allowed_methods", Value: nil}, {Name: "respect_retry_after_header", Value: true}, {Name: "retry_after_max", Value: 20},
	}
}

// Budget are the arguments of urllib3's Retry by which a job's requests are made again.
func (j Job) Budget() (json.RawMessage, error) {
	budget, err := j.budget()
	if err != nil {
		return nil, err
	}
	return format.EncodeJSON(budget)
}

func (j Job) budget() (format.Object, error) {
	budget := DefaultRetry()
	if len(j.Retry) == 0 {
		return budget, nil
	}
	value, err := format.DecodeJSON(j.Retry)
	if err != nil {
		return nil, err
	}
	given, _ := members(value)
	for _, member := range given {
		budget.Set(member.Name, member.Value)
	}
	return budget, nil
}

// counters are the arguments that are numbers of attempts.
var counters = []string{"total", "connect", "read", "redirect", "status", "other"}

// retryArguments are the names of those that a job can give.
var retryArguments = append(slices.Clone(counters), "backoff_factor", "backoff_max", "backoff_jitter", "retry_after_max", "raise_on_status",
	"raise_on_redirect", "respect_retry_after_header", "allowed_methods", "status_forcelist", "remove_headers_on_redirect")

// retryArgument checks one argument of a retry by its type and range.
func (r *reader) retryArgument(at []any, argument format.Member) {
	value := argument.Value
	switch name := argument.Name; {
	case !slices.Contains(retryArguments, name):
		r.unknown(at, retryArguments, "a retry")
	case slices.Contains([]string{"redirect", "raise_on_redirect", "remove_headers_on_redirect"}, name):
		p := r.warn(at, "%s has no effect", name)
		p.Key, p.Why, p.Fix = true, "Redirects are followed without asking the retry.", "leave it out"
	case slices.Contains(counters, name):
		r.allowance(at, value)
	case name == "status_forcelist":
		r.statuses(at, value)
	case name == "allowed_methods":
		r.allowedMethods(at, value)
	case strings.HasPrefix(name, "raise_on") || strings.HasPrefix(name, "respect"):
		if _, isBool := value.(bool); !isBool {
			r.fault(at, "%s is true or false, not %s", name, kind(value))
		}
	default:
		if number, isNumber := r.number(at, value); isNumber && number < 0 {
			r.fault(at, "%s is 0 or more", name).Fix = "write 0 for no pause"
		}
	}
}

// allowance checks a number of attempts: null is no limit, false none at all.
func (r *reader) allowance(at []any, value any) {
	number, isNumber := numberOf(value)
	if value != nil && value != false && (!isNumber || number != math.Trunc(number)) {
		r.fault(at, "%s is a whole number, null for no limit or false for none, not %s", last(at), kind(value))
	}
}

func (r *reader) statuses(at []any, value any) {
	list, isList := value.([]any)
	if !isList && value != nil {
		r.fault(at, "%s is a list of status codes, not %s", last(at), kind(value))
	}
	for i, item := range list {
		text, _ := item.(string)
		if _, isClass := retry.StatusClass(text); isClass {
			continue
		}
		if status, isNumber := numberOf(item); !isNumber || status != math.Trunc(status) || status < 100 || status > 599 {
			p := r.fault(then(at, i), "a status code is a whole number from 100 to 599, or a class such as 5xx")
			if _, isText := item.(string); isText {
				p.Why, p.Fix = "A text is equal to no status.", "leave the quotes out"
			}
		}
	}
}

func (r *reader) allowedMethods(at []any, value any) {
	list, isList := value.([]any)
	if !isList && value != nil && value != false {
		r.fault(at, "%s is a list of methods, or null for all of them, not %s", last(at), kind(value))
	}
	for i, item := range list {
		method, isText := item.(string)
		switch {
		case !isText:
			r.fault(then(at, i), "a method is a text, not %s", kind(item))
		case method != strings.ToUpper(method):
			p := r.fault(then(at, i), "%q is never repeated", method)
			p.Why, p.Fix = "Methods are compared in upper case.", "write "+strings.ToUpper(method)
		}
	}
}

// Longest is how long a record may take at most: all attempts by their timeouts, and the longest waits between them. A budget without an end takes a year.
func (j Job) Longest() time.Duration {
	const year = 365 * 24 * 3600
	return time.Duration(min(j.longestSeconds(), year) * float64(time.Second))
}

// longestSeconds is the same in seconds. It is infinite for a budget without an end.
func (j Job) longestSeconds() float64 {
	budget, err := j.budget()
	if err != nil {
		return 0
	}
	argument := func(name string) any {
		if value, given := budget.Get(name); given {
			return value
		}
		return retry.Default(name)
	}
	seconds := func(name string) float64 { number, _ := numberOf(argument(name)); return number }
	again, timeout := attempts(argument), j.TimeoutSeconds
	if timeout == 0 {
		timeout = task.HTTPSeconds
	}
	if math.IsInf(again, 1) || again > longestDelivery*100 {
		return math.Inf(1)
	}
	after := 0.0
	if argument("respect_retry_after_header") == true {
		after = seconds("retry_after_max")
	}
	total := (again + 1) * timeout
	for n := 1.0; n <= again; n++ {
		backoff := 0.0
		if n > 1 {
			backoff = min(seconds("backoff_factor")*math.Pow(2, n-1)+seconds("backoff_jitter"), seconds("backoff_max"))
		}
		total += max(backoff, after)
	}
	return total
}

// attempts is how often a request can be made again: total, or the sum of the others where that has no limit.
func attempts(argument func(string) any) float64 {
	limit := func(name string) float64 {
		value := argument(name)
		if value == nil {
			return math.Inf(1)
		}
		number, _ := numberOf(value) // 0 for false
		return max(number, 0)
	}
	return min(limit("total"), limit("connect")+limit("read")+limit("status")+limit("other"))
}
