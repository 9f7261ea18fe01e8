package cli_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// TestSamLocalBatch: what the batch update calls answers in containers, and the update itself runs when it is started as on AWS.
func TestSamLocalBatch(t *testing.T) {
	docker := servers.Docker(t)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(`{"access_token": "from-` + r.URL.Path + `", "token_type": "Bearer"}`))
	}))
	defer service.Close()
	workflow := filepath.Join(t.TempDir(), "batch-update")
	if err := copyProject(workflow, "../workflows/batch-update"); err != nil {
		t.Fatal(err)
	}
	database := newsroomOn(t)
	inside := *database
	inside.Host = "host.docker.internal:" + forward(t, docker.Bridge, database.Host)
	app, d := startSam(t, workflow, map[string]string{
		"STEPLOOM_DATASOURCE_LOG_AUDIT": inside.String(),
		"STEPLOOM_ENDPOINTS":            "api.service.com=http://host.docker.internal:" + forward(t, docker.Bridge, service.Listener.Addr().String()),
	}, "--datasource", "log_audit="+database.String())
	for function, want := range map[string]string{
		"FilterFunction": `"output": []`, "HttpFunction": "from-/oauth/token", "SqlFunction": `"affected": 1`,
	} {
		event := "events/" + strings.ToLower(strings.TrimSuffix(function, "Function")) + "-function.json"
		if said := app.invoke(t, function, event); !strings.Contains(said, want) {
			t.Errorf("%s: %s, want %s in it", function, said, want)
		}
	}
	_, address, _ := strings.Cut(d.out.String(), "AWS for the functions at ")
	startedAsOnAWS(t, strings.Fields(address)[0])
	var written int
	if err := openDatabase(t, database.String()).QueryRow("SELECT count(*) FROM log_audit").Scan(&written); err != nil || written != 2 {
		t.Errorf("%d rows of the audit, %v", written, err)
	}
}

// startedAsOnAWS starts the batch update by the SDK, in a stack of any name, and waits for its end.
func startedAsOnAWS(t *testing.T, endpoint string) {
	t.Helper()
	client := sfn.New(sfn.Options{Region: "eu-west-3", BaseEndpoint: &endpoint, Credentials: aws.CredentialsProviderFunc(
		func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "any", SecretAccessKey: "thing"}, nil
		})})
	const machine = "arn:aws:states:eu-west-3:123456789012:stateMachine:shop-prod_batch-update:live"
	input := aws.String(`{"trigger": "manual", "operation": "batch-update", "requestId": "r", "param": {}, "header": {}, "body": null}`)
	started, err := client.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: aws.String(machine), Name: aws.String("first"), Input: input})
	if err != nil {
		t.Fatal(err)
	}
	if want := "arn:aws:states:eu-west-3:123456789012:execution:shop-prod_batch-update:first"; *started.ExecutionArn != want {
		t.Errorf("started %s, want %s", *started.ExecutionArn, want)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		seen, err := client.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: started.ExecutionArn})
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("%+v, %v", seen, err)
		}
		if seen.Status == "RUNNING" {
			continue
		}
		if seen.Status != "SUCCEEDED" || !strings.Contains(*seen.Output, "audit_id") || seen.StopDate == nil {
			t.Errorf("ended %s with %s", seen.Status, aws.ToString(seen.Output))
		}
		return
	}
}
