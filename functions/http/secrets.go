package http

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// secrets are references of secrets, each by the place that its value is put at: a JSON pointer (RFC 6901) into the request. What stands
// there, usually null, is replaced:
//
//	/headers/Authorization, /query/key, /form/client_secret, /body/login/password
//
// "/user" is the user and the password in the URL.
type secrets map[string]string

// withSecrets puts the secrets into a request.
func (s *sender) withSecrets(ctx context.Context, request Request) (Request, error) {
	for pointer, reference := range request.Secrets {
		value, err := s.secret(ctx, reference)
		if err != nil {
			return request, err
		}
		if err := put(&request, pointer, reference, strings.TrimRight(value, "\r\n")); err != nil {
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
	object := gjson.ParseBytes(text)
	if !object.IsObject() {
		return nil, false
	}
	object.ForEach(func(key, member gjson.Result) bool {
		if key.String() != keys[0] || member.Index == 0 {
			return true
		}
		put := value
		if len(keys) > 1 {
			if put, ok = replaced([]byte(member.Raw), keys[1:], value); !ok {
				return false
			}
		}
		changed = append(changed, text[:member.Index]...)
		changed = append(append(changed, put...), text[member.Index+len(member.Raw):]...)
		ok = true
		return false
	})
	return changed, ok
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
