package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/internal/jobapi"
	"github.com/steploom/steploom/internal/jobstore"
	"github.com/steploom/steploom/internal/lambdaapi"
	"github.com/steploom/steploom/local/runtimeapi"
	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/httpevent"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/jobtable"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/shared/testserver"
)

var servers testserver.Set

func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }

// deployed is the executable of the function with a table, Lambda's API and secrets, as they are on AWS.
type deployed struct {
	pool   *runtimeapi.Pool
	lambda *lambdaapi.Service
	log    *lockedLog
	store  job.Store
}

// lockedLog keeps what the function writes.
type lockedLog struct {
	mutex sync.Mutex
	text  strings.Builder
}

func (l *lockedLog) Write(text []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(text)
}

func (l *lockedLog) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.String()
}

const stream = "arn:aws:lambda:us-east-1:123456789012:function:stack-stream"

func deploy(t *testing.T, more ...string) deployed {
	t.Helper()
	dynamo := servers.DynamoDB(t)
	path := filepath.Join(t.TempDir(), "bootstrap")
	build := exec.Command("go", append(append([]string{"build"}, sam.BuildFlags()...), "-o", path, ".")...)
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatal(string(said))
	}
	d := deployed{lambda: &lambdaapi.Service{Steps: 1}, log: &lockedLog{}}
	lambda, secrets := httptest.NewServer(d.lambda), httptest.NewServer(http.HandlerFunc(giveSecret))
	t.Cleanup(lambda.Close)
	t.Cleanup(secrets.Close)
	variables := append([]string{
		"AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b",
		"AWS_ENDPOINT_URL_DYNAMODB=" + dynamo, "AWS_ENDPOINT_URL_LAMBDA=" + lambda.URL, "AWS_ENDPOINT_URL_SECRETS_MANAGER=" + secrets.URL,
		jobtable.Variable + "=" + strings.ReplaceAll(t.Name(), "/", "-"), "STEPLOOM_STREAM_FUNCTION=" + stream, "KAFKA_URL=127.0.0.1:1", "ADMIN_PW=admin",
		secret.CallerKeyVariable + "=key",
	}, more...)
	environment := map[string]string{}
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		environment[name] = value
	}
	client := aws.New(task.Variables(environment))
	if err := jobstore.CreateTable(t.Context(), client, jobtable.Tables()[0], environment[jobtable.Variable]); err != nil {
		t.Fatal(err)
	}
	d.store = jobtable.New(client, task.Variables(environment))
	d.pool = runtimeapi.New(runtimeapi.Function{Name: "jobs", Path: path, Environment: variables, Timeout: 30 * time.Second, MemoryMB: 256, Log: d.log})
	t.Cleanup(func() { d.pool.Close() })
	return d
}

// giveSecret answers GetSecretValue.
func giveSecret(w http.ResponseWriter, r *http.Request) {
	var input struct{ SecretId string }
	_ = json.NewDecoder(r.Body).Decode(&input)
	value := map[string]string{"admin": jobapi.Password, "key": "0123456789abcdef0123456789abcdef"}[input.SecretId]
	json.NewEncoder(w).Encode(map[string]string{"SecretString": value})
}

// ask hands a request over as API Gateway does.
func (d deployed) ask(t testing.TB, request jobapi.Request) jobapi.Answer {
	t.Helper()
	payload, err := json.Marshal(jobapi.Event(request))
	if err != nil {
		t.Fatal(err)
	}
	result, err := d.pool.Invoke(t.Context(), payload)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", request.Method, request.Target, err, d.log)
	}
	var response httpevent.Response
	if err := json.Unmarshal(result.Payload, &response); err != nil {
		t.Fatal(err)
	}
	return jobapi.Answer{Status: response.StatusCode, Header: response.Headers, Body: response.Body}
}

// TestMatrixOnAWS: the executable with DynamoDB and Lambda's API serves as the handler in the process does, and leaves nothing behind.
func TestMatrixOnAWS(t *testing.T) {
	d := deploy(t)
	jobapi.Matrix(t, d.ask)
	d.lambda.Settle()
	if aliases := d.lambda.Aliases(); len(aliases) != 0 {
		t.Errorf("left: %v", aliases)
	}
	for _, word := range []string{jobapi.Password, "the-password", "the-token", "0123456789abcdef"} {
		if strings.Contains(d.log.String(), word) {
			t.Errorf("the log holds %s", word)
		}
	}
}

