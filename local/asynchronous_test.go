package local_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/task"
)

// asks is a workflow that asks people for each request, and then answers or fails.
const asks = `osop_version: "2.0"
id: pay
name: Pay
inputs: {sum: {type: integer}}
triggers: [{type: webhook, config: {method: POST, path: "/pay/{sum}", x-steploom-async: true}}]
nodes:
  - {id: ask, type: human, purpose: "Pay?", outputs: [decision]}
  - {id: tell, type: api, runtime: {method: GET, url: "http://tell.example/told"}, outputs: [told]}
edges:
  - {from: ask, to: tell}
`

// desk is a service over HTTP.
type desk struct {
	*httptest.Server
	service *local.Service
	told    *lockedBuffer
	ended   chan local.Ended
}

// open serves a workflow; executions are those of the services before, nil for the first.
func open(t *testing.T, text string, executions *local.Executions, told *lockedBuffer, variables map[string]string) desk {
	t.Helper()
	output, list := compiler.Compile(source.Files{{Path: "pay.osop.yaml", Bytes: []byte(text)}}, compiler.Options{})
	if list.HasErrors() {
		t.Fatal(list)
	}
	teller := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"told": "yes"}`)
	}))
	t.Cleanup(teller.Close)
	service, err := local.NewService(t.Context(), local.Project{Root: t.TempDir()}, output, local.Settings{
		Environment: task.Variables(variables), Log: local.QuestionLog(told), Executions: executions,
		Endpoints: []task.Endpoint{{From: "http://tell.example", To: teller.URL}},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(service.Handler(nil))
	t.Cleanup(func() { server.Close(); service.Close(); service.Wait() })
	return desk{Server: server, service: service, told: told}
}

// request sends a request and gives its status, the path in Location and the body.
func (d desk) request(t *testing.T, method, path string, header map[string]string) (status int, location string, body map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, d.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header.Get("Location"), body
}

// decide answers the question that was asked last.
func (d desk) decide(t *testing.T, decision string) {
	t.Helper()
	link := d.told.link(t.Context())
	answer, err := http.PostForm(d.URL+link, url.Values{"decision": {decision}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("the answer is answered %s", answer.Status)
	}
}

// TestRequestsDoNotWaitForPeople: many requests with one key start one execution. It is told of by another service, as after a reload, and goes on
// there when its question is answered.
func TestRequestsDoNotWaitForPeople(t *testing.T) {
	ended := make(chan local.Ended, 10)
	executions, told := local.NewExecutions(), &lockedBuffer{}
	executions.Ended = func(e local.Ended) { ended <- e }
	before := open(t, asks, executions, told, nil)
	var group sync.WaitGroup
	locations := make([]string, 20)
	for i := range locations {
		group.Go(func() {
			_, locations[i], _ = before.request(t, "POST", "/pay/7", map[string]string{"Idempotency-Key": "k"})
		})
	}
	group.Wait()
	for _, location := range locations {
		if location != locations[0] || location == "" {
			t.Fatalf("%q and %q", locations[0], location)
		}
	}
	if status, _, _ := before.request(t, "POST", "/pay/8", map[string]string{"Idempotency-Key": "k"}); status != 422 {
		t.Errorf("another request with the key is answered %d", status)
	}
	after := open(t, asks, executions, told, nil)
	status, _, body := after.request(t, "GET", locations[0], nil)
	if status != 200 || body["status"] != "RUNNING" || body["answer"] != nil {
		t.Errorf("%d %v", status, body)
	}
	after.decide(t, "approved")
	end := <-ended
	if end.Status != "SUCCEEDED" || end.Operation != "POST /pay/{sum}" || "/executions/"+end.Name != locations[0] || end.States == 0 {
		t.Errorf("%+v", end)
	}
	_, _, body = after.request(t, "GET", locations[0], nil)
	want := map[string]any{"id": end.Name, "status": "SUCCEEDED", "answer": map[string]any{
		"statusCode": 200.0, "headers": map[string]any{"content-type": "application/json"}, "body": map[string]any{"told": "yes"},
	}}
	if diff := cmp.Diff(want, body); diff != "" {
		t.Error(diff)
	}
	if _, location, _ := after.request(t, "POST", "/pay/7", map[string]string{"Idempotency-Key": "k"}); location != locations[0] {
		t.Error("a request that repeats one whose execution has ended starts another")
	}
	if len(ended) > 0 {
		t.Errorf("another execution: %+v", <-ended)
	}
}

// TestExecutionsThatFail: what has failed says nothing but the id of the request that started it; what a closed service runs is aborted.
func TestExecutionsThatFail(t *testing.T) {
	ended := make(chan local.Ended, 10)
	executions, told := local.NewExecutions(), &lockedBuffer{}
	executions.Ended = func(e local.Ended) { ended <- e }
	served := open(t, strings.Replace(asks, `/told"`, `/told", expected_status: [204]`, 1), executions, told, nil)
	_, failing, _ := served.request(t, "POST", "/pay/1", nil)
	served.decide(t, "approved")
	if end := <-ended; end.Status != "FAILED" || end.Failure == nil || end.Failure.Step != "tell" {
		t.Errorf("%+v", end)
	}
	_, _, body := served.request(t, "GET", failing, nil)
	answer, _ := body["answer"].(map[string]any)
	inner, _ := answer["body"].(map[string]any)
	if body["status"] != "FAILED" || answer["statusCode"] != 500.0 || len(inner) != 2 || inner["message"] != "Internal Server Error" || inner["requestId"] == "" {
		t.Errorf("%v", body)
	}
	_, aborted, _ := served.request(t, "POST", "/pay/2", nil)
	served.service.Close()
	served.service.Wait()
	if end := <-ended; end.Status != "ABORTED" {
		t.Errorf("%+v", end)
	}
	if _, _, body := open(t, asks, executions, told, nil).request(t, "GET", aborted, nil); body["status"] != "ABORTED" {
		t.Errorf("%v", body)
	}
}

// TestExecutionsOfOthers: with users, each is told of executions of their own and of no other.
func TestExecutionsOfOthers(t *testing.T) {
	users := map[string]string{
		access.Variable:                `{"authentications":{"users":{"kind":"basic"}},"guards":["users"]}`,
		access.SecretVariable("users"): "callers",
		"STEPLOOM_SECRET_CALLERS":      `[{"user": "ann", "password": "a"}, {"user": "bob", "password": "b"}]`,
	}
	ann, bob := map[string]string{"Authorization": "Basic YW5uOmE=", "Idempotency-Key": "k"}, map[string]string{"Authorization": "Basic Ym9iOmI=", "Idempotency-Key": "k"}
	served := open(t, asks, nil, &lockedBuffer{}, users)
	_, hers, _ := served.request(t, "POST", "/pay/1", ann)
	_, his, _ := served.request(t, "POST", "/pay/2", bob)
	if hers == his || hers == "" {
		t.Errorf("%q and %q", hers, his)
	}
	for _, test := range []struct {
		location string
		header   map[string]string
		status   int
	}{
		{hers, ann, 200}, {his, bob, 200}, {hers, bob, 404}, {his, ann, 404}, {hers, nil, 401},
		{"/executions/" + strings.Repeat("0", 56), ann, 404}, {"/executions/x", ann, 404}, {"/executions/x", nil, 401},
	} {
		if status, _, body := served.request(t, "GET", test.location, test.header); status != test.status {
			t.Errorf("%s: %d %v, want %d", test.location, status, body, test.status)
		}
	}
}
