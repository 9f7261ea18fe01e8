package aws

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/shared/task"
)

// recorded is what a service receives of a call.
type recorded struct{ Method, Path, Target, ContentType, Scope, Token, Body string }

// service answers with the given statuses in turn and the body, and records the requests.
func service(t *testing.T, body string, statuses ...int) (*httptest.Server, *[]recorded) {
	requests := &[]recorded{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "/")
		_, scope, _ = strings.Cut(scope, "/") // after the date
		scope, _, _ = strings.Cut(scope, ",")
		*requests = append(*requests, recorded{
			r.Method, r.URL.Path, r.Header.Get("X-Amz-Target"), r.Header.Get("Content-Type"), scope, r.Header.Get("X-Amz-Security-Token"), string(content),
		})
		w.WriteHeader(statuses[min(len(*requests), len(statuses))-1])
		io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server, requests
}

func environment(endpoint string, more ...string) task.Environment {
	values := map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_SESSION_TOKEN": "token",
		"AWS_ENDPOINT_URL": endpoint,
	}
	for i := 0; i < len(more); i += 2 {
		values[more[i]] = more[i+1]
	}
	return task.Variables(values)
}

// TestSecretsAskAsTheSDKDoes compares the request with that of the SDK's own client.
func TestSecretsAskAsTheSDKDoes(t *testing.T) {
	server, requests := service(t, `{"SecretString":"{\"user\":\"u\",\"n\":1}"}`, 200)
	client := secretsmanager.New(secretsmanager.Options{
		Region: "eu-central-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("id", "key", "token"),
	})
	if _, err := client.GetSecretValue(context.Background(), &secretsmanager.GetSecretValueInput{SecretId: sdk.String("stack/db")}); err != nil {
		t.Fatal(err)
	}
	resolver := Secrets(New(environment(server.URL, "STEPLOOM_SECRET_DB", "stack/db")))
	for reference, want := range map[string]string{"db": `{"user":"u","n":1}`, "db#user": "u", "db#n": "1"} {
		if got, err := resolver.Resolve(context.Background(), reference); err != nil || got != want {
			t.Errorf("%s: %q, %v", reference, got, err)
		}
	}
	for _, request := range (*requests)[1:] {
		if diff := cmp.Diff((*requests)[0], request); diff != "" {
			t.Errorf("not as the SDK asks:\n%s", diff)
		}
	}
	before := len(*requests)
	if _, err := resolver.Resolve(context.Background(), "db"); err != nil || len(*requests) != before {
		t.Errorf("a known secret is asked for again: %v", err)
	}
}

func TestSecretFailures(t *testing.T) {
	for _, test := range []struct {
		status int
		body   string
		name   string
		calls  int
	}{
		{400, `{"__type":"com.amazonaws#ResourceNotFoundException","Message":"no"}`, task.SecretMissing, 1},
		{400, `{"__type":"AccessDeniedException","Message":"no"}`, task.SecretUnavailable, 1},
		{400, `{"__type":"ThrottlingException"}`, task.SecretUnavailable, 3},
		{500, `oops`, task.SecretUnavailable, 3},
		{200, `{}`, task.SecretMissing, 1},
	} {
		server, requests := service(t, test.body, test.status)
		_, err := Secrets(New(environment(server.URL))).Resolve(context.Background(), "db")
		if !errors.Is(err, &task.Error{Name: test.name}) || len(*requests) != test.calls {
			t.Errorf("%d %s: %v after %d calls", test.status, test.body, err, len(*requests))
		}
	}
	_, err := Secrets(New(nil)).Resolve(context.Background(), "db")
	if !errors.Is(err, &task.Error{Name: task.SecretUnavailable}) {
		t.Errorf("without credentials: %v", err)
	}
}

func TestOnlySafeCallsAreRepeated(t *testing.T) {
	for _, test := range []struct {
		idempotent bool
		status     int
		calls      int
	}{{true, 500, 2}, {false, 500, 1}, {false, 429, 2}} {
		server, requests := service(t, `{}`, test.status, 200)
		err := New(environment(server.URL)).Call(context.Background(), Operation{Service: "states", Version: "1.0", Idempotent: test.idempotent}, struct{}{}, &struct{}{})
		if len(*requests) != test.calls || (err == nil) != (test.calls == 2) {
			t.Errorf("%+v: %d calls, %v", test, len(*requests), err)
		}
	}
}

