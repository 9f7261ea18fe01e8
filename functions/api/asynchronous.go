package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/httpevent"
	"github.com/steploom/steploom/shared/pause"
	"github.com/steploom/steploom/shared/task"
)

// AsynchronousVariable names the state machines for which requests do not wait, separated by commas.
const AsynchronousVariable = "STEPLOOM_ASYNCHRONOUS"

// Starter starts executions without waiting for them, and tells how they stand.
type Starter interface {
	// Start begins an execution under a name. started is false when the machine has, or had, another of that name.
	Start(ctx context.Context, machineName, name string, input []byte) (started bool, err error)
	// Describe tells of an execution by its name; found is false when there is none.
	Describe(ctx context.Context, machineName, name string) (execution Execution, found bool, err error)
}

// keyLimit is the number of characters of an Idempotency-Key.
const keyLimit = 255

// asynchronous are the machines for which requests do not wait.
func (g gateway) asynchronous() []string {
	if g.Starter == nil {
		return nil
	}
	return strings.FieldsFunc(g.Environment.Value(AsynchronousVariable), func(r rune) bool { return r == ',' })
}

// accept starts an execution and answers 202 with its address. A request that repeats the key of an earlier one is answered like that one
// (draft-ietf-httpapi-idempotency-key-header, section 2.6), or 422 where it is another request.
func (g gateway) accept(ctx context.Context, event Event, machine, caller string) Response {
	key, keyed := event.Header()["idempotency-key"]
	if n := utf8.RuneCountInString(key); keyed && (n == 0 || n > keyLimit) {
		return httpevent.Message(http.StatusBadRequest, "the Idempotency-Key is not a text of 1 to 255 characters")
	}
	input, err := g.inputOf(ctx, event)
	if err != nil {
		return g.refused(ctx, event, err)
	}
	id := newID(machine, caller)
	if keyed {
		id = idOfKey(machine, caller, key)
		if input.Fingerprint, err = input.fingerprint(); err != nil {
			return g.refused(ctx, event, err)
		}
	}
	text, err := format.EncodeJSON(input)
	if err != nil {
		return g.refused(ctx, event, err)
	} else if len(text) > InputLimit {
		return tooLarge()
	}
	started, err := g.Starter.Start(ctx, machine, id, text)
	if err != nil {
		return g.notStarted(ctx, event, err)
	}
	if !started {
		return g.repeated(ctx, event, machine, id, input.Fingerprint)
	}
	g.Log.Info("execution started", "requestId", event.RequestContext.RequestID, "operation", event.RouteKey, "execution", id)
	return accepted(event, id)
}

func (g gateway) notStarted(ctx context.Context, event Event, err error) Response {
	if ctx.Err() != nil {
		return g.timedOut(event)
	}
	return g.failed(ctx, event, "start", err)
}

// repeated answers a request whose key has been used before.
func (g gateway) repeated(ctx context.Context, event Event, machine, id, fingerprint string) Response {
	earlier, found, err := g.earlier(ctx, machine, id)
	switch {
	case err == nil && !found:
		return g.failed(ctx, event, "start", task.Errorf(task.Internal, "the execution of the Idempotency-Key exists, and cannot be found"))
	case err != nil:
		return g.notStarted(ctx, event, err)
	case gjson.GetBytes(earlier.Input, "fingerprint").String() != fingerprint:
		return httpevent.Message(http.StatusUnprocessableEntity, "the Idempotency-Key has been used for another request")
	}
	return accepted(event, id)
}

const (
	describeAttempts = 5
	describePause    = 40 * time.Millisecond // about so long before the second attempt, twice as long before each further one
)

// earlier describes an execution that was refused another start. One that has begun just now may not be known yet: the service tells of executions some time
// after it starts them (Step Functions API, DescribeExecution).
func (g gateway) earlier(ctx context.Context, machine, id string) (execution Execution, found bool, err error) {
	wait := describePause
	for attempt := 1; ; attempt++ {
		execution, found, err = g.Starter.Describe(ctx, machine, id)
		if found || err != nil || attempt == describeAttempts {
			return execution, found, err
		}
		if err := pause.About(ctx, wait); err != nil {
			return Execution{}, false, err
		}
		wait *= 2
	}
}

