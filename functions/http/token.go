package http

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// tokens keeps OAuth2 tokens until they expire or a server refuses one. Its zero value is empty.
type tokens struct {
	mutex sync.Mutex
	known map[string]*oauth2.Token
}

func (t *tokens) get(key string) (*oauth2.Token, bool) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	token := t.known[key]
	return token, token.Valid()
}

func (t *tokens) set(key string, token *oauth2.Token) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.known == nil {
		t.known = map[string]*oauth2.Token{}
	}
	t.known[key] = token
}

// forget drops the token that a server has refused with 401, so that the next request fetches another.
func (t *tokens) forget(auth Auth) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	delete(t.known, auth.tokenKey())
}

func (a Auth) tokenKey() string {
	return strings.Join([]string{a.TokenURL, a.Secret, strings.Join(a.Scopes, " ")}, "\n")
}

func (s *sender) oauth2(ctx context.Context, outgoing *http.Request, auth Auth) error {
	token, ok := s.tokens.get(auth.tokenKey())
	if !ok {
		fetched, err := s.fetchToken(ctx, auth)
		if err != nil {
			return err
		}
		token = fetched
		s.tokens.set(auth.tokenKey(), token)
	}
	return setCredential(outgoing, "Authorization", token.Type()+" "+token.AccessToken)
}

// fetchToken asks the token endpoint by the client credentials grant (RFC 6749 §4.4).
func (s *sender) fetchToken(ctx context.Context, auth Auth) (*oauth2.Token, error) {
	if target, err := url.Parse(auth.TokenURL); err != nil || target.Host == "" {
		return nil, task.Errorf(task.RequestInvalid, "tokenUrl is not an absolute URL")
	}
	value, err := s.secret(ctx, auth.Secret)
	if err != nil {
		return nil, err
	}
	fields, err := secret.Fields(auth.Secret, value)
	if err != nil {
		return nil, err
	}
	scopes := auth.Scopes
	if len(scopes) == 0 {
		scopes = strings.Fields(fields["scope"])
	}
	config := clientcredentials.Config{
		ClientID:     fields["client_id"],
		ClientSecret: fields["client_secret"],
		TokenURL:     auth.TokenURL,
		Scopes:       scopes,
	}
	if config.ClientID == "" || config.ClientSecret == "" {
		return nil, task.Errorf(task.SecretMissing, "secret %q lacks client_id or client_secret", auth.Secret)
	}
	token, err := config.Token(context.WithValue(ctx, oauth2.HTTPClient, s.clients.with(false, nil)))
	if err != nil {
		return nil, tokenError(err)
	}
	return token, nil
}

func tokenError(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return &task.Error{
			Name:    task.HttpAuthentication,
			Message: "the token endpoint answered " + refused.Response.Status,
			Detail:  map[string]any{"statusCode": refused.Response.StatusCode},
		}
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return task.Errorf(task.HttpConnect, "token endpoint: %v", wrapped.Err)
	}
	return task.Errorf(task.HttpAuthentication, "token endpoint: %v", err)
}
