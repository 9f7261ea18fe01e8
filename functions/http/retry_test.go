package http

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/internal/urllib3"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

// played is what a request with a budget came to.
type played struct {
	end      string // the status, or the name of the error
	message  string
	answers  int // invocations that asked to be called again
	inside   []float64
	slept    []float64
	state    string // of the last answer that asked
	response Response
}

// play makes a request as a state machine does: called again after each wait, until it is answered or fails.
func play(t *testing.T, config Config, request string) played {
	t.Helper()
	p := played{inside: []float64{}, slept: []float64{}}
	clock, pause := urllib3.Now, 0.0
	config.Now = func() time.Time { return clock }
	config.Sleep = func(_ context.Context, wait time.Duration) error {
		clock, pause = clock.Add(wait), pause+wait.Seconds()
		p.inside = append(p.inside, wait.Seconds())
		return nil
	}
	previous := config.Transport
	config.Transport = roundTripper(func(request *http.Request) (*http.Response, error) {
		if pause > 0 {
			p.slept = append(p.slept, pause)
		}
		pause = 0
		return previous.RoundTrip(request)
	})
	f := New(config)
	for state := "null"; ; {
		result, err := f.Invoke(context.Background(), []byte(strings.Replace(request, "STATE", state, 1)))
		if err != nil {
			p.end, p.message = task.AsError(err).Name, task.AsError(err).Message
			return p
		}
		var answer struct {
			Retry *struct {
				WaitSeconds int             `json:"waitSeconds"`
				State       json.RawMessage `json:"state"`
			} `json:"retry"`
		}
		if err := json.Unmarshal(result, &answer); err != nil {
			t.Fatal(err)
		}
		if answer.Retry == nil {
			if err := json.Unmarshal(result, &p.response); err != nil {
				t.Fatal(err)
			}
			p.end = fmt.Sprint(p.response.StatusCode)
			return p
		}
		p.answers, state, p.state = p.answers+1, string(answer.Retry.State), string(answer.Retry.State)
		clock, pause = clock.Add(time.Duration(answer.Retry.WaitSeconds)*time.Second), pause+float64(answer.Retry.WaitSeconds)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }

// near tells of two waits whether they are the same but for the last digits of a float.
var near = gocmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-6 })

// TestBudgetsAsInRequests makes the requests of urllib3's table: attempts, waits and outcome are those of a session of requests with the same Retry.
func TestBudgetsAsInRequests(t *testing.T) {
	reached, all := 0, 0
	for _, row := range urllib3.Rows(t) {
		if row.Text("kind") != "run" || row.Get("error") != nil || row.IsDated() {
			continue
		}
		all++
		budget, err := pytext.JSON(row.Arguments(), pytext.Options{})
		if err != nil {
			t.Fatal(err)
		}
		server := &urllib3.Server{Row: row}
		request := fmt.Sprintf(`{"method": %q, "url": "http://h/start", "failOnStatus": false, "retry": {"budget": %s, "state": STATE}}`, row.Text("method"), budget)
		got := play(t, Config{Transport: server}, request)
		diff := gocmp.Diff(row.Requests(), server.Received) + gocmp.Diff(row.Sleeps(), got.slept, near) + gocmp.Diff(row.End(), got.end)
		if diff != "" {
			t.Errorf("%s %s: %s\n%s", row.Text("id"), budget, got.message, diff)
			continue
		}
		for _, inside := range got.inside {
			if inside >= 1 {
				t.Errorf("%s: the function waits %v s", row.Text("id"), inside)
			}
		}
		reached++
	}
	t.Logf("requests with budgets: %d of %d", reached, all)
}

// TestHandedState keeps what is handed around small, and free of secrets.
func TestHandedState(t *testing.T) {
	moves := roundTripper(func(request *http.Request) (*http.Response, error) {
		header := http.Header{"Retry-After": {"2"}}
		status := http.StatusServiceUnavailable
		if request.URL.Path == "/start" {
			status, header = http.StatusTemporaryRedirect, http.Header{"Location": {"/next?key=" + request.URL.Query().Get("key")}}
		}
		return &http.Response{StatusCode: status, Header: header, Body: http.NoBody, Request: request}, nil
	})
	config := Config{Transport: moves, Environment: task.Variables(map[string]string{})}
	got := play(t, config, `{"url": "http://h/start?key=k", "retry": {"budget": {"total": 2}, "state": STATE}}`)
	want := `{"counters":{"total":0},"history":2,"failures":2,"attempts":3,"hop":{"count":1,"url":"http://h/next?key=k","method":"GET"}}`
	if got.state != want || got.end != "Http.Status.503" || got.message != "the answer is 503 Service Unavailable, after 4 attempts" {
		t.Errorf("%+v", got)
	}
}

