// Package http is the function that sends one HTTP request.
//
// A request (see [Request]) and its response:
//
//	{"method": "POST", "url": "https://api.example.com/items", "body": {"name": "x"}, "auth": {"type": "bearer", "secret": "items-api"}}
//	{"statusCode": 201, "headers": {"content-type": "application/json"}, "body": {"id": 7}}
//
// Bodies are written and read by content type through shared/format. With the encoding "requests" a request is made of params, data and json as
// Python's requests makes it; with a retry budget it is made again as a session of requests does with urllib3's Retry. Connections and OAuth2 tokens
// are kept from one invocation to the next.
package http

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

const (
	defaultTimeout   = task.HTTPSeconds * time.Second
	defaultRedirects = 10
	// longest is how long an invocation lasts that is not asked for more.
	longest = 60 * time.Second
	// bodyLimit is the number of bytes read of a response, after decompression.
	bodyLimit = 6 << 20
)

// Request is what the function takes. Only URL is required.
type Request struct {
	Method             string          `json:"method"`             // any HTTP method; GET when empty
	URL                string          `json:"url"`                // absolute, http or https
	Encoding           string          `json:"encoding"`           // "requests": made as Python's requests makes it, of Params, Data and JSON: see encoding.go
	Params             json.RawMessage `json:"params"`             // object, text or list of pairs
	Data               json.RawMessage `json:"data"`               // the same: a form, or a text that is sent as it is
	JSON               json.RawMessage `json:"json"`               // sent in Python's JSON text where there is no data
	Query              json.RawMessage `json:"query"`              // object added to the URL's query: a list repeats its name, null is left out
	Headers            json.RawMessage `json:"headers"`            // object of texts; null is left out; no CR, LF or NUL
	Body               json.RawMessage `json:"body"`               // written by content type; {"blob": key} sends a stored object
	ContentType        string          `json:"contentType"`        // of the body, and of a response that names none; a Content-Type header wins
	Form               json.RawMessage `json:"form"`               // object sent as application/x-www-form-urlencoded
	Multipart          json.RawMessage `json:"multipart"`          // object of parts sent as multipart/form-data: see multipart.go
	Auth               *Auth           `json:"auth"`               // credentials
	Secrets            secrets         `json:"secrets"`            // references of secrets by the place they are put at: see secrets.go
	TimeoutSeconds     float64         `json:"timeoutSeconds"`     // for the whole exchange; 10 when 0
	FailOnStatus       *bool           `json:"failOnStatus"`       // a status outside 200-299 is the error Http.Status.<code>; see [Row] for what nil is
	ExpectedStatus     []int           `json:"expectedStatus"`     // statuses that are success, in place of 200-299
	Redirects          *int            `json:"redirects"`          // most redirects to follow, 10 by default; 0 returns the redirect itself
	PrivateRedirects   bool            `json:"privateRedirects"`   // from a private address redirects may lead to private ones
	InsecureSkipVerify bool            `json:"insecureSkipVerify"` // do not check the server's certificate
	Gzip               bool            `json:"gzip"`               // gunzip a body that the server sends without saying so
	CSVSeparator       string          `json:"csvSeparator"`       // of CSV bodies, both ways
	CSVColumns         []string        `json:"csvColumns"`         // the header of a CSV body that is sent
	SheetAsBlob        bool            `json:"sheetAsBlob"`        // store the body of a successful answer where it is a spreadsheet, as AsBlob does
	Retry              *Retrying       `json:"retry"`              // make the request again: see retry.go
	AnswerText         bool            `json:"answerText"`         // give the body of the answer as text, too
	AsBlob             bool            `json:"asBlob"`             // store the body of a successful answer as it is, and give its reference as the body
	BinaryAsBlob       bool            `json:"binaryAsBlob"`       // do so where the answer's content type is that of a file
	StatusOnly         bool            `json:"statusOnly"`         // leave out the headers and the body of a successful answer, whatever they are
}

// Response is what the function gives. Header names are lower case, several values of one name joined by ", ".
type Response struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
	Body       any               `json:"body"`
	Text       *string           `json:"text,omitempty"` // of the body, where it is asked for
}

// Config is what the function needs of its surroundings.
type Config struct {
	Environment task.Environment // task.EndpointsVariable is read
	Endpoints   []task.Endpoint  // redirects before those of the environment, for tests and stubs
	Secrets     secret.Resolver
	Blobs       blob.Store
	Mask        *secret.Mask // learns secrets and fetched tokens; nil for one of the function's own

	// What requests with a budget need: the time, a wait, numbers in [0, 1), and what sends a request; nil for those of the machine.
	Now       func() time.Time
	Sleep     func(context.Context, time.Duration) error
	Random    func() float64
	Transport http.RoundTripper
}

