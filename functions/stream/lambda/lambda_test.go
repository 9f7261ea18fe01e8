package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/steploom/steploom/functions/stream"
	"github.com/steploom/steploom/internal/jobstore"
	"github.com/steploom/steploom/internal/lambdaapi"
	"github.com/steploom/steploom/local/runtimeapi"
	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/executions"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/jobtable"
	"github.com/steploom/steploom/shared/mappings"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/shared/testserver"
)

var servers testserver.Set

func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }

// machines stands for Step Functions: it delivers every record but those whose URL ends in /bad.
type machines struct {
	mutex     sync.Mutex
	delivered []string
}

func (m *machines) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var start struct{ StateMachineArn, Input, Name string }
	var delivery job.Delivery
	body, _ := io.ReadAll(r.Body)
	if json.Unmarshal(body, &start) != nil || json.Unmarshal([]byte(start.Input), &delivery) != nil || r.Header.Get("X-Amz-Target") != "AWSStepFunctions.StartSyncExecution" ||
		start.StateMachineArn != "arn:aws:states:us-east-1:1:stateMachine:surveys_deliver:live" || start.Name != delivery.RequestID {
		http.Error(w, string(body), http.StatusBadRequest)
		return
	}
	output := `{"delivered": true, "statusCode": 200}`
	if strings.HasSuffix(delivery.Request.URL, "/bad") {
		output = `{"delivered": false, "error": "Http.Status.400", "message": "no"}`
	} else {
		m.mutex.Lock()
		m.delivered = append(m.delivered, delivery.Request.URL)
		m.mutex.Unlock()
	}
	json.NewEncoder(w).Encode(map[string]string{"executionArn": "a", "status": "SUCCEEDED", "output": output})
}

// build makes the executable as it is deployed.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bootstrap")
	if said, err := exec.Command("go", "build", "-trimpath", "-tags", "lambda.norpc", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatal(string(said))
	}
	return path
}

// event is one of Amazon MSK or of self-managed Kafka, with all that the documents of AWS show.
func event(source string, partitions map[string][]string) []byte {
	records := map[string][]map[string]any{}
	for key, ids := range partitions {
		topic, partition, _ := strings.Cut(key, "-")
		for i, id := range ids {
			value := base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf(`{"id": %q}`, id)))
			records[key] = append(records[key], map[string]any{
				"topic": topic, "partition": json.RawMessage(partition), "offset": 10 + i, "timestamp": 1545084650987 + i, "timestampType": "CREATE_TIME",
				"key": "a2V5", "value": value, "headers": []any{map[string]any{"headerKey": []int{104, -36}}},
			})
		}
	}
	event := map[string]any{"eventSource": source, "bootstrapServers": "b-1.example.com:9092,b-2.example.com:9092", "records": records}
	if source == "aws:kafka" {
		event["eventSourceArn"] = "arn:aws:kafka:us-east-1:123456789012:cluster/c/u"
	}
	text, _ := json.Marshal(event)
	return text
}

