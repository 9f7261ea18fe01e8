package sfn

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/task"
)

type recorded struct {
	Target, ContentType string
	Body                map[string]any
}

// TestStartSyncAsksAsTheSDKDoes compares the request with that of the SDK's own client.
func TestStartSyncAsksAsTheSDKDoes(t *testing.T) {
	var requests []recorded
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := recorded{Target: r.Header.Get("X-Amz-Target"), ContentType: r.Header.Get("Content-Type")}
		body, _ := io.ReadAll(r.Body)
		json.Unmarshal(body, &request.Body)
		requests = append(requests, request)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		io.WriteString(w, `{"executionArn":"arn","startDate":1,"stopDate":2,"status":"FAILED","error":"Sql.Syntax","cause":"why","output":"{\"a\":1}"}`)
	}))
	defer server.Close()
	const arn = "arn:aws:states:eu-central-1:1:stateMachine:news-get-news-id:live"
	const input = `{"a":"<é>"}`
	// The SDK's client puts "sync-" before the host name, so every name leads to the server.
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	client := sfn.New(sfn.Options{
		Region: "eu-central-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("id", "key", ""),
		HTTPClient: &http.Client{Transport: &http.Transport{DialContext: dial}},
	})
	_, err := client.StartSyncExecution(context.Background(), &sfn.StartSyncExecutionInput{StateMachineArn: sdk.String(arn), Input: sdk.String(input)})
	if err != nil {
		t.Fatal(err)
	}
	environment := task.Variables(map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_ENDPOINT_URL": server.URL,
		api.MachinePrefixVariable: "arn:aws:states:eu-central-1:1:stateMachine:news-", api.MachineAliasVariable: "live",
	})
	got, err := New(aws.New(environment), environment).StartSync(context.Background(), "get-news-id", []byte(input))
	if err != nil {
		t.Fatal(err)
	}
	want := api.Execution{Status: api.Failed, Output: json.RawMessage(`{"a":1}`), Error: "Sql.Syntax", Cause: "why"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(requests) != 2 {
		t.Fatalf("%d requests", len(requests))
	}
	if diff := cmp.Diff(requests[0], requests[1]); diff != "" || requests[1].Body["stateMachineArn"] != arn {
		t.Errorf("not as the SDK asks:\n%s", diff)
	}
}

func TestPrefixIsRequired(t *testing.T) {
	if _, err := New(aws.New(nil), nil).StartSync(context.Background(), "x", nil); err == nil {
		t.Error("no error without a prefix")
	}
}
