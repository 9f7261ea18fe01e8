// Package api is the function behind an HTTP API: it turns an API Gateway event (HTTP API, payload format 2.0) into the
// input of an execution, runs the operation's state machine to its end and turns the output into the HTTP response.
//
// The input of an execution (see [Input]):
//
//	{"trigger": "http", "operation": "GET /news/{id}", "requestId": "…", "param": {"id": "7", "lang": "en"},
//	 "header": {"accept": "*/*"}, "body": null, "files": {}}
//
// Its output: {"statusCode": 200, "headers": {"cache-control": "no-store"}, "body": …}. headers and body may be left
// out. The body is written by the content-type header, as JSON when there is none. An execution that fails is a 500
// that says nothing but its request id, one that runs out of time a 504.
//
// Requests for the operations that [AsynchronousVariable] names are answered 202 as soon as the execution has started, with {"id": …} and its
// address /executions/{id} in Location. There GET answers {"id": …, "status": "RUNNING"} and, when the execution has ended, the answer as well.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/executions"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/httpevent"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

const (
	// TimeLimit is how long the function works for a request: API Gateway gives up at 30 seconds, and the execution has ended at
	// task.RequestSeconds.
	TimeLimit = (task.RequestSeconds + 1) * time.Second
	// InputLimit is the number of bytes of an execution's input (Step Functions quotas).
	InputLimit = executions.InputLimit

	MachinePrefixVariable = executions.MachinePrefixVariable
	MachineAliasVariable  = executions.MachineAliasVariable
	AlikeVariable         = "STEPLOOM_ALIKE_NAMES"
)

// Execution and Executor are those of package executions, whose statuses the function knows.
type (
	Execution = executions.Execution
	Executor  = executions.Executor
)

// Statuses of an Execution.
const (
	Running   = executions.Running
	Succeeded = executions.Succeeded
	Failed    = executions.Failed
	TimedOut  = executions.TimedOut
)

// Config is what the function needs of its surroundings.
type Config struct {
	Environment task.Environment // access.Variable, ApprovalWebhookVariable and URLVariable are read
	Executor    Executor
	Starter     Starter  // starts what requests do not wait for; nil when they wait for every operation
	Answerer    Answerer // answers questions; nil when no workflow asks any
	Secrets     secret.Resolver
	Endpoints   []task.Endpoint  // redirect what is asked of issuers of tokens, for tests and stubs
	Document    []byte           // the OpenAPI document that the function serves; nil serves none
	Blobs       blob.Store       // keeps uploaded files and questions
	Now         func() time.Time // the clock that tokens are held against; nil is time.Now
	Log         *slog.Logger     // nil logs nothing
}