// TestEventsByTheExecutable sends events of both kinds of sources to the function as it is deployed, with its jobs in DynamoDB.
func TestEventsByTheExecutable(t *testing.T) {
	testserver.Slow(t, "it builds an executable")
	machines := &machines{}
	states := httptest.NewServer(machines)
	defer states.Close()
	mapped := &lambdaapi.Service{}
	api := httptest.NewServer(mapped)
	defer api.Close()
	variables := map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_ENDPOINT_URL_DYNAMODB": servers.DynamoDB(t),
		"AWS_ENDPOINT_URL_SFN": states.URL, "AWS_ENDPOINT_URL_LAMBDA": api.URL, jobtable.Variable: "jobs",
		mappings.FunctionVariable:        "arn:aws:lambda:us-east-1:123456789012:function:surveys-stream",
		executions.MachinePrefixVariable: "arn:aws:states:us-east-1:1:stateMachine:surveys_", executions.MachineAliasVariable: "live",
	}
	client := aws.New(task.Variables(variables))
	if err := jobstore.CreateTable(t.Context(), client, jobtable.Tables()[0], "jobs"); err != nil {
		t.Fatal(err)
	}
	store := jobtable.New(client, task.Variables(variables))
	record := write(t, store, job.Stop)
	reads := mappings.New(mappings.Config{Client: client, Environment: task.Variables(map[string]string{
		mappings.FunctionVariable: variables[mappings.FunctionVariable], mappings.PollersVariable: "5", "KAFKA_URL": "b-1.example.com:9092",
	})})
	if err := reads.Apply(t.Context(), record); err != nil {
		t.Fatal(err)
	}
	mapped.Settle()
	var environment []string
	for name, value := range variables {
		environment = append(environment, name+"="+value)
	}
	pool := runtimeapi.New(runtimeapi.Function{Name: "stream", Path: build(t), Timeout: stream.TimeLimit, MemoryMB: 512, Environment: environment})
	defer pool.Close()
	invoke := func(alias string, payload []byte) string {
		result, err := pool.Invoke(runtimeapi.WithAlias(t.Context(), alias), payload)
		if err != nil {
			return err.Error()
		}
		return string(result.Payload)
	}
	for _, source := range []string{"aws:kafka", "SelfManagedKafka"} {
		if got := invoke("people", event(source, map[string][]string{"visits-0": {"a", "b"}, "visits-12": {"c"}})); got != `{"batchItemFailures":[]}` {
			t.Errorf("%s: %s", source, got)
		}
	}
	if len(machines.delivered) != 6 {
		t.Errorf("delivered: %v", machines.delivered)
	}
	const left = `{"batchItemFailures":[{"itemIdentifier":{"partition":"visits-1","offset":11}},{"itemIdentifier":{"partition":"visits-1","offset":12}}]}`
	stopping := event("aws:kafka", map[string][]string{"visits-1": {"d", "bad", "e"}})
	if got := invoke("people", stopping); got != left {
		t.Error(got)
	}
	if record, err := store.Get(t.Context(), "people"); err != nil || record.State != job.Failed || record.Reason != "record visits-1-11-0: Http.Status.400: no" {
		t.Errorf("%+v, %v", record, err)
	}
	mapped.Settle()
	for _, mapping := range mapped.Mappings("surveys-stream:people") {
		if pollers, _ := mapping.Input["ProvisionedPollerConfig"].(map[string]any); mapping.State() != "Disabled" || fmt.Sprint(pollers["MaximumPollers"]) != "5" {
			t.Errorf("the mapping is %s: %v", mapping.State(), mapping.Input)
		}
	}
	if len(mapped.Mappings("surveys-stream:people")) != 1 {
		t.Error("the job has no mapping")
	}
	write(t, store, job.Skip)
	if got := invoke("people", stopping); got != `{"batchItemFailures":[]}` {
		t.Error(got)
	}
	counts, err := store.Counts(t.Context(), "people")
	entries, err2 := store.Logs(t.Context(), "people", 10)
	if err != nil || err2 != nil || counts.Delivered != 9 || counts.Failed != 1 || len(entries) != 2 || entries[1].Entity != `{"id": "bad"}` {
		t.Errorf("%+v %+v %v %v", counts, entries, err, err2)
	}
	if got := invoke("", stopping); !strings.HasPrefix(got, "Request.Invalid") {
		t.Error(got)
	}
	if got := invoke("nobody", stopping); strings.Count(got, "itemIdentifier") != 3 {
		t.Error(got)
	}
}

// write writes the job people, anew where it is there.
func write(t *testing.T, store job.Store, way job.OnFailure) job.Record {
	t.Helper()
	before, _ := store.Get(t.Context(), "people")
	record, err := store.Put(t.Context(), job.Record{Key: "people", State: job.Running, Version: before.Version, Job: job.Job{
		ID: "people", Owner: "me", Type: "POST", Topics: []string{"visits"}, DataMap: map[string]string{"id": "$.msg.id"}, URL: "https://example.com/{id}", OnFailure: way,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return record
}
