package job

import (
	"encoding/json"
	"math"
	"math/big"
	"net/http"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

// Delivery is the input of the execution of operation [Deliver].
type Delivery struct {
	Trigger   string          `json:"trigger"` // "stream"
	Operation string          `json:"operation"`
	RequestID string          `json:"requestId"`
	Job       string          `json:"job"` // its key
	Record    Origin          `json:"record"`
	Request   Request         `json:"request"`
	Budget    json.RawMessage `json:"budget"` // arguments of urllib3's Retry
}

// Delivered is what the execution gives.
type Delivered struct {
	Delivered  bool   `json:"delivered"`
	StatusCode int    `json:"statusCode"`
	Error      string `json:"error"`
	Message    string `json:"message"`
}

// Request is a request of function http, made as Python's requests makes it.
type Request struct {
	Encoding       string                 `json:"encoding"`
	Method         string                 `json:"method"`
	URL            string                 `json:"url"`
	Params         json.RawMessage        `json:"params,omitempty"`
	JSON           json.RawMessage        `json:"json,omitempty"`
	Data           string                 `json:"data,omitempty"`
	Headers        map[string]*string     `json:"headers,omitempty"`
	Auth           *Auth                  `json:"auth,omitempty"`
	Secrets        map[string]PlacedToken `json:"secrets,omitempty"`
	TimeoutSeconds float64                `json:"timeoutSeconds,omitempty"`
	Redirects      *int                   `json:"redirects,omitempty"`
	StatusOnly     bool                   `json:"statusOnly"`
}

// Auth is Basic authentication by a secret.
type Auth struct {
	Type   string `json:"type"`
	Secret string `json:"secret"`
}

// PlacedToken is a secret with the text before it.
type PlacedToken struct {
	Before string `json:"before"`
	Secret string `json:"secret"`
}

// Delivery makes the execution's input of a record.
func (c *Compiled) Delivery(key string, context Context, origin Origin, secrets Secrets) (Delivery, error) {
	request, err := c.Request(context, origin, secrets)
	return Delivery{Trigger: "stream", Operation: Deliver, RequestID: origin.String(), Job: key, Record: origin, Request: request, Budget: c.budget}, err
}

// Request makes the request of a record, as handle_message of the consumer does: the datamap picks values, of which URL, query and body are made. What
// cannot be made is a *task.Error, [task.StreamDataMap] or [task.StreamURL], without a value of the record in it.
func (c *Compiled) Request(context Context, origin Origin, secrets Secrets) (Request, error) {
	picked, err := c.picked(context)
	if err != nil {
		return Request{}, err
	}
	request := Request{Encoding: task.HTTPAsRequests, Method: c.job.Type, TimeoutSeconds: c.job.TimeoutSeconds, StatusOnly: true}
	if request.URL, err = c.address(picked); err != nil {
		return Request{}, err
	}
	if params := c.params(picked); params.Len() > 0 {
		if request.Params, err = encode("query_params", params); err != nil {
			return Request{}, err
		}
	}
	if err := c.body(&request, picked); err != nil {
		return Request{}, err
	}
	if c.job.Type == http.MethodHead {
		request.Redirects = new(int) // requests.head follows none
	}
	c.credentials(&request, secrets)
	if c.job.IdempotencyKey {
		name := origin.String()
		request.header("Idempotency-Key", &name)
	}
	return request, nil
}

// Public is the request with [Masked] in the place of references to secrets.
func (r Request) Public() Request {
	if r.Auth != nil {
		r.Auth = &Auth{Type: r.Auth.Type, Secret: Masked}
	}
	placed := map[string]PlacedToken{}
	for place, token := range r.Secrets {
		placed[place] = PlacedToken{token.Before, Masked}
	}
	if r.Secrets != nil {
		r.Secrets = placed
	}
	return r
}

func (r *Request) header(name string, value *string) {
	if r.Headers == nil {
		r.Headers = map[string]*string{}
	}
	r.Headers[name] = value
}

// credentials refers to the job's secrets. Basic authentication wins over a token, as in requests.
func (c *Compiled) credentials(request *Request, secrets Secrets) {
	switch {
	case secrets.Basic != "":
		request.Auth = &Auth{Type: "basic", Secret: secrets.Basic}
	case secrets.Token != "":
		request.header("Authorization", nil)
		request.Secrets = map[string]PlacedToken{"/headers/Authorization": {Before: "access_token ", Secret: secrets.Token}}
	}
}

// selected are those of the names that the datamap has found, in the order of the list.
func selected(names []string, picked *pytext.Dict) *pytext.Dict {
	chosen := &pytext.Dict{}
	for _, name := range names {
		if value, found := picked.GetText(name); found {
			_ = chosen.Set(name, value) // a text is a key
		}
	}
	return chosen
}

// params are those of the query. Numbers and truth values are the texts that requests makes of them, so that nobody on the way can spell them otherwise.
func (c *Compiled) params(picked *pytext.Dict) *pytext.Dict {
	params := &pytext.Dict{}
	for _, item := range selected(c.job.QueryParams, picked).Items() {
		_ = params.Set(item.Key, asText(item.Value)) // it was a key before
	}
	return params
}

func asText(value any) any {
	switch v := pytext.Value(value).(type) {
	case []any:
		texts := make([]any, len(v))
		for i, item := range v {
			texts[i] = asText(item)
		}
		return texts
	case nil, string, *pytext.Dict: // of a dict, requests takes the keys
		return v
	default:
		return pytext.Str(v)
	}
}

// body makes the body of what is listed, {} where nothing of it was found. A body with a number that a state machine would spell otherwise is a text.
func (c *Compiled) body(request *Request, picked *pytext.Dict) error {
	if len(c.job.JSONBody) == 0 {
		return nil
	}
	body := selected(c.job.JSONBody, picked)
	text, err := encode("json_body", body)
	if err != nil {
		return err
	}
	if isExact(body) {
		request.JSON = text
		return nil
	}
	dumped, err := pytext.JSON(body, pytext.Options{RefuseNaN: true}) // json.dumps, as requests calls it
	if err != nil {
		return task.Errorf(task.StreamDataMap, "json_body: %v", err)
	}
	contentType := format.JSON
	request.Data = dumped
	request.header("Content-Type", &contentType)
	return nil
}

// encode writes a value as JSON in UTF-8.
func encode(what string, value any) (json.RawMessage, error) {
	text, err := pytext.JSON(value, pytext.Options{RefuseNaN: true, Unicode: true})
	if err != nil {
		return nil, task.Errorf(task.StreamDataMap, "%s: %v", what, err)
	}
	return json.RawMessage(text), nil
}

// isExact tells whether a value comes through a state machine, whose numbers are float64, with the digits that Python writes.
func isExact(value any) bool {
	const most = 1 << 53
	switch v := pytext.Value(value).(type) {
	case int64:
		return v >= -most && v <= most
	case *big.Int:
		return false
	case float64:
		return v != math.Trunc(v) && math.Abs(v) > 1e-4 && math.Abs(v) < 1e15
	case []any:
		for _, item := range v {
			if !isExact(item) {
				return false
			}
		}
	case *pytext.Dict:
		for _, item := range v.Items() {
			if !isExact(item.Value) {
				return false
			}
		}
	}
	return true
}
