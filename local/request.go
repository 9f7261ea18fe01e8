package local

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Request is what a person says of a request to an operation, without HTTP around it.
type Request struct {
	// Trigger is what starts the operation, of the execution input; "" is by hand.
	Trigger string
	Params  map[string][]string
	Headers map[string]string // by lower-case name
	Body    []byte
	User    any // who calls, see Service.User; nil for nobody
}

// Input makes the input of an execution, as functions/api does for an HTTP request. A parameter that the operation takes
// from a header may be given as a parameter too.
func (r Request) Input(operation *ir.Operation) (any, error) {
	headers := jsonata.NewObject()
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		headers.Set(name, r.Headers[name])
	}
	params := jsonata.NewObject()
	for _, name := range slices.Sorted(maps.Keys(r.Params)) {
		params.Set(name, paramValue(r.Params[name]))
		if isHeader(operation, name) {
			headers.Set(strings.ToLower(name), strings.Join(r.Params[name], ","))
		}
	}
	body, err := r.body()
	if err != nil {
		return nil, err
	}
	input := jsonata.NewObject()
	input.Set("trigger", cmp.Or(r.Trigger, "manual"))
	input.Set("operation", operation.Name)
	input.Set("requestId", newRequestID())
	input.Set("param", params)
	input.Set("header", headers)
	input.Set("body", body)
	input.Set("files", jsonata.NewObject())
	if r.User != nil {
		input.Set("user", r.User)
	}
	return input, nil
}

func paramValue(values []string) any {
	if len(values) == 1 {
		return values[0]
	}
	list := make([]any, len(values))
	for i, value := range values {
		list[i] = value
	}
	return list
}

func isHeader(operation *ir.Operation, name string) bool {
	return slices.ContainsFunc(operation.Parameters, func(p ir.Parameter) bool {
		return p.In == "header" && strings.EqualFold(p.Name, name)
	})
}

// body decodes the body by its content type; without one it is JSON.
func (r Request) body() (any, error) {
	if len(r.Body) == 0 {
		return nil, nil
	}
	contentType, ok := r.Headers["content-type"]
	if !ok {
		contentType = format.JSON
	}
	value, err := format.Decode(context.Background(), contentType, r.Body, format.Options{})
	if err != nil {
		return nil, fmt.Errorf("the body: %w", err)
	}
	text, err := format.EncodeJSON(value)
	if err != nil {
		return nil, err
	}
	return jsonata.Decode(text)
}

// Line is the request in one line, for people.
func (r Request) Line(operation string) string {
	line := operation
	for _, name := range slices.Sorted(maps.Keys(r.Params)) {
		for _, value := range r.Params[name] {
			line += " " + name + "=" + url.QueryEscape(value)
		}
	}
	if len(r.Body) > 0 {
		line += fmt.Sprintf(" (body of %d bytes)", len(r.Body))
	}
	return line
}
