package task

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCaller: a caller survives the client context, which is ASCII whatever the names are; what is no client context of ours is no caller.
func TestCaller(t *testing.T) {
	for _, caller := range []Caller{
		{"arn:aws:states:eu-central-1:1:express:news_get:JKJaXmPLvHcESHA:1", "Prüfen", "GET /ä/{id}", "JKJaXmPLvHcESHA="},
		{"x", "a\"b\n%\u0122\u2028", "{% $x %} 日本", "+ /%2B"},
		{RequestID: "r"},
	} {
		text := caller.ClientContext()
		if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%+v: %q is not ASCII", caller, text)
		}
		var read struct{ Custom map[string]string }
		if err := json.Unmarshal([]byte(text), &read); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(caller, ReadCaller(read.Custom)); diff != "" {
			t.Error(diff)
		}
	}
	for _, text := range []string{"", "%", "{", "[]", `{"execution": 1}`} {
		if got := ReadCaller(map[string]string{CallerMember: text}); got != (Caller{}) {
			t.Errorf("%q: %+v", text, got)
		}
	}
	if got := (Caller{}).ClientContext(); got != "" {
		t.Errorf("nobody is %q", got)
	}
}

func TestExecutionName(t *testing.T) {
	for id, want := range map[string]string{
		"JKJaXmPLvHcESHA=": "JKJaXmPLvHcESHA", "W_pXjhEjIAMEbUg=": "W_pXjhEjIAMEbUg", "9a3f6c2e-1d5b-4f7a-8e90-b1c2d3e4f5a6": "9a3f6c2e-1d5b-4f7a-8e90-b1c2d3e4f5a6",
		"": "", "<é>": "", "a b/c:d": "abcd", strings.Repeat("x", 99): strings.Repeat("x", 80),
	} {
		if got := ExecutionName(id); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
}

// TestCallerRead: who the caller is is found out when it is asked, not before.
func TestCallerRead(t *testing.T) {
	asked := 0
	ctx := WithCallerRead(t.Context(), func() Caller { asked++; return Caller{State: "s"} })
	if asked != 0 {
		t.Error("it was read before it was asked")
	}
	if got := CallerOf(ctx); got != (Caller{State: "s"}) || asked != 1 {
		t.Errorf("%+v, asked %d times", got, asked)
	}
	if got := CallerOf(WithCaller(ctx, Caller{State: "other"})); got != (Caller{State: "other"}) {
		t.Errorf("the caller nearest by is not %+v", got)
	}
	if got := CallerOf(t.Context()); got != (Caller{}) {
		t.Errorf("nobody is %+v", got)
	}
}

// TestLogged: a call is logged with its caller and the name of its failure, and with nothing that it was called with, answered, or said about data.
func TestLogged(t *testing.T) {
	var answer error
	function := New(Row{Name: "sql"}, func(context.Context, map[string]string) (string, error) { return "personal", answer })
	var out bytes.Buffer
	logged := Logged(function, slog.New(slog.NewJSONHandler(&out, nil)))
	ctx := WithCaller(context.Background(), Caller{Execution: "arn", State: "Read", Operation: "GET /x", RequestID: "r1"})
	for _, test := range []struct {
		answer error
		want   map[string]any
	}{
		{nil, map[string]any{"level": "INFO", "msg": "call done"}},
		{&Error{Name: SqlConstraint, Message: "Duplicate entry 'personal' for key 'email'"}, map[string]any{"level": "WARN", "msg": "call failed", "error": SqlConstraint}},
		{errors.New("nil map"), map[string]any{"level": "WARN", "msg": "call failed", "error": Internal, "cause": "nil map"}},
	} {
		out.Reset()
		answer = test.answer
		logged.Invoke(ctx, []byte(`{"a": "personal"}`))
		var line map[string]any
		if err := json.Unmarshal(out.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), "personal") {
			t.Errorf("%s", out.String())
		}
		delete(line, "time")
		delete(line, "milliseconds")
		for name, value := range map[string]any{"function": "sql", "requestId": "r1", "operation": "GET /x", "execution": "arn", "state": "Read"} {
			test.want[name] = value
		}
		if diff := cmp.Diff(test.want, line); diff != "" {
			t.Error(diff)
		}
	}
}
