package httprequest_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/steploom/steploom/compiler/httprequest"
	"github.com/steploom/steploom/statemachine/jsonata"
)

func written(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestArguments says of a request what it is, in the names of the function, and nothing else.
func TestArguments(t *testing.T) {
	headers := jsonata.NewObject()
	headers.Set("Accept", "text/plain")
	for _, c := range []struct {
		request httprequest.Request
		want    string
	}{
		{httprequest.Request{Method: "GET", URL: "http://h/"}, `{"method":"GET","url":"http://h/"}`},
		{httprequest.Request{Method: "GET", URL: "http://h/", Headers: jsonata.NewObject(), TimeoutSeconds: 10}, `{"method":"GET","url":"http://h/"}`},
		{httprequest.Request{Method: "PUT", URL: "http://h/", Form: jsonata.NewObject()}, `{"method":"PUT","url":"http://h/","form":{}}`},
		{httprequest.Request{Method: "PUT", URL: "http://h/", HasBody: true}, `{"method":"PUT","url":"http://h/","body":null}`},
		{
			httprequest.Request{Method: "POST", URL: "http://h/", Headers: headers, ContentType: "text/csv", Body: "a,b", ExpectedStatus: []int{201, 409}, TimeoutSeconds: 20},
			`{"method":"POST","url":"http://h/","headers":{"Accept":"text/plain"},"contentType":"text/csv","body":"a,b","expectedStatus":[201,409],"timeoutSeconds":20}`,
		},
		{
			httprequest.Request{Method: "GET", URL: "http://h/", Allowances: httprequest.Allowances{PrivateRedirects: true, AnyCertificate: true, Gzip: true, AnyStatus: true}},
			`{"method":"GET","url":"http://h/","privateRedirects":true,"insecureSkipVerify":true,"gzip":true,"failOnStatus":false}`,
		},
	} {
		if got := written(t, c.request.Arguments()); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// TestAuth writes each kind of credentials; a secret is only ever named.
func TestAuth(t *testing.T) {
	for _, c := range []struct {
		auth httprequest.Auth
		want string
		asks bool
	}{
		{httprequest.Auth{Kind: httprequest.Bearer, Secret: "S"}, `{"type":"bearer","secret":"S"}`, false},
		{httprequest.Auth{Kind: httprequest.APIKey, Secret: "S", Header: "X-Key"}, `{"type":"api_key","name":"X-Key","secret":"S"}`, false},
		{httprequest.Auth{Kind: httprequest.OAuth2, Secret: "S"}, `{"type":"oauth2","secret":"S"}`, true},
		{httprequest.Auth{Kind: httprequest.OAuth2, Secret: "S", TokenURL: "http://h/token"}, `{"type":"oauth2","tokenUrl":"http://h/token","secret":"S"}`, false},
		{httprequest.Auth{Kind: httprequest.OAuth2, Secret: "S", TokenURLInSecret: true}, `{"type":"oauth2","tokenUrlInSecret":true,"secret":"S"}`, false},
	} {
		got, _ := httprequest.Request{Method: "GET", URL: "", Auth: &c.auth}.Arguments().Get("auth")
		if written(t, got) != c.want || c.auth.AsksForToken() != c.asks {
			t.Errorf("got %s, asks %v; want %s, %v", written(t, got), c.auth.AsksForToken(), c.want, c.asks)
		}
	}
	if (*httprequest.Auth)(nil).AsksForToken() {
		t.Error("no credentials ask for a token")
	}
}

// TestOfHeader tells headers whose value is a secret from all others.
func TestOfHeader(t *testing.T) {
	for _, c := range []struct {
		name, value string
		want        *httprequest.Auth
	}{
		{"Authorization", "Bearer ${secrets.A_B}", &httprequest.Auth{Kind: httprequest.Bearer, Secret: "A_B"}},
		{"authorization", "Basic {{ secret.a/b }}", &httprequest.Auth{Kind: httprequest.Basic, Secret: "a/b"}},
		{"Authorization", "Token ${secrets.A}", &httprequest.Auth{Kind: httprequest.APIKey, Header: "Authorization", Secret: "A"}},
		{"X-Key", "${secrets.A}", &httprequest.Auth{Kind: httprequest.APIKey, Header: "X-Key", Secret: "A"}},
		{"X-Key", "${secrets.A} and more", nil},
		{"X-Key", "${inputs.A}", nil},
		{"X-Key", "", nil},
	} {
		got := httprequest.OfHeader(c.name, c.value)
		if (got == nil) != (c.want == nil) || got != nil && *got != *c.want {
			t.Errorf("%s: %s gives %+v, want %+v", c.name, c.value, got, c.want)
		}
	}
}

// TestKindNamed reads the words for a kind, whatever their case.
func TestKindNamed(t *testing.T) {
	for word, want := range map[string]httprequest.Kind{
		"JWT": httprequest.Bearer, "bearer_token": httprequest.Bearer, "api-key": httprequest.APIKey, "basic_auth": httprequest.Basic,
		"client_credentials": httprequest.OAuth2, "none": httprequest.NoAuth,
	} {
		if got, ok := httprequest.KindNamed(word); !ok || got != want {
			t.Errorf("%s is %q", word, got)
		}
	}
	for _, word := range []string{"", "digest", "bearer token"} {
		if got, ok := httprequest.KindNamed(word); ok {
			t.Errorf("%q is %q", word, got)
		}
	}
}

// TestRefused reads failed answers, and failures without an answer.
func TestRefused(t *testing.T) {
	for _, c := range []struct{ name, cause, want string }{
		{
			"Http.Status.404", `{"errorMessage":"{\"message\":\"no\",\"detail\":{\"headers\":{\"a\":\"b\"},\"body\":{\"x\":1}}}","errorType":"Http.Status.404"}`,
			`{"status":404,"headers":{"a":"b"},"body":{"x":1}}`,
		},
		{"Http.Connect", `{"errorMessage":"refused"}`, `{"status":null,"headers":{},"body":null}`},
		{"States.Timeout", "", `{"status":null,"headers":{},"body":null}`},
		{"My.Status.404", "text", `{"status":null,"headers":{},"body":null}`},
	} {
		states, err := jsonata.Decode([]byte(written(t, map[string]any{"errorOutput": map[string]any{"Error": c.name, "Cause": c.cause}})))
		if err != nil {
			t.Fatal(err)
		}
		expression, err := jsonata.CompileNode(httprequest.Refused(), jsonata.AWS())
		if err != nil {
			t.Fatal(err)
		}
		got, err := expression.EvalJSON(context.Background(), []byte("null"), jsonata.Variables{"states": states})
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %s %v, want %s", c.name, got, err, c.want)
		}
	}
}
