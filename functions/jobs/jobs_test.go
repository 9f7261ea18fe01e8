package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/steploom/steploom/functions/jobs"
	"github.com/steploom/steploom/internal/jobapi"
	"github.com/steploom/steploom/internal/jobstore"
	"github.com/steploom/steploom/shared/httpevent"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// consumers remember what is asked of them.
type consumers struct {
	mutex   sync.Mutex
	applied map[string]job.Record
	moved   []job.Position
	failure error
}

func (c *consumers) Apply(_ context.Context, record job.Record) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.applied == nil {
		c.applied = map[string]job.Record{}
	}
	if c.failure == nil {
		c.applied[record.Key] = record
	}
	return c.failure
}

func (c *consumers) Remove(_ context.Context, record job.Record) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.failure == nil {
		delete(c.applied, record.Key)
	}
	return c.failure
}

func (c *consumers) SetOffset(_ context.Context, _ job.Record, positions []job.Position) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.moved = append(c.moved, positions...)
	return c.failure
}

func (c *consumers) Lag(context.Context, job.Record) ([]job.Lag, error) {
	return []job.Lag{{Topic: "people", Partition: 1, Committed: 3, End: 10, Behind: 7}, {Topic: "people", Committed: -1, End: 5, Behind: 5}}, c.failure
}

// api is an API in the process.
type api struct {
	*jobstore.Memory
	*consumers
	function task.Function
}

func newAPI(variables ...string) *api {
	a := &api{Memory: &jobstore.Memory{}, consumers: &consumers{}}
	environment := map[string]string{
		"ADMIN_PW": "the-admin", "STEPLOOM_SECRET_THE_ADMIN": jobapi.Password, secret.CallerKeyVariable: "the-key", "STEPLOOM_SECRET_THE_KEY": "0123456789abcdef",
	}
	for i := 0; i+1 < len(variables); i += 2 {
		environment[variables[i]] = variables[i+1]
	}
	a.function = jobs.New(jobs.Config{
		Environment: task.Variables(environment), Store: a.Memory, Consumers: a.consumers, Secrets: secret.Environment(task.Variables(environment)),
	})
	return a
}

func (a *api) ask(t testing.TB, request jobapi.Request) jobapi.Answer {
	t.Helper()
	payload, err := json.Marshal(jobapi.Event(request))
	if err != nil {
		t.Fatal(err)
	}
	return answered(t, payload, a.function.Invoke)
}

func answered(t testing.TB, payload []byte, invoke func(context.Context, []byte) ([]byte, error)) jobapi.Answer {
	t.Helper()
	result, err := invoke(t.Context(), payload)
	if err != nil {
		t.Fatal(err)
	}
	var response httpevent.Response
	if err := json.Unmarshal(result, &response); err != nil {
		t.Fatal(err)
	}
	return jobapi.Answer{Status: response.StatusCode, Header: response.Headers, Body: response.Body}
}

func TestMatrix(t *testing.T)  { jobapi.Matrix(t, newAPI().ask) }
func TestTenants(t *testing.T) { jobapi.Tenants(t, newAPI("TENANCY_HEADER", jobapi.Tenancy).ask) }

var errBroken = errors.New("broker b-1.internal:9096 refuses admin:hunter2")

