package httprequest

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Requests is one HTTP request in the terms of Python's requests: the arguments of requests.request, with its rules of how they are sent (see function
// http, "encoding"). nil is an argument that is not given, which is the same as None.
type Requests struct {
	Method, URL ir.Value // a method in any case
	// Params and Data are objects, texts or lists of pairs; JSON is any value; Headers an object of texts, of which null ones are left out.
	Params, Data, JSON, Headers ir.Value
	Auth                        *Auth
	// Secrets are references by the place that their values are put at, a JSON pointer: /headers/NAME, /params/NAME, /data/NAME, /json/…
	Secrets *jsonata.Object
	// TimeoutSeconds bounds the connecting and each pause within an answer; the function's own bound is not said.
	TimeoutSeconds int
	// AnyStatus hands out an answer of any status; otherwise one of 400 and more is an error.
	AnyStatus bool
}

// Arguments is the request as the function takes it. A budget of retries is the call's (see ir.Budget), which the lowering adds.
func (r Requests) Arguments() *jsonata.Object {
	request := ir.Object("encoding", task.HTTPAsRequests, "method", r.Method, "url", r.URL, "params", r.Params, "data", r.Data, "json", r.JSON, "headers", r.Headers)
	if r.Auth != nil {
		request.Set("auth", r.Auth.object())
	}
	if r.Secrets != nil && r.Secrets.Len() > 0 {
		request.Set("secrets", r.Secrets)
	}
	if r.TimeoutSeconds != 0 && r.TimeoutSeconds != task.HTTPSeconds {
		request.Set("timeoutSeconds", float64(r.TimeoutSeconds))
	}
	if r.AnyStatus {
		request.Set("failOnStatus", false)
	}
	return request
}
