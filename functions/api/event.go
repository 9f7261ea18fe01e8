package api

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// Event is what is read of an HTTP API event (API Gateway, "Lambda integrations for HTTP APIs", payload format 2.0).
type Event struct {
	RouteKey        string            `json:"routeKey"` // "GET /news/{id}": the operation
	RawPath         string            `json:"rawPath"`
	RawQueryString  string            `json:"rawQueryString"`
	Cookies         []string          `json:"cookies,omitempty"`
	Headers         map[string]string `json:"headers"`
	PathParameters  map[string]string `json:"pathParameters,omitempty"`
	RequestContext  RequestContext    `json:"requestContext"`
	Body            string            `json:"body,omitempty"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
}

// RequestContext is the part of an event that API Gateway adds.
type RequestContext struct {
	RequestID  string      `json:"requestId"`
	HTTP       HTTPContext `json:"http"`
	Authorizer Authorizer  `json:"authorizer"`
}

// Authorizer is what API Gateway has found out about the caller.
type Authorizer struct {
	JWT struct {
		Claims map[string]any `json:"claims"`
	} `json:"jwt"`
}

// HTTPContext describes the request line.
type HTTPContext struct {
	Method   string `json:"method"`
	Path     string `json:"path"`
	SourceIP string `json:"sourceIp,omitempty"`
}

// Input is the input of an execution.
type Input struct {
	Trigger   string             `json:"trigger"`
	Operation string             `json:"operation"`
	RequestID string             `json:"requestId"`
	Param     map[string]any     `json:"param"`  // form fields, query, path; of equal names the last of these wins; repeated ones are a list
	Header    map[string]string  `json:"header"` // lower-case names
	Body      any                `json:"body"`   // by content type; null when there is none; the fields of a form; a blob.Ref of a file
	Files     map[string]uploads `json:"files"`  // uploaded files of a multipart form: a blob.Ref by name, a list of those of one name
	// User is who calls, where the workflow asks: see [UserOf]. Its token is sealed.
	User map[string]any `json:"user,omitempty"`
	// Fingerprint is the same for requests with the same parameters, body and files; it is there where an Idempotency-Key is.
	Fingerprint string `json:"fingerprint,omitempty"`

	sums map[string][]string // of the contents of files
}

// fingerprint stands for all that makes two requests the same: files by their contents, not by where they are stored.
func (i Input) fingerprint() (string, error) {
	body := i.Body
	if _, isFile := body.(blob.Ref); isFile {
		body = nil
	}
	text, err := format.EncodeJSON([]any{i.Param, body, i.sums})
	return digest(fingerprintDigits, string(text)), err
}

const fingerprintDigits = 64

func (g gateway) input(ctx context.Context, event Event) ([]byte, error) {
	input, err := g.inputOf(ctx, event)
	if err != nil {
		return nil, err
	}
	return format.EncodeJSON(input)
}

func (g gateway) inputOf(ctx context.Context, event Event) (Input, error) {
	header := headerOf(event)
	body, err := event.body()
	if err != nil {
		return Input{}, err
	}
	content, err := g.decode(ctx, header["content-type"], body, g.takesFiles(event.RouteKey))
	if err != nil {
		return Input{}, err
	}
	param, err := paramOf(ctx, event, content.fields)
	if err != nil {
		return Input{}, err
	}
	user, err := g.userOf(ctx, event, "")
	if err != nil {
		return Input{}, err
	}
	if user != nil {
		header = withoutCredentials(header)
	}
	return Input{
		Trigger:   "http",
		Operation: event.RouteKey,
		RequestID: event.RequestContext.RequestID,
		Param:     param,
		Header:    header,
		Body:      content.value,
		Files:     content.files,
		User:      user,
		sums:      content.sums,
	}, nil
}

func headerOf(event Event) map[string]string {
	header := make(map[string]string, len(event.Headers))
	for name, value := range event.Headers {
		header[strings.ToLower(name)] = value
	}
	if len(event.Cookies) > 0 {
		header["cookie"] = strings.Join(event.Cookies, "; ")
	}
	return header
}

func (e Event) body() ([]byte, error) {
	if !e.IsBase64Encoded {
		return []byte(e.Body), nil
	}
	body, err := base64.StdEncoding.DecodeString(e.Body)
	if err != nil {
		return nil, task.Errorf(task.RequestInvalid, "the body is not base64")
	}
	return body, nil
}

func paramOf(ctx context.Context, event Event, fields format.Object) (map[string]any, error) {
	query, err := format.Decode(ctx, format.Form, []byte(event.RawQueryString), format.Options{Limit: InputLimit})
	if errors.Is(err, &task.Error{Name: task.FormatInvalid}) {
		return nil, task.Errorf(task.RequestInvalid, "the query string is not escaped correctly")
	}
	if err != nil {
		return nil, err
	}
	param := map[string]any{}
	for _, member := range fields {
		param[member.Name] = member.Value
	}
	if object, ok := query.(format.Object); ok {
		for _, member := range object {
			param[member.Name] = member.Value
		}
	}
	for name, value := range event.PathParameters {
		param[name] = value
	}
	return param, nil
}