// Row describes the function.
func Row() task.Row {
	return task.Row{
		Name:    task.HTTP,
		Doc:     "Sends one HTTP request and reads the answer by its content type.",
		Memory:  256,
		Timeout: longest,
		Request: requestFields(),
		Answer: []task.Field{
			{Name: task.HTTPStatusCode, Type: task.TypeNumber, Doc: "the status"},
			{Name: task.HTTPHeaders, Type: task.TypeObject, Doc: "texts by name in lower case"},
			{Name: task.HTTPBody, Type: task.TypeAny, Doc: "read by its content type; null when there is none", Holds: task.HoldsStored},
			{Name: task.HTTPText, Type: task.TypeText, Doc: "the body as text, where the request asks for it", Optional: true},
		},
		Variables: append([]task.Variable{
			{Name: task.EndpointsVariable, Doc: "FROM=TO pairs that redirect hosts or URL prefixes, for tests and stubs", Setting: task.Declared},
			{Name: task.SecretVariable + "_<NAME>", Doc: "the secret behind a reference", Secret: true},
			{Name: secret.CallerKeyVariable, Doc: "the secret with the key that opens sealed secrets of callers", Secret: true, Setting: task.CallerKey},
			blob.BucketVariable(),
		}, task.AWSEndpointVariables(task.ServiceSecretsManager, task.ServiceS3)...),
		Permissions: []task.Permission{
			{Action: "secretsmanager:GetSecretValue", Resource: "secret", When: "auth refers to a secret"},
			{Action: "s3:PutObject", Resource: "bucket", When: "an answer is kept as a stored object"},
			{Action: "s3:GetObject", Resource: "bucket", When: "a stored object is sent"},
		},
	}
}

// requestFields describes [Request].
func requestFields() []task.Field {
	return []task.Field{
		{Name: "method", Type: task.TypeText, Doc: "any HTTP method", Example: http.MethodGet},
		{Name: "url", Type: task.TypeText, Doc: "absolute, http or https", Holds: task.HoldsEndpoint, Example: "https://example.com/"},
		{Name: "encoding", Type: task.TypeText, Doc: "how the request is made: as Python's requests does", Example: task.HTTPAsRequests},
		{Name: "params", Type: task.TypeAny, Doc: "of that encoding: added to the URL's query"},
		{Name: "data", Type: task.TypeAny, Doc: "of that encoding: the body, a form or a text"},
		{Name: "json", Type: task.TypeAny, Doc: "of that encoding: the body in JSON"},
		{Name: "query", Type: task.TypeObject, Doc: "added to the URL's query"},
		{Name: "headers", Type: task.TypeObject, Doc: "texts by name"},
		{Name: "body", Type: task.TypeAny, Doc: "written by content type", Holds: task.HoldsStored},
		{Name: "contentType", Type: task.TypeText, Doc: "of the body, and of a response that names none"},
		{Name: "form", Type: task.TypeObject, Doc: "sent as application/x-www-form-urlencoded"},
		{Name: "multipart", Type: task.TypeObject, Doc: "parts sent as multipart/form-data"},
		{Name: "multipart.*", Type: task.TypeAny, Doc: "a part", Holds: task.HoldsStored},
		{Name: "multipart.*.content", Type: task.TypeAny, Doc: "the content of a part", Holds: task.HoldsStored},
		{Name: "auth", Type: task.TypeObject, Doc: "credentials"},
		{Name: "auth.secret", Type: task.TypeText, Doc: "the secret with the credential", Holds: task.HoldsSecret},
		{Name: "secrets", Type: task.TypeObject, Doc: "secrets by the place in the request that they are put at"},
		{Name: "secrets.*", Type: task.TypeAny, Doc: "the secret with the text, or an object with text around it", Holds: task.HoldsSecret},
		{Name: "secrets.*.secret", Type: task.TypeText, Doc: "the same, where text stands around it", Holds: task.HoldsSecret},
		{Name: "auth.tokenUrl", Type: task.TypeText, Doc: "where a token is fetched", Holds: task.HoldsEndpoint},
		{Name: "timeoutSeconds", Type: task.TypeNumber, Doc: "for the whole exchange"},
		{Name: "failOnStatus", Type: task.TypeBoolean, Doc: "whether a status outside 200-299 is an error; not given, it is one, but with `encoding` requests from 400 on, as raise_for_status has it, and not where `retry` hands the answer on after its last attempt"},
		{Name: "expectedStatus", Type: task.TypeList, Doc: "statuses that are success, in place of 200-299"},
		{Name: "redirects", Type: task.TypeNumber, Doc: "most redirects to follow"},
		{Name: "privateRedirects", Type: task.TypeBoolean, Doc: "from a private address redirects may lead to private ones"},
		{Name: "insecureSkipVerify", Type: task.TypeBoolean, Doc: "do not check the server's certificate"},
		{Name: "gzip", Type: task.TypeBoolean, Doc: "gunzip a body that the server sends without saying so"},
		{Name: "answerText", Type: task.TypeBoolean, Doc: "give the body of the answer as text, too"},
		{Name: "csvSeparator", Type: task.TypeText, Doc: "of CSV bodies"},
		{Name: "sheetAsBlob", Type: task.TypeBoolean, Doc: "store a spreadsheet that is the body of a successful answer and give its reference", Holds: task.AsksToStore},
		{Name: "csvColumns", Type: task.TypeList, Doc: "the header of a CSV body that is sent"},
		{Name: "retry", Type: task.TypeObject, Doc: "a budget, and what is left of it, by which the request is made again"},
		{Name: "asBlob", Type: task.TypeBoolean, Doc: "store the body of a successful answer and give its reference", Holds: task.AsksToStore},
		{Name: "statusOnly", Type: task.TypeBoolean, Doc: "leave out the headers and the body of a successful answer"},
		{Name: "binaryAsBlob", Type: task.TypeBoolean, Doc: "do so with an answer that is a file by its content type", Holds: task.AsksToStore},
	}
}

