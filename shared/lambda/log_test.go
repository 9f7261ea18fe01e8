package lambda

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/shared/task"
)

// TestLogLine: what a function logs in an invocation has the invocation's id and the caller that the client context names.
func TestLogLine(t *testing.T) {
	var out bytes.Buffer
	log := Logger(task.Variables(nil), &out)
	function := task.New(task.Row{Name: "sql"}, func(context.Context, map[string]any) (string, error) { return "", nil })
	caller := task.Caller{Execution: "arn", State: "Read", Operation: "GET /x", RequestID: "r1"}
	var given lambdacontext.ClientContext
	if err := json.Unmarshal([]byte(caller.ClientContext()), &given); err != nil {
		t.Fatal(err)
	}
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "i1", ClientContext: given})
	if _, err := handler(task.Logged(function, log).Invoke).Invoke(ctx, []byte("{}")); err != nil {
		t.Fatal(err)
	}
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v: %s", err, out.Bytes())
	}
	if line["timestamp"] == nil {
		t.Error("no timestamp")
	}
	delete(line, "timestamp")
	delete(line, "milliseconds")
	want := map[string]any{
		"level": "INFO", "message": "call done", "function": "sql", "invocation": "i1", "execution": "arn", "state": "Read", "operation": "GET /x", "requestId": "r1",
	}
	if diff := cmp.Diff(want, line); diff != "" {
		t.Error(diff)
	}
}

func TestLogLevel(t *testing.T) {
	for level, want := range map[string]int{"TRACE": 4, "DEBUG": 4, "INFO": 3, "": 3, "WARN": 2, "ERROR": 1, "FATAL": 1} {
		var out bytes.Buffer
		log := Logger(task.Variables(map[string]string{"AWS_LAMBDA_LOG_LEVEL": level}), &out)
		log.Debug("a")
		log.Info("a")
		log.Warn("a")
		log.Error("a")
		if got := bytes.Count(out.Bytes(), []byte("\n")); got != want {
			t.Errorf("%q lets %d of 4 lines through, want %d", level, got, want)
		}
	}
}
