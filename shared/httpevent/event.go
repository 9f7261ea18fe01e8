// Package httpevent is what API Gateway gives a function behind an HTTP API, and what the function answers (API Gateway developer guide, "Lambda
// integrations for HTTP APIs", payload format 2.0). The same events come from local servers.
package httpevent

import (
	"encoding/base64"
	"strings"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// Event is what is read of an HTTP API event.
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
	Stage      string      `json:"stage,omitempty"`
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

// Header gives the headers by their names in lower case.
func (e Event) Header() map[string]string {
	header := make(map[string]string, len(e.Headers))
	for name, value := range e.Headers {
		header[strings.ToLower(name)] = value
	}
	if len(e.Cookies) > 0 {
		header["cookie"] = strings.Join(e.Cookies, "; ")
	}
	return header
}

// ContentLimit is the number of bytes of a request's body when it is unpacked: as many as API Gateway takes of one that is not packed.
const ContentLimit = 10 << 20

// Content is the request's body, unpacked as its Content-Encoding says: see [format.Unpack] for the errors. What says that it is base64 and is not fails
// with task.RequestInvalid.
func (e Event) Content() ([]byte, error) {
	body := []byte(e.Body)
	if e.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(e.Body); err != nil {
			return nil, task.Errorf(task.RequestInvalid, "the body is not base64")
		}
	}
	return format.Unpack(e.Header()["content-encoding"], body, ContentLimit)
}

// defaultName is the name of the route that takes what no other does, and of the stage that is no part of a path.
const defaultName = "$default"

// BasePath is what a stage or a domain's mapping puts before the path of the route; "" when that cannot be told. Of the route that takes everything, it
// is the stage.
func (e Event) BasePath() string {
	_, path, isRoute := strings.Cut(e.RouteKey, " ")
	if !isRoute {
		return e.stagePath()
	}
	for name, value := range e.PathParameters {
		path = strings.NewReplacer("{"+name+"}", value, "{"+name+"+}", value).Replace(path)
	}
	base, ok := strings.CutSuffix(strings.TrimSuffix(e.RawPath, "/"), strings.TrimSuffix(path, "/"))
	if !ok || strings.HasPrefix(base, "//") || base != "" && base[0] != '/' || strings.ContainsAny(base, "\\?#%") {
		return ""
	}
	return base
}

func (e Event) stagePath() string {
	base := "/" + e.RequestContext.Stage
	if stage := e.RequestContext.Stage; stage == "" || stage == defaultName || !strings.HasPrefix(e.RawPath+"/", base+"/") {
		return ""
	}
	return base
}