func TestTenantsOnAWS(t *testing.T) {
	jobapi.Tenants(t, deploy(t, "TENANCY_HEADER="+jobapi.Tenancy).ask)
}

// TestFailedJobsAreCounted: the line that an alarm looks at has the members that the template's filter reads, at every log level.
func TestFailedJobsAreCounted(t *testing.T) {
	d := deploy(t, "AWS_LAMBDA_LOG_LEVEL=ERROR")
	count := func(want string) {
		t.Helper()
		result, err := d.pool.Invoke(t.Context(), []byte(job.CountFailed))
		if err != nil || string(result.Payload) != want {
			t.Fatalf("%s, %v\n%s", result.Payload, err, d.log)
		}
	}
	count(`{"failed":0}`)
	if strings.Contains(d.log.String(), job.LineStanding) {
		t.Error(d.log)
	}
	record, err := d.store.Put(t.Context(), job.Record{Job: job.Job{ID: "one"}, Key: "one", Tenant: "t", State: job.Running})
	if err == nil {
		err = d.store.Fail(t.Context(), "one", record.Version, "broken")
	}
	if err != nil {
		t.Fatal(err)
	}
	count(`{"failed":1}`)
	var line struct {
		Message string
		Failed  int
		Jobs    []string
	}
	for text := range strings.Lines(d.log.String()) {
		if strings.Contains(text, job.LineStanding) {
			if err := json.Unmarshal([]byte(text), &line); err != nil {
				t.Error(err)
			}
		}
	}
	if line.Message != job.LineStanding || line.Failed != 1 || len(line.Jobs) != 1 {
		t.Errorf("%+v of %s", line, d.log)
	}
}

// TestOffsetsOnAWS: the offset of a job's group is set at the brokers while the job's mapping is disabled, and the status tells how far it is behind.
func TestOffsetsOnAWS(t *testing.T) {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(2, "people"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	address := strings.Join(cluster.ListenAddrs(), ",")
	fill(t, address)
	d := deploy(t, "KAFKA_URL="+address)
	ask := func(status int, method, target, body string) string {
		t.Helper()
		header := map[string]string{"Authorization": jobapi.Authorization(jobapi.User, jobapi.Password)}
		got := d.ask(t, jobapi.Request{Method: method, Target: target, Header: header, Body: body})
		if got.Status != status {
			t.Errorf("%s %s: %d %s, want %d", method, target, got.Status, got.Body, status)
		}
		return got.Body
	}
	lag := func(want string) {
		t.Helper()
		var status struct {
			Lag    []job.Lag
			Behind int64
		}
		if err := json.Unmarshal([]byte(ask(200, "GET", "/job/one/status", "")), &status); err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint("behind ", status.Behind)
		for _, one := range status.Lag {
			got += fmt.Sprintf(", %d: %d of %d", one.Partition, one.Committed, one.End)
		}
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	ask(201, "POST", "/job/one", jobapi.Job("one", "o"))
	lag("behind 10, 0: -1 of 5, 1: -1 of 5")
	ask(200, "POST", "/job/one/set_offset/3", "")
	lag("behind 4, 0: 3 of 5, 1: 3 of 5")
	ask(200, "POST", "/job/one/set_offset/earliest?topic=people&partition=1", "")
	lag("behind 7, 0: 3 of 5, 1: 0 of 5")
	ask(200, "POST", "/job/one/set_offset/latest", "")
	lag("behind 0, 0: 5 of 5, 1: 5 of 5")
	ask(200, "POST", "/job/one/set_offset/2020-01-01T00:00:00Z?partition=0", "")
	lag("behind 5, 0: 0 of 5, 1: 5 of 5")
	ask(400, "POST", "/job/one/set_offset/99", "")
	ask(400, "POST", "/job/one/set_offset/0?partition=7", "")
	lag("behind 5, 0: 0 of 5, 1: 5 of 5")
	d.lambda.Settle()
	if mappings := d.lambda.Mappings("one"); len(mappings) != 1 || mappings[0].State() != "Enabled" {
		t.Errorf("%+v", mappings)
	}
}

// fill puts five records into each of two partitions.
func fill(t *testing.T, address string) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(address), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for i := range 10 {
		if err := client.ProduceSync(t.Context(), &kgo.Record{Topic: "people", Partition: int32(i % 2), Value: []byte("x")}).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
}
