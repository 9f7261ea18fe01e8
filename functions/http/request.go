package http

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

const userAgent = "steploom"

// build makes the outgoing request: URL and query, headers, body, then credentials.
func (s *sender) build(ctx context.Context, request Request) (*http.Request, error) {
	if request.Encoding == AsRequests {
		return s.buildAsRequests(ctx, request)
	}
	method := strings.ToUpper(request.Method)
	if method == "" {
		method = http.MethodGet
	}
	target, err := targetOf(request)
	if err != nil {
		return nil, err
	}
	headers, err := headersOf(request.Headers)
	if err != nil {
		return nil, err
	}
	content, contentType, err := s.encodeBody(ctx, request, headers.Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	var body io.Reader
	if content != nil {
		body = bytes.NewReader(content)
	}
	outgoing, err := http.NewRequestWithContext(ctx, method, target.String(), body)
	if err != nil {
		return nil, task.Errorf(task.RequestInvalid, "method %q: not an HTTP method", method)
	}
	setHeaders(outgoing, headers, contentType)
	return outgoing, s.authenticate(ctx, outgoing, request.Auth)
}

// setHeaders puts the user's headers and our own onto the request. Host is not a header in net/http.
func setHeaders(outgoing *http.Request, headers http.Header, contentType string) {
	outgoing.Header = headers
	if host := headers.Get("Host"); host != "" {
		outgoing.Host = host
		headers.Del("Host")
	}
	if contentType != "" {
		headers.Set("Content-Type", contentType)
	}
	if headers.Get("User-Agent") == "" {
		headers.Set("User-Agent", userAgent)
	}
}

func targetOf(request Request) (*url.URL, error) {
	target, err := url.Parse(request.URL)
	if err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https" {
		return nil, task.Errorf(task.RequestInvalid, "url is not an absolute http or https URL")
	}
	if err := checkSegments(target); err != nil {
		return nil, err
	}
	if isNull(request.Query) {
		return target, nil
	}
	pairs, err := pairsOf("query", request.Query)
	if err != nil {
		return nil, err
	}
	query := make([]string, 0, len(pairs)+1)
	if target.RawQuery != "" {
		query = append(query, target.RawQuery)
	}
	for _, pair := range pairs {
		query = append(query, url.QueryEscape(pair.Name)+"="+url.QueryEscape(pair.Value))
	}
	target.RawQuery = strings.Join(query, "&")
	return target, nil
}

// checkSegments refuses a path with a segment "." or "..", by which servers and proxies find another path (RFC 3986 §5.2.4). Slashes that are encoded
// count, too: some decode them before they look.
func checkSegments(target *url.URL) error {
	slashes := func(r rune) bool { return r == '/' || r == '\\' }
	for segment := range strings.FieldsFuncSeq(target.Path, slashes) {
		if segment == "." || segment == ".." {
			return task.Errorf(task.RequestInvalid, "the path of url has a segment \".\" or \"..\", by which the request would go elsewhere")
		}
	}
	return nil
}

func headersOf(raw json.RawMessage) (http.Header, error) {
	headers := http.Header{}
	if isNull(raw) {
		return headers, nil
	}
	pairs, err := pairsOf("headers", raw)
	if err != nil {
		return nil, err
	}
	for _, pair := range pairs {
		if !httpguts.ValidHeaderFieldName(pair.Name) {
			return nil, task.Errorf(task.RequestInvalid, "header name %q is not valid", pair.Name)
		}
		if !httpguts.ValidHeaderFieldValue(pair.Value) {
			return nil, task.Errorf(task.RequestInvalid, "value of header %s holds a line break or control character", pair.Name)
		}
		headers.Add(pair.Name, pair.Value)
	}
	return headers, nil
}

func pairsOf(field string, raw json.RawMessage) ([]format.Pair, error) {
	value, err := format.DecodeJSON(raw)
	if err != nil {
		return nil, task.Errorf(task.RequestInvalid, "%s: %v", field, err)
	}
	pairs, err := format.Pairs(value)
	if err != nil {
		return nil, task.Errorf(task.RequestInvalid, "%s: %v", field, err)
	}
	return pairs, nil
}

func isNull(raw json.RawMessage) bool {
	return len(raw) == 0 || string(bytes.TrimSpace(raw)) == "null"
}
