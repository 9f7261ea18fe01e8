// Package execution runs compiled state machines against the server of a row of urllib3's table: on the engine with a virtual clock, with the http
// function behind their tasks.
package execution

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/steploom/steploom/compiler/ir"
	function "github.com/steploom/steploom/functions/http"
	"github.com/steploom/steploom/internal/urllib3"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Outcome is what an execution came to.
type Outcome struct {
	Output   any      // nil where it failed
	Error    string   // the name of the error; "" where it succeeded
	Cause    string   // of the error
	Received []string // method and path of each attempt
	Waits    []float64
	Tasks    int // calls of the function
	Paid     time.Duration
}

// Run runs a machine whose tasks call the http function. Waits are the times between attempts that are not zero, in seconds; Paid is the time in which
// the function waits.
func Run(t testing.TB, machine *asl.Machine, input any, row urllib3.Row) Outcome {
	t.Helper()
	program, err := engine.Prepare(machine)
	if err != nil {
		t.Fatal(err)
	}
	clock, server := engine.NewVirtual(urllib3.Now), &urllib3.Server{Row: row}
	found := Outcome{Waits: []float64{}}
	var last time.Time
	timed := transport(func(request *http.Request) (*http.Response, error) {
		if now := clock.Now(); !last.IsZero() && now.After(last) {
			found.Waits = append(found.Waits, now.Sub(last).Seconds())
		}
		last = clock.Now()
		return server.RoundTrip(request)
	})
	sleep := func(ctx context.Context, wait time.Duration) error {
		found.Paid += wait
		return engine.Sleep(ctx, clock, wait)
	}
	f := function.New(function.Config{Transport: timed, Now: clock.Now, Sleep: sleep})
	host := engine.Host{Clock: clock, Invoker: invoker{f, &found.Tasks}, Random: func() float64 { return 0 }}
	result := engine.Run(context.Background(), program, input, host, engine.Options{Name: "test"})
	found.Received = server.Received
	if result.Status == engine.Succeeded {
		found.Output = result.Output
	} else {
		found.Error, found.Cause = result.Error, result.Cause
	}
	return found
}

type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(request *http.Request) (*http.Response, error) { return t(request) }

// invoker calls the function for every Lambda task.
type invoker struct {
	function task.Function
	calls    *int
}

func (i invoker) Invoke(ctx context.Context, called engine.Task) (any, error) {
	if called.FunctionName != "${"+i.function.Substitution()+"}" {
		return nil, fmt.Errorf("the machine calls %s", called.FunctionName)
	}
	*i.calls++
	payload, err := jsonata.Encode(called.Payload)
	if err != nil {
		return nil, err
	}
	result, err := i.function.Invoke(ctx, payload)
	var failure *task.Error
	if errors.As(err, &failure) {
		return nil, &engine.TaskError{Name: failure.Name, Cause: failure.Cause()}
	}
	if err != nil {
		return nil, err
	}
	return jsonata.Decode(result)
}

// Differs compares an execution with what a session of requests does in a row: the attempts, the waits and the error; "" where they are the same. The
// answer is the caller's to look at.
func Differs(row urllib3.Row, got Outcome) string {
	end := row.End()
	if _, answered := row.Get("via_requests", "end", "response").(int64); answered {
		end = ""
	}
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-6 }
	switch {
	case !slices.Equal(got.Received, row.Requests()):
		return fmt.Sprintf("attempts are %v, want %v", got.Received, row.Requests())
	case !slices.EqualFunc(got.Waits, row.Sleeps(), near):
		return fmt.Sprintf("waits are %v, want %v", got.Waits, row.Sleeps())
	case got.Error != end:
		return fmt.Sprintf("it ends in %q, want %q", got.Error, end)
	}
	return ""
}

// Budget is the budget of a row, as the workflow model has it; false where that has no word for it: a number that is none, a Retry that fails when it
// is used.
func Budget(row urllib3.Row) (*ir.Budget, bool) {
	budget, ok := ir.DefaultBudget(), row.Get("error") == nil
	for _, item := range row.Arguments().Items() {
		ok = set(budget, item.Key.(string), pytext.Value(item.Value)) && ok
	}
	return budget, ok
}

func set(budget *ir.Budget, name string, value any) bool {
	if counter, ok := map[string]*ir.Allowance{
		"total": &budget.Total, "connect": &budget.Connect, "read": &budget.Read, "redirect": &budget.Redirect, "status": &budget.Status, "other": &budget.Other,
	}[name]; ok {
		return allowance(counter, value)
	}
	if flag, ok := map[string]*bool{
		"raise_on_status": &budget.RaiseOnStatus, "raise_on_redirect": &budget.RaiseOnRedirect, "respect_retry_after_header": &budget.RespectRetryAfter,
	}[name]; ok {
		*flag = pytext.Truth(value)
		return true
	}
	if number, ok := map[string]*float64{
		"backoff_factor": &budget.BackoffFactor, "backoff_max": &budget.BackoffMax, "backoff_jitter": &budget.BackoffJitter, "retry_after_max": &budget.RetryAfterMax,
	}[name]; ok {
		return float(number, value)
	}
	return lists(budget, name, value)
}

func allowance(counter *ir.Allowance, value any) bool {
	switch value := value.(type) {
	case nil:
		*counter = ir.Allowance{}
	case bool:
		*counter = ir.Allowance{Never: !value, Limited: value, Max: 1}
	case int64:
		*counter = ir.Allowance{Limited: true, Max: int(value)}
	default:
		return false
	}
	return true
}

func float(number *float64, value any) bool {
	switch value := value.(type) {
	case int64:
		*number = float64(value)
	case float64:
		*number = value
	default:
		return false
	}
	return true
}

func lists(budget *ir.Budget, name string, value any) bool {
	list, isList := value.([]any)
	if !isList && pytext.Truth(value) {
		return false
	}
	switch name {
	case "allowed_methods":
		budget.AllowedMethods = nil
		for _, method := range list {
			budget.AllowedMethods = append(budget.AllowedMethods, pytext.Str(method))
		}
	case "status_forcelist":
		for _, status := range list {
			whole, isWhole := status.(int64)
			if !isWhole {
				return false
			}
			budget.StatusForcelist = append(budget.StatusForcelist, int(whole))
		}
	default:
		return false
	}
	return true
}
