package local

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/task"
)

// logged is a line of the log of a function.
type logged struct {
	Message, Function, RequestID, Operation, Execution, State string
	Status                                                    int
}

// checkJoin follows requests through the logs of functions: the line of the api function and those of every function that its execution called have
// the same request, operation and execution, and the execution has the name of the request.
func checkJoin(t *testing.T, log string) {
	t.Helper()
	answered, called := map[string]logged{}, 0
	var calls []logged
	for text := range strings.Lines(log) {
		var line logged
		if !strings.HasPrefix(text, "{") || json.Unmarshal([]byte(text), &line) != nil {
			continue
		}
		switch {
		case strings.HasPrefix(line.Message, "request "):
			answered[line.RequestID] = line
		case line.Function != task.API:
			calls = append(calls, line)
		}
	}
	for _, call := range calls {
		request, ok := answered[call.RequestID]
		if !ok || call.RequestID == "" || call.State == "" || call.Operation != request.Operation || call.Execution != request.Execution {
			t.Errorf("no request for the call %+v: %+v", call, request)
			continue
		}
		called++
		if name := task.ExecutionName(call.RequestID); !strings.Contains(call.Execution, ":"+name) {
			t.Errorf("the execution %s is not called %s", call.Execution, name)
		}
	}
	if called < 10 || len(answered) < 10 {
		t.Errorf("%d calls for %d requests in the log", called, len(answered))
	}
}
