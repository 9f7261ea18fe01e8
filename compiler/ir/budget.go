package ir

import (
	"math"
	"slices"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// DefaultBudget is the budget of urllib3's Retry() without arguments.
func DefaultBudget() *Budget {
	return &Budget{
		Total: Allowance{Limited: true, Max: 10}, AllowedMethods: []string{"HEAD", "GET", "PUT", "DELETE", "OPTIONS", "TRACE"},
		BackoffMax: 120, RespectRetryAfter: true, RetryAfterMax: 21600, RaiseOnStatus: true, RaiseOnRedirect: true,
		RemoveHeadersOnRedirect: []string{"Cookie", "Authorization", "Proxy-Authorization"},
	}
}

// Arguments are those of urllib3's Retry, by their names; what is as in [DefaultBudget] is not said.
func (b *Budget) Arguments() *jsonata.Object {
	arguments, usual := jsonata.NewObject(), DefaultBudget()
	for _, argument := range []struct {
		name  string
		value Value
		usual bool
	}{
		{"total", b.Total.argument(), b.Total == usual.Total}, {"connect", b.Connect.argument(), b.Connect == usual.Connect},
		{"read", b.Read.argument(), b.Read == usual.Read}, {"redirect", b.Redirect.argument(), b.Redirect == usual.Redirect},
		{"status", b.Status.argument(), b.Status == usual.Status}, {"other", b.Other.argument(), b.Other == usual.Other},
		{"allowed_methods", textsOrNull(b.AllowedMethods), slices.Equal(b.AllowedMethods, usual.AllowedMethods)},
		{"status_forcelist", numbers(b.StatusForcelist), len(b.StatusForcelist) == 0},
		{"backoff_factor", b.BackoffFactor, b.BackoffFactor == 0}, {"backoff_max", b.BackoffMax, b.BackoffMax == usual.BackoffMax},
		{"backoff_jitter", b.BackoffJitter, b.BackoffJitter == 0},
		{"respect_retry_after_header", b.RespectRetryAfter, b.RespectRetryAfter}, {"retry_after_max", b.RetryAfterMax, b.RetryAfterMax == usual.RetryAfterMax},
		{"raise_on_status", b.RaiseOnStatus, b.RaiseOnStatus}, {"raise_on_redirect", b.RaiseOnRedirect, b.RaiseOnRedirect},
		{"remove_headers_on_redirect", Texts(b.RemoveHeadersOnRedirect...), slices.Equal(b.RemoveHeadersOnRedirect, usual.RemoveHeadersOnRedirect)},
	} {
		if !argument.usual {
			arguments.Set(argument.name, argument.value)
		}
	}
	return arguments
}

// argument is the counter as urllib3 has it: false, null or a number.
func (a Allowance) argument() Value {
	switch {
	case a.Never:
		return false
	case a.Limited:
		return float64(a.Max)
	}
	return nil
}

func textsOrNull(texts []string) Value {
	if len(texts) == 0 {
		return nil
	}
	return Texts(texts...)
}

func numbers(whole []int) Value {
	list := make([]any, len(whole))
	for i, number := range whole {
		list[i] = float64(number)
	}
	return list
}

// endless is how long a budget may wait that has no end to it: no execution takes longer than a year (Step Functions quotas).
const endless = 365 * 24 * 60 * 60

// LongestWait is how many seconds pass at most between the attempts of a call with the budget, a year at most.
func (b *Budget) LongestWait() float64 {
	total := b.Total.most()
	answers := min(total, b.Status.most())
	all := min(total, b.Connect.most()+b.Read.most()+b.Other.most()+b.Status.most())
	after := 0.0
	if b.RespectRetryAfter && (len(b.StatusForcelist) > 0 || b.Total.Limited && b.Total.Max > 0) {
		after = b.RetryAfterMax
	}
	wait := 0.0
	for attempt := 1.0; attempt <= all && wait < endless; attempt++ {
		pause := backoff(b, attempt)
		if attempt <= answers {
			pause = max(pause, after)
		}
		if wait += pause; pause == 0 && attempt > 2 {
			break // and so are all that follow
		}
	}
	return min(wait, endless)
}

// most is how often a counter lets a call be made again.
func (a Allowance) most() float64 {
	switch {
	case a.Never:
		return 0
	case a.Limited:
		return float64(max(0, a.Max))
	}
	return math.Inf(1)
}

// backoff is the longest pause before the n-th attempt after the first.
func backoff(b *Budget, n float64) float64 {
	if n <= 1 {
		return 0
	}
	return max(0, min(b.BackoffMax, b.BackoffFactor*math.Pow(2, n-1)+max(0, b.BackoffJitter)))
}
