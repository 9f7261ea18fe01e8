package ir_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/retry"
	"github.com/steploom/steploom/statemachine/jsonata"
)

func limited(most int) ir.Allowance { return ir.Allowance{Limited: true, Max: most} }

// TestBudgetArguments says only what differs from urllib3's defaults.
func TestBudgetArguments(t *testing.T) {
	few := ir.DefaultBudget()
	few.Total, few.Connect, few.Other, few.BackoffFactor, few.StatusForcelist, few.AllowedMethods = ir.Allowance{}, limited(2), ir.Allowance{Never: true}, 0.5, []int{500, 503}, nil
	for want, budget := range map[string]*ir.Budget{
		`{}`: ir.DefaultBudget(),
		`{"total":null,"connect":2,"other":false,"allowed_methods":null,"status_forcelist":[500,503],"backoff_factor":0.5}`:                                                                              few,
		`{"total":null,"allowed_methods":null,"backoff_max":0,"respect_retry_after_header":false,"retry_after_max":0,"raise_on_status":false,"raise_on_redirect":false,"remove_headers_on_redirect":[]}`: {},
	} {
		text, err := jsonata.Encode(budget.Arguments())
		if err != nil || string(text) != want || !json.Valid(text) {
			t.Errorf("got %s, %v\nwant %s", text, err, want)
		}
	}
}

func TestLongestWait(t *testing.T) {
	with := func(change func(*ir.Budget)) *ir.Budget {
		budget := ir.DefaultBudget()
		budget.RespectRetryAfter = false
		change(budget)
		return budget
	}
	const year = 365 * 24 * 60 * 60
	for _, row := range []struct {
		budget *ir.Budget
		want   float64
	}{
		{ir.DefaultBudget(), 10 * 21600},
		{with(func(*ir.Budget) {}), 0},
		{with(func(b *ir.Budget) { b.Total, b.BackoffFactor = limited(4), 0.5 }), 0 + 1 + 2 + 4},
		{with(func(b *ir.Budget) { b.Total, b.BackoffFactor, b.BackoffMax = limited(5), 1, 3 }), 0 + 2 + 3 + 3 + 3},
		{with(func(b *ir.Budget) { b.Total, b.BackoffFactor, b.BackoffJitter = limited(3), 1, 0.5 }), 0 + 2.5 + 4.5},
		{with(func(b *ir.Budget) { b.Total, b.RespectRetryAfter, b.RetryAfterMax = limited(3), true, 60 }), 180},
		{with(func(b *ir.Budget) {
			b.Total, b.Status, b.RespectRetryAfter, b.RetryAfterMax, b.BackoffFactor = limited(3), limited(1), true, 60, 1
		}), 60 + 2 + 4},
		{with(func(b *ir.Budget) { b.Total, b.RespectRetryAfter = limited(0), true }), 0},
		{with(func(b *ir.Budget) { b.Total, b.BackoffFactor = ir.Allowance{Never: true}, 9 }), 0},
		{with(func(b *ir.Budget) { b.Total, b.BackoffFactor = ir.Allowance{}, 1 }), year},
		{with(func(b *ir.Budget) { b.Total = ir.Allowance{} }), 0},
		{with(func(b *ir.Budget) {
			b.Total, b.BackoffFactor, b.Connect, b.Read, b.Status, b.Other = ir.Allowance{}, 1, limited(1), limited(1), limited(0), ir.Allowance{Never: true}
		}), 2},
		{with(func(b *ir.Budget) { b.Total, b.BackoffFactor = limited(1000000000), 1 }), year},
	} {
		if got := row.budget.LongestWait(); got != row.want {
			t.Errorf("%v: got %v, want %v", row.budget, got, row.want)
		}
	}
}

// TestWaitsOfABudgetDecide makes an operation Standard whose budget may wait longer than a request does.
func TestWaitsOfABudgetDecide(t *testing.T) {
	budget := ir.DefaultBudget()
	call := &ir.Call{Header: head("news"), Function: "http", Retry: budget}
	operation := &ir.Operation{Name: "GET /news", Steps: []ir.Step{call}, Triggers: []ir.Trigger{&ir.HTTP{Method: "GET", Path: "/news"}}}
	decide := func() *ir.Operation {
		return ir.Decide(&ir.Workflow{Operations: []*ir.Operation{operation}}).Operations[0]
	}
	if got := decide(); got.Mode != ir.Standard || !strings.Contains(got.Reason.Text, "up to 216000 s") || !got.Triggers[0].(*ir.HTTP).Async {
		t.Errorf("%v %v", got.Mode, got.Reason)
	}
	budget.RetryAfterMax = 2
	if got := decide(); got.Mode != ir.Express {
		t.Errorf("%v %v", got.Mode, got.Reason)
	}
}

// TestBudgetsAreForFunctions refuses a budget where no function keeps it.
func TestBudgetsAreForFunctions(t *testing.T) {
	for what, call := range map[string]*ir.Call{
		"external": {Header: head("c"), Function: "arn:aws:states:::dynamodb:getItem", External: true, Retry: &ir.Budget{}},
		"token":    {Header: head("c"), Function: "http", WaitForToken: true, Retry: &ir.Budget{}},
	} {
		found := ir.Check(&ir.Workflow{Operations: []*ir.Operation{{Name: "o", Mode: ir.Standard, Steps: []ir.Step{call}}}})
		if len(found) != 1 || found[0].Code != "IR016" || found[0].Range == (diag.Range{}) {
			t.Errorf("%s: %v", what, found)
		}
	}
}

// TestDefaultBudget has the defaults of shared/retry, so that what is not said to the function is what it takes for granted.
func TestDefaultBudget(t *testing.T) {
	budget := ir.DefaultBudget()
	for argument, value := range map[string]any{
		"total": budget.Total.Max, "backoff_factor": budget.BackoffFactor, "backoff_max": budget.BackoffMax, "backoff_jitter": budget.BackoffJitter,
		"retry_after_max": budget.RetryAfterMax, "raise_on_status": budget.RaiseOnStatus, "raise_on_redirect": budget.RaiseOnRedirect,
		"respect_retry_after_header": budget.RespectRetryAfter, "allowed_methods": ir.Texts(budget.AllowedMethods...),
		"remove_headers_on_redirect": ir.Texts(budget.RemoveHeadersOnRedirect...), "status_forcelist": nil, "connect": nil, "read": nil, "status": nil, "other": nil, "redirect": nil,
	} {
		if want := retry.Default(argument); !pytext.Equal(value, want) {
			t.Errorf("%s: %v, not %v", argument, value, want)
		}
	}
}
