package local

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/task"
)

// asking is what a function in a container finds in its environment.
func asking(server *httptest.Server, more map[string]string) task.Environment {
	variables := map[string]string{"AWS_REGION": "ap-south-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_ENDPOINT_URL": server.URL}
	for name, value := range more {
		variables[name] = value
	}
	return task.Variables(variables)
}

// awsOf serves what the newsroom's functions ask of AWS.
func awsOf(t *testing.T, settings Settings) (*httptest.Server, *Service, *[]Asked) {
	t.Helper()
	var told []Asked
	if settings.Environment == nil {
		settings.Environment = task.Variables(nil)
	}
	settings.Environment = settings.Environment.Or(task.Variables(map[string]string{"NEWSROOM_PASSWORD": "deadline", "NEWSROOM_DB_PASSWORD": "other"}))
	service := serviceOf(t, sampleOf(t), settings)
	server := httptest.NewServer(service.AWS(func(a Asked) { told = append(told, a) }))
	t.Cleanup(server.Close)
	return server, service, &told
}

// call sends an operation as an SDK does.
func call(t *testing.T, server *httptest.Server, target, body string) (int, map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", target)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var value map[string]any
	if err := json.NewDecoder(answer.Body).Decode(&value); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, value
}

// TestAnyStack: machines are found in whatever stack, account, region and partition, by name, version and alias.
func TestAnyStack(t *testing.T) {
	server, _, told := awsOf(t, Settings{})
	const about = `{\"operation\":\"GET /about\",\"trigger\":\"http\",\"param\":{},\"header\":{},\"body\":null}`
	for arn, want := range map[string]string{
		"arn:aws:states:us-east-1:000000000000:stateMachine:local-get-about":                  "",
		"arn:aws:states:eu-west-3:123456789012:stateMachine:news-prod_get-about:live":         "",
		"arn:aws-cn:states:cn-north-1:999999999999:stateMachine:a-b-get-articles-get-about:7": "",
		"arn:aws:states:us-east-1:000000000000:stateMachine:get-about":                        "",
		"arn:aws:states:us-east-1:000000000000:stateMachine:local-get-abouts":                 "StateMachineDoesNotExist",
		"arn:aws:states:us-east-1:000000000000:stateMachine:localget-about":                   "StateMachineDoesNotExist",
		"arn:aws:lambda:us-east-1:000000000000:function:local-get-about":                      "InvalidArn",
		"local-get-about": "InvalidArn",
	} {
		status, answer := call(t, server, "AWSStepFunctions.StartSyncExecution", `{"stateMachineArn": "`+arn+`", "input": "`+about+`"}`)
		if want != "" && (status != http.StatusBadRequest || answer["__type"] != want) {
			t.Errorf("%s: %d %v", arn, status, answer)
		}
		if want == "" && (status != http.StatusOK || answer["status"] != "SUCCEEDED" || answer["stateMachineArn"] != arn) {
			t.Errorf("%s: %d %v", arn, status, answer)
		}
	}
	if len(*told) != 4 || (*told)[0].Operation != "GET /about" || (*told)[0].States == 0 || (*told)[0].Failure != nil {
		t.Errorf("told %+v", *told)
	}
}

// TestStackSecrets asks for secrets by every name that they have, as the functions' own client does.
func TestStackSecrets(t *testing.T) {
	server, _, _ := awsOf(t, Settings{
		Environment: task.Variables(map[string]string{"HOME": "/root", "STEPLOOM_SECRET_OTHER": "more"}),
		Datasources: map[string]string{"newsdb": "postgres://me:p%40ss@127.0.0.1:1/newsroom"},
	})
	const pair = `{"user":"me","password":"p@ss"}`
	for id, want := range map[string]string{
		"DatasourceNewsdbSecret":         pair,
		"newsroom-dev/datasource/newsdb": pair,
		"arn:aws:secretsmanager:eu-west-1:123456789012:secret:any/datasource/newsdb-AbC123":     pair,
		"arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:x-y/datasource/newsdb": pair,
		"AuthenticationBasicauthSecret": `[{"password":"deadline","user":"editor"},{"user":"sample","password":"sample"}]`,
		"STEPLOOM_NONE":                 "",
		"ApiKeysSecret":                 `["sample"]`,
		"HOME":                          "",
		"any/datasource/other":          "",
		"other":                         "more",
	} {
		secrets := aws.Secrets(aws.New(asking(server, map[string]string{"STEPLOOM_SECRET_X": id})))
		got, err := secrets.Resolve(t.Context(), "x")
		if want == "" && !errors.Is(err, &task.Error{Name: task.SecretMissing}) || want != "" && err != nil || got != want {
			t.Errorf("%s: %q, %v", id, got, err)
		}
	}
	if status, answer := call(t, server, "secretsmanager.GetSecretValue", `{}`); status != http.StatusBadRequest || answer["__type"] != "InvalidParameterException" {
		t.Errorf("without an id: %d %v", status, answer)
	}
}

