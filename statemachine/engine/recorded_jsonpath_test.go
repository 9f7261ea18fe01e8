package engine_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// missed are the recordings in JSONPath mode that come out otherwise here, with the reason.
var missed = map[string]string{
	"tests/aws/services/stepfunctions/v2/activities/test_activities.py::TestActivities::test_activity_task_on_deleted":                              "whether an activity exists is looked at when its task begins, not before",
	"tests/aws/services/stepfunctions/v2/express/test_express_sync.py::TestExpressSync::test_query_runtime_memory":                                  "an execution does not know that somebody waits for it: then the service leaves out RedriveCount",
	"tests/aws/services/stepfunctions/v2/scenarios/test_base_scenarios.py::TestBaseScenarios::test_max_concurrency_path_negative":                   "the service did not go on; here the execution fails",
	"tests/aws/services/stepfunctions/v2/services/test_apigetway_task_service.py::TestTaskApiGateway::test_invoke_with_headers[singleStringHeader]": "the parameters of services are looked at by whoever stands for the service",
	"tests/aws/services/stepfunctions/v2/services/test_lambda_task.py::TestTaskLambda::test_invoke_json_values[0.0]":                                "numbers are values here: 0.0 is written 0",
	"tests/aws/services/stepfunctions/v2/timeouts/test_timeouts.py::TestTimeouts::test_service_lambda_map_timeout":                                  "iterations run one after the other until they wait; those of the service run at once",
}

// TestRecordedJSONPath runs every execution that was recorded in JSONPath mode, and compares status, output, error, cause and history, where there is
// one, with what AWS did. It prints how many are the same, and fails when that is another set than all but those in missed.
func TestRecordedJSONPath(t *testing.T) {
	file := filepath.Join(conformance(), "step-functions-api", "executions-jsonpath.jsonl")
	if _, err := os.Stat(file); err != nil {
		t.Skipf("recorded executions are absent: %v", err)
	}
	list, same := readRecordings(t, file), 0
	for _, r := range list {
		reason, known := missed[r.ID]
		found := r.run(t)
		switch {
		case len(found) == 0 && known:
			t.Errorf("%s comes out the same now", r.ID)
		case len(found) == 0:
			same++
		case known:
			fmt.Printf("not reproduced: %s: %s\n", r.name(), reason)
		default:
			t.Errorf("%s:\n%s", r.ID, strings.Join(found, "\n"))
		}
	}
	fmt.Printf("recorded: %d of %d\n", same, len(list))
}

// The service has changed since the first recordings; these are the days from which on it is as today.
const (
	mapExitFollowsRun = "2024-11" // the exit of a distributed Map follows the start of its run; before, its end
	redriveCountShown = "2023-11" // the context object has RedriveCount
)

// without is a value without the fields of a name.
func without(v any, name string) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = without(item, name)
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for key, field := range v {
			if key != name {
				object[key] = without(field, name)
			}
		}
		return object
	default:
		return v
	}
}

// earlier is a history as the service would have told it on the day of the recording.
func (r *recording) earlier(history []map[string]any) []map[string]any {
	if r.Validated == "" || r.Validated >= mapExitFollowsRun {
		return history
	}
	for i, event := range history {
		if i > 1 && event["type"] == "MapStateExited" && history[i-2]["type"] == "MapRunSucceeded" {
			event["previousEventId"] = history[i-2]["id"]
		}
	}
	return history
}
