package nodes

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/edges"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Task is what a node does when its turn comes. One without a function and an operation is idle: it only hands on what comes in.
type Task struct {
	// Operation is the workflow that the node runs; otherwise Function is the function, a Lambda function of the author's when External.
	Operation, Function string
	External            bool
	Arguments           ir.Value
	// Result is the node's result in terms of ir.Result(), of an idle node what it hands on.
	Result jsonata.Node
	// Port gives what one output is bound to, in terms of ir.Result(); only tells that there is no other. nil takes the general rule.
	Port           func(name string, only bool) jsonata.Node
	TimeoutSeconds int
	// Writes tells that running the task twice may do harm, Waits that it waits for an answer from outside.
	Writes, Waits bool
	Retry         ir.Native
	// Route is the request that starts the run, of a node that is called instead of calling.
	Route *ir.HTTP
}

// Idle tells whether the node does no work.
func (t *Task) Idle() bool { return t.Operation == "" && t.Function == "" }

// Reads is the value of the task that reads variables.
func (t *Task) Reads() ir.Value {
	if t.Idle() {
		return t.Result
	}
	return t.Arguments
}

// retry says the node's retry policy, or the workflow's, in the terms of Step Functions.
func (a at) retry(t *Task) ir.Native {
	policy := cmp.Or(a.node.RetryOrNil, a.Document.RetryOrNil)
	if policy == nil || policy.Retries == 0 || t.Waits {
		return nil
	}
	interval := int(math.Ceil(policy.IntervalSeconds))
	if float64(interval) != policy.IntervalSeconds {
		a.Report(codes.Time.Warning(policy.Range, "the pause between attempts is rounded up to whole seconds").Why("Step Functions counts in whole seconds."))
	}
	retry := ir.Retrier{Errors: a.retried(policy), IntervalSeconds: max(1, interval), MaxAttempts: policy.Retries, BackoffRate: max(1, policy.Rate)}
	if policy.MaxDelaySeconds > retry.IntervalSeconds {
		retry.MaxDelaySeconds = policy.MaxDelaySeconds
	}
	if len(retry.Errors) == 0 {
		return nil
	}
	return ir.Native{retry}
}

// retried translates what a policy retries.
func (a at) retried(policy *ast.Retry) []ir.ErrorMatch {
	var matches []ir.ErrorMatch
	for _, ref := range policy.Errors {
		found := errorMatches(ref.Name)
		if found == nil {
			a.Report(codes.Retry.Error(ref.Range, "%q is not an error that can be retried", ref.Name).
				Fix("use TIMEOUT, CONNECTION_REFUSED, 429, 5xx, or a name such as Http.Status.503"))
		}
		matches = append(matches, found...)
	}
	if len(policy.Errors) == 0 || slices.Contains(matches, ir.ErrorMatch(ir.AllErrors)) {
		return []ir.ErrorMatch{ir.AllErrors}
	}
	return slices.Compact(matches)
}

// errorMatches reads what a policy retries; nil for what is no error.
func errorMatches(text string) []ir.ErrorMatch {
	upper := strings.ToUpper(text)
	switch upper {
	case "TIMEOUT", "TIMED_OUT", "ETIMEDOUT":
		return ir.Named(edges.Timeouts()...)
	case "CONNECTION_REFUSED", "CONNECTION_ERROR", "CONNECTION_RESET", "NETWORK_ERROR", "ECONNREFUSED", "ECONNRESET":
		return ir.Named(task.HttpConnect, task.SqlConnect)
	case "RATE_LIMIT", "RATE_LIMITED", "TOO_MANY_REQUESTS":
		return []ir.ErrorMatch{ir.Status(429)}
	case "SERVER_ERROR":
		return []ir.ErrorMatch{ir.StatusClass(5)}
	case "ALL", "ANY", "*", "STATES.ALL":
		return []ir.ErrorMatch{ir.AllErrors}
	}
	digits := strings.TrimPrefix(upper, "HTTP_")
	if class, isClass := strings.CutSuffix(digits, "XX"); isClass && len(class) == 1 && class >= "1" && class <= "5" {
		return []ir.ErrorMatch{ir.StatusClass(class[0] - '0')}
	}
	if code, err := strconv.Atoi(digits); err == nil && code >= 100 && code <= 599 {
		return []ir.ErrorMatch{ir.Status(code)}
	}
	if strings.Contains(text, ".") && names.IsName(text) {
		return ir.Named(text)
	}
	return nil
}

// orNil is nil for what is empty, so that an object leaves it out.
func orNil[T string | []any](value T) any {
	if len(value) == 0 {
		return nil
	}
	return value
}

// listOf is a JSON list of texts.
func listOf(texts []string) []any {
	list := make([]any, len(texts))
	for i, text := range texts {
		list[i] = text
	}
	return list
}

func portNames(ports []ast.Port) []any {
	list := make([]any, len(ports))
	for i, port := range ports {
		list[i] = port.Name
	}
	return list
}
