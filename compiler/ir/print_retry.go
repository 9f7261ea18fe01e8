package ir

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/steploom/steploom/shared/diag"
)

func (p *printer) retry(depth int, retry Retry) {
	switch retry := retry.(type) {
	case Native:
		for _, one := range retry {
			p.line(depth, diag.Range{}, "retry %s attempts %d%s%s%s%s", matchText(one.Errors), one.MaxAttempts,
				option(" interval", one.IntervalSeconds), number(" backoff ", one.BackoffRate), option(" at most", one.MaxDelaySeconds), flag(" jitter", one.Jitter))
		}
	case *Budget:
		p.line(depth, diag.Range{}, "retry budget%s", budgetText(retry))
	}
}

func budgetText(budget *Budget) string {
	text := ""
	for _, kind := range []struct {
		name string
		has  Allowance
	}{
		{"total", budget.Total}, {"connect", budget.Connect}, {"read", budget.Read},
		{"redirect", budget.Redirect}, {"status", budget.Status}, {"other", budget.Other},
	} {
		text += allowanceText(" "+kind.name+" ", kind.has)
	}
	text += word(" methods ", strings.Join(budget.AllowedMethods, ","))
	text += word(" statuses ", strings.Trim(strings.ReplaceAll(fmt.Sprint(budget.StatusForcelist), " ", ","), "[]"))
	text += number(" backoff ", budget.BackoffFactor) + number(" at most ", budget.BackoffMax) + number(" jitter ", budget.BackoffJitter)
	text += flag(" retry-after", budget.RespectRetryAfter) + number(" up to ", budget.RetryAfterMax)
	text += flag(" raise-on-status", budget.RaiseOnStatus) + flag(" raise-on-redirect", budget.RaiseOnRedirect)
	return text + word(" remove-on-redirect ", strings.Join(budget.RemoveHeadersOnRedirect, ","))
}

func allowanceText(name string, has Allowance) string {
	switch {
	case has.Never:
		return name + "never"
	case has.Limited:
		return name + strconv.Itoa(has.Max)
	default:
		return ""
	}
}

func matchText(matches []ErrorMatch) string {
	texts := make([]string, len(matches))
	for i, match := range matches {
		texts[i] = match.String()
	}
	return strings.Join(texts, ", ")
}
