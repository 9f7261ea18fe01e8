package osop

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// What Step Functions can count to (States Language, "Retriers", "Timeouts", "Wait State").
const (
	maxSeconds      = 99_999_999
	maxAttempts     = 99_999_999
	maxDelaySeconds = 31_622_400 // between two attempts
)

// seconds reads a number of seconds or a duration such as "30s", rounded up to whole seconds; 0 for nil.
func (p *parser) seconds(node *source.Node) int {
	if node == nil {
		return 0
	}
	value, ok := p.exactSeconds(node)
	if !ok {
		return 0
	}
	whole := math.Ceil(value)
	if whole != value {
		p.report(diag.Warning, codeTime, node.Range, fmt.Sprintf("%s is rounded up to %v seconds", scalarText(node), whole), "Step Functions counts in whole seconds.", "")
	}
	return int(whole)
}

func (p *parser) exactSeconds(node *source.Node) (float64, bool) {
	text := scalarText(node)
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
		p.report(diag.Error, codeTime, node.Range, text+" is longer than Step Functions can count", "The longest time is 99999999 seconds, about three years.", "")
		return 0, false
	case value >= 0:
		return value, true
	default:
		p.report(diag.Error, codeTime, node.Range, strconv.Quote(text)+" is not a time", "", "write seconds, or a duration such as 30s, 10m, 24h or 7d")
		return 0, false
	}
}

// retry reads retry_policy {max_retries, strategy, backoff_sec} and retry {max_attempts, backoff{…}, retryable_errors}.
func (p *parser) retry(node *source.Node) *Retry {
	if node.Kind != source.Mapping {
		p.report(diag.Error, codeRetry, node.Range, "a retry policy is a mapping", "", "write retry_policy: {max_retries: 3, backoff_sec: 5}")
		return nil
	}
	r := &Retry{Rate: 1, Range: firstKey(node)}
	keys := &settings{what: "a retry policy", entries: node.Entries(), read: map[string]bool{}, node: node}
	if count := keys.take("max_retries", "retries"); count != nil {
		r.Retries, _ = count.Int()
	}
	if attempts := keys.take("max_attempts"); attempts != nil {
		count, _ := attempts.Int()
		r.Retries = max(0, count-1)
	}
	strategy := scalarText(keys.take("strategy"))
	if backoff := keys.take("backoff"); backoff != nil && backoff.Kind == source.Scalar {
		strategy = scalarText(backoff)
	} else if backoff != nil {
		strategy = p.backoff(backoff, r, strategy)
	}
	wait := keys.take("backoff_sec", "backoff_seconds", "delay_sec", "interval_sec", "delay", "initial_delay")
	if wait != nil {
		r.IntervalSeconds, _ = p.exactSeconds(wait)
	}
	r.MaxDelaySeconds = max(r.MaxDelaySeconds, p.seconds(keys.take("max_delay", "max_delay_sec", "max_backoff_sec")))
	p.strategy(strategy, r, node)
	if errors := keys.take("retryable_errors", "retry_on"); errors != nil {
		r.Errors = errors.Items()
		if errors.Kind == source.Scalar {
			r.Errors = []*source.Node{errors}
		}
	}
	for _, entry := range keys.unread() {
		p.unknown(diag.Warning, "a retry policy", entry, []string{"max_retries", "strategy", "backoff_sec", "max_attempts", "backoff", "retryable_errors"})
	}
	p.retryLimits(r, node)
	return r
}

// retryLimits refuses what Step Functions cannot count.
func (p *parser) retryLimits(r *Retry, node *source.Node) {
	refuse := func(summary string) { p.report(diag.Error, codeRetry, node.Range, summary, "", "") }
	switch {
	case r.Retries < 0:
		refuse("the number of retries is negative")
	case r.Retries > maxAttempts:
		refuse("more than 99999999 retries cannot be made")
	case r.MaxDelaySeconds > maxDelaySeconds:
		refuse("the longest pause between attempts is 31622400 seconds, a year")
	}
}

func (p *parser) backoff(node *source.Node, r *Retry, strategy string) string {
	keys := &settings{what: "backoff", entries: node.Entries(), read: map[string]bool{}, node: node}
	if kind := scalarText(keys.take("type", "strategy")); kind != "" {
		strategy = kind
	}
	if delay := keys.take("initial_delay", "initial", "delay", "base"); delay != nil {
		r.IntervalSeconds, _ = p.exactSeconds(delay)
	}
	r.MaxDelaySeconds = p.seconds(keys.take("max_delay", "max"))
	if multiplier := keys.take("multiplier", "factor"); multiplier != nil {
		r.Rate, _ = multiplier.Number()
	}
	for _, entry := range keys.unread() {
		p.unknown(diag.Warning, "backoff", entry, []string{"type", "initial_delay", "max_delay", "multiplier"})
	}
	return strategy
}

func (p *parser) strategy(name string, r *Retry, node *source.Node) {
	switch strings.ToLower(name) {
	case "", "fixed", "constant":
		r.Rate = max(r.Rate, 1)
		if name != "" {
			r.Rate = 1
		}
	case "exponential", "exponential_backoff":
		if r.Rate <= 1 {
			r.Rate = 2
		}
	case "linear":
		p.report(diag.Error, codeRetry, node.Range, "linear backoff is not available", "Step Functions multiplies the interval by a factor after each attempt; it cannot add to it.", "use strategy: fixed or exponential_backoff")
	default:
		p.report(diag.Error, codeRetry, node.Range, strconv.Quote(name)+" is not a retry strategy", "", "use fixed or exponential_backoff")
	}
}
