package api

import (
	"context"
	"errors"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/httpevent"
	"github.com/steploom/steploom/shared/task"
)

// What API Gateway gives and takes.
type (
	Event          = httpevent.Event
	RequestContext = httpevent.RequestContext
	HTTPContext    = httpevent.HTTPContext
	Response       = httpevent.Response
)

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
	header := event.Header()
	body, err := event.Content()
	if err != nil {
		return Input{}, err
	}
	content, err := g.decode(ctx, header["content-type"], body, g.takesFiles(event.RouteKey))
	if err != nil {
		return Input{}, g.unreadable(event, header["content-type"], err)
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
