package mason

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
)

// retry reads a retry configuration; what it does not give is as in urllib3's Retry().
func (p *parser) retry(node *source.Node) *ir.Budget {
	fields, budget := node.Map("a retry"), ir.DefaultBudget()
	for name, allowance := range map[string]*ir.Allowance{
		"total": &budget.Total, "connect": &budget.Connect, "read": &budget.Read, "status": &budget.Status, "other": &budget.Other, "redirect": &budget.Redirect,
	} {
		if count := fields.Take(name); count != nil {
			*allowance = p.allowance(count)
		}
	}
	for name, number := range map[string]*float64{
		"backoff_factor": &budget.BackoffFactor, "backoff_max": &budget.BackoffMax, "backoff_jitter": &budget.BackoffJitter, "retry_after_max": &budget.RetryAfterMax,
	} {
		if value := p.takeValue(fields, name, "a number"); value != nil {
			*number = p.seconds(value, name)
		}
	}
	for name, flag := range map[string]*bool{
		"raise_on_status": &budget.RaiseOnStatus, "raise_on_redirect": &budget.RaiseOnRedirect, "respect_retry_after_header": &budget.RespectRetryAfter,
	} {
		if value := p.takeValue(fields, name, "true or false"); value != nil {
			*flag, _ = value.Bool()
		}
	}
	p.methods(fields, budget)
	if list := take(fields, "status_forcelist"); list != nil {
		budget.StatusForcelist = p.statuses(list)
	}
	if headers := take(fields, "remove_headers_on_redirect"); headers != nil {
		for _, item := range headers.List("the headers that a redirect leaves out") {
			if header, ok := words(item); ok {
				budget.RemoveHeadersOnRedirect = append(budget.RemoveHeadersOnRedirect, header)
			}
		}
	}
	p.inertFields(fields)
	fields.Done()
	return budget
}

// takeValue gives the value of a field that urllib3 has no meaning for null in, or another one than its default.
func (p *parser) takeValue(fields *source.Fields, name, what string) *source.Node {
	value := fields.Take(name)
	if value == nil || value.Kind != source.Null {
		return value
	}
	p.Report(codeRetry.Error(value.Range, "%s is null", name).Why("It must be %s.", what).Fix("write %s, or delete the line", what))
	return nil
}

// inertFields says once that redirects are followed without asking the retry configuration.
func (p *parser) inertFields(fields *source.Fields) {
	for _, name := range []string{"redirect", "raise_on_redirect", "remove_headers_on_redirect"} {
		entry, there := fields.Entry(name)
		if !there || p.inert["redirects"] {
			continue
		}
		p.inert = map[string]bool{"redirects": true}
		entry.Key.Report(codeInert.Note(entry.Key.Range, "%s has no effect", name).
			Why("Redirects are followed by the HTTP library itself, up to 30, without asking the retry configuration. The same holds for redirect, " +
				"raise_on_redirect and remove_headers_on_redirect everywhere.").Fix("delete the line"))
	}
}

// allowance reads a number of retries, null for no limit, or false, which hands the failure on as it is.
// A negative number, which urllib3 takes, is used up before it begins.
func (p *parser) allowance(node *source.Node) ir.Allowance {
	if node.Kind == source.Null {
		return ir.Allowance{}
	}
	if value, _ := node.Literal(); value == false {
		return ir.Allowance{Limited: true, Never: true}
	}
	count, _ := node.Int()
	return ir.Allowance{Limited: true, Max: count}
}

// seconds reads a number of seconds or a factor of it.
func (p *parser) seconds(node *source.Node, name string) float64 {
	number, ok := node.Number()
	if ok && number < 0 {
		node.Report(codeRetry.Error(node.Range, "%s is 0 or more", name).Fix("write 0 for no pause"))
		return 0
	}
	return number
}

// methods reads the methods that are repeated; none, null and false are all of them.
func (p *parser) methods(fields *source.Fields, budget *ir.Budget) {
	list := fields.Take("allowed_methods")
	if old := fields.TakeOld("method_whitelist"); old != nil {
		old.Report(codeRetry.Warning(old.Range, "method_whitelist is the older name of allowed_methods").Fix("write allowed_methods"))
		list = old
	}
	if list == nil {
		return
	}
	budget.AllowedMethods = nil
	if value, scalar := list.Literal(); scalar && (value == nil || value == false) {
		return
	}
	for _, item := range list.List("the methods that are repeated") {
		method, ok := words(item)
		if !ok {
			continue
		}
		if method != strings.ToUpper(method) {
			item.Report(codeRetry.Error(item.Range, "%q is never repeated", method).Why("The methods of requests are compared in upper case.").
				Fix("write %s", strings.ToUpper(method)))
			continue
		}
		budget.AllowedMethods = append(budget.AllowedMethods, method)
	}
	slices.Sort(budget.AllowedMethods)
}

// statuses reads the status codes that are repeated.
func (p *parser) statuses(list *source.Node) []int {
	var statuses []int
	for _, item := range list.List("the status codes that are repeated") {
		if item.Quoted() {
			item.Report(codeRetry.Error(item.Range, "a status code is a number").Why("A text is equal to no status.").Fix("leave the quotes out"))
			continue
		}
		status, ok := item.Int()
		switch {
		case ok && (status < 100 || status > 599):
			item.Report(codeRetry.Error(item.Range, "%d is not an HTTP status code", status).Fix("write a number from 100 to 599"))
		case ok:
			statuses = append(statuses, status)
		}
	}
	return statuses
}