// TestConsumersFollow: what is stored and what consumers are told agree, also where telling fails or takes longer.
func TestConsumersFollow(t *testing.T) {
	a := newAPI()
	call := func(method, target, body string) jobapi.Answer {
		t.Helper()
		return a.ask(t, jobapi.Request{Method: method, Target: target, Body: body, Header: map[string]string{"Authorization": jobapi.Authorization(jobapi.User, jobapi.Password)}})
	}
	a.failure = errBroken
	if got := call("POST", "/job/one", jobapi.Job("one", "o")); got.Status != 502 || strings.Contains(got.Body, "hunter2") {
		t.Errorf("consumers that fail: %d %s", got.Status, got.Body)
	}
	if got := call("DELETE", "/job/one", ""); got.Status != 500 || strings.Contains(got.Body, "hunter2") || !strings.Contains(got.Body, `"requestId":"r"`) {
		t.Errorf("consumers that do not go: %d %s", got.Status, got.Body)
	}
	if got := call("GET", "/job/one/status", ""); got.Status != 200 || strings.Contains(got.Body, "hunter2") || !strings.Contains(got.Body, `"lag":null`) || !strings.Contains(got.Body, `"changing":true`) {
		t.Errorf("status: %d %s", got.Status, got.Body)
	}
	a.failure = job.ErrBusy
	if got := call("POST", "/job/one", jobapi.Job("one", "o")); got.Status != 202 {
		t.Errorf("consumers that take their time: %d %s", got.Status, got.Body)
	}
	for _, request := range [][2]string{{"POST", "/job/one/set_offset/5"}, {"DELETE", "/job/one"}} {
		if got := call(request[0], request[1], ""); got.Status != 503 || got.Header["retry-after"] == "" {
			t.Errorf("%s: %d %v", request, got.Status, got.Header)
		}
	}
	a.failure = nil
	if got := call("GET", "/job/one/status", ""); got.Status != 200 || !strings.Contains(got.Body, `"behind":12`) || strings.Contains(got.Body, "changing") || a.applied["one"].State != job.Running {
		t.Errorf("the status does not bring the consumers to what is stored: %d %s", got.Status, got.Body)
	}
	call("POST", "/job/one/stop", "")
	if a.applied["one"].State != job.Stopped {
		t.Errorf("stopped: %+v", a.applied)
	}
	if got := call("DELETE", "/job/one", ""); got.Status != 204 || len(a.applied) != 0 {
		t.Errorf("deleted: %d, %+v", got.Status, a.applied)
	}
}

func TestOffsets(t *testing.T) {
	a := newAPI()
	header := map[string]string{"Authorization": jobapi.Authorization(jobapi.User, jobapi.Password)}
	a.ask(t, jobapi.Request{Method: "POST", Target: "/job/one", Body: jobapi.Job("one", "o"), Header: header})
	for _, test := range []struct {
		target string
		want   job.Position
	}{
		{"earliest", job.Position{Partition: -1, Offset: job.Earliest}}, {"latest", job.Position{Partition: -1, Offset: job.Latest}},
		{"0", job.Position{Partition: -1}}, {"12?topic=people", job.Position{Topic: "people", Partition: -1, Offset: 12}},
		{"12?topic=people&partition=0", job.Position{Topic: "people", Offset: 12}}, {"9223372036854775807?partition=3", job.Position{Topic: "people", Partition: 3, Offset: 1<<63 - 1}},
		{"2026-11-26T08:00:00%2B01:00", job.Position{Partition: -1, Offset: job.AtTime, Time: at("2026-11-26T07:00:00Z")}},
		{"2026-11-26T08:00:00.5", job.Position{Partition: -1, Offset: job.AtTime, Time: at("2026-11-26T08:00:00.5Z")}},
		{"2026-11-26", job.Position{Partition: -1, Offset: job.AtTime, Time: at("2026-11-26T00:00:00Z")}},
	} {
		a.moved = nil
		got := a.ask(t, jobapi.Request{Method: "POST", Target: "/job/one/set_offset/" + test.target, Header: header})
		if got.Status != 200 || len(a.moved) != 1 || !a.moved[0].Time.Equal(test.want.Time) {
			t.Errorf("%s: %d %s, %+v", test.target, got.Status, got.Body, a.moved)
			continue
		}
		a.moved[0].Time = test.want.Time
		if a.moved[0] != test.want {
			t.Errorf("%s: %+v, want %+v", test.target, a.moved[0], test.want)
		}
	}
}

func at(text string) time.Time {
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return parsed
}

// TestNobodyMayCall: without a password, or with one that cannot be read, there is none that lets anybody in.
func TestNobodyMayCall(t *testing.T) {
	for _, test := range []struct {
		variables []string
		status    int
	}{
		{[]string{"ADMIN_PW", ""}, 401}, {[]string{"ADMIN_PW", "unknown"}, 500}, {[]string{"STEPLOOM_SECRET_THE_ADMIN", ""}, 500}, {[]string{"AUTO_OFFSET_RESET", "sideways"}, 500},
	} {
		a := newAPI(test.variables...)
		for _, authorization := range []string{jobapi.Authorization("admin", ""), jobapi.Authorization("admin", "password"), jobapi.Authorization("", "")} {
			got := a.ask(t, jobapi.Request{Method: "GET", Target: "/jobs", Header: map[string]string{"Authorization": authorization}})
			if got.Status != test.status || strings.Contains(got.Body, "sideways") {
				t.Errorf("%v: %d %s", test.variables, got.Status, got.Body)
			}
		}
	}
}

