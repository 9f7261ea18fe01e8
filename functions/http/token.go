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

// oauth2 puts a token of the client credentials grant onto a request. Without a TokenURL the request is itself the one
// that asks for a token (see tokenForm) and carries none.
func (s *sender) oauth2(ctx context.Context, outgoing *http.Request, auth Auth) error {
	if auth.TokenURL == "" && !auth.TokenURLInSecret {
		return nil
	}
	token, ok := s.tokens.get(auth.tokenKey())
	if !ok {
		fetched, err := s.fetchToken(ctx, auth)
		if err != nil {
			return err
		}
		token = fetched
		s.tokens.set(auth.tokenKey(), token)
		s.config.Mask.Add(token.AccessToken, token.RefreshToken)
	}
	return setCredential(outgoing, "Authorization", token.Type()+" "+token.AccessToken)
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
