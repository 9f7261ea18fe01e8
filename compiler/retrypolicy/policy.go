// Package retrypolicy reads how often, after which pauses and after which errors a source wants a step repeated, and says it as retriers of the States
// Language ("Retrying after error").
package retrypolicy

import (
	"math"
	"slices"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// Policy is one policy as its source says it.
type Policy struct {
	Reader
	Retries               int
	IntervalSeconds, Rate float64
	MaxDelaySeconds       int            // 0 for no bound
	Errors                []*source.Node // scalars that name what is repeated; none means every error
	Range                 diag.Range
}

// Native are the retriers of a step that runs a function of Steploom, "" for any other; none for a nil policy. What cannot be said so is reported.
// A policy that names no errors leaves out those after which the same call cannot succeed.
func (p *Policy) Native(function string, report func(diag.Reportable)) ir.Native {
	if p == nil || p.Retries == 0 {
		return nil
	}
	interval := int(math.Ceil(p.IntervalSeconds))
	if float64(interval) != p.IntervalSeconds {
		report(p.Time.Warning(p.Range, "the pause between attempts is rounded up to whole seconds").Why("Step Functions counts in whole seconds."))
	}
	retry := ir.Retrier{Errors: p.matches(report), IntervalSeconds: max(1, interval), MaxAttempts: p.Retries, BackoffRate: max(1, p.Rate)}
	if p.MaxDelaySeconds > retry.IntervalSeconds {
		retry.MaxDelaySeconds = p.MaxDelaySeconds
	}
	switch {
	case len(retry.Errors) == 0:
		return nil
	case len(p.Errors) > 0:
		return ir.Native{retry}
	default:
		return ir.Native{{Errors: ir.Lasting(function)}, retry}
	}
}

// matches translates what is repeated.
func (p *Policy) matches(report func(diag.Reportable)) []ir.ErrorMatch {
	var matches []ir.ErrorMatch
	for _, node := range p.Errors {
		found := ir.ErrorsOf(source.Text(node))
		if found == nil {
			report(p.Retry.Error(node.Range, "%q is not an error that can be retried", source.Text(node)).
				Fix("use TIMEOUT, CONNECTION_REFUSED, 429, 5xx, or a name such as Http.Status.503"))
		}
		matches = append(matches, found...)
	}
	if len(p.Errors) == 0 || slices.Contains(matches, ir.ErrorMatch(ir.AllErrors)) {
		return []ir.ErrorMatch{ir.AllErrors}
	}
	return slices.Compact(matches)
}
