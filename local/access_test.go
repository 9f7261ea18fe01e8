package local

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// guarded is a workflow with every kind of authentication, and every way to guard an operation.
const guarded = `
authentications:
  people:
    type: basicauth
    x-steploom-users:
      - {user: ada, password: '${ADA}'}
      - {user: grace, password: '${GRACE}'}
  others: {type: basicauth, user: eve, password: '${EVE}'}
  partners: {type: apikey, header: X-Partner-Key, keys: ['${ONE}', '${TWO}']}
  staff: {type: jwt, issuer: 'ISSUER', audience: [news, archive], algorithms: [RS256, ES256], leeway: 30}
  auditors: {type: jwt, issuer: 'ISSUER/auditors', jwks: 'ISSUER/keys', audience: news, scopes: audit, claims: {tenant: acme}}
operations:
  GET /all: {fulfillments: [], responses: [{name: ok, statuscode: 200, default: true, schema: {done: true}}]}
  GET /open: {x-steploom-authentication: none, fulfillments: [], responses: [{name: ok, statuscode: 200, default: true, schema: {done: true}}]}
  GET /people: {x-steploom-authentication: people, fulfillments: [], responses: [{name: ok, statuscode: 200, default: true, schema: {done: true}}]}
  GET /partners/{id}: {x-steploom-authentication: [partners], fulfillments: [], responses: [{name: ok, statuscode: 200, default: true, schema: {done: true}}]}
  GET /staff: {x-steploom-authentication: {staff: 'news:read'}, fulfillments: [], responses: [{name: ok, statuscode: 200, default: true, schema: {done: true}}]}
  GET /auditors: {x-steploom-authentication: auditors, fulfillments: [], responses: [{name: ok, statuscode: 200, default: true, schema: {done: true}}]}
  GET /mixed: {x-steploom-authentication: [people, staff], fulfillments: [], responses: [{name: ok, statuscode: 200, default: true, schema: {done: true}}]}
`

// passwords are the values of the references in guarded.
func passwords() map[string]string {
	return map[string]string{"ADA": "analytical", "GRACE": "comp:iler", "EVE": "apple", "ONE": "key-one", "TWO": "key-two"}
}

// issuing is an issuer of tokens with its keys.
type issuing struct {
	server  *httptest.Server
	rsa     *rsa.PrivateKey
	ec      *ecdsa.PrivateKey
	unknown *rsa.PrivateKey // one that it does not publish
}

func newIssuing(t *testing.T) *issuing {
	t.Helper()
	made := &issuing{}
	var err error
	if made.rsa, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	if made.unknown, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	if made.ec, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	made.server = httptest.NewServer(mux)
	t.Cleanup(made.server.Close)
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(map[string]string{"issuer": made.server.URL, "jwks_uri": made.server.URL + "/keys"})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) { json.NewEncoder(w).Encode(made.published(t)) })
	return made
}

func (i *issuing) published(t *testing.T) map[string]any {
	text := func(number *big.Int) string { return base64.RawURLEncoding.EncodeToString(number.Bytes()) }
	point, err := i.ec.PublicKey.Bytes()
	if err != nil {
		t.Error(err)
	}
	return map[string]any{"keys": []map[string]string{
		{"kty": "RSA", "kid": "r", "use": "sig", "n": text(i.rsa.N), "e": text(big.NewInt(int64(i.rsa.E)))},
		{"kty": "EC", "kid": "e", "alg": "ES256", "crv": "P-256", "x": base64.RawURLEncoding.EncodeToString(point[1:33]), "y": base64.RawURLEncoding.EncodeToString(point[33:])},
		{"kty": "RSA", "kid": "enc", "use": "enc", "n": text(i.unknown.N), "e": "AQAB"},
		{"kty": "oct", "kid": "o", "k": "c2VjcmV0"},
	}}
}

// claims are those of a good token, changed.
func (i *issuing) claims(change map[string]any) jwt.MapClaims {
	now := time.Now()
	all := jwt.MapClaims{"iss": i.server.URL, "aud": "news", "sub": "joan", "scope": "news:read news:write", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()}
	for name, value := range change {
		if value == nil {
			delete(all, name)
		} else {
			all[name] = value
		}
	}
	return all
}

// token is signed with the published RSA key.
func (i *issuing) token(change map[string]any) string {
	return signed(jwt.SigningMethodRS256, "r", i.rsa, i.claims(change))
}

