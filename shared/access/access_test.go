package access

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/task"
)

// clock is a time that tests move.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// issuing publishes keys, and counts how often it is asked.
type issuing struct {
	*httptest.Server
	asked atomic.Int64
	body  atomic.Pointer[string] // of the answer; nil is a failure
	keys  map[string]*ecdsa.PrivateKey
}

func newIssuing(t *testing.T) *issuing {
	made := &issuing{keys: map[string]*ecdsa.PrivateKey{}}
	made.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		made.asked.Add(1)
		if body := made.body.Load(); body != nil {
			fmt.Fprint(w, *body)
			return
		}
		http.Error(w, "down", http.StatusServiceUnavailable)
	}))
	t.Cleanup(made.Close)
	return made
}

// publish makes keys that are missing, and publishes those of the names.
func (i *issuing) publish(t *testing.T, names ...string) {
	t.Helper()
	var all []map[string]string
	for _, name := range names {
		if i.keys[name] == nil {
			key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			i.keys[name] = key
		}
		point, err := i.keys[name].PublicKey.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		text := base64.RawURLEncoding.EncodeToString
		all = append(all, map[string]string{"kty": "EC", "crv": "P-256", "kid": name, "x": text(point[1:33]), "y": text(point[33:])})
	}
	body, err := json.Marshal(map[string]any{"keys": all})
	if err != nil {
		t.Fatal(err)
	}
	text := string(body)
	i.body.Store(&text)
}

func (i *issuing) header(name string, at time.Time) map[string]string {
	token := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims{"iss": "https://issuer", "aud": "a", "exp": at.Add(100 * time.Hour).Unix()})
	token.Header["kid"] = name
	text, err := token.SignedString(i.keys[name])
	if err != nil {
		panic(err)
	}
	return map[string]string{"authorization": "Bearer " + text}
}

// TestRotation: keys are asked for once an hour, and because of a key that is not known once a minute; old ones do for a day while nobody answers.
func TestRotation(t *testing.T) {
	now := &clock{time.Unix(1_800_000_000, 0)}
	issuer := newIssuing(t)
	policy := Policy{Guards: Guards{{Authentication: "t"}}, Authentications: map[string]Method{
		"t": {Kind: Token, Issuer: "https://issuer", Audience: []string{"a"}, Algorithms: []string{"ES256"}, JWKS: issuer.URL},
	}}
	checker := New(policy, Config{Now: now.now})
	step := func(what, key string, want Answer, failing bool, asked int64) {
		t.Helper()
		verdict, err := checker.Check(t.Context(), "GET /", issuer.header(key, now.at))
		if (err != nil) != failing || !failing && verdict.Answer != want || issuer.asked.Load() != asked {
			t.Errorf("%s: %+v, %v, asked %d times, want %d, %d times", what, verdict, err, issuer.asked.Load(), want, asked)
		}
	}
	issuer.publish(t, "old", "new")
	issuer.body.Store(nil)
	step("nobody answers", "old", 0, true, 1)
	step("at once again", "old", 0, true, 1)
	now.at = now.at.Add(failedTime)
	issuer.publish(t, "old")
	step("the first keys", "old", Allowed, false, 2)
	step("known keys", "old", Allowed, false, 2)
	step("too early for a new one", "new", Unauthorized, false, 2)
	issuer.publish(t, "new")
	now.at = now.at.Add(askedTime)
	step("a new key", "new", Allowed, false, 3)
	step("the old one is gone", "old", Unauthorized, false, 3)
	now.at = now.at.Add(freshTime)
	issuer.body.Store(nil)
	step("an hour later, nobody answers", "new", Allowed, false, 4)
	now.at = now.at.Add(keptTime - freshTime - time.Second)
	step("nearly a day", "new", Allowed, false, 5)
	now.at = now.at.Add(failedTime)
	step("a day", "new", 0, true, 6)
	if _, err := checker.Check(t.Context(), "GET /", map[string]string{"authorization": "Bearer a.b.c"}); err != nil || issuer.asked.Load() != 6 {
		t.Errorf("what is no token of the issuer asks for keys: %v", err)
	}
}