// TestShortTime asks to be called again instead of beginning an attempt that may last longer than the invocation.
func TestShortTime(t *testing.T) {
	attempts := 0
	clock := urllib3.Now
	fails := roundTripper(func(*http.Request) (*http.Response, error) {
		attempts++
		clock = clock.Add(14 * time.Second)
		return nil, io.ErrUnexpectedEOF
	})
	f := New(Config{Transport: fails, Now: func() time.Time { return clock }, Sleep: func(context.Context, time.Duration) error { return nil }})
	result, err := f.Invoke(context.Background(), []byte(`{"url": "http://h/", "timeoutSeconds": 10, "retry": {"budget": {"total": 20}}}`))
	if err != nil || attempts != 3 {
		t.Fatal(attempts, err)
	}
	if want := `{"retry":{"waitSeconds":0,"state":{"counters":{"total":17},"history":3,"failures":3,"attempts":3}}}`; string(result) != want {
		t.Errorf("got %s", result)
	}
}

// TestPatience ends attempts on which nothing comes, with a server that keeps silent.
func TestPatience(t *testing.T) {
	release := make(chan struct{})
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			w.Write([]byte("half"))
			w.(http.Flusher).Flush()
		}
		<-release
	})
	defer close(release)
	f := function(t, Config{})
	for _, row := range []struct{ path, seconds, message string }{{"/", "0.05", "within 50ms, after 2 attempts"}, {"/body", "1", "within 1s"}} {
		_, err := send(t, f, `{"url": "%s", "timeoutSeconds": %s, "retry": {"budget": {"total": 1}}}`, url+row.path, row.seconds)
		if err == nil || err.Name != task.HttpTimeout || !strings.HasSuffix(err.Message, row.message) {
			t.Errorf("%s: %v", row.path, err)
		}
	}
}

// TestRedirectsOfASession follows redirects as requests does: method, body, cookies and credentials.
func TestRedirectsOfASession(t *testing.T) {
	other := serve(t, echo)
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var status int
		if n, _ := fmt.Sscanf(r.URL.Path, "/%d", &status); n == 0 {
			echo(w, r)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
		w.Header().Set("Location", cmp.Or(r.URL.Query().Get("to"), r.URL.String()))
		w.WriteHeader(status)
	})
	f := function(t, Config{}, "STEPLOOM_SECRET_KEY", "s3cret", "STEPLOOM_SECRET_USER", "u:p")
	for _, row := range []struct {
		method, path, to, want string
	}{
		{"POST", "/302", "/next", "GET /next body= type= cookie=seen=1 auth=true key=true"},
		{"POST", "/301", "/next", "GET /next body= type= cookie=seen=1 auth=true key=true"},
		{"PUT", "/301", "/next", "PUT /next body= type= cookie=seen=1 auth=true key=true"},
		{"POST", "/307", "/next", `POST /next body={"a":1} type=application/json cookie=seen=1 auth=true key=true`},
		{"POST", "/303", other + "/next", "GET /next body= type= cookie=seen=1 auth=false key=false"},
		{"POST", "/308", other + "/next", `POST /next body={"a":1} type=application/json cookie=seen=1 auth=false key=false`},
	} {
		got := sendEcho(t, f, `{"method": %q, "url": %q, "body": {"a": 1}, "headers": {"Cookie": "mine=1", "X-Key": null},
			"auth": {"type": "basic", "secret": "user"}, "secrets": {"/headers/X-Key": "key"}, "privateRedirects": true, "retry": {}}`, row.method, url+row.path+"?to="+row.to)
		text := fmt.Sprintf("%s %s body=%s type=%s cookie=%s auth=%v key=%v", got.Method, got.Path, got.Body, strings.Join(got.Header["Content-Type"], ""),
			strings.Join(got.Header["Cookie"], ""), got.Header["Authorization"] != nil, got.Header["X-Key"] != nil)
		if text != row.want {
			t.Errorf("%s %s:\n got %s\nwant %s", row.method, row.path, text, row.want)
		}
	}
	for _, location := range []string{"http://[::1", "ftp://h/", "//", "%zz"} {
		to := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", location)
			w.WriteHeader(http.StatusFound)
		})
		if _, err := send(t, f, `{"url": %q, "retry": {"budget": {"total": 3}}}`, to); err == nil || err.Name != task.HttpRedirect {
			t.Errorf("%s: %v", location, err)
		}
	}
	got := sendEcho(t, f, `{"url": %q, "retry": {}}`, strings.Replace(url, "http://", "http://me:pass@", 1))
	if header := got.Header["Authorization"]; len(header) != 1 || header[0] != "Basic bWU6cGFzcw==" {
		t.Errorf("%v", got.Header)
	}
	_, err := send(t, f, `{"url": %q, "retry": {}}`, url+"/302?to="+other)
	if err == nil || err.Name != task.HttpRedirect {
		t.Errorf("a redirect to another private server is followed: %v", err)
	}
	for redirects, want := range map[string]string{`"redirects": 0,`: "302", `"redirects": 3,`: task.HttpRedirect, "": task.HttpRedirect} {
		response, err := send(t, f, `{"url": %q, "failOnStatus": false, %s "retry": {}}`, url+"/302", redirects)
		if got := fmt.Sprint(response.StatusCode); err == nil && got != want || err != nil && err.Name != want {
			t.Errorf("%s: %v %v", redirects, response, err)
		}
	}
}

