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

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// tokens keeps OAuth2 tokens until they expire or a server refuses one. Its zero value is empty.
type tokens struct {
	mutex sync.Mutex
	known map[string]*keptToken
}

// keptToken is a token, nil while there is none, and the turn to fetch another one: many servers take only the newest that they gave, so that of two that
// are fetched at once one would be refused.
type keptToken struct {
	token *oauth2.Token // tokens.mutex guards it
	turn  chan struct{}
}

// get gives the token of a key, and fetches one when there is none that is valid, one request for all that wait for it.
func (t *tokens) get(ctx context.Context, key string, fetch func() (*oauth2.Token, error)) (*oauth2.Token, error) {
	kept := t.of(key)
	select {
	case kept.turn <- struct{}{}:
		defer func() { <-kept.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if token := t.now(kept); token.Valid() {
		return token, nil
	}
	token, err := fetch()
	if err != nil {
		return nil, err
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	kept.token = token
	return token, nil
}

func (t *tokens) of(key string) *keptToken {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.known == nil {
		t.known = map[string]*keptToken{}
	}
	if t.known[key] == nil {
		t.known[key] = &keptToken{turn: make(chan struct{}, 1)}
	}
	return t.known[key]
}

func (t *tokens) now(kept *keptToken) *oauth2.Token {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return kept.token
}

// forget drops the token that a server has refused with 401, so that the next request fetches another. One that has been fetched since stays.
func (t *tokens) forget(auth Auth, refused *http.Request) {
	kept := t.of(auth.tokenKey())
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if kept.token != nil && refused.Header.Get("Authorization") == authorization(kept.token) {
		kept.token = nil
	}
}

func authorization(token *oauth2.Token) string { return token.Type() + " " + token.AccessToken }

func (a Auth) tokenKey() string {
	return strings.Join([]string{a.TokenURL, a.Secret, strings.Join(a.Scopes, " ")}, "\n")
}

// oauth2 puts a token of the client credentials grant onto a request. Without a TokenURL the request is itself the one
// that asks for a token (see tokenForm) and carries none.
func (s *sender) oauth2(ctx context.Context, outgoing *http.Request, auth Auth) error {
	if auth.TokenURL == "" && !auth.TokenURLInSecret {
		return nil
	}
	token, err := s.tokens.get(ctx, auth.tokenKey(), func() (*oauth2.Token, error) {
		fetched, err := s.fetchToken(ctx, auth)
		if err == nil {
			s.config.Mask.Add(fetched.AccessToken, fetched.RefreshToken)
		}
		return fetched, err
	})
	if err != nil {
		return err
	}
	return setCredential(outgoing, "Authorization", authorization(token))
}

// client is what the client credentials grant needs.
type client struct {
	id, secret, tokenURL string
	scopes               []string
}

func (s *sender) oauth2Client(ctx context.Context, auth Auth) (client, error) {
	value, err := s.secret(ctx, auth.Secret)
	if err != nil {
		return client{}, err
	}
	fields, err := secret.Fields(auth.Secret, value)
	if err != nil {
		return client{}, err
	}
	c := client{id: fields["client_id"], secret: fields["client_secret"], tokenURL: auth.TokenURL, scopes: auth.Scopes}
	if c.id == "" || c.secret == "" {
		return client{}, task.Errorf(task.SecretMissing, "secret %q lacks client_id or client_secret", auth.Secret)
	}
	if auth.TokenURLInSecret {
		c.tokenURL = fields["token_url"]
	}
	if len(c.scopes) == 0 {
		c.scopes = strings.Fields(fields["scope"])
	}
	return c, nil
}

// fetchToken asks the token endpoint by the client credentials grant (RFC 6749 §4.4).
func (s *sender) fetchToken(ctx context.Context, auth Auth) (*oauth2.Token, error) {
	c, err := s.oauth2Client(ctx, auth)
	if err != nil {
		return nil, err
	}
	if target, err := url.Parse(c.tokenURL); err != nil || target.Host == "" {
		return nil, task.Errorf(task.RequestInvalid, "the token endpoint is not an absolute URL")
	}
	config := clientcredentials.Config{ClientID: c.id, ClientSecret: c.secret, TokenURL: c.tokenURL, Scopes: c.scopes}
	noRedirects := 0 // the client's secret goes where the author says, nowhere else
	token, err := config.Token(context.WithValue(ctx, oauth2.HTTPClient, s.clients.with(false, &noRedirects)))
	if err != nil {
		return nil, tokenError(err)
	}
	return token, nil
}

// tokenForm makes a request that is itself the token request of the client credentials grant: the client's id and
// secret join its form or, when it has none, the members of its body.
func (s *sender) tokenForm(ctx context.Context, request Request) (Request, error) {
	if request.Auth == nil || request.Auth.Type != "oauth2" || request.Auth.TokenURL != "" || request.Auth.TokenURLInSecret {
		return request, nil
	}
	c, err := s.oauth2Client(ctx, *request.Auth)
	if err != nil {
		return Request{}, err
	}
	given := request.Form
	if isNull(given) {
		given = request.Body
	}
	form := format.Object{}
	if !isNull(given) {
		value, err := format.DecodeJSON(given)
		object, ok := value.(format.Object)
		if err != nil || !ok {
			return Request{}, task.Errorf(task.RequestInvalid, "the body of a token request is not an object")
		}
		form = object
	}
	form.Set("grant_type", "client_credentials")
	form.Set("client_id", c.id)
	form.Set("client_secret", c.secret)
	if len(c.scopes) > 0 {
		form.Set("scope", strings.Join(c.scopes, " "))
	}
	encoded, err := format.EncodeJSON(form)
	request.Form, request.Body, request.Redirects = encoded, nil, new(int)
	if request.Method == "" {
		request.Method = http.MethodPost
	}
	return request, err
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
		return task.Errorf(task.HttpConnect, "token endpoint: %s", task.Unreachable("", wrapped.Err))
	}
	return task.Errorf(task.HttpAuthentication, "token endpoint: %v", err)
}
