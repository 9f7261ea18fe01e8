package parse

import (
	"math"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
)

// What Step Functions can count to (States Language, "Retriers", "Timeouts", "Wait State").
const (
	maxSeconds      = 99_999_999
	maxAttempts     = 99_999_999
	maxDelaySeconds = 31_622_400 // between two attempts
)

const longestTime = "The longest time is 99999999 seconds, about three years."

// seconds reads a number of seconds or a duration such as "30s", rounded up to whole seconds; 0 for nil.
func (p parser) seconds(node *source.Node) int {
	value := p.exactSeconds(node)
	whole := math.Ceil(value)
	if whole != value {
		p.report(report.Warning(codes.Time, node.Range, "%s is rounded up to %v seconds", ast.Text(node), whole).Why("Step Functions counts in whole seconds."))
	}
	return int(whole)
}

// exactSeconds is 0 for nil, and for what is no time, which is reported.
func (p parser) exactSeconds(node *source.Node) float64 {
	if node == nil {
		return 0
	}
	text := ast.Text(node)
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		length, ok := condition.Duration(text)
		value = length.Seconds()
		if !ok {
			value = -1
		}
	}
	switch {
	case value > maxSeconds:
		p.report(report.Error(codes.Time, node.Range, "%s is longer than Step Functions can count", text).Why(longestTime))
	case value >= 0:
		return value
	default:
		p.report(report.Error(codes.Time, node.Range, "%q is not a time", text).Fix("write seconds, or a duration such as 30s, 10m, 24h or 7d"))
	}
	return 0
}

// units reads a time in the units that approval gates are written in; otherwise where there is none.
func (p parser) units(keys *ast.Keys, otherwise int) int {
	for _, unit := range []struct {
		name    string
		seconds float64
	}{{"timeout_min", 60}, {"timeout_minutes", 60}, {"timeout_hours", 3600}, {"timeout_days", 86400}} {
		length := keys.Take(unit.name)
		if length == nil {
			continue
		}
		value, isNumber := length.Number()
		wait := math.Ceil(value * unit.seconds)
		switch {
		case !isNumber:
		case wait >= 0 && wait <= maxSeconds:
			otherwise = int(wait)
		default:
			p.report(report.Error(codes.Time, length.Range, "%s is not a time that Step Functions can count", ast.Text(length)).Why(longestTime))
		}
	}
	return otherwise
}

// retry reads retry_policy {max_retries, strategy, backoff_sec} and retry {max_attempts, backoff{…}, retryable_errors}; nil for nil.
func (p parser) retry(node *source.Node) *ast.Retry {
	switch {
	case node == nil:
		return nil
	case node.Kind != source.Mapping:
		p.report(report.Error(codes.Retry, node.Range, "a retry policy is a mapping").Fix("write retry_policy: {max_retries: 3, backoff_sec: 5}"))
		return nil
	}
	keys := ast.Block{Entries: node.Entries()}.Keys()
	r := &ast.Retry{Rate: 1, Range: ast.Head(node), Retries: number(keys.Take("max_retries", "retries"), 0)}
	if attempts := keys.Take("max_attempts"); attempts != nil {
		r.Retries = max(0, number(attempts, 0)-1)
	}
	strategy, backoff := lower(keys.Take("strategy")), keys.Take("backoff")
	switch {
	case backoff == nil:
	case backoff.Kind == source.Scalar:
		strategy = lower(backoff)
	default:
		strategy = p.backoff(backoff, r, strategy)
	}
	if wait := keys.Take("backoff_sec", "backoff_seconds", "delay_sec", "interval_sec", "delay", "initial_delay"); wait != nil {
		r.IntervalSeconds = p.exactSeconds(wait)
	}
	r.MaxDelaySeconds = max(r.MaxDelaySeconds, p.seconds(keys.Take("max_delay", "max_delay_sec", "max_backoff_sec")))
	p.strategy(strategy, r, node)
	for _, item := range ast.Items(keys.Take("retryable_errors", "retry_on")) {
		r.Errors = append(r.Errors, ast.RefTo(item))
	}
	p.unknown(keys, mapping{what: "a retry policy", known: []string{"max_retries", "strategy", "backoff_sec", "max_attempts", "backoff", "retryable_errors"}})
	p.retryLimits(r, node)
	return r
}

// retryLimits refuses what Step Functions cannot count.
func (p parser) retryLimits(r *ast.Retry, node *source.Node) {
	switch {
	case r.Retries < 0:
		p.report(report.Error(codes.Retry, node.Range, "the number of retries is negative"))
	case r.Retries > maxAttempts:
		p.report(report.Error(codes.Retry, node.Range, "more than 99999999 retries cannot be made"))
	case r.MaxDelaySeconds > maxDelaySeconds:
		p.report(report.Error(codes.Retry, node.Range, "the longest pause between attempts is 31622400 seconds, a year"))
	}
}

// backoff reads the block of that name into the policy and gives its strategy.
func (p parser) backoff(node *source.Node, r *ast.Retry, strategy string) string {
	keys := ast.Block{Entries: node.Entries()}.Keys()
	if kind := lower(keys.Take("type", "strategy")); kind != "" {
		strategy = kind
	}
	r.IntervalSeconds = p.exactSeconds(keys.Take("initial_delay", "initial", "delay", "base"))
	r.MaxDelaySeconds = p.seconds(keys.Take("max_delay", "max"))
	if multiplier := keys.Take("multiplier", "factor"); multiplier != nil {
		r.Rate, _ = multiplier.Number()
	}
	p.unknown(keys, mapping{what: "backoff", known: []string{"type", "initial_delay", "max_delay", "multiplier"}})
	return strategy
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
		p.report(report.Error(codes.Retry, node.Range, "linear backoff is not available").
			Why("Step Functions multiplies the interval by a factor after each attempt; it cannot add to it.").Fix("use strategy: fixed or exponential_backoff"))
	default:
		p.report(report.Error(codes.Retry, node.Range, "%s is not a retry strategy", strconv.Quote(strings.ToLower(name))).Fix("use fixed or exponential_backoff"))
	}
}
