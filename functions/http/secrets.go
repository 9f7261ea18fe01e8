package http

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// secrets are references of secrets, each by the place that its value is put at: a JSON pointer (RFC 6901) into the request. What stands
// there, usually null, is replaced:
//
//	/headers/Authorization, /query/key, /form/client_secret, /body/login/password, /body/users/0/password
//
// "/user" is the user and the password in the URL. In place of a reference alone there may be one with fixed text around its value:
//
//	{"before": "Bearer ", "secret": "PETS", "after": ""}
type secrets map[string]placedSecret

// placedSecret is a reference and the text around its value.
type placedSecret struct {
	Before string `json:"before"`
	Secret string `json:"secret"`
	After  string `json:"after"`
}

// UnmarshalJSON reads a reference alone, too.
func (p *placedSecret) UnmarshalJSON(text []byte) error {
	if json.Unmarshal(text, &p.Secret) == nil {
		return nil
	}
	type plain placedSecret
	return task.Decode(text, (*plain)(p))
}

// withoutSealed hides secrets of the caller in an answer: a server that sends back what it was sent would put them into the history of the execution.
func (s *sender) withoutSealed(ctx context.Context, request Request, response Response) (Response, error) {
	var sealed secret.Mask
	for _, placed := range request.Secrets {
		if secret.IsSealed(placed.Secret) {
			value, err := s.secret(ctx, placed.Secret)
			if err != nil {
				return Response{}, err
			}
			sealed.Add(value)
		}
	}
	text, err := format.EncodeJSON(response)
	if err != nil {
		return Response{}, err
	}
	clean := sealed.Known(string(text))
	if clean == string(text) {
		return response, nil
	}
	var hidden Response
	if err = task.Decode([]byte(clean), &hidden); err == nil {
		hidden.Body, err = format.DecodeJSON([]byte(gjson.Get(clean, "body").Raw)) // which keeps the order of members
	}
	if err != nil {
		return Response{}, task.Errorf(task.FormatInvalid, "the answer holds the caller's secret where it cannot be hidden")
	}
	return hidden, nil
}

// withSecrets puts the secrets into a request.
func (s *sender) withSecrets(ctx context.Context, request Request) (Request, error) {
	for pointer, placed := range request.Secrets {
		if placed.Secret == "" {
			return request, task.Errorf(task.RequestInvalid, "there is no secret to put at %s: whoever started the execution has shown no token", pointer)
		}
		value, err := s.secret(ctx, placed.Secret)
		if err != nil {
			return request, err
		}
		if err := put(&request, pointer, placed.Secret, placed.Before+strings.TrimRight(value, "\r\n")+placed.After); err != nil {
			return request, err
		}
	}
	return request, nil
}

func put(request *Request, pointer, reference, value string) error {
	keys := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, key := range keys {
		keys[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(key)
	}
	member := map[string]*json.RawMessage{
		"headers": &request.Headers, "query": &request.Query, "form": &request.Form, "body": &request.Body,
		"params": &request.Params, "data": &request.Data, "json": &request.JSON,
	}[keys[0]]
	if pointer == "/user" {
		return putUser(request, reference, value)
	}
	if member == nil || len(keys) < 2 {
		return nowhere(pointer)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	changed, ok := replaced(*member, keys[1:], text)
	if !ok {
		return nowhere(pointer)
	}
	*member = changed
	return nil
}

func nowhere(pointer string) error {
	return task.Errorf(task.RequestInvalid, "secrets: there is no place %q in the request", pointer)
}

// replaced gives JSON with another value at a place; everything else keeps its bytes. ok is false when there is no such place.
func replaced(text []byte, keys []string, value []byte) (changed []byte, ok bool) {
	member, found := memberOf(gjson.ParseBytes(text), keys[0])
	if !found {
		return nil, false
	}
	if len(keys) > 1 {
		if value, ok = replaced([]byte(member.Raw), keys[1:], value); !ok {
			return nil, false
		}
	}
	return slices.Concat(text[:member.Index], value, text[member.Index+len(member.Raw):]), true
}

// memberOf finds the member of an object of this name, or the element of a list of this index.
func memberOf(value gjson.Result, name string) (member gjson.Result, found bool) {
	at := -1
	value.ForEach(func(key, one gjson.Result) bool {
		at++
		if value.IsArray() && strconv.Itoa(at) == name || value.IsObject() && key.String() == name {
			member, found = one, one.Index > 0
		}
		return !found
	})
	return member, found
}

// putUser puts user and password into the URL, from where they are sent as Basic authentication and not to another host.
func putUser(request *Request, reference, value string) error {
	target, err := url.Parse(request.URL)
	if err != nil || target.Host == "" {
		return task.Errorf(task.RequestInvalid, "url is not an absolute http or https URL")
	}
	user, password, err := secret.Credentials(reference, value)
	if err != nil {
		return err
	}
	target.User = url.UserPassword(user, password)
	request.URL = target.String()
	return nil
}
