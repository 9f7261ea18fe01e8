package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/httpevent"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// TimeLimit is how long the function works for a request: API Gateway gives up at 30 seconds.
const TimeLimit = task.RequestSeconds * time.Second

// bodyLimit is the number of bytes of a job, which a DynamoDB item of 400 KB has room for.
const bodyLimit = 256 << 10

// Config is what the function needs of its surroundings.
type Config struct {
	Environment task.Environment // the variables of [Row]
	Store       job.Store
	Consumers   job.Consumers
	Secrets     secret.Resolver
	Now         func() time.Time // nil is time.Now
	Client      *http.Client     // answers CloudFormation; nil is one with limits of its own
	Log         *slog.Logger     // nil logs nothing
}

// New makes the function.
func New(config Config) task.Function {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Client == nil {
		config.Client = &http.Client{Timeout: answerTime}
	}
	settings, err := job.ReadSettings(config.Environment)
	return task.New(Row(), service{config, settings, err}.handle)
}

// service is the function.
type service struct {
	Config
	settings job.Settings
	// wrong is why the settings cannot be read; then nobody may call.
	wrong error
}

// handle answers every HTTP event with a response and every event of CloudFormation at the address that it names, and counts failed jobs when it is
// asked to. An event that is none of these is a bad request.
func (s service) handle(ctx context.Context, raw json.RawMessage) (any, error) {
	var resource resourceEvent
	if json.Unmarshal(raw, &resource) == nil && resource.RequestType != "" && resource.ResponseURL != "" {
		return nil, s.resource(ctx, resource)
	}
	if isCount(raw) {
		return s.countFailed(ctx)
	}
	var event httpevent.Event
	if err := json.Unmarshal(raw, &event); err != nil || event.RequestContext.HTTP.Method == "" {
		return httpevent.Message(http.StatusBadRequest, "the event is not an HTTP API request of payload format 2.0"), nil
	}
	ctx, cancel := context.WithTimeout(ctx, TimeLimit)
	defer cancel()
	response := s.serve(ctx, event)
	if event.RequestContext.HTTP.Method == http.MethodHead {
		response.Body = ""
	}
	return response, nil
}

// request is what is asked for.
type request struct {
	event  httpevent.Event
	header map[string]string
	path   map[string]string // what stands for the names in the route's path
	query  map[string]string
	tenant string
}

// serve answers in the order of the package's documentation.
func (s service) serve(ctx context.Context, event httpevent.Event) httpevent.Response {
	found, path, allowed := match(event.RequestContext.HTTP.Method, pathOf(event))
	switch {
	case allowed == nil:
		return httpevent.Message(http.StatusNotFound, http.StatusText(http.StatusNotFound))
	case event.RequestContext.HTTP.Method == http.MethodOptions:
		return httpevent.Response{StatusCode: http.StatusNoContent, Headers: map[string]string{"allow": allow(allowed)}}
	case found == nil:
		return notAllowed(event, allowed)
	}
	r := request{event: event, header: event.Header(), path: path}
	if !found.Open {
		if refused, ok := s.admit(ctx, &r); !ok {
			return refused
		}
	}
	var err error
	var twice []string
	if r.query, twice, err = queryOf(ctx, event.RawQueryString); err != nil {
		return httpevent.Message(http.StatusBadRequest, "the query string is not escaped correctly")
	}
	if refusal := found.misread(r.query, twice); refusal != "" {
		return httpevent.Message(http.StatusBadRequest, refusal)
	}
	response, err := found.serve(s, ctx, r)
	if err != nil {
		return s.failed(event, err)
	}
	return response
}

// admit tells whether a request may go on: it carries the credentials, and the tenant where there are tenants.
func (s service) admit(ctx context.Context, r *request) (refused httpevent.Response, ok bool) {
	known, err := s.authenticated(ctx, r.header["authorization"])
	switch {
	case s.wrong != nil:
		return s.failed(r.event, s.wrong), false
	case err != nil:
		return s.failed(r.event, err), false
	case !known:
		return unauthorized(), false
	}
	tenant, refusal := s.tenantOf(r.header)
	if refusal != "" {
		return httpevent.Message(http.StatusBadRequest, refusal), false
	}
	r.tenant = tenant
	return refused, true
}

// refusal is a failure that the caller is told of.
type refusal struct {
	status  int
	message string
	// after is for Retry-After: the seconds after which the same request may be answered otherwise, 0 for no such thing.
	after int
}

func (r *refusal) Error() string { return r.message }

func refuse(status int, message string) error { return &refusal{status: status, message: message} }

// failed answers a failure: what the caller is to know, or 500 without internals, whose reason is logged under the request's id.
func (s service) failed(event httpevent.Event, err error) httpevent.Response {
	if told, ok := errors.AsType[*refusal](err); ok {
		response := httpevent.Message(told.status, told.message)
		if told.after > 0 {
			response.Headers["retry-after"] = strconv.Itoa(told.after)
		}
		return response
	}
	switch {
	case errors.Is(err, job.ErrPosition):
		return httpevent.Message(http.StatusBadRequest, err.Error())
	case errors.Is(err, job.ErrConflict):
		return httpevent.Message(http.StatusConflict, job.ErrConflict.Error()+": read it and try again")
	case errors.Is(err, job.ErrBusy):
		response := httpevent.Message(http.StatusServiceUnavailable, job.ErrBusy.Error())
		response.Headers["retry-after"] = strconv.Itoa(busySeconds)
		return response
	}
	e := task.AsError(err)
	s.Log.Error("request failed", "requestId", event.RequestContext.RequestID, "method", event.RequestContext.HTTP.Method, "error", e.Name, "cause", e.Message)
	if errors.Is(err, context.DeadlineExceeded) {
		return httpevent.WithRequestID(http.StatusGatewayTimeout, event)
	}
	return httpevent.WithRequestID(http.StatusInternalServerError, event)
}

// busySeconds is after which time a request is worth repeating that came upon consumers which are being changed.
const busySeconds = 15

// answer is a response with a value as JSON. It may hold what a job says, so that it is kept by nobody on the way.
func answer(status int, value any) (httpevent.Response, error) {
	text, err := format.EncodeJSON(value)
	if err != nil {
		return httpevent.Response{}, err
	}
	return httpevent.Response{StatusCode: status, Body: string(text), Headers: map[string]string{
		httpevent.ContentType: format.JSON, "cache-control": "no-store", "x-content-type-options": "nosniff",
	}}, nil
}

// queryOf reads a query string; of equal names the last wins, and twice tells which there are.
func queryOf(ctx context.Context, raw string) (query map[string]string, twice []string, err error) {
	decoded, err := format.Decode(ctx, format.Form, []byte(raw), format.Options{Limit: bodyLimit})
	if err != nil || decoded == nil {
		return nil, nil, err
	}
	pairs, err := format.Pairs(decoded)
	if err != nil {
		return nil, nil, err
	}
	query = map[string]string{}
	for _, pair := range pairs {
		if _, before := query[pair.Name]; before {
			twice = append(twice, pair.Name)
		}
		query[pair.Name] = pair.Value
	}
	return query, twice, nil
}
