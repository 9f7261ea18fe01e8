package http

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/steploom/steploom/shared/task"
)

func TestCredentials(t *testing.T) {
	url := serve(t, echo)
	f := function(t, Config{}, "STEPLOOM_SECRET_LOGIN", `{"user":"u","password":"p:w"}`, "STEPLOOM_SECRET_PAIR", "u:p:w",
		"STEPLOOM_SECRET_TOKEN", "t0ken\n", "STEPLOOM_SECRET_ALL", `{"key":"k"}`, "API_TOKEN", "plain", "STEPLOOM_SECRET_BAD", "a\nb")
	for _, test := range []struct{ auth, header, want, query string }{
		{`{"type":"basic","secret":"login"}`, "Authorization", "Basic dTpwOnc=", ""},
		{`{"type":"basic","secret":"pair"}`, "Authorization", "Basic dTpwOnc=", ""},
		{`{"type":"bearer","secret":"token"}`, "Authorization", "Bearer t0ken", ""},
		{`{"type":"bearer","secret":"API_TOKEN"}`, "Authorization", "Bearer plain", ""},
		{`{"type":"bearer","token":"given"}`, "Authorization", "Bearer given", ""},
		{`{"type":"api_key","secret":"all#key"}`, "X-Api-Key", "k", ""},
		{`{"type":"api_key","secret":"all#key","name":"X-Other"}`, "X-Other", "k", ""},
		{`{"type":"api_key","secret":"all#key","name":"key","in":"query"}`, "X-None", "", "a=1&key=k"},
	} {
		got := sendEcho(t, f, `{"url":"%s?a=1","auth":%s}`, url, test.auth)
		if strings.Join(got.Header[test.header], "") != test.want || test.query != "" && got.Query != test.query {
			t.Errorf("%s: received %+v", test.auth, got)
		}
	}
	for auth, name := range map[string]string{
		`{"type":"bearer","secret":"bad"}`:               task.RequestInvalid,
		`{"type":"basic","secret":"token"}`:              task.SecretMissing,
		`{"type":"api_key","secret":"all#none"}`:         task.SecretMissing,
		`{"type":"oauth2","secret":"all"}`:               task.SecretMissing,
		`{"type":"api_key","secret":"token","in":"x"}`:   task.RequestInvalid,
		`{"type":"api_key","secret":"token","name":":"}`: task.RequestInvalid,
	} {
		_, err := send(t, f, `{"url":"%s","auth":%s}`, url, auth)
		wantError(t, err, name, "")
	}
}

func TestCredentialsStayWithTheirHost(t *testing.T) {
	var seen http.Header
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { seen = r.Header.Clone() }))
	defer other.Close()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
		case "/here":
			http.Redirect(w, r, "/", http.StatusFound)
		default:
			seen = r.Header.Clone()
		}
	})
	f := function(t, Config{}, "STEPLOOM_SECRET_KEY", "k")
	request := `{"url":"%s%s","privateRedirects":true,"auth":{"type":"api_key","secret":"key"},"headers":{"Authorization":"Basic x","Cookie":"c=1","X-Token":"y","Accept":"a/b"}}`
	for path, kept := range map[string]bool{"/here": true, "/away": false} {
		if _, err := send(t, f, request, url, path); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"X-Api-Key", "Authorization", "Cookie", "X-Token"} {
			if (seen.Get(name) != "") != kept {
				t.Errorf("%s: header %s is %q", path, name, seen.Get(name))
			}
		}
		if seen.Get("Accept") != "a/b" {
			t.Errorf("%s: Accept is lost", path)
		}
	}
}

// tokens is a service with a token endpoint. It accepts only the newest token.
func tokenService(t *testing.T) (url string, issued *atomic.Int64, revoked *atomic.Bool) {
	issued, revoked = &atomic.Int64{}, &atomic.Bool{}
	url = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			r.ParseForm()
			id, key, ok := r.BasicAuth()
			if !ok {
				id, key = r.Form.Get("client_id"), r.Form.Get("client_secret")
			}
			if r.Form.Get("grant_type") != "client_credentials" || id != "me" || key != "s3cret" {
				http.Error(w, `{"error":"invalid_client"}`, http.StatusUnauthorized)
				return
			}
			issued.Add(1)
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(map[string]any{"access_token": "t", "token_type": "bearer", "expires_in": 3600, "scope": r.Form.Get("scope"), "audience": r.Form.Get("audience")})
			return
		}
		if revoked.Swap(false) || r.Header.Get("Authorization") != "Bearer t" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	return url, issued, revoked
}