// Row describes the function.
func Row() task.Row {
	return task.Row{
		Name:        task.API,
		Doc:         "Turns HTTP requests into executions and their output into responses.",
		Memory:      256,
		Timeout:     TimeLimit + time.Second,
		ResultLimit: task.ProxyResultLimit,
		BehindAPI:   true,
		Routes:      ApprovalRoutes(),
		Docs:        DocsRoutes(),
		Executions:  task.ExecutionRoute,
		Request:     []task.Field{{Name: "question", Type: task.TypeObject, Doc: "what people are asked", Holds: task.AsksToStore}},
		Variables: append([]task.Variable{
			{Name: MachinePrefixVariable, Doc: "ARN of the stack's state machines up to the operation's part of the name", Required: true, Setting: task.MachinePrefix},
			{Name: MachineAliasVariable, Doc: "alias of the state machines; the newest revision when empty", Setting: task.MachineAlias},
			{Name: AsynchronousVariable, Doc: "names of the state machines for which requests do not wait, separated by commas", Setting: task.Asynchronous},
			{Name: UploadsVariable, Doc: "names of the state machines whose requests bring files, separated by commas", Setting: task.Uploads},
			{Name: MediaTypesVariable, Doc: "which types of body state machines take: groups separated by blanks, the types with | between them, then = and the names of the state machines with commas", Setting: task.MediaTypes},
			{Name: AlikeVariable, Doc: "names that several operations would have, and which get a hash", Setting: task.AlikeNames},
			{Name: URLVariable, Doc: "base URL of the HTTP API, for links in questions to people", Setting: task.PublicURL},
			{Name: ApprovalWebhookVariable, Doc: "URL that is told of questions to people; the log tells them as well", Setting: task.Webhook},
			{Name: access.Variable, Doc: "which authentications there are, and which of them guard which operation; without it anybody may call", Setting: task.Access},
			{Name: access.SecretVariables, Doc: "the secret with the users and passwords, or the keys, of an authentication", Secret: true},
			{Name: DocsVariable, Doc: "the file with the OpenAPI document that is served, beside the executable; without it none is", Setting: task.Docs},
			{Name: KeySecretVariable, Doc: "the secret with the keys of which every request must carry one in X-Api-Key", Secret: true, Setting: task.KeysSecret},
			{Name: secret.CallerKeyVariable, Doc: "the secret with the key that seals callers' tokens, for workflows that ask who calls", Secret: true, Setting: task.CallerKey},
			blob.BucketVariable(),
		}, task.AWSEndpointVariables(task.ServiceSFN, task.ServiceSecretsManager, task.ServiceS3)...),
		Permissions: []task.Permission{
			{Action: "states:StartSyncExecution", Resource: "state machine", When: "requests wait for the operation"},
			{Action: "states:StartExecution", Resource: "state machine", When: "requests do not wait for the operation"},
			{Action: "states:DescribeExecution", Resource: "execution", When: "requests do not wait for the operation"},
			{Action: "secretsmanager:GetSecretValue", Resource: "secret", When: "requests must carry a password or a key"},
			{Action: "states:SendTaskSuccess", Resource: "state machine", When: "a workflow asks people"},
			{Action: "states:SendTaskFailure", Resource: "state machine", When: "a workflow asks people"},
			{Action: "s3:PutObject", Resource: "bucket", When: "an operation takes uploads or asks people"},
			{Action: "s3:GetObject", Resource: "bucket", When: "a response is a stored object or a workflow asks people"},
		},
	}
}

// machineName is the name of the state machine behind a route.
func (c Config) machineName(route string) string {
	return task.ReadMachineNames(c.Environment.Value(AlikeVariable)).Of(route)
}

// New makes the function.
func New(config Config) task.Function {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	return task.New(Row(), newGateway(config).handle)
}

// gateway is the function with what it keeps between requests.
type gateway struct {
	Config
	policy  access.Policy
	checker *access.Checker
	// wrong is why the policy cannot be read; then nobody may call.
	wrong error
}

func newGateway(config Config) gateway {
	policy, err := access.Parse(config.Environment.Value(access.Variable))
	return gateway{Config: config, policy: policy, checker: config.checker(policy), wrong: err}
}

// handle answers every HTTP event with a response; it never fails, so API Gateway never invents an answer of its own.
// A definition's question is asked, and that of a REST API's authorizer answered.
func (g gateway) handle(ctx context.Context, raw json.RawMessage) (any, error) {
	var event struct {
		Event
		Question json.RawMessage `json:"question"`
	}
	var asked AuthorizerEvent
	if json.Unmarshal(raw, &asked) == nil && asked.Type == authorizerType && asked.MethodARN != "" {
		return g.asked(ctx, asked)
	}
	err := json.Unmarshal(raw, &event)
	switch {
	case err == nil && event.Question != nil:
		return g.ask(ctx, event.Question)
	case err != nil || event.RouteKey == "":
		return httpevent.Message(http.StatusBadRequest, "the event is not an HTTP API request of payload format 2.0"), nil
	}
	ctx, cancel := context.WithTimeout(ctx, TimeLimit)
	defer cancel()
	response := g.serve(ctx, event.Event)
	if event.RequestContext.HTTP.Method == http.MethodHead {
		response.Body, response.IsBase64Encoded = "", false
	}
	return response, nil
}

func (g gateway) serve(ctx context.Context, event Event) Response {
	if g.isDocs(event) {
		return g.docs(event)
	}
	verdict, err := g.authorize(ctx, event.RouteKey, event.Header())
	switch {
	case err != nil:
		return g.failed(ctx, event, "authorization", err)
	case verdict.Answer != access.Allowed:
		return g.denied(event, verdict)
	case isApproval(event):
		return g.approval(ctx, event) // the link is the right to answer, a browser has no key
	}
	key, known, err := g.knownKey(ctx, event)
	if err != nil {
		return g.failed(ctx, event, "authorization", err)
	} else if !known {
		return httpevent.Message(http.StatusForbidden, http.StatusText(http.StatusForbidden))
	}
	machine, caller := g.machineName(event.RouteKey), callerOf(event, verdict.Caller, key)
	switch {
	case event.RouteKey == task.ExecutionRoute && verdict.AnybodyToo:
		return g.execution(ctx, event, caller, callerOf(event, "", key))
	case event.RouteKey == task.ExecutionRoute:
		return g.execution(ctx, event, caller)
	case slices.Contains(g.asynchronous(), machine):
		return g.accept(ctx, event, machine, caller)
	}
	return g.wait(ctx, event, machine)
}