func signed(method jwt.SigningMethod, kid string, key any, claims jwt.MapClaims) string {
	token := jwt.NewWithClaims(method, claims)
	if kid != "" {
		token.Header["kid"] = kid
	}
	text, err := token.SignedString(key)
	if err != nil {
		panic(err)
	}
	return text
}

// publicPEM is the public key as a text, which must not do as a shared secret.
func (i *issuing) publicPEM() []byte {
	der, err := x509.MarshalPKIXPublicKey(&i.rsa.PublicKey)
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

// attempt is a request of the matrix: what it shows, and which operations it may call, must not, and is not known for.
type attempt struct {
	name      string
	header    http.Header
	allowed   string // paths, blanks between them
	forbidden string
}

func one(name, value string) http.Header { return http.Header{name: {value}} }

func basicOf(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// attempts are all cases; an operation that is neither allowed nor forbidden answers 401.
func (i *issuing) attempts() []attempt {
	bearer := func(token string) http.Header { return one("Authorization", "Bearer "+token) }
	good := i.token(nil)
	next := string(good[len(good)-1] + 1) // the same signature to a reader that does not mind bits which say nothing
	head, _, _ := strings.Cut(good, ".")
	const others = "/auditors /partners/7 /people /staff /mixed"
	without := func(path string) string {
		return strings.Join(slices.DeleteFunc(strings.Fields(others), func(p string) bool { return strings.Contains(" "+path+" ", " "+p+" ") }), " ")
	}
	none := func(name string, header http.Header) attempt { return attempt{name: name, header: header} }
	audit := map[string]any{"iss": i.server.URL + "/auditors", "scope": "audit", "tenant": "acme"}
	changed := func(name string, value any) map[string]any {
		all := maps.Clone(audit)
		all[name] = value
		return all
	}
	return []attempt{
		none("nothing", nil),
		none("an empty header", one("Authorization", "")),
		none("a scheme alone", one("Authorization", "Basic")),
		none("another scheme", one("Authorization", "Digest abc")),
		none("no base64", one("Authorization", "Basic %%%")),
		none("no colon", one("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("ada")))),
		none("a wrong user", one("Authorization", basicOf("adam", "analytical"))),
		none("a wrong password", one("Authorization", basicOf("ada", "Analytical"))),
		none("the password of another", one("Authorization", basicOf("ada", "comp:iler"))),
		none("an empty password", one("Authorization", basicOf("ada", ""))),
		none("a password and more", one("Authorization", basicOf("ada", "analytical "))),
		none("twice", http.Header{"Authorization": {basicOf("ada", "analytical"), basicOf("ada", "analytical")}}),
		none("in another header", one("X-Authorization", basicOf("ada", "analytical"))),
		none("a key as a password", one("Authorization", basicOf("partners", "key-one"))),
		{"a user", one("Authorization", basicOf("ada", "analytical")), "/all /people /mixed", without("/people /mixed")},
		{"a user with a colon in the password", one("Authorization", basicOf("grace", "comp:iler")), "/all /people /mixed", without("/people /mixed")},
		{"a scheme in capitals", one("Authorization", strings.Replace(basicOf("ada", "analytical"), "Basic", "BASIC", 1)), "/all /people /mixed", without("/people /mixed")},
		{"a user of another authentication", one("Authorization", basicOf("eve", "apple")), "/all", others},
		none("a wrong key", one("X-Partner-Key", "key-three")),
		none("an empty key", one("X-Partner-Key", "")),
		none("a key in another header", one("X-Api-Key", "key-one")),
		none("a key as a bearer token", one("Authorization", "Bearer key-one")),
		none("two keys", http.Header{"X-Partner-Key": {"key-one", "key-two"}}),
		none("a key in other letters", one("X-Partner-Key", "KEY-ONE")),
		{"a key", one("X-Partner-Key", "key-two"), "/all /partners/7", without("/partners/7")},
		{"a key beside a wrong password", http.Header{"X-Partner-Key": {"key-one"}, "Authorization": {basicOf("ada", "no")}}, "/all /partners/7", without("/partners/7")},
		{"a key beside a user", http.Header{"X-Partner-Key": {"key-one"}, "Authorization": {basicOf("ada", "analytical")}}, "/all /partners/7 /people /mixed", "/auditors /staff"},
		{"a token", bearer(good), "/all /staff /mixed", without("/staff /mixed")},
		{"bearer in other letters", one("Authorization", "bEARER "+good), "/all /staff /mixed", without("/staff /mixed")},
		{"a token without a scope", bearer(i.token(map[string]any{"scope": "news:write"})), "/all /mixed", without("/mixed")},
		{"a token without scopes", bearer(i.token(map[string]any{"scope": nil})), "/all /mixed", without("/mixed")},
		{"scopes as a list", bearer(i.token(map[string]any{"scope": nil, "scp": []string{"news:read"}})), "/all /staff /mixed", without("/staff /mixed")},
		{"an audience of several", bearer(i.token(map[string]any{"aud": []string{"x", "archive"}})), "/all /staff /mixed", without("/staff /mixed")},
		{"client_id in place of aud", bearer(i.token(map[string]any{"aud": nil, "client_id": "news"})), "/all /staff /mixed", without("/staff /mixed")},
		{"elliptic", bearer(signed(jwt.SigningMethodES256, "e", i.ec, i.claims(nil))), "/all /staff /mixed", without("/staff /mixed")},
		{"without the name of a key", bearer(signed(jwt.SigningMethodRS256, "", i.rsa, i.claims(nil))), "/all /staff /mixed", without("/staff /mixed")},
		{"within the leeway", bearer(i.token(map[string]any{"exp": time.Now().Add(-10 * time.Second).Unix()})), "/all /staff /mixed", without("/staff /mixed")},
		none("expired", bearer(i.token(map[string]any{"exp": time.Now().Add(-time.Hour).Unix()}))),
		none("without an end", bearer(i.token(map[string]any{"exp": nil}))),
		none("an end that is a text", bearer(i.token(map[string]any{"exp": "tomorrow"}))),
		none("not yet valid", bearer(i.token(map[string]any{"nbf": time.Now().Add(time.Hour).Unix()}))),
		none("issued in the future", bearer(i.token(map[string]any{"iat": time.Now().Add(time.Hour).Unix()}))),
		none("for somebody else", bearer(i.token(map[string]any{"aud": "other"}))),
		none("for nobody", bearer(i.token(map[string]any{"aud": nil}))),
		none("client_id beside another aud", bearer(i.token(map[string]any{"aud": "other", "client_id": "news"}))),
		none("of another issuer", bearer(i.token(map[string]any{"iss": "https://issuer.example.com"}))),
		none("of an issuer and more", bearer(i.token(map[string]any{"iss": i.server.URL + "/"}))),
		none("of no issuer", bearer(i.token(map[string]any{"iss": nil}))),
		none("a key that is not known", bearer(signed(jwt.SigningMethodRS256, "z", i.unknown, i.claims(nil)))),
		none("another key of the same name", bearer(signed(jwt.SigningMethodRS256, "r", i.unknown, i.claims(nil)))),
		none("a key for encryption", bearer(signed(jwt.SigningMethodRS256, "enc", i.unknown, i.claims(nil)))),
		none("alg none", bearer(signed(jwt.SigningMethodNone, "r", jwt.UnsafeAllowNoneSignatureType, i.claims(nil)))),
		none("no signature", bearer(good[:strings.LastIndex(good, ".")+1])),
		none("HS256 with the public key", bearer(signed(jwt.SigningMethodHS256, "r", i.publicPEM(), i.claims(nil)))),
		none("HS256 with a published secret", bearer(signed(jwt.SigningMethodHS256, "o", []byte("secret"), i.claims(nil)))),
		none("an algorithm that is not declared", bearer(signed(jwt.SigningMethodPS256, "r", i.rsa, i.claims(nil)))),
		none("tampered claims", bearer(head+"."+strings.Split(i.token(map[string]any{"sub": "eve"}), ".")[1]+"."+strings.Split(good, ".")[2])),
		none("a signature in other letters", bearer(good[:len(good)-1]+next)),
		none("two parts", bearer("a.b")),
		none("no token", bearer("")),
		none("a token twice", http.Header{"Authorization": {"Bearer " + good, "Bearer " + good}}),
		none("a token as a password", one("Authorization", "Basic "+good)),
		none("a token without a scheme", one("Authorization", good)),
		none("a token in the query's manner", one("Access-Token", good)),
		{"an auditor", bearer(i.token(audit)), "/all /auditors", without("/auditors")},
		{"an auditor without the scope", bearer(i.token(changed("scope", "news"))), "", "/all " + others},
		{"an auditor of another tenant", bearer(i.token(changed("tenant", "other"))), "", "/all " + others},
		{"an auditor of several tenants", bearer(i.token(changed("tenant", []string{"acme", "other"}))), "/all /auditors", without("/auditors")},
		none("an auditor by an algorithm of others", bearer(signed(jwt.SigningMethodES256, "e", i.ec, i.claims(audit)))),
	}
}

// outcome is what a caller sees of an answer.
type outcome struct {
	Status          int
	Body, Challenge string
}

// TestAccessMatrix sends every attempt to every operation: through the gateway of dev, to the api function as the template sets it up, and through the
// authorizer of direct mode and API Gateway's answers as the template sets them up. All three answer alike.
func TestAccessMatrix(t *testing.T) {
	issuer := newIssuing(t)
	output, list := compiler.Compile(source.Files{{Path: "a.yaml", Bytes: []byte(strings.ReplaceAll(guarded, "ISSUER", issuer.server.URL))}}, compiler.Options{})
	if list.HasErrors() {
		t.Fatal(list)
	}
	service := serviceOf(t, output, Settings{Environment: task.Variables(passwords())})
	dev := httptest.NewServer(service.Handler(nil))
	defer dev.Close()
	function, direct := deployed(t, service, output, sam.APIFunction), deployed(t, service, output, sam.APIDirect)
	count := 0
	for _, attempt := range issuer.attempts() {
		for _, path := range []string{"/all", "/open", "/people", "/partners/7", "/staff", "/auditors", "/mixed"} {
			want := 401
			switch {
			case path == "/open", slices.Contains(strings.Fields(attempt.allowed), path):
				want = 200
			case slices.Contains(strings.Fields(attempt.forbidden), path):
				want = 403
			}
			local := answerTo(t, dev.URL+path, attempt.header)
			if local.Status != want || (local.Challenge != "") != (want == 401) || want != 200 && local.Body != fmt.Sprintf(`{"message":%q}`, http.StatusText(want)) {
				t.Errorf("%s, %s: %+v, want %d", attempt.name, path, local, want)
			}
			if got := function.request(path, attempt.header); got != local {
				t.Errorf("%s, %s: the function: %s", attempt.name, path, cmp.Diff(local, got))
			}
			if got := direct.authorize(path, attempt.header); got.Status != local.Status || want != 200 && got != local {
				t.Errorf("%s, %s: direct mode: %s", attempt.name, path, cmp.Diff(local, got))
			}
			count++
		}
	}
	t.Logf("%d requests, thrice each", count)
}

func answerTo(t *testing.T, address string, header http.Header) outcome {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header.Clone()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return outcome{response.StatusCode, string(body), response.Header.Get("Www-Authenticate")}
}

// stack is the API of a template with the api function as the template sets it up.
type stack struct {
	t        *testing.T
	function task.Function
	routes   Routes
	template accessTemplate
}

// accessTemplate is what is read of a template.
type accessTemplate struct {
	Resources map[string]struct {
		Properties struct {
			Environment struct {
				Variables map[string]yaml.Node `yaml:"Variables"`
			} `yaml:"Environment"`
			DefinitionBody struct {
				Paths map[string]map[string]struct {
					Security []map[string][]string `yaml:"security"`
				} `yaml:"paths"`
				Components struct {
					Schemes map[string]struct {
						Authorizer struct {
							Type string `yaml:"type"`
							Kept *int   `yaml:"authorizerResultTtlInSeconds"`
						} `yaml:"x-amazon-apigateway-authorizer"`
					} `yaml:"securitySchemes"`
				} `yaml:"components"`
				Answers map[string]struct {
					Status     string            `yaml:"statusCode"`
					Parameters map[string]string `yaml:"responseParameters"`
					Templates  map[string]string `yaml:"responseTemplates"`
				} `yaml:"x-amazon-apigateway-gateway-responses"`
			} `yaml:"DefinitionBody"`
		} `yaml:"Properties"`
	} `yaml:"Resources"`
}

// deployed reads a template and makes the api function with the variables that stand there. The secrets of the stack have been set.
func deployed(t *testing.T, service *Service, output compiler.Output, mode sam.APIMode) *stack {
	t.Helper()
	files, list := sam.Generate(output.Application("guarded"), sam.Options{API: mode})
	if list.HasErrors() {
		t.Fatal(list)
	}
	for path, content := range files {
		for _, hidden := range passwords() {
			if strings.Contains(string(content), hidden) {
				t.Errorf("%s holds %q", path, hidden)
			}
		}
	}
	made := &stack{t: t, routes: NewRoutes(service.Routes())}
	if err := yaml.Unmarshal(files[sam.TemplateFile], &made.template); err != nil {
		t.Fatal(err)
	}
	variables := map[string]string{
		"STEPLOOM_SECRET_AUTHENTICATIONPEOPLESECRET": `[{"user": "ada", "password": "analytical"}, {"user": "grace", "password": "comp:iler"}]`,
		"STEPLOOM_SECRET_AUTHENTICATIONOTHERSSECRET": `{"user": "eve", "password": "apple"}`, "STEPLOOM_SECRET_AUTHENTICATIONPARTNERSSECRET": `["key-one", "key-two"]`,
	}
	for name, value := range made.template.Resources["ApiFunction"].Properties.Environment.Variables {
		variables[name] = value.Value // of !Ref the resource
	}
	if variables[access.Variable] == "" {
		t.Fatal("the template sets no policy")
	}
	environment := task.Variables(variables)
	made.function = api.New(api.Config{Environment: environment, Executor: service, Secrets: secret.Environment(environment)})
	return made
}

// request sends what API Gateway makes of a request for an HTTP API.
func (s *stack) request(path string, header http.Header) outcome {
	route, parameters, _ := s.routes.Match(http.MethodGet, path)
	headers := map[string]string{"host": "example.com"}
	for name, values := range header {
		headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	event, err := json.Marshal(api.Event{RouteKey: route, RawPath: path, Headers: headers, PathParameters: parameters, RequestContext: api.RequestContext{RequestID: "r", HTTP: api.HTTPContext{Method: "GET", Path: path}}})
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := s.function.Invoke(s.t.Context(), event)
	if err != nil {
		s.t.Fatal(err)
	}
	var response api.Response
	if err := json.Unmarshal(answer, &response); err != nil {
		s.t.Fatal(err)
	}
	return outcome{response.StatusCode, response.Body, response.Headers["www-authenticate"]}
}

// authorize does what a REST API does before it starts an execution: it asks the authorizer, where the operation has one, and answers with the gateway
// responses of its definition.
func (s *stack) authorize(path string, header http.Header) outcome {
	route, _, _ := s.routes.Match(http.MethodGet, path)
	_, resource, _ := strings.Cut(route, " ")
	definition := s.template.Resources["Api"].Properties.DefinitionBody
	security := definition.Paths[resource]["get"].Security
	if len(security) == 0 {
		return outcome{Status: 200}
	}
	for name := range security[0] {
		if made := definition.Components.Schemes[name].Authorizer; made.Type != "request" || made.Kept == nil || *made.Kept != 0 {
			s.t.Fatalf("%s asks for %s, which is no authorizer that asks each time", route, name)
		}
	}
	last := map[string]string{}
	for name, values := range header {
		last[name] = values[len(values)-1]
	}
	const arn = "arn:aws:execute-api:eu-central-1:123456789012:abc/live/GET"
	event, err := json.Marshal(map[string]any{
		"type": "REQUEST", "methodArn": arn + path, "resource": resource, "path": path, "httpMethod": "GET", "headers": last, "multiValueHeaders": header,
		"requestContext": map[string]any{"requestId": "r", "resourcePath": resource},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := s.function.Invoke(s.t.Context(), event)
	if err != nil {
		if _, message := task.AsError(err).Wire(); message != "Unauthorized" {
			return s.answer("AUTHORIZER_FAILURE")
		}
		return s.answer("UNAUTHORIZED")
	}
	var policy api.Policy
	if err := json.Unmarshal(text, &policy); err != nil {
		s.t.Fatal(err)
	}
	statement := policy.Document.Statement[0]
	if statement.Effect == "Allow" && statement.Resource == arn+path && statement.Action == "execute-api:Invoke" && policy.Document.Version == "2012-10-17" {
		return outcome{Status: 200}
	}
	return s.answer("ACCESS_DENIED")
}

func (s *stack) answer(kind string) outcome {
	made := s.template.Resources["Api"].Properties.DefinitionBody.Answers[kind]
	var status int
	fmt.Sscan(made.Status, &status)
	challenge := made.Parameters["gatewayresponse.header.WWW-Authenticate"]
	return outcome{status, made.Templates["application/json"], strings.Trim(challenge, "'")}
}
