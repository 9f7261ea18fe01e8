package sfn

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/shared/task"
)

type recorded struct {
	Target string
	Body   map[string]any
}

// service answers like the Step Functions API: each answer in turn, the last one for ever.
func service(t *testing.T, answers ...func(http.ResponseWriter)) (task.Environment, *[]recorded) {
	var requests []recorded
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := recorded{Target: r.Header.Get("X-Amz-Target")}
		body, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(body, &request.Body); err != nil {
			t.Error(err)
		}
		requests = append(requests, request)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		answers[min(len(requests), len(answers))-1](w)
	}))
	t.Cleanup(server.Close)
	return task.Variables(map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_ENDPOINT_URL": server.URL,
		api.MachinePrefixVariable: "arn:aws:states:eu-central-1:1:stateMachine:news-", api.MachineAliasVariable: "live",
	}), &requests
}

func failed(w http.ResponseWriter) {
	io.WriteString(w, `{"executionArn":"arn","startDate":1,"stopDate":2,"status":"FAILED","error":"Sql.Syntax","cause":"why","output":"{\"a\":1}"}`)
}

func refuse(status int, code string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(status)
		io.WriteString(w, `{"__type":"`+code+`","message":"no"}`)
	}
}

func TestStartSync(t *testing.T) {
	environment, requests := service(t, failed)
	ctx := task.WithCaller(t.Context(), task.Caller{RequestID: "JKJaXmPLvHcESHA="})
	got, err := New(environment).StartSync(ctx, "get-news-id", []byte(`{"a":"<é>"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := api.Execution{ARN: "arn", Status: api.Failed, Output: json.RawMessage(`{"a":1}`), Error: "Sql.Syntax", Cause: "why"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	asked := []recorded{{"AWSStepFunctions.StartSyncExecution", map[string]any{
		"stateMachineArn": "arn:aws:states:eu-central-1:1:stateMachine:news-get-news-id:live", "name": "JKJaXmPLvHcESHA", "input": `{"a":"<é>"}`,
	}}}
	if diff := cmp.Diff(asked, *requests); diff != "" {
		t.Error(diff)
	}
}

// TestAtMostOnce: only an answer that proves that nothing was started is followed by another attempt.
func TestAtMostOnce(t *testing.T) {
	for _, test := range []struct {
		name     string
		refusal  func(http.ResponseWriter)
		attempts int
	}{
		{"throttled", refuse(http.StatusBadRequest, "ThrottlingException"), 2},
		{"server fault", refuse(http.StatusInternalServerError, "InternalFailure"), 1},
		{"no such machine", refuse(http.StatusBadRequest, "StateMachineDoesNotExist"), 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			environment, requests := service(t, test.refusal, failed)
			_, err := New(environment).StartSync(context.Background(), "x", []byte("{}"))
			if len(*requests) != test.attempts || (err == nil) != (test.attempts == 2) {
				t.Errorf("%d attempts, error %v", len(*requests), err)
			}
		})
	}
}

func TestPrefixIsRequired(t *testing.T) {
	if _, err := New(task.Variables(nil)).StartSync(context.Background(), "x", nil); err == nil {
		t.Error("no error without a prefix")
	}
}

func TestAnswerer(t *testing.T) {
	for _, test := range []struct {
		answer func(http.ResponseWriter)
		waited bool
		failed bool
	}{
		{func(w http.ResponseWriter) { io.WriteString(w, "{}") }, true, false},
		{refuse(http.StatusBadRequest, "TaskTimedOut"), false, false},
		{refuse(http.StatusBadRequest, "TaskDoesNotExist"), false, false},
		{refuse(http.StatusBadRequest, "AccessDeniedException"), false, true},
	} {
		environment, requests := service(t, test.answer)
		waited, err := New(environment).Answer(context.Background(), "t", []byte(`{"a":1}`))
		if waited != test.waited || (err != nil) != test.failed {
			t.Errorf("Answer: %v, %v", waited, err)
		}
		waited, err = New(environment).Refuse(context.Background(), "t", "Approval.Rejected", "why")
		if waited != test.waited || (err != nil) != test.failed {
			t.Errorf("Refuse: %v, %v", waited, err)
		}
		want := []recorded{
			{"AWSStepFunctions.SendTaskSuccess", map[string]any{"taskToken": "t", "output": `{"a":1}`}},
			{"AWSStepFunctions.SendTaskFailure", map[string]any{"taskToken": "t", "error": "Approval.Rejected", "cause": "why"}},
		}
		if diff := cmp.Diff(want, *requests); diff != "" {
			t.Error(diff)
		}
	}
}

func answer(text string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { io.WriteString(w, text) }
}

func TestStart(t *testing.T) {
	for name, test := range map[string]struct {
		answers []func(http.ResponseWriter)
		started bool
		failed  bool
		calls   int
	}{
		"started":             {[]func(http.ResponseWriter){answer(`{"executionArn":"arn","startDate":1}`)}, true, false, 1},
		"the name is taken":   {[]func(http.ResponseWriter){refuse(400, "ExecutionAlreadyExists")}, false, false, 1},
		"tried again":         {[]func(http.ResponseWriter){refuse(500, "InternalFailure"), answer(`{"executionArn":"arn","startDate":1}`)}, true, false, 2},
		"there was an answer": {[]func(http.ResponseWriter){refuse(500, "InternalFailure"), refuse(400, "ExecutionAlreadyExists")}, false, false, 2},
		"refused":             {[]func(http.ResponseWriter){refuse(400, "StateMachineDoesNotExist")}, false, true, 1},
	} {
		environment, requests := service(t, test.answers...)
		started, err := New(environment).Start(context.Background(), "post-jobs", "0a", []byte(`{"a":1}`))
		if started != test.started || (err != nil) != test.failed || len(*requests) != test.calls {
			t.Errorf("%s: %v %v, %d calls", name, started, err, len(*requests))
			continue
		}
		asked := recorded{"AWSStepFunctions.StartExecution", map[string]any{
			"stateMachineArn": "arn:aws:states:eu-central-1:1:stateMachine:news-post-jobs:live", "name": "0a", "input": `{"a":1}`,
		}}
		if diff := cmp.Diff(asked, (*requests)[0]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestDescribe: an execution's ARN has the machine's name and no alias; one that has only just started is looked for twice.
func TestDescribe(t *testing.T) {
	running := answer(`{"executionArn":"arn","stateMachineArn":"m","startDate":1,"status":"RUNNING","input":"{\"a\":1}"}`)
	for name, test := range map[string]struct {
		answers []func(http.ResponseWriter)
		want    api.Execution
		found   bool
		failed  bool
		calls   int
	}{
		"running":      {[]func(http.ResponseWriter){running}, api.Execution{Status: api.Running, Input: json.RawMessage(`{"a":1}`), Output: json.RawMessage{}}, true, false, 1},
		"seen late":    {[]func(http.ResponseWriter){refuse(400, "ExecutionDoesNotExist"), running}, api.Execution{Status: api.Running, Input: json.RawMessage(`{"a":1}`), Output: json.RawMessage{}}, true, false, 2},
		"never":        {[]func(http.ResponseWriter){refuse(400, "ExecutionDoesNotExist")}, api.Execution{}, false, false, 2},
		"not its form": {[]func(http.ResponseWriter){refuse(400, "InvalidArn")}, api.Execution{}, false, false, 1},
		"refused":      {[]func(http.ResponseWriter){refuse(400, "AccessDeniedException")}, api.Execution{}, false, true, 1},
	} {
		environment, requests := service(t, test.answers...)
		got, found, err := New(environment).Describe(context.Background(), "post-jobs", "0a")
		if found != test.found || (err != nil) != test.failed || len(*requests) != test.calls {
			t.Errorf("%s: %v %v, %d calls", name, found, err, len(*requests))
			continue
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		asked := recorded{"AWSStepFunctions.DescribeExecution", map[string]any{"executionArn": "arn:aws:states:eu-central-1:1:execution:news-post-jobs:0a"}}
		if diff := cmp.Diff(asked, (*requests)[0]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	broken := task.Variables(map[string]string{api.MachinePrefixVariable: "news-"})
	if _, _, err := New(broken).Describe(context.Background(), "post-jobs", "0a"); err == nil {
		t.Error("a prefix that is no ARN")
	}
}
