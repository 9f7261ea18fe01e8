package parse

import (
	"cmp"
	"math"
	"strconv"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/source"
)

// What Step Functions can count to (States Language, "Retriers", "Timeouts", "Wait State").
const (
	maxSeconds      = 99_999_999
	maxAttempts     = 99_999_999
	maxDelaySeconds = 31_622_400 // between two attempts
)

// seconds reads a time, rounded up to whole seconds; 0 for nil.
func (p parser) seconds(node *source.Node, unit float64) int {
	value := p.exactSeconds(node, unit)
	whole := math.Ceil(value)
	if whole != value {
		p.Report(codes.Time.Warning(node.Range, "%s is rounded up to %v seconds", source.Text(node), whole).Why("Step Functions counts in whole seconds."))
	}
	return int(whole)
}

// exactSeconds reads a number of units, so many seconds each, or a duration such as "30s". It is 0 for nil, and for what is no time, which is
// reported.
func (p parser) exactSeconds(node *source.Node, unit float64) float64 {
	if node == nil {
		return 0
	}
	text := source.Text(node)
	value, err := strconv.ParseFloat(text, 64)
	value *= unit
	if length, ok := condition.Duration(text); err != nil && ok {
		value = length.Seconds()
	} else if err != nil {
		value = -1
	}
	switch {
	case value > maxSeconds:
		p.Report(codes.Time.Error(node.Range, "%s is longer than Step Functions can count", text).Why("The longest time is 99999999 seconds, about three years."))
	case value >= 0:
		return value
	default:
		p.Report(codes.Time.Error(node.Range, "%q is not a time", text).Fix("write seconds, or a duration such as 30s, 10m, 24h or 7d"))
	}
	return 0
}

// retry reads retry_policy {max_retries, strategy, backoff_sec} and retry {max_attempts, backoff{…}, retryable_errors}; nil for nil.
func (p parser) retry(node *source.Node) *ast.Retry {
	if node == nil {
		return nil
	}
	if node.Kind != source.Mapping {
		p.Report(codes.Retry.Error(node.Range, "a retry policy is a mapping").Fix("write retry_policy: {max_retries: 3, backoff_sec: 5}"))
		return nil
	}
	keys := source.Block{Entries: node.Entries()}.Keys()
	backoff := keys.Take("backoff")
	pauses := source.Block{Entries: backoff.Entries()}.Keys()
	wait := cmp.Or(keys.Take("backoff_sec", "backoff_seconds", "delay_sec", "interval_sec", "delay", "initial_delay"),
		pauses.Take("initial_delay", "initial", "delay", "base"))
	r := &ast.Retry{
		Rate: 1, Range: source.Head(node), IntervalSeconds: p.exactSeconds(wait, 1),
		Retries:         source.Whole(keys.Take("max_retries", "retries"), 0),
		MaxDelaySeconds: max(p.seconds(pauses.Take("max_delay", "max"), 1), p.seconds(keys.Take("max_delay", "max_delay_sec", "max_backoff_sec"), 1)),
	}
	if attempts := keys.Take("max_attempts"); attempts != nil {
		r.Retries = max(0, source.Whole(attempts, 0)-1)
	}
	if multiplier := pauses.Take("multiplier", "factor"); multiplier != nil {
		r.Rate, _ = multiplier.Number()
	}
	p.strategy(cmp.Or(source.Word(backoff), source.Word(pauses.Take("type", "strategy")), source.Word(keys.Take("strategy"))), r, node)
	for _, item := range source.Items(keys.Take("retryable_errors", "retry_on")) {
		r.Errors = append(r.Errors, ast.RefTo(item))
	}
	p.unknown(keys, "a retry policy", "")
	p.unknown(pauses, "backoff", "")
	switch { // what Step Functions cannot count
	case r.Retries < 0:
		p.Report(codes.Retry.Error(node.Range, "the number of retries is negative"))
	case r.Retries > maxAttempts:
		p.Report(codes.Retry.Error(node.Range, "more than 99999999 retries cannot be made"))
	case r.MaxDelaySeconds > maxDelaySeconds:
		p.Report(codes.Retry.Error(node.Range, "the longest pause between attempts is 31622400 seconds, a year"))
	}
	return r
}

func (p parser) strategy(name string, r *ast.Retry, node *source.Node) {
	switch name {
	case "":
		r.Rate = max(r.Rate, 1)
	case "fixed", "constant":
		r.Rate = 1
	case "exponential", "exponential_backoff":
		if r.Rate <= 1 {
			r.Rate = 2
		}
	case "linear":
		p.Report(codes.Retry.Error(node.Range, "linear backoff is not available").
			Why("Step Functions multiplies the interval by a factor after each attempt; it cannot add to it.").Fix("use strategy: fixed or exponential_backoff"))
	default:
		p.Report(codes.Retry.Error(node.Range, "%q is not a retry strategy", name).Fix("use fixed or exponential_backoff"))
	}
}