// TestObjects puts and gets objects as the functions' own client does, in any bucket; and by the rest of the operations.
func TestObjects(t *testing.T) {
	server, _, _ := awsOf(t, Settings{})
	content := []byte("\x00binary\xff")
	key, err := aws.Blobs(aws.New(asking(server, map[string]string{"STEPLOOM_BLOB_BUCKET": "Payloads"}))).Put(context.Background(), content)
	if err != nil {
		t.Fatal(err)
	}
	got, err := aws.Blobs(aws.New(asking(server, map[string]string{"STEPLOOM_BLOB_BUCKET": "stack-payloads-1x2"}))).Get(context.Background(), key)
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("got %q, %v", got, err)
	}
	do := func(method, path, body string, header ...string) (int, http.Header, string) {
		request, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			request.Header.Set(header[i], header[i+1])
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, answer.Header, string(text)
	}
	if status, _, _ := do("PUT", "/b/a/key.txt", "hello"); status != 200 {
		t.Errorf("put: %d", status)
	}
	if status, header, text := do("GET", "/b/a/key.txt", ""); status != 200 || text != "hello" || header.Get("Etag") != `"5d41402abc4b2a76b9719d911017c592"` {
		t.Errorf("get: %d %v %s", status, header, text)
	}
	if status, header, text := do("HEAD", "/b/a/key.txt", ""); status != 200 || text != "" || header.Get("Content-Length") != "5" {
		t.Errorf("head: %d %v %s", status, header, text)
	}
	if status, _, _ := do("GET", "/c/a/key.txt", ""); status != 404 {
		t.Errorf("another bucket: %d", status)
	}
	if status, _, _ := do("DELETE", "/b/a/key.txt", ""); status != 204 {
		t.Errorf("delete: %d", status)
	}
	if status, _, text := do("GET", "/b/a/key.txt", ""); status != 404 || !strings.Contains(text, "<Code>NoSuchKey</Code>") {
		t.Errorf("after delete: %d %s", status, text)
	}
	for _, refused := range [][2]string{{"PUT", "/b/k?uploadId=1"}, {"GET", "/"}, {"POST", "/b/k?uploads"}, {"PUT", "/b"}} {
		if status, _, text := do(refused[0], refused[1], "x"); status != 501 || !strings.Contains(text, "NotImplemented") {
			t.Errorf("%v: %d %s", refused, status, text)
		}
	}
	if status, _, _ := do("PUT", "/b/k", "5\r\nhello\r\n0\r\n\r\n", "Content-Encoding", "aws-chunked"); status != 501 {
		t.Errorf("chunked: %d", status)
	}
	if status, _, _ := do("POST", "/", "{}", "Origin", "https://example.com", "X-Amz-Target", "secretsmanager.GetSecretValue"); status != 403 {
		t.Errorf("from a page: %d", status)
	}
}

// TestTokensAreRefused: nothing waits for them.
func TestTokensAreRefused(t *testing.T) {
	server, _, _ := awsOf(t, Settings{})
	for target, body := range map[string]string{
		"SendTaskSuccess": `{"taskToken": "t", "output": "{}"}`, "SendTaskFailure": `{"taskToken": "t"}`, "SendTaskHeartbeat": `{"taskToken": "t"}`,
	} {
		if status, answer := call(t, server, "AWSStepFunctions."+target, body); status != http.StatusBadRequest || answer["__type"] != "TaskTimedOut" {
			t.Errorf("%s: %d %v", target, status, answer)
		}
	}
}

// TestWrittenCredentials: a datasource whose place has an embedded database has the user and the password that the workflow says, for a function that
// asks another database.
func TestWrittenCredentials(t *testing.T) {
	server, _, _ := awsOf(t, Settings{})
	secrets := aws.Secrets(aws.New(asking(server, map[string]string{"STEPLOOM_SECRET_X": "DatasourceNewsdbSecret"})))
	if got, err := secrets.Resolve(t.Context(), "x"); err != nil || got != `{"user":"newsroom","password":"other"}` {
		t.Errorf("%q, %v", got, err)
	}
}

// TestSampleBesideOthers adds the caller of sample events to secrets of every form.
func TestSampleBesideOthers(t *testing.T) {
	pair, key := userAndPassword{"s", "t"}, "s"
	missing := task.Errorf(task.SecretMissing, "none")
	for _, test := range []struct {
		value  string
		err    error
		sample any
		want   string
	}{
		{`{"user": "a", "password": "b"}`, nil, pair, `[{"user":"a","password":"b"},{"user":"s","password":"t"}]`},
		{`{"username": "a", "password": "b"}`, nil, pair, `[{"user":"a","password":"b"},{"user":"s","password":"t"}]`},
		{"a:b:c", nil, pair, `[{"user":"a","password":"b:c"},{"user":"s","password":"t"}]`},
		{`[{"user": "a", "password": "b"}]`, nil, pair, `[{"password":"b","user":"a"},{"user":"s","password":"t"}]`},
		{"", missing, pair, `[{"user":"s","password":"t"}]`},
		{"a:b", nil, key, `["a:b","s"]`},
		{`["a", "b"]`, nil, key, `["a","b","s"]`},
		{"", missing, key, `["s"]`},
	} {
		if got, err := withSample(test.value, test.err, test.sample); err != nil || got != test.want {
			t.Errorf("%s: %s, %v", test.value, got, err)
		}
	}
	if _, err := withSample("", errors.New("no"), key); err == nil {
		t.Error("a secret that cannot be read is not missing")
	}
}