// New makes the function. Endpoints of the environment that cannot be read fail each invocation.
func New(config Config) task.Function {
	endpoints, err := config.Environment.Endpoints()
	all := slices.Concat(task.SortEndpoints(config.Endpoints), endpoints)
	if config.Mask == nil {
		config.Mask = &secret.Mask{}
	}
	if config.Secrets != nil {
		opening := secret.Unsealing(config.Secrets, config.Environment.Value(secret.CallerKeyVariable))
		config.Secrets = secret.Noting(opening, config.Mask)
	}
	s := &sender{config: config, clients: newClients(all), fault: err}
	if config.Transport != nil {
		s.clients = clients{verifying: config.Transport, trusting: config.Transport}
	}
	function := task.New(Row(), s.masked)
	function.Close = s.clients.close
	return function
}

// sender is the function's state across invocations.
type sender struct {
	config  Config
	clients clients
	tokens  tokens
	budgets budgets
	fault   error // of the configuration
}

// masked is handle with no secret in its errors, which go into the history of the execution.
func (s *sender) masked(ctx context.Context, request Request) (any, error) {
	response, err := s.handle(ctx, request)
	if failure, ok := errors.AsType[*task.Error](err); ok {
		return response, &task.Error{Name: failure.Name, Message: s.config.Mask.Text(failure.Message), Detail: s.maskedDetail(failure.Detail)}
	}
	return response, err
}

// maskedDetail hides known secrets, which a server may have sent back.
func (s *sender) maskedDetail(detail any) any {
	text, err := json.Marshal(detail)
	if err != nil {
		return nil
	}
	if clean := s.config.Mask.Known(string(text)); clean != string(text) {
		return json.RawMessage(clean)
	}
	return detail
}

// handle gives a [Response], or an [Again].
func (s *sender) handle(ctx context.Context, request Request) (any, error) {
	if s.fault != nil {
		return nil, s.fault
	}
	timeout, err := timeoutOf(request.TimeoutSeconds)
	if err != nil {
		return nil, err
	}
	if request, err = checkEncoding(request); err != nil {
		return nil, err
	}
	if request.Retry != nil && !request.asks() {
		return s.withBudget(ctx, request, timeout)
	}
	whole := ctx
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err = s.withSecrets(ctx, request)
	if err != nil {
		return nil, s.timeoutOr(ctx, err, timeout)
	}
	request, err = s.tokenForm(ctx, request)
	if err != nil {
		return nil, s.timeoutOr(ctx, err, timeout)
	}
	if request.Retry != nil {
		return s.withBudget(whole, request, timeout)
	}
	return s.once(ctx, request, timeout)
}

// asks tells whether something is asked for while the request is made, which takes time: a secret, a token, or a stored object in the body.
func (r *Request) asks() bool {
	return r.Auth != nil || len(r.Secrets) > 0 || r.Encoding != AsRequests
}

// once makes one attempt, and follows its redirects.
func (s *sender) once(ctx context.Context, request Request, timeout time.Duration) (Response, error) {
	way := &journey{mayBePrivate: request.PrivateRedirects}
	outgoing, err := s.build(way.on(ctx), request)
	if err != nil {
		return Response{}, s.timeoutOr(ctx, err, timeout)
	}
	client := s.clients.with(request.InsecureSkipVerify, request.Redirects)
	answer, err := client.Do(outgoing)
	if err != nil {
		return Response{}, connectError(err, outgoing.URL.Host, timeout)
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusUnauthorized && request.Auth != nil {
		s.tokens.forget(*request.Auth, outgoing)
	}
	response, err := s.readResponse(ctx, request, answer, timeout)
	if err != nil {
		return response, err
	}
	return s.withoutSealed(ctx, request, response)
}

// timeoutOr gives err, or Http.Timeout when the time was over while the request was prepared (a token was fetched).
func (s *sender) timeoutOr(ctx context.Context, err error, timeout time.Duration) error {
	var known *task.Error
	if errors.As(err, &known) && known.Name != task.HttpConnect {
		return err
	}
	if ctx.Err() != nil {
		return timeoutError(timeout)
	}
	return err
}

func timeoutOf(seconds float64) (time.Duration, error) {
	const most = task.LongestSeconds
	switch {
	case seconds == 0:
		return defaultTimeout, nil
	case seconds < 0 || seconds > most:
		return 0, task.Errorf(task.RequestInvalid, "timeoutSeconds %v is not between 0 and %d", seconds, most)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}
