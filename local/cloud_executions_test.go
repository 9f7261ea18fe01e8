package local_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/functions/api/sfn"
	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/shared/task"
)

// TestFunctionsStartExecutions: the API function as it is deployed asks what stands for AWS, by the names of any stack.
func TestFunctionsStartExecutions(t *testing.T) {
	ended := make(chan local.Ended, 1)
	executions := local.NewExecutions()
	executions.Ended = func(e local.Ended) { ended <- e }
	served := open(t, strings.Replace(asks, "type: human, purpose: \"Pay?\"", "type: api, runtime: {method: GET, url: \"http://tell.example/first\"}", 1), executions, &lockedBuffer{}, nil)
	aws := httptest.NewServer(served.service.AWS(nil))
	t.Cleanup(aws.Close)
	environment := task.Variables(map[string]string{
		"AWS_REGION": "ap-south-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_ENDPOINT_URL": aws.URL,
		api.MachinePrefixVariable: "arn:aws-cn:states:ap-south-1:123456789012:stateMachine:any-stack_", api.MachineAliasVariable: "live",
		api.AsynchronousVariable: "post-pay-sum",
	})
	client := sfn.New(environment)
	function := api.New(api.Config{Environment: environment, Executor: client, Starter: client})
	invoke := func(event string) api.Response {
		result, err := function.Invoke(context.Background(), []byte(event))
		if err != nil {
			t.Fatal(err)
		}
		var response api.Response
		if err := json.Unmarshal(result, &response); err != nil {
			t.Fatal(err)
		}
		return response
	}
	start := `{"routeKey": "POST /pay/{sum}", "rawPath": "/v2/pay/7", "pathParameters": {"sum": "7"}, "headers": {"idempotency-key": "k"}, "requestContext": {"requestId": "r"}}`
	first, second := invoke(start), invoke(start)
	location := first.Headers["location"]
	if first.StatusCode != 202 || second.Headers["location"] != location || !strings.HasPrefix(location, "/v2/executions/") {
		t.Fatalf("%+v and %+v", first, second)
	}
	if other := invoke(strings.ReplaceAll(start, "7", "8")); other.StatusCode != 422 {
		t.Errorf("another request with the key: %+v", other)
	}
	if end := <-ended; end.Status != api.Succeeded {
		t.Fatalf("%+v", end)
	}
	id := strings.TrimPrefix(location, "/v2/executions/")
	told := invoke(`{"routeKey": "` + task.ExecutionRoute + `", "pathParameters": {"id": "` + id + `"}, "requestContext": {"requestId": "r"}}`)
	if told.StatusCode != 200 || !strings.Contains(told.Body, `"status":"SUCCEEDED","answer":{"statusCode":200,`) {
		t.Errorf("%+v", told)
	}
	if _, found, err := client.Describe(t.Context(), "post-pay-sum", "nothing"); found || err != nil {
		t.Errorf("an execution that there is not: %v %v", found, err)
	}
	if _, err := client.Start(t.Context(), "nothing", "n", []byte(`{}`)); err == nil {
		t.Error("a machine that there is not is started")
	}
}