// accepted tells where the execution is told of: below the path at which the API itself was called.
func accepted(event Event, id string) Response {
	body, err := format.EncodeJSON(struct {
		ID string `json:"id"`
	}{id})
	if err != nil {
		panic("a text always encodes: " + err.Error())
	}
	headers := map[string]string{httpevent.ContentType: format.JSON, "location": event.BasePath() + executionPath + id}
	return Response{StatusCode: http.StatusAccepted, Headers: headers, Body: string(body)}
}

// executionPath is task.ExecutionRoute without its method and its parameter.
const executionPath = "/executions/"

// standing is how an execution stands.
type standing struct {
	ID     string      `json:"id"`
	Status string      `json:"status"` // RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED
	Answer *lateAnswer `json:"answer,omitempty"`
}

// lateAnswer is what a request would have been answered that waited. A body that is not JSON is a text.
type lateAnswer struct {
	StatusCode      int               `json:"statusCode"`
	Headers         map[string]string `json:"headers"`
	Cookies         []string          `json:"cookies,omitempty"`
	Body            json.RawMessage   `json:"body"`
	IsBase64Encoded bool              `json:"isBase64Encoded,omitempty"`
}

// execution tells how an execution stands: 404 for what is no execution of these operations, or not one of these callers'.
func (g gateway) execution(ctx context.Context, event Event, callers ...string) Response {
	id := event.PathParameters["id"]
	machines := g.asynchronous()
	at := slices.IndexFunc(machines, func(machine string) bool {
		return slices.ContainsFunc(callers, func(caller string) bool { return isOf(id, machine, caller) })
	})
	if at < 0 {
		return httpevent.Message(http.StatusNotFound, http.StatusText(http.StatusNotFound))
	}
	found, exists, err := g.Starter.Describe(ctx, machines[at], id)
	switch {
	case err != nil && ctx.Err() != nil:
		return g.timedOut(event)
	case err != nil:
		return g.failed(ctx, event, "execution", err)
	case !exists:
		return httpevent.Message(http.StatusNotFound, http.StatusText(http.StatusNotFound))
	}
	return g.told(ctx, event, id, found)
}

// told writes down how an execution stands.
func (g gateway) told(ctx context.Context, event Event, id string, execution Execution) Response {
	now := standing{ID: id, Status: execution.Status}
	headers := map[string]string{httpevent.ContentType: format.JSON, "cache-control": "no-store"}
	if execution.Status == Running {
		headers["retry-after"] = "1"
	} else {
		late, err := g.late(ctx, execution)
		if err != nil {
			return g.failed(ctx, event, "response", err)
		}
		now.Answer = &late
	}
	body, err := format.EncodeJSON(now)
	if err != nil {
		return g.failed(ctx, event, "response", err)
	}
	return Response{StatusCode: http.StatusOK, Headers: headers, Body: string(body)}
}

// late is the answer of an execution that has ended. That of one that has failed says nothing but the id of the request that started it.
func (g gateway) late(ctx context.Context, execution Execution) (lateAnswer, error) {
	begun := Event{RequestContext: RequestContext{RequestID: gjson.GetBytes(execution.Input, "requestId").String()}}
	var response Response
	switch execution.Status {
	case Succeeded:
		var err error
		if response, err = g.response(ctx, execution.Output); err != nil {
			response = g.failed(ctx, begun, "response", err)
		}
	case TimedOut:
		response = httpevent.WithRequestID(http.StatusGatewayTimeout, begun)
	default:
		response = httpevent.WithRequestID(http.StatusInternalServerError, begun)
	}
	answer := lateAnswer{StatusCode: response.StatusCode, Headers: response.Headers, Cookies: response.Cookies, IsBase64Encoded: response.IsBase64Encoded}
	if response.Body == "" {
		return answer, nil
	}
	if format.IsJSON(response.Headers[httpevent.ContentType]) && json.Valid([]byte(response.Body)) {
		answer.Body = json.RawMessage(response.Body)
		return answer, nil
	}
	text, err := format.EncodeJSON(response.Body)
	answer.Body = text
	return answer, err
}
