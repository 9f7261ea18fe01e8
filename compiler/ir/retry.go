package ir

import (
	"fmt"
	"strconv"

	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Retry says how a failed call is repeated: Native or *Budget. nil, like an empty Native, repeats nothing.
type Retry interface{ retry() }

// Native are retriers of the States Language: the first one that matches an error counts its attempts (Amazon States Language, "Retrying
// after error").
type Native []Retrier

// Retrier repeats an attempt that failed with one of the errors.
type Retrier struct {
	Errors          []ErrorMatch
	IntervalSeconds int
	MaxAttempts     int     // without the first one; 0 never repeats
	BackoffRate     float64 // 0 for the default
	MaxDelaySeconds int     // 0 for no cap
	Jitter          bool
}

// Budget is the number of retries that all kinds of failures of one HTTP call share. The fields are those of urllib3.util.Retry, whose
// documentation says what each does: a failure takes one from Total and one from the allowance of its kind, and the first that would go
// below zero ends the call. The function keeps it (see [Budget.Arguments]); the definition waits. [DefaultBudget] has urllib3's defaults.
type Budget struct {
	Total, Connect, Read, Redirect, Status, Other Allowance
	// AllowedMethods are the methods, in upper case, that are repeated after a read error or a status; nil is all of them.
	AllowedMethods []string
	// StatusForcelist are the status codes that count as failures.
	StatusForcelist []int
	// BackoffFactor·2^(n-1) seconds, at most BackoffMax, pass before the n-th retry in a row, none before the first. Up to BackoffJitter
	// seconds are added at random.
	BackoffFactor, BackoffMax, BackoffJitter float64
	// RespectRetryAfter makes a Retry-After header, up to RetryAfterMax seconds, the pause, and 413, 429 and 503 with such a header
	// failures.
	RespectRetryAfter bool
	RetryAfterMax     float64
	// RaiseOnStatus and RaiseOnRedirect make the call fail when the allowance is used up; otherwise its result is the last answer.
	RaiseOnStatus, RaiseOnRedirect bool
	// RemoveHeadersOnRedirect are the headers that do not go to another host.
	RemoveHeadersOnRedirect []string
	// Given are the arguments, where they come with the data; then no other field is read.
	Given jsonata.Node
}

// Allowance is how many retries a budget has for one kind of failure: the zero value sets no limit (None of urllib3).
type Allowance struct {
	Limited bool
	Max     int
	// Never hands the first failure on as it is (False of urllib3).
	Never bool
}

func (Native) retry()  {}
func (*Budget) retry() {}

// ErrorMatch says which errors a retrier or a handler takes: those of an ErrorName, a Status or a StatusClass.
type ErrorMatch interface {
	// ErrorEquals are the names of the errors, as the States Language compares them: whole.
	ErrorEquals() []string
	// String is the match as people read it: "Sql.Timeout", "status 404", "status 5xx".
	String() string
	// valid reports whether there are such errors.
	valid() bool
}

type (
	// ErrorName is the name of one error, or AllErrors.
	ErrorName string
	// Status is the status code of an HTTP answer that counts as a failure, 100 to 599.
	Status int
	// StatusClass is the first digit of such a status code, 1 to 5: 5 takes 500 to 599.
	StatusClass int
)

// AllErrors takes every error.
const AllErrors ErrorName = asl.ErrorAll

// ErrorEquals implements ErrorMatch.
func (n ErrorName) ErrorEquals() []string { return []string{string(n)} }

// ErrorEquals implements ErrorMatch.
func (s Status) ErrorEquals() []string { return []string{task.StatusError(int(s))} }

// ErrorEquals implements ErrorMatch. All hundred codes are named: the States Language has no patterns, and a failed function has exactly
// one error name. A coarser name for the class would take the place of the exact one, on which conditions and other handlers rely.
func (c StatusClass) ErrorEquals() []string {
	names := make([]string, 100)
	for i := range names {
		names[i] = task.StatusError(int(c)*100 + i)
	}
	return names
}

func (n ErrorName) String() string   { return string(n) }
func (s Status) String() string      { return "status " + strconv.Itoa(int(s)) }
func (c StatusClass) String() string { return fmt.Sprintf("status %dxx", int(c)) }

func (n ErrorName) valid() bool   { return n != "" }
func (s Status) valid() bool      { return s >= 100 && s <= 599 }
func (c StatusClass) valid() bool { return c >= 1 && c <= 5 }

// Named makes matches of error names.
func Named(names ...string) []ErrorMatch {
	matches := make([]ErrorMatch, len(names))
	for i, name := range names {
		matches[i] = ErrorName(name)
	}
	return matches
}

// ErrorEquals lists the names of all errors that matches take, each once.
func ErrorEquals(matches []ErrorMatch) []string {
	var names []string
	known := map[string]bool{}
	for _, match := range matches {
		for _, name := range match.ErrorEquals() {
			if !known[name] {
				known[name], names = true, append(names, name)
			}
		}
	}
	return names
}
