package http

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/requests"
	"github.com/steploom/steploom/shared/task"
)

// AsRequests is the encoding of a request that is made as Python's requests makes it: url, params, data, json and headers are its arguments.
const AsRequests = task.HTTPAsRequests

// checkEncoding refuses fields that a request's encoding does not have. One that is made as by requests has the budget that requests has by itself,
// which makes no attempt again.
func checkEncoding(request Request) (Request, error) {
	ours := []json.RawMessage{request.Query, request.Body, request.Form, request.Multipart}
	theirs := []json.RawMessage{request.Params, request.Data, request.JSON}
	switch request.Encoding {
	case "":
		if someGiven(theirs) {
			return request, task.Errorf(task.RequestInvalid, "params, data and json are for the encoding %q", AsRequests)
		}
	case AsRequests:
		if someGiven(ours) || request.ContentType != "" {
			return request, task.Errorf(task.RequestInvalid, "with the encoding %q, params, data and json stand in place of query, body, contentType, form and multipart", AsRequests)
		}
		if request.Retry == nil {
			request.Retry = &Retrying{Budget: json.RawMessage(`{"total": 0, "read": false}`)}
		}
	default:
		return request, task.Errorf(task.RequestInvalid, "encoding %q is not %q", request.Encoding, AsRequests)
	}
	return request, nil
}

func someGiven(fields []json.RawMessage) bool {
	for _, field := range fields {
		if !isNull(field) {
			return true
		}
	}
	return false
}

// buildAsRequests makes the outgoing request as requests prepares it. Paths with dot segments, which requests takes out, are refused.
func (s *sender) buildAsRequests(ctx context.Context, request Request) (*http.Request, error) {
	prepared, err := prepare(request)
	if err != nil {
		return nil, err
	}
	target, err := url.Parse(prepared.URL)
	if err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https" {
		return nil, task.Errorf(task.RequestInvalid, "url is not an absolute http or https URL")
	}
	target.User, target.Fragment, target.RawFragment = nil, "", "" // the user is in the Authorization header
	if err := errors.Join(checkSegments(target), checkSegments(&url.URL{Path: writtenPath(request.URL)})); err != nil {
		return nil, task.Errorf(task.RequestInvalid, "the path of url has a segment \".\" or \"..\", by which the request would go elsewhere")
	}
	var body io.Reader
	text, isText := prepared.Body.(string)
	if prepared.Body != nil && !isText {
		return nil, task.Errorf(task.RequestInvalid, "data is neither a text nor an object or a list")
	}
	if isText {
		body = strings.NewReader(text)
	}
	method, _ := prepared.Method.(string)
	outgoing, err := http.NewRequestWithContext(ctx, method, target.String(), body)
	if err != nil {
		return nil, task.Errorf(task.RequestInvalid, "method %q: not an HTTP method", method)
	}
	headers, err := sentHeaders(prepared)
	if err != nil {
		return nil, err
	}
	if length, _ := prepared.Header("Content-Length"); length == "0" {
		outgoing.TransferEncoding = []string{"identity"} // net/http says the length 0 of every method but GET and HEAD then
	}
	setHeaders(outgoing, headers, "")
	return outgoing, s.authenticate(ctx, outgoing, request.Auth)
}

// writtenPath is the path of a URL as it was written, decoded, with what may lie before it.
func writtenPath(address string) string {
	if end := strings.IndexAny(address, "?#"); end >= 0 {
		address = address[:end]
	}
	if !strings.Contains(address, "%") {
		return address
	}
	return encodedSlashes.Replace(address)
}

// encodedSlashes decodes what segments are made of.
var encodedSlashes = strings.NewReplacer("%2e", ".", "%2E", ".", "%2f", "/", "%2F", "/", "%5c", `\`, "%5C", `\`)

// prepare prepares a request. Messages of requests that quote the URL or a header, which may hold credentials, are told without.
func prepare(request Request) (requests.Prepared, error) {
	given := requests.Request{URL: request.URL, Method: http.MethodGet}
	if request.Method != "" {
		given.Method = request.Method
	}
	for _, field := range []struct {
		name string
		raw  json.RawMessage
		into *any
	}{{"params", request.Params, &given.Params}, {"data", request.Data, &given.Data}, {"json", request.JSON, &given.JSON}, {"headers", request.Headers, &given.Headers}} {
		if isNull(field.raw) {
			continue
		}
		value, err := pytext.Decode(string(field.raw))
		if err != nil {
			return requests.Prepared{}, task.Errorf(task.RequestInvalid, "%s: %v", field.name, err)
		}
		*field.into = value
	}
	given.Headers = withoutNone(given.Headers)
	prepared, err := requests.Prepare(given)
	failure, known := errors.AsType[*pytext.Error](err)
	switch {
	case err == nil:
		return prepared, nil
	case known && strings.HasSuffix(failure.Class, "MissingSchema"):
		return prepared, task.Errorf(task.RequestInvalid, "url has no scheme: it is not an absolute http or https URL")
	case known && strings.HasSuffix(failure.Class, "InvalidURL"):
		return prepared, task.Errorf(task.RequestInvalid, "url has no host, or one that is not valid")
	case known && strings.HasSuffix(failure.Class, "InvalidHeader"):
		return prepared, task.Errorf(task.RequestInvalid, "headers: a name or a value is no text, begins with a space or holds a line break")
	}
	return prepared, task.Errorf(task.RequestInvalid, "%v", err)
}

// withoutNone leaves out headers that are None, as a session does.
func withoutNone(headers any) any {
	given, isDict := headers.(*pytext.Dict)
	if !isDict {
		return headers
	}
	kept := &pytext.Dict{}
	for _, header := range given.Items() {
		if header.Value != nil {
			_ = kept.Set(header.Key, header.Value) // it was a key before
		}
	}
	return kept
}

// sentHeaders are the headers of a prepared request in the bytes that are sent, which are Latin-1, and what a session adds to them.
func sentHeaders(prepared requests.Prepared) (http.Header, error) {
	headers := http.Header{"Accept": {"*/*"}}
	for _, header := range prepared.Headers {
		if !httpguts.ValidHeaderFieldName(header.Name) {
			return nil, task.Errorf(task.RequestInvalid, "header name %q is not valid", header.Name)
		}
		value, err := requests.Latin1(header.Value)
		if err != nil || !httpguts.ValidHeaderFieldValue(value) {
			return nil, task.Errorf(task.RequestInvalid, "value of header %s holds a line break, a control character or one that is not in Latin-1", header.Name)
		}
		switch name := http.CanonicalHeaderKey(header.Name); name {
		case "Content-Length": // of the body
		case "Transfer-Encoding", "Trailer":
			return nil, task.Errorf(task.RequestInvalid, "the header %s is for the connection, which the function keeps", name)
		default:
			headers.Set(name, value)
		}
	}
	return headers, nil
}
