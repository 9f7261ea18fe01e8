package http

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// Auth is a way to authenticate. Secret is a reference; what the secret must hold depends on the type:
//
//	basic    {"user": …, "password": …} as JSON, or "user:password"
//	bearer   the token; Token gives it directly where a workflow has fetched one itself
//	api_key  the key, sent in the header or query parameter Name ("X-API-Key" and "header" by default)
//	oauth2   {"client_id": …, "client_secret": …, "scope"?: …} as JSON: a token of the client credentials grant is fetched
//	         at TokenURL and kept; without a TokenURL the request is itself the token request
type Auth struct {
	Type     string   `json:"type"`
	Secret   string   `json:"secret"`
	Token    string   `json:"token"`
	Name     string   `json:"name"`
	In       string   `json:"in"`
	TokenURL string   `json:"tokenUrl"`
	Scopes   []string `json:"scopes"`
	// TokenURLInSecret takes the token endpoint from the member token_url of the oauth2 secret.
	TokenURLInSecret bool `json:"tokenUrlInSecret"`
}

func (s *sender) authenticate(ctx context.Context, outgoing *http.Request, auth *Auth) error {
	if auth == nil {
		return nil
	}
	switch auth.Type {
	case "basic":
		return s.basic(ctx, outgoing, auth.Secret)
	case "bearer":
		return s.bearer(ctx, outgoing, auth)
	case "api_key":
		return s.apiKey(ctx, outgoing, auth)
	case "oauth2":
		return s.oauth2(ctx, outgoing, *auth)
	}
	return task.Errorf(task.RequestInvalid, "auth type %q is not basic, bearer, api_key or oauth2", auth.Type)
}

func (s *sender) basic(ctx context.Context, outgoing *http.Request, reference string) error {
	value, err := s.secret(ctx, reference)
	if err != nil {
		return err
	}
	user, password, err := secret.Credentials(reference, value)
	if err != nil {
		return err
	}
	outgoing.SetBasicAuth(user, password)
	return nil
}

func (s *sender) bearer(ctx context.Context, outgoing *http.Request, auth *Auth) error {
	token := auth.Token
	if token == "" {
		value, err := s.secret(ctx, auth.Secret)
		if err != nil {
			return err
		}
		token = value
	}
	return setCredential(outgoing, "Authorization", "Bearer "+strings.TrimSpace(token))
}

func (s *sender) apiKey(ctx context.Context, outgoing *http.Request, auth *Auth) error {
	key, err := s.secret(ctx, auth.Secret)
	if err != nil {
		return err
	}
	name := auth.Name
	if name == "" {
		name = "X-API-Key"
	}
	switch auth.In {
	case "", "header":
		return setCredential(outgoing, name, strings.TrimSpace(key))
	case "query":
		query := url.Values{name: {strings.TrimSpace(key)}}.Encode()
		if outgoing.URL.RawQuery != "" {
			query = outgoing.URL.RawQuery + "&" + query
		}
		outgoing.URL.RawQuery = query
		return nil
	}
	return task.Errorf(task.RequestInvalid, "auth in %q is not header or query", auth.In)
}

func setCredential(outgoing *http.Request, name, value string) error {
	if strings.ContainsAny(value, "\r\n\x00") || strings.ContainsAny(name, "\r\n\x00: ") || name == "" {
		return task.Errorf(task.RequestInvalid, "the credential for header %q holds a line break", name)
	}
	outgoing.Header.Set(name, value)
	return nil
}

func (s *sender) secret(ctx context.Context, reference string) (string, error) {
	if reference == "" {
		return "", task.Errorf(task.RequestInvalid, "auth names no secret")
	}
	if s.config.Secrets == nil {
		return "", task.Errorf(task.SecretMissing, "no secrets are configured")
	}
	return s.config.Secrets.Resolve(ctx, reference)
}