func TestBlobs(t *testing.T) {
	objects := map[string][]byte{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch content, known := objects[r.URL.Path]; {
		case r.Method == http.MethodPut:
			objects[r.URL.Path], _ = io.ReadAll(r.Body)
		case known:
			w.Write(content)
		default:
			http.Error(w, "<Error><Code>NoSuchKey</Code></Error>", http.StatusNotFound)
		}
	}))
	defer server.Close()
	store := Blobs(New(environment(server.URL, "STEPLOOM_BLOB_BUCKET", "things")))
	key, err := store.Put(context.Background(), []byte("content"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := store.Get(context.Background(), key); err != nil || string(got) != "content" || objects["/things/blobs/"+key] == nil {
		t.Errorf("got %q, %v, stored %v", got, err, objects)
	}
	for _, key := range []string{strings.Repeat("0", 40), "../secret", ""} {
		if _, err := store.Get(context.Background(), key); !errors.Is(err, &task.Error{Name: task.BlobMissing}) {
			t.Errorf("%q: %v", key, err)
		}
	}
	if _, err := Blobs(New(environment(server.URL))).Put(context.Background(), nil); !errors.Is(err, &task.Error{Name: task.BlobUnavailable}) {
		t.Errorf("without a bucket: %v", err)
	}
}

// TestServiceEndpoints: the variable of a service goes before the one of all.
func TestServiceEndpoints(t *testing.T) {
	for _, test := range []struct {
		variables map[string]string
		want      string
	}{
		{map[string]string{"AWS_ENDPOINT_URL": "http://all/", "AWS_ENDPOINT_URL_S3": "http://own"}, "http://own"},
		{map[string]string{"AWS_ENDPOINT_URL": "http://all/", "AWS_ENDPOINT_URL_S3": ""}, "http://all"},
		{map[string]string{"AWS_ENDPOINT_URL": "", "AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://other"}, "https://s3.eu-central-1.amazonaws.com"},
	} {
		test.variables["AWS_REGION"] = "eu-central-1"
		if got := New(task.Variables(test.variables)).endpoint(task.ServiceS3, "s3"); got != test.want {
			t.Errorf("%v: got %s, want %s", test.variables, got, test.want)
		}
	}
}

func TestEndpoints(t *testing.T) {
	for region, want := range map[string]string{
		"eu-central-1": "https://sync-states.eu-central-1.amazonaws.com", "cn-north-1": "https://sync-states.cn-north-1.amazonaws.com.cn",
	} {
		if got := New(task.Variables(map[string]string{"AWS_REGION": region})).endpoint(task.ServiceSFN, "sync-states"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestCallResource: the parts of a path and the query stay what they are, whatever they hold.
func TestCallResource(t *testing.T) {
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = append(asked, r.Method+" "+r.RequestURI+" "+r.Header.Get("Content-Type")+" "+string(body))
		if !strings.Contains(r.Header.Get("Authorization"), "/lambda/aws4_request") {
			t.Errorf("not signed for the service: %s", r.Header.Get("Authorization"))
		}
		if r.Method == http.MethodDelete {
			w.Header().Set("X-Amzn-Errortype", "ResourceInUseException:http://internal.amazon.com/")
			http.Error(w, `{"Type":"User","Message":"in use"}`, http.StatusBadRequest)
			return
		}
		io.WriteString(w, `{"UUID":"u"}`)
	}))
	defer server.Close()
	client := New(environment(server.URL))
	var output struct{ UUID string }
	resource := Resource{
		Service: "lambda", ID: task.ServiceLambda, Method: http.MethodPost, Path: []string{"2015-03-31", "functions", "arn:aws:x/../y ?#%", "aliases"},
		Query: url.Values{"FunctionName": {"a b&c=d+e"}},
	}
	if err := client.CallResource(t.Context(), resource, map[string]string{"Name": "n"}, &output); err != nil || output.UUID != "u" {
		t.Errorf("%v, %v", output, err)
	}
	resource = Resource{Service: "lambda", ID: task.ServiceLambda, Method: http.MethodDelete, Path: []string{"x"}}
	err := client.CallResource(t.Context(), resource, nil, nil)
	if refused, ok := errors.AsType[*Error](err); !ok || refused.Code != "ResourceInUseException" || refused.Message != "in use" {
		t.Errorf("%v", err)
	}
	want := []string{
		`POST /2015-03-31/functions/arn%3Aaws%3Ax%2F..%2Fy%20%3F%23%25/aliases?FunctionName=a%20b%26c%3Dd%2Be application/json {"Name":"n"}`, "DELETE /x  ",
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Error(diff)
	}
}
