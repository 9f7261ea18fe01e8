package retrypolicy

import (
	"cmp"

	"github.com/steploom/steploom/compiler/duration"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
)

// Reader reads policies in the spellings that configuration files have for them.
type Reader struct {
	// Retry is the code of what cannot be said in terms of Step Functions, Time of times.
	Retry, Time report.Code
	Strays      source.Strays
}

// Read reads {max_retries, strategy, backoff_sec, …} and {max_attempts, backoff: {…}, retryable_errors, …}; nil for nil, and for what is no mapping.
func (r Reader) Read(node *source.Node) *Policy {
	if node == nil {
		return nil
	}
	if node.Kind != source.Mapping {
		node.Report(r.Retry.Error(node.Range, "a retry policy is a mapping").Fix("write retry_policy: {max_retries: 3, backoff_sec: 5}"))
		return nil
	}
	times, keys := duration.Reader{Code: r.Time}, source.BlockOf(node).Keys()
	backoff := keys.Take("backoff")
	pauses := source.BlockOf(backoff).Keys()
	wait := cmp.Or(keys.Take("backoff_sec", "backoff_seconds", "delay_sec", "interval_sec", "delay", "initial_delay"),
		pauses.Take("initial_delay", "initial", "delay", "base"))
	p := &Policy{
		Reader: r, Rate: 1, Range: source.Head(node), IntervalSeconds: times.Exact(wait, 1),
		Retries:         source.Whole(keys.Take("max_retries", "retries"), 0),
		MaxDelaySeconds: max(times.Seconds(pauses.Take("max_delay", "max"), 1), times.Seconds(keys.Take("max_delay", "max_delay_sec", "max_backoff_sec"), 1)),
	}
	if attempts := keys.Take("max_attempts"); attempts != nil {
		p.Retries = max(0, source.Whole(attempts, 0)-1)
	}
	if multiplier := pauses.Take("multiplier", "factor"); multiplier != nil {
		p.Rate, _ = multiplier.Number()
	}
	p.strategy(cmp.Or(source.Word(backoff), source.Word(pauses.Take("type", "strategy")), source.Word(keys.Take("strategy"))), node)
	p.Errors = source.Items(keys.Take("retryable_errors", "retry_on"))
	r.Strays.Report(keys, "a retry policy", "")
	r.Strays.Report(pauses, "backoff", "")
	p.bounded(node)
	return p
}

// strategy says how the pauses grow.
func (p *Policy) strategy(name string, node *source.Node) {
	switch name {
	case "":
		p.Rate = max(p.Rate, 1)
	case "fixed", "constant":
		p.Rate = 1
	case "exponential", "exponential_backoff":
		if p.Rate <= 1 {
			p.Rate = 2
		}
	case "linear":
		node.Report(p.Retry.Error(node.Range, "linear backoff is not available").
			Why("Step Functions multiplies the interval by a factor after each attempt; it cannot add to it.").Fix("use strategy: fixed or exponential_backoff"))
	default:
		node.Report(p.Retry.Error(node.Range, "%q is not a retry strategy", name).Fix("use fixed or exponential_backoff"))
	}
}

// What Step Functions can count to (States Language, "Retriers").
const (
	maxAttempts     = 99_999_999
	maxDelaySeconds = 31_622_400 // between two attempts
)

// bounded reports what Step Functions cannot count.
func (p *Policy) bounded(node *source.Node) {
	switch {
	case p.Retries < 0:
		node.Report(p.Retry.Error(node.Range, "the number of retries is negative"))
	case p.Retries > maxAttempts:
		node.Report(p.Retry.Error(node.Range, "more than %d retries cannot be made", maxAttempts))
	case p.MaxDelaySeconds > maxDelaySeconds:
		node.Report(p.Retry.Error(node.Range, "the longest pause between attempts is %d seconds, a year", maxDelaySeconds))
	}
}