// TestBudgetsRefused refuses budgets and states that are none.
func TestBudgetsRefused(t *testing.T) {
	f := function(t, Config{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("sent") })})
	for _, retry := range []string{
		`{"budget": []}`, `{"budget": {"nope": 1}}`, `{"budget": {"total": "3"}}`, `{"budget": {"total": NaN}}`, `{"state": {"failures": -1}}`, `{"state": {"counters": {"all": 1}}}`, `{"state": {"history": 1, "failures": 2}}`,
		`{"state": {"secret": 1}}`, `{"state": []}`, `{"limit": 1}`, `[]`, `{"budget": {"total": 1e400}}`,
	} {
		if _, err := send(t, f, `{"url": "http://h/", "retry": %s}`, retry); err == nil || err.Name != task.RequestInvalid {
			t.Errorf("%s: %v", retry, err)
		}
	}
}

// TestClassesOfFailures counts the attempts of failures as they come from the network, by budgets that let each class fail another number of times.
func TestClassesOfFailures(t *testing.T) {
	plain := serve(t, echo)
	hangsUp := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	closed := httptest.NewServer(http.HandlerFunc(echo))
	closed.Close()
	f := function(t, Config{})
	for _, row := range []struct {
		what, method, url string
		attempts          int
	}{
		{"connect", "GET", closed.URL, 2}, {"connect", "POST", closed.URL, 2}, {"read", "GET", hangsUp, 3}, {"read", "POST", hangsUp, 1},
		{"other", "GET", strings.Replace(plain, "http:", "https:", 1), 4}, {"other", "POST", strings.Replace(plain, "http:", "https:", 1), 4},
	} {
		_, err := send(t, f, `{"method": %q, "url": %q, "retry": {"budget": {"total": null, "connect": 1, "read": 2, "other": 3}}}`, row.method, row.url)
		want := fmt.Sprintf(", after %d attempts", row.attempts)
		if err == nil || err.Name != task.HttpConnect || row.attempts > 1 && !strings.HasSuffix(err.Message, want) || row.attempts == 1 && strings.Contains(err.Message, "attempts") {
			t.Errorf("%s %s: %v, want %s", row.what, row.method, err, want)
		}
	}
}

// TestBudgetsAreKept: budgets that are given again are the same, whatever was read in between, and a wrong one fails each time.
func TestBudgetsAreKept(t *testing.T) {
	var kept budgets
	for round := range 3 * mostBudgets {
		text := fmt.Appendf(nil, `{"total": %d, "status_forcelist": [500, 503]}`, round%(mostBudgets+5))
		budget, err := kept.of(text)
		if err != nil || budget.Counters.Total.Value() != int64(round%(mostBudgets+5)) || len(kept.known) > mostBudgets {
			t.Fatal(budget.Counters, err, len(kept.known))
		}
		if listed, err := budget.IsRetry("GET", 503, false); !listed || err != nil {
			t.Fatal("503 is not listed")
		}
		if _, err := kept.of([]byte(`{"totl": 3}`)); err == nil {
			t.Fatal("an unknown argument is taken")
		}
	}
}