// TestEndpoints: keys, and where they are, are asked for at what stands in for the issuer.
func TestEndpoints(t *testing.T) {
	now := &clock{time.Unix(1_800_000_000, 0)}
	issuer := newIssuing(t)
	issuer.publish(t, "k")
	for _, jwks := range []string{"https://login.example/keys", ""} {
		policy := Policy{Guards: Guards{{Authentication: "t"}}, Authentications: map[string]Method{
			"t": {Kind: Token, Issuer: "https://issuer", Audience: []string{"a"}, Algorithms: []string{"ES256"}, JWKS: jwks},
		}}
		asked := issuer.asked.Load()
		checker := New(policy, Config{Now: now.now, Endpoints: []task.Endpoint{{From: "https://login.example", To: issuer.URL}, {From: "issuer", To: issuer.URL}}})
		verdict, err := checker.Check(t.Context(), "GET /", issuer.header("k", now.at))
		if (jwks != "") != (err == nil && verdict.Answer == Allowed) || issuer.asked.Load() != asked+1 {
			t.Errorf("%q: %+v, %v, asked %d times", jwks, verdict, err, issuer.asked.Load()-asked)
		}
	}
}

func TestAddresses(t *testing.T) {
	for address, good := range map[string]bool{
		"https://a.example/keys": true, "http://127.0.0.1:8080/keys": true, "http://localhost/": true, "http://[::1]/": true,
		"http://a.example/": false, "ftp://a.example/": false, "": false, "https://": false, "https://u:p@a.example/": false, "http://localhost.example/": false, "//a": false,
	} {
		if err := CheckAddress(address); (err == nil) != good {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// TestPolicyText: a policy is read as it was written.
func TestPolicyText(t *testing.T) {
	policy := Policy{
		Authentications: map[string]Method{"a b": {Kind: Basic}, "t": {Kind: Token, Issuer: "https://i", Audience: []string{"x"}, Algorithms: []string{"RS256"}, Claims: map[string]string{"c": "d"}}},
		Guards:          Guards{{Authentication: "a b"}, {Authentication: "t", Scopes: []string{"r", "w"}}},
		Operations:      map[string]Guards{"GET /": {}, "GET /executions/{id}": {{Authentication: Anybody}, {Authentication: "t"}}},
	}
	got, err := Parse(policy.String())
	if err != nil || !reflect.DeepEqual(got, policy) {
		t.Errorf("%+v, %v from %s", got, err, policy)
	}
}

// FuzzKeys: what an issuer publishes is read in linear time, and gives only keys that can check something.
func FuzzKeys(f *testing.F) {
	f.Add([]byte(`{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA"},{"kty":"OKP","crv":"Ed25519","x":"AA"},{"kty":"oct","k":"AA"},1]}`))
	f.Add([]byte(`{"keys":{}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		keys, err := readKeys(body)
		if (err == nil) != (len(keys) > 0) || len(keys) > keysLimit {
			t.Errorf("%d keys, %v", len(keys), err)
		}
		for _, key := range keys {
			used := 0
			for _, algorithm := range Algorithms() {
				if fits(key.key, algorithm) {
					used++
				}
			}
			if used == 0 {
				t.Errorf("no algorithm uses %+v", key)
			}
		}
		pace.Linear(t, string(body), func(body string) { readKeys([]byte(body)) })
	})
}

// FuzzCheck: no header but the right one lets anybody in, and none makes the check fail.
func FuzzCheck(f *testing.F) {
	for _, header := range []string{"", "Basic", "Basic YTpi", "Bearer a.b.c", "bearer eyJhbGciOiJub25lIn0.e30.", "Bearer " + strings.Repeat(".", 50)} {
		f.Add(header)
	}
	policy := Policy{Guards: Guards{{Authentication: "t"}}, Authentications: map[string]Method{
		"t": {Kind: Token, Issuer: "https://issuer", Audience: []string{"a"}, Algorithms: []string{"RS256"}, JWKS: "http://127.0.0.1:1/"},
	}}
	f.Fuzz(func(t *testing.T, header string) {
		verdict, err := New(policy, Config{}).Check(t.Context(), "GET /", map[string]string{"authorization": header})
		if err == nil && verdict.Answer == Allowed {
			t.Errorf("%q is let in", header)
		}
	})
}
