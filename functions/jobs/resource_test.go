package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/steploom/steploom/functions/jobs"
	"github.com/steploom/steploom/internal/jobstore"
	"github.com/steploom/steploom/shared/job"
)

// stack is where CloudFormation waits for answers.
type stack struct {
	*httptest.Server
	answers []map[string]string
	types   []string
	refuses int // how many answers it loses first
}

func newStack(t *testing.T) *stack {
	s := &stack{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if s.refuses > 0 {
			s.refuses--
			http.Error(w, "slow down", http.StatusServiceUnavailable)
			return
		}
		var answer map[string]string
		if err := json.Unmarshal(body, &answer); err != nil || r.Method != http.MethodPut || r.URL.RawQuery != "X-Amz-Signature=s%2Fg" {
			t.Errorf("%s %s: %q", r.Method, r.URL, body)
		}
		s.answers = append(s.answers, answer)
		s.types = append(s.types, r.Header.Get("Content-Type"))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *stack) event(t *testing.T, kind, declared string) []byte {
	t.Helper()
	payload, err := json.Marshal(map[string]any{
		"RequestType": kind, "ResponseURL": s.URL + "/answer?X-Amz-Signature=s%2Fg", "StackId": "arn:stack", "RequestId": "request", "LogicalResourceId": "Declared",
		"ResourceType": "Custom::Jobs", "ResourceProperties": map[string]any{"ServiceToken": "arn", "Jobs": declared},
	})
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

func declared(t *testing.T, owner string) string {
	t.Helper()
	text, err := json.Marshal([]jobs.Declared{
		{Job: job.Job{ID: "one", Owner: owner, Type: "GET", Topics: []string{"t"}, DataMap: map[string]string{}, URL: "http://x/"}, Secrets: job.Secrets{Token: "stack#one"}},
		{Job: job.Job{ID: "two words", Owner: owner, Type: "GET", Topics: []string{"t"}, DataMap: map[string]string{}, URL: "http://x/"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDeclaredJobs: what a stack declares is stored once, and CloudFormation hears of it.
func TestDeclaredJobs(t *testing.T) {
	a, stack := newAPI(), newStack(t)
	for _, test := range []struct{ kind, owner string }{{"Create", "first"}, {"Update", "second"}, {"Delete", "third"}} {
		if _, err := a.function.Invoke(t.Context(), stack.event(t, test.kind, declared(t, test.owner))); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"one", "two words"} {
			record, err := a.Get(t.Context(), job.Key("", id))
			if err != nil || record.Owner != "first" || !record.Declared || record.State != job.Running || record.Version != 1 || record.Hash == "" {
				t.Errorf("%s: %+v, %v", test.kind, record, err)
			}
		}
	}
	if record, _ := a.Get(t.Context(), "one"); record.Secrets.Token != "stack#one" {
		t.Errorf("the reference has become %q", record.Secrets.Token)
	}
	for i, answer := range stack.answers {
		if answer["Status"] != "SUCCESS" || answer["PhysicalResourceId"] != "Declared" || answer["StackId"] != "arn:stack" || answer["RequestId"] != "request" ||
			answer["LogicalResourceId"] != "Declared" || stack.types[i] != "" {
			t.Errorf("%v %q", answer, stack.types[i])
		}
	}
	if len(stack.answers) != 3 {
		t.Errorf("%d answers", len(stack.answers))
	}
}

// TestStackIsAlwaysAnswered: also of what fails, and again where the answer is lost.
func TestStackIsAlwaysAnswered(t *testing.T) {
	for _, test := range []struct{ kind, declared, status string }{
		{"Create", "nonsense", "FAILED"}, {"Create", "", "FAILED"}, {"Other", "[]", "FAILED"}, {"Create", "[]", "SUCCESS"}, {"Delete", "nonsense", "SUCCESS"},
		{"Create", `[{"job": ` + strings.Repeat("[", 3000), "FAILED"},
	} {
		a, stack := newAPI(), newStack(t)
		stack.refuses = 2
		if _, err := a.function.Invoke(t.Context(), stack.event(t, test.kind, test.declared)); err != nil {
			t.Errorf("%+v: %v", test, err)
		}
		if len(stack.answers) != 1 || stack.answers[0]["Status"] != test.status || (stack.answers[0]["Reason"] == "") != (test.status == "SUCCESS") {
			t.Errorf("%+v: %v", test, stack.answers)
		}
	}
	a, stack := newAPI(), newStack(t)
	stack.refuses = 9
	if _, err := a.function.Invoke(t.Context(), stack.event(t, "Create", "[]")); err == nil || strings.Contains(err.Error(), "Signature") {
		t.Errorf("nobody hears, and the invocation says %v", err)
	}
}

// TestDeclaredJobsBeginStopped where the stack says so.
func TestDeclaredJobsBeginStopped(t *testing.T) {
	for state, want := range map[string]job.State{"stopped": job.Stopped, "running": job.Running, "": job.Running} {
		a, stack := newAPI(), newStack(t)
		event := strings.Replace(string(stack.event(t, "Create", declared(t, "o"))), `"ServiceToken"`, `"State":"`+state+`","ServiceToken"`, 1)
		if _, err := a.function.Invoke(t.Context(), []byte(event)); err != nil {
			t.Fatal(err)
		}
		if record, err := a.Get(t.Context(), "one"); err != nil || record.State != want {
			t.Errorf("%q: %+v, %v", state, record, err)
		}
	}
	a, stack := newAPI(), newStack(t)
	event := strings.Replace(string(stack.event(t, "Create", "[]")), `"ServiceToken"`, `"State":"sideways","ServiceToken"`, 1)
	if _, err := a.function.Invoke(t.Context(), []byte(event)); err != nil || stack.answers[0]["Status"] != "FAILED" {
		t.Errorf("%v, %v", stack.answers, err)
	}
}

// switching notes which jobs' reading is begun or ended.
type switching struct {
	job.Consumers
	told []string
	err  error
}

func (s *switching) Switch(_ context.Context, record job.Record) error {
	s.told = append(s.told, record.Key+" "+string(record.State))
	return s.err
}

// TestDeclaredJobsComeBack: a declared job that was taken away, whose mapping is disabled since, reads again once a deployment has stored it anew.
func TestDeclaredJobsComeBack(t *testing.T) {
	stack, consumers, store := newStack(t), &switching{}, &jobstore.Memory{}
	function := jobs.New(jobs.Config{Store: store, Consumers: consumers})
	for _, step := range []struct {
		kind, want string
		before     func() error
	}{
		{"Create", "", func() error { return nil }}, {"Update", "", func() error { return nil }},
		{"Update", "one running", func() error { return store.Delete(t.Context(), "one") }},
		{"Update", "one running", func() error { consumers.err = errors.New("not allowed"); return store.Delete(t.Context(), "one") }},
	} {
		consumers.told = nil
		if err := step.before(); err != nil {
			t.Fatal(err)
		}
		if _, err := function.Invoke(t.Context(), stack.event(t, step.kind, declared(t, "o"))); err != nil {
			t.Error(err)
		}
		if got := strings.Join(consumers.told, ", "); got != step.want || stack.answers[len(stack.answers)-1]["Status"] != "SUCCESS" {
			t.Errorf("%s: told %q, %v", step.kind, got, stack.answers)
		}
	}
}

// leaving counts how often everything that reads topics is taken away.
type leaving struct {
	job.Consumers
	times int
	err   error
}

func (l *leaving) RemoveAll(context.Context) error {
	l.times++
	return l.err
}

// TestStackIsDeleted: what reads topics goes with the resource that stays as long as the stack, and with no other; a failure is told.
func TestStackIsDeleted(t *testing.T) {
	for _, test := range []struct {
		kind, stack string
		err         error
		times       int
		status      string
	}{
		{"Delete", "true", nil, 1, "SUCCESS"}, {"Delete", "false", nil, 0, "SUCCESS"}, {"Delete", "", nil, 0, "SUCCESS"}, {"Update", "true", nil, 0, "SUCCESS"},
		{"Delete", "true", errors.New("not allowed"), 1, "FAILED"},
	} {
		stack, consumers := newStack(t), &leaving{err: test.err}
		function := jobs.New(jobs.Config{Store: &jobstore.Memory{}, Consumers: consumers})
		event := strings.Replace(string(stack.event(t, test.kind, "[]")), `"ServiceToken"`, `"Stack":"`+test.stack+`","ServiceToken"`, 1)
		if _, err := function.Invoke(t.Context(), []byte(event)); err != nil {
			t.Error(err)
		}
		if consumers.times != test.times || len(stack.answers) != 1 || stack.answers[0]["Status"] != test.status {
			t.Errorf("%+v: %d times, %v", test, consumers.times, stack.answers)
		}
	}
}
