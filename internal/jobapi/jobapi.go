// Package jobapi is what a client of the job API may rely on, asked of whatever serves it: the handler in the process, the executable of the function,
// a local server.
package jobapi

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/httpevent"
)

// The credentials that the API is to know.
const (
	User     = "admin"
	Password = "open:sesame ü"
)

// Tenancy is the header of tenants, for [Tenants].
const Tenancy = "X-Tenant"

// Request is what a client asks.
type Request struct {
	Method string
	// Target is path and query as they stand in a request line.
	Target string
	Header map[string]string
	Body   string
}

// Answer is what it gets. The names of headers are in lower case.
type Answer struct {
	Status int
	Header map[string]string
	Body   string
}

// Ask sends a request.
type Ask func(t testing.TB, request Request) Answer

// Authorization is a header of basic authentication.
func Authorization(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// client asks with credentials.
type client struct {
	*testing.T
	ask    Ask
	header map[string]string
}

func (c client) call(method, target, body string) Answer {
	c.Helper()
	header := map[string]string{"Authorization": Authorization(User, Password)}
	if body != "" {
		header["Content-Type"] = "application/json"
	}
	for name, value := range c.header {
		header[name] = value
	}
	return c.ask(c.T, Request{method, target, header, body})
}

// want asks and compares the status.
func (c client) want(status int, method, target, body string) Answer {
	c.Helper()
	got := c.call(method, target, body)
	if got.Status != status {
		c.Errorf("%s %s %s: %d %s, want %d", method, target, body, got.Status, got.Body, status)
	}
	return got
}

// text asks and compares the whole body.
func (c client) text(body, method, target, given string) {
	c.Helper()
	if got := c.want(200, method, target, given); strings.TrimSpace(got.Body) != body {
		c.Errorf("%s %s: %s, want %s", method, target, got.Body, body)
	}
}

// object asks and reads an object.
func (c client) object(status int, method, target, body string) map[string]any {
	c.Helper()
	got := c.want(status, method, target, body)
	var object map[string]any
	if err := json.Unmarshal([]byte(got.Body), &object); err != nil {
		c.Errorf("%s %s: %q is no object: %v", method, target, got.Body, err)
	}
	return object
}

// ids asks for a list of jobs and gives their ids.
func (c client) ids(target string) string {
	c.Helper()
	var list []struct{ ID string }
	got := c.want(200, "GET", target, "")
	if err := json.Unmarshal([]byte(got.Body), &list); err != nil {
		c.Errorf("%s: %q is no list of jobs: %v", target, got.Body, err)
	}
	ids := make([]string, len(list))
	for i, one := range list {
		ids[i] = one.ID
	}
	return strings.Join(ids, " ")
}

// Job is a job that can be taken.
func Job(id, owner string) string {
	text, err := json.Marshal(map[string]any{
		"id": id, "owner": owner, "type": "POST", "topic": []string{"people"}, "datamap": map[string]string{"id": "$.msg.id", "type": "$.schema.name"},
		"url": "http://example.com/api/{type}/", "json_body": []string{"id"},
	})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// with is a job with a member more.
func with(job, member string) string { return strings.TrimSuffix(job, "}") + "," + member + "}" }

// escaped is an id as a part of a path.
func escaped(id string) string { return url.PathEscape(id) }

// Event is a request as API Gateway hands it over: the path decoded.
func Event(request Request) httpevent.Event {
	path, query, _ := strings.Cut(request.Target, "?")
	decoded, err := url.PathUnescape(path)
	if err != nil {
		decoded = path
	}
	headers := map[string]string{}
	for name, value := range request.Header {
		headers[strings.ToLower(name)] = value
	}
	return httpevent.Event{
		RouteKey: "$default", RawPath: decoded, RawQueryString: query, Headers: headers, Body: request.Body,
		RequestContext: httpevent.RequestContext{RequestID: "r", Stage: "$default", HTTP: httpevent.HTTPContext{Method: request.Method, Path: decoded}},
	}
}