// TestBasePath: a stage that is a part of the path is none of the API's.
func TestBasePath(t *testing.T) {
	for _, test := range []struct {
		stage, path string
		status      int
	}{{"live", "/live/health", 200}, {"live", "/liver/health", 404}, {"live", "/health", 200}, {"$default", "/live/health", 404}, {"", "/health", 200}} {
		e := jobapi.Event(jobapi.Request{Method: "GET", Target: test.path})
		e.RequestContext.Stage = test.stage
		payload, _ := json.Marshal(e)
		if got := answered(t, payload, newAPI().function.Invoke); got.Status != test.status {
			t.Errorf("%+v: %d", test, got.Status)
		}
	}
}

// TestMappedDomain: what a mapping of a domain puts before the path is none of the API's. The route tells what it is, whatever it looks like.
func TestMappedDomain(t *testing.T) {
	for _, test := range []struct {
		path, rest string
		status     int
	}{
		{"/aether/v1/health", "health", 200}, {"/health", "health", 200}, {"/job/job/list", "job/list", 401}, {"/jobs/health", "health", 200}, {"/aether/nothing", "nothing", 404},
		{"/aether/jobs/", "jobs/", 404}, {"/aether/health", "elsewhere", 404}, {"/{proxy+}/health", "health", 200},
	} {
		e := jobapi.Event(jobapi.Request{Method: "GET"})
		e.RawPath, e.RouteKey, e.PathParameters = test.path, jobs.Routes()[0], map[string]string{"proxy": test.rest}
		payload, _ := json.Marshal(e)
		if got := answered(t, payload, newAPI().function.Invoke); got.Status != test.status {
			t.Errorf("%+v: %d", test, got.Status)
		}
	}
}

// TestEventsThatAreNone are answered with 400, whatever they are.
func TestEventsThatAreNone(t *testing.T) {
	for _, payload := range []string{`{}`, `[]`, `null`, `7`, `"x"`, `{"requestContext": 7}`, `{"RequestType": "Create"}`, `{"ResponseURL": "http://x"}`} {
		if got := answered(t, []byte(payload), newAPI().function.Invoke); got.Status != 400 {
			t.Errorf("%s: %d %s", payload, got.Status, got.Body)
		}
	}
}

// FuzzRequests: whatever is asked is answered, with nobody's credentials nothing is told, and no failure is the server's.
func FuzzRequests(f *testing.F) {
	f.Add("GET", "/jobs", "", "", true)
	f.Add("POST", "/job/a", "", jobapi.Job("a", "o"), true)
	f.Add("POST", "/job/a/set_offset/2026-11-26", "topic=people&partition=1", "", true)
	f.Add("HEAD", "/job/add", "id=%F0%9F", `{"id": 1e999}`, false)
	f.Add("GET", "/jobs/{owner+}", "a=%", "[", false)
	a := newAPI()
	f.Fuzz(func(t *testing.T, method, path, query, body string, known bool) {
		request := jobapi.Request{Method: method, Target: "/", Body: body}
		if known {
			request.Header = map[string]string{"Authorization": jobapi.Authorization(jobapi.User, jobapi.Password)}
		}
		e := jobapi.Event(request)
		e.RawPath, e.RawQueryString = path, query
		payload, err := json.Marshal(e)
		if err != nil || method == "" {
			return
		}
		got := answered(t, payload, a.function.Invoke)
		if got.Status < 200 || got.Status > 499 || !known && got.Status == 200 && !slices.Contains([]string{"/health", "/healthcheck", "/check-consumer", "/openapi.json"}, path) {
			t.Errorf("%s %q?%q %q: %d %s", method, path, query, body, got.Status, got.Body)
		}
	})
}