// wait runs an execution to its end and answers with its output.
func (g gateway) wait(ctx context.Context, event Event, machine string) Response {
	input, err := g.input(ctx, event)
	if err != nil {
		return g.refused(ctx, event, err)
	}
	if len(input) > InputLimit {
		return tooLarge()
	}
	ctx = task.WithCaller(ctx, task.Caller{Operation: event.RouteKey, RequestID: event.RequestContext.RequestID})
	execution, err := g.Executor.StartSync(ctx, machine, input)
	switch {
	case err == nil && execution.Status == Succeeded:
	case ctx.Err() != nil, execution.Status == TimedOut:
		return g.timedOut(event, about(execution)...)
	case err != nil:
		return g.failed(ctx, event, "execution", err)
	default:
		return g.executionFailed(event, execution)
	}
	response, err := g.response(ctx, execution.Output)
	if err != nil {
		return g.failed(ctx, event, "response", err)
	}
	g.Log.Info("request answered", append([]any{
		"requestId", event.RequestContext.RequestID, "operation", event.RouteKey, "status", response.StatusCode}, about(execution)...)...)
	return response
}

// about is an execution as facts for the log.
func about(execution Execution) []any {
	if execution.ARN == "" {
		return nil
	}
	return []any{"execution", execution.ARN}
}

func tooLarge() Response {
	return httpevent.Message(http.StatusRequestEntityTooLarge, "the request is too large")
}

// refused answers a request that cannot become an input: 400, 413 when there is no room for it, 415 when it is packed in a way that is not known, or
// of a type that is not taken (RFC 9110 §15.5.16), or 500 when the fault is ours.
func (g gateway) refused(ctx context.Context, event Event, err error) Response {
	if coding, ok := errors.AsType[*format.CodingError](err); ok {
		response := httpevent.Message(http.StatusUnsupportedMediaType, coding.Error())
		response.Headers["accept-encoding"] = format.AcceptedCodings
		return response
	}
	if other, ok := errors.AsType[*typeError](err); ok {
		return httpevent.Message(http.StatusUnsupportedMediaType, other.Error())
	}
	switch e := task.AsError(err); e.Name {
	case task.FormatInvalid, task.RequestInvalid:
		return httpevent.Message(http.StatusBadRequest, e.Message)
	case task.PayloadTooLarge:
		return tooLarge()
	case task.Timeout:
		return g.timedOut(event)
	}
	return g.failed(ctx, event, "input", err)
}

// failed answers 500 without internals and logs the reason under the request id.
func (g gateway) failed(ctx context.Context, event Event, stage string, err error) Response {
	e := task.AsError(err)
	g.Log.ErrorContext(ctx, "request failed", "requestId", event.RequestContext.RequestID, "operation", event.RouteKey,
		"stage", stage, "error", e.Name, "cause", e.Message)
	return httpevent.WithRequestID(http.StatusInternalServerError, event)
}

// executionFailed logs the innermost failure of an execution, and the state where Step Functions names it.
func (g gateway) executionFailed(event Event, execution Execution) Response {
	e := task.FromCause(execution.Error, execution.Cause)
	facts := []any{
		"requestId", event.RequestContext.RequestID, "operation", event.RouteKey, "stage", "execution", "error", e.Name, "cause", e.Message,
	}
	facts = append(facts, about(execution)...)
	if state := task.StateOf(execution.Cause); state != "" {
		facts = append(facts, "state", state)
	}
	g.Log.Error("request failed", facts...)
	return httpevent.WithRequestID(http.StatusInternalServerError, event)
}

func (g gateway) timedOut(event Event, facts ...any) Response {
	g.Log.Error("request timed out", append([]any{"requestId", event.RequestContext.RequestID, "operation", event.RouteKey}, facts...)...)
	return httpevent.WithRequestID(http.StatusGatewayTimeout, event)
}