func TestOAuth2(t *testing.T) {
	url, issued, revoked := tokenService(t)
	f := function(t, Config{}, "STEPLOOM_SECRET_CLIENT", `{"client_id":"me","client_secret":"s3cret","scope":"a b"}`,
		"STEPLOOM_SECRET_WRONG", `{"client_id":"me","client_secret":"wrong"}`)
	request := `{"url":"%s/x","auth":{"type":"oauth2","secret":"client","tokenUrl":"%s/token"}}`
	for range 3 {
		if _, err := send(t, f, request, url, url); err != nil {
			t.Fatal(err)
		}
	}
	if issued.Load() != 1 {
		t.Errorf("%d tokens for 3 requests", issued.Load())
	}
	revoked.Store(true)
	_, err := send(t, f, request, url, url)
	wantError(t, err, "Http.Status.401", "")
	if _, err := send(t, f, request, url, url); err != nil || issued.Load() != 2 {
		t.Errorf("after 401: %v, %d tokens", err, issued.Load())
	}
	_, err = send(t, f, `{"url":"%s/x","auth":{"type":"oauth2","secret":"wrong","tokenUrl":"%s/token"}}`, url, url)
	wantError(t, err, task.HttpAuthentication, "401")
	_, err = send(t, f, `{"url":"%s/x","auth":{"type":"oauth2","secret":"client","tokenUrl":"http://127.0.0.1:1/"}}`, url)
	wantError(t, err, task.HttpConnect, "")
	if strings.Contains(err.Error(), "s3cret") {
		t.Errorf("the secret is in the message: %v", err)
	}
}

func TestTokenRequest(t *testing.T) {
	url, _, _ := tokenService(t)
	f := function(t, Config{}, "STEPLOOM_SECRET_CLIENT", `{"client_id":"me","client_secret":"s3cret"}`)
	response, err := send(t, f, `{"url":"%s/token","auth":{"type":"oauth2","secret":"client","scopes":["x"]},"body":{"audience":"y"}}`, url)
	if err != nil {
		t.Fatal(err)
	}
	got := response.Body.(map[string]any)
	if got["access_token"] != "t" || got["scope"] != "x" || got["audience"] != "y" {
		t.Errorf("got %v", got)
	}
}

// TestClientSecretsAreNotRedirected: a token endpoint that sends on to another host does not make the secret follow.
func TestClientSecretsAreNotRedirected(t *testing.T) {
	thief := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the other host was asked") })
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, thief, http.StatusTemporaryRedirect) })
	f := function(t, Config{}, "STEPLOOM_SECRET_CLIENT", `{"client_id":"me","client_secret":"s3cret"}`)
	_, err := send(t, f, `{"url":"%s/x","auth":{"type":"oauth2","secret":"client","tokenUrl":"%s/token"}}`, url, url)
	wantError(t, err, task.HttpAuthentication, "307")
	_, err = send(t, f, `{"url":"%s/token","auth":{"type":"oauth2","secret":"client"}}`, url)
	wantError(t, err, "Http.Status.307", "")
}

func TestTokenEndpointInSecret(t *testing.T) {
	url, issued, _ := tokenService(t)
	f := function(t, Config{}, "STEPLOOM_SECRET_CLIENT", `{"client_id":"me","client_secret":"s3cret","token_url":"`+url+`/token"}`,
		"STEPLOOM_SECRET_NONE", `{"client_id":"me","client_secret":"s3cret"}`)
	if _, err := send(t, f, `{"url":"%s/x","auth":{"type":"oauth2","secret":"client","tokenUrlInSecret":true}}`, url); err != nil || issued.Load() != 1 {
		t.Errorf("%v, %d tokens", err, issued.Load())
	}
	_, err := send(t, f, `{"url":"%s/x","auth":{"type":"oauth2","secret":"none","tokenUrlInSecret":true}}`, url)
	wantError(t, err, task.RequestInvalid, "token endpoint")
}

func TestExpectedStatus(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotFound) })
	if response, err := send(t, New(Config{}), `{"url":"%s","expectedStatus":[200,404]}`, url); err != nil || response.StatusCode != 404 {
		t.Errorf("%+v, %v", response, err)
	}
	_, err := send(t, New(Config{}), `{"url":"%s","expectedStatus":[200]}`, url)
	wantError(t, err, "Http.Status.404", "")
}
