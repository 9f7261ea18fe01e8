package engine

import (
	"context"
	"log/slog"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// The values of InvocationType that lambda:invoke has beside RequestResponse (AWS Lambda API reference, "Invoke").
const (
	invocationEvent  = "Event"  // the function runs, nobody waits for it
	invocationDryRun = "DryRun" // the function does not run
)

// accepted is the answer of Lambda to an invocation that it does not wait for: the status of its HTTP response.
type accepted int

const (
	acceptedEvent  accepted = 202
	acceptedDryRun accepted = 204
)

// immediate is an Invoker that answers for the whole service, whatever the invocation type.
type immediate interface{ immediate() bool }

// invoke does the work of the task, or hands it over where the invocation type says so.
func (a *attempt) invoke(ctx context.Context) (any, error) {
	kind := a.invocationType()
	if whole, ok := a.host.Invoker.(immediate); ok && whole.immediate() {
		kind = ""
	}
	switch kind {
	case invocationEvent:
		a.launch(ctx)
		return acceptedEvent, nil
	case invocationDryRun:
		return acceptedDryRun, nil
	default:
		return guarded(a.host, &a.task, func() (any, error) { return a.host.Invoker.Invoke(ctx, a.task) })
	}
}

func (a *attempt) invocationType() string {
	arguments, ok := a.task.Arguments.(*jsonata.Object)
	if !ok || !a.resource.invokesLambda() {
		return ""
	}
	return member(arguments, "InvocationType")
}

// launch lets the function run by itself. Its context does not end with the state or the execution; what it returns is dropped, and its failure is
// only logged. Lambda would try it twice more.
func (a *attempt) launch(ctx context.Context) {
	host, task, clock := *a.host, a.task, a.loop.clock
	clock.Busy(1)
	run := func() {
		defer clock.Busy(-1)
		_, err := guarded(&host, &task, func() (any, error) { return host.Invoker.Invoke(context.WithoutCancel(ctx), task) })
		if err != nil {
			host.log().Warn("engine: a function that was invoked asynchronously has failed", "function", task.FunctionName, "error", err.Error())
		}
	}
	if host.Background != nil {
		host.Background.Go(run)
	} else {
		go run()
	}
}

func (h *Host) log() *slog.Logger {
	if h.Log == nil {
		return slog.Default()
	}
	return h.Log
}

// receipt is the result of lambda:invoke for an invocation that Lambda does not wait for.
func (a *attempt) receipt(status accepted) any {
	x := a.frame.execution
	request := x.host.uuid()
	metadata := httpMetadata(x.now(), request, 0)
	metadata.Set("HttpStatusCode", float64(status))
	response := jsonata.NewObject()
	response.Set("RequestId", request)
	o := jsonata.NewObject()
	o.Set("Payload", "")
	o.Set("SdkHttpMetadata", metadata)
	o.Set("SdkResponseMetadata", response)
	o.Set("StatusCode", float64(status))
	return o
}
