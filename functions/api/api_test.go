package api

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// script is an executor that notes what it is asked and answers as told.
type script struct {
	machine   string
	input     string
	execution Execution
	err       error
	waits     bool
}

func (s *script) StartSync(ctx context.Context, machine string, input []byte) (Execution, error) {
	s.machine, s.input = machine, string(input)
	if s.waits {
		<-ctx.Done()
		return Execution{}, ctx.Err()
	}
	return s.execution, s.err
}

// event is an HTTP API event as API Gateway sends it, with fields that are not read.
func event(change func(*Event)) []byte {
	e := Event{
		RouteKey: "GET /news/{id}", RawPath: "/news/7", Headers: map[string]string{"accept": "*/*"},
		PathParameters: map[string]string{"id": "7"},
		RequestContext: RequestContext{RequestID: "r1", HTTP: HTTPContext{Method: "GET", Path: "/news/7"}},
	}
	change(&e)
	text, _ := json.Marshal(e)
	return append([]byte(`{"version":"2.0","stageVariables":{"a":"b"},`), text[1:]...)
}

// ask sends an event to the function.
func ask(t *testing.T, config Config, change func(*Event)) Response {
	t.Helper()
	result, err := New(config).Invoke(context.Background(), event(change))
	if err != nil {
		t.Fatal(err)
	}
	var response Response
	if err := task.Decode(result, &response); err != nil {
		t.Fatal(err)
	}
	return response
}

const success = `{"statusCode":200}`

func TestInput(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Event)
		want   string
	}{
		"plain": {func(e *Event) {},
			`{"trigger":"http","operation":"GET /news/{id}","requestId":"r1","param":{"id":"7"},"header":{"accept":"*/*"},"body":null,"files":{}}`},
		"query": {func(e *Event) { e.RawQueryString = "a=1&b=x+y&b=%C3%A9&id=8&c=" },
			`{"trigger":"http","operation":"GET /news/{id}","requestId":"r1","param":{"a":"1","b":["x y","é"],"c":"","id":"7"},"header":{"accept":"*/*"},"body":null,"files":{}}`},
		"json": {func(e *Event) {
			e.Headers = map[string]string{"Content-Type": "application/json"}
			e.Cookies = []string{"a=1", "b=2"}
			e.Body = `{"z":1.10,"a":[null,"<"]}`
		}, `{"trigger":"http","operation":"GET /news/{id}","requestId":"r1","param":{"id":"7"},"header":{"content-type":"application/json","cookie":"a=1; b=2"},` +
			`"body":{"z":1.10,"a":[null,"<"]},"files":{}}`},
		"base64 without a type": {func(e *Event) { e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte(`{"a":1}`)), true },
			`{"trigger":"http","operation":"GET /news/{id}","requestId":"r1","param":{"id":"7"},"header":{"accept":"*/*"},"body":{"a":1},"files":{}}`},
		"spreadsheet": {func(e *Event) {
			e.Headers, e.Body, e.IsBase64Encoded = map[string]string{"content-type": "application/vnd.ms-excel"}, "/w==", true
		}, `{"trigger":"http","operation":"GET /news/{id}","requestId":"r1","param":{"id":"7"},"header":{"content-type":"application/vnd.ms-excel"},"body":"/w==","files":{}}`},
		"bytes without a type": {func(e *Event) { e.Body, e.IsBase64Encoded = "/w==", true },
			`{"trigger":"http","operation":"GET /news/{id}","requestId":"r1","param":{"id":"7"},"header":{"accept":"*/*"},"body":"/w==","files":{}}`},
		"text": {func(e *Event) { e.Body = "hello" },
			`{"trigger":"http","operation":"GET /news/{id}","requestId":"r1","param":{"id":"7"},"header":{"accept":"*/*"},"body":"hello","files":{}}`},
		"form": {func(e *Event) {
			e.Headers = map[string]string{"content-type": "application/x-www-form-urlencoded"}
			e.RawQueryString, e.Body = "x=query", "x=form&y=1&y=2"
		}, `{"trigger":"http","operation":"GET /news/{id}","requestId":"r1","param":{"id":"7","x":"query","y":["1","2"]},` +
			`"header":{"content-type":"application/x-www-form-urlencoded"},"body":{"x":"form","y":["1","2"]},"files":{}}`},
		"xml": {func(e *Event) {
			e.Headers, e.Body = map[string]string{"content-type": "text/xml"}, "<a><b>1</b></a>"
		}, `{"trigger":"http","operation":"GET /news/{id}","requestId":"r1","param":{"id":"7"},"header":{"content-type":"text/xml"},"body":{"a":{"b":"1"}},"files":{}}`},
	} {
		executor := &script{execution: Execution{Status: Succeeded, Output: json.RawMessage(success)}}
		response := ask(t, Config{Executor: executor}, test.change)
		if response.StatusCode != 200 || executor.machine != "get-news-id" || executor.input != test.want {
			t.Errorf("%s: %d, machine %s, input\n%s, want\n%s", name, response.StatusCode, executor.machine, executor.input, test.want)
		}
	}
}

func TestUploads(t *testing.T) {
	body := strings.ReplaceAll(`--b
Content-Disposition: form-data; name="imagesize"

42
--b
Content-Disposition: form-data; name="meta"
Content-Type: application/json

{"a": 1}
--b
Content-Disposition: form-data; name="image"; filename="a.png"
Content-Type: image/png

`, "\n", "\r\n") + "\x89\xff\r\n--b--\r\n"
	blobs := blob.Memory()
	executor := &script{execution: Execution{Status: Succeeded, Output: json.RawMessage(success)}}
	upload := func(e *Event) {
		e.Headers = map[string]string{"content-type": "multipart/form-data; boundary=b"}
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte(body)), true
	}
	takes := task.Variables(map[string]string{UploadsVariable: "post-x,get-news-id"})
	if response := ask(t, Config{Environment: takes, Executor: executor, Blobs: blobs}, upload); response.StatusCode != 200 {
		t.Fatalf("%+v", response)
	}
	var input struct {
		Param map[string]any
		Files map[string]blob.Ref
	}
	if err := json.Unmarshal([]byte(executor.input), &input); err != nil {
		t.Fatal(err)
	}
	image := input.Files["image"]
	content, err := blobs.Get(context.Background(), image.Key)
	if err != nil || string(content) != "\x89\xff" || image.FileName != "a.png" || image.ContentType != "image/png" || image.Size != 2 {
		t.Errorf("stored %q as %+v, %v", content, image, err)
	}
	meta := map[string]any{"a": 1.0}
	want := map[string]any{"imagesize": "42", "meta": meta, "id": "7"}
	if diff := cmp.Diff(want, input.Param); diff != "" {
		t.Error(diff)
	}
	if response := ask(t, Config{Environment: takes, Executor: executor}, upload); response.StatusCode != 500 {
		t.Errorf("without a store: %+v", response)
	}
	if response := ask(t, Config{Executor: executor}, upload); response.StatusCode != 200 || !strings.HasSuffix(executor.input, `"files":{}}`) {
		t.Errorf("an operation that takes no files: %+v, %s", response, executor.input)
	}
	body = body[:len(body)-20]
	if response := ask(t, Config{Executor: executor, Blobs: blobs}, upload); response.StatusCode != 400 {
		t.Errorf("cut off: %+v", response)
	}
}

func TestResponses(t *testing.T) {
	blobs := blob.Memory()
	key, err := blobs.Put(context.Background(), []byte("\x89\xff"))
	if err != nil {
		t.Fatal(err)
	}
	jsonHeader := map[string]string{"content-type": "application/json"}
	for _, test := range []struct {
		output string
		want   Response
	}{
		{`{"statusCode":201,"body":{"z":1,"a":[1.50,"<é>"]}}`, Response{StatusCode: 201, Headers: jsonHeader, Body: `{"z":1,"a":[1.50,"<é>"]}`}},
		{`{"statusCode":200,"body":"text"}`, Response{StatusCode: 200, Headers: jsonHeader, Body: `"text"`}},
		{`{"statusCode":200,"body":false}`, Response{StatusCode: 200, Headers: jsonHeader, Body: `false`}},
		{`{"statusCode":200,"headers":{"Content-Type":"text/plain","X-N":7,"X-Null":null},"body":"text"}`,
			Response{StatusCode: 200, Headers: map[string]string{"content-type": "text/plain", "x-n": "7"}, Body: "text"}},
		{`{"statusCode":200,"headers":{"Content-Type":"text/csv"},"body":[{"a":1}]}`,
			Response{StatusCode: 200, Headers: map[string]string{"content-type": "text/csv"}, Body: "a\n1\n"}},
		{`{"statusCode":200,"headers":{"Content-Type":"text/plain; charset=iso-8859-1"},"body":"é"}`,
			Response{StatusCode: 200, Headers: map[string]string{"content-type": "text/plain; charset=iso-8859-1"}, Body: "6Q==", IsBase64Encoded: true}},
		{`{"statusCode":200,"headers":{"Content-Type":"image/png"},"body":{"blob":"` + key + `"}}`,
			Response{StatusCode: 200, Headers: map[string]string{"content-type": "image/png", "content-disposition": "attachment", "x-content-type-options": "nosniff"}, Body: "if8=", IsBase64Encoded: true}},
		{`{"statusCode":204,"headers":{"Set-Cookie":["a=1; Secure","b=2\r\nX: y"],"X":"y"}}`,
			Response{StatusCode: 204, Headers: map[string]string{"x": "y"}, Cookies: []string{"a=1; Secure", "b=2  X: y"}}},
		{`{"statusCode":204,"headers":{"set-cookie":"a=1"}}`, Response{StatusCode: 204, Headers: map[string]string{"set-cookie": "a=1"}}},
		{`{"statusCode":200,"headers":{"X":"a\r\nY: b\u0000"},"body":null}`, Response{StatusCode: 200, Headers: map[string]string{"x": "a  Y: b"}}},
		{`{"statusCode":200}`, Response{StatusCode: 200}},
		{`{"statusCode":200,"body":null}`, Response{StatusCode: 200}},
		{`{"statusCode":204,"body":{"a":1}}`, Response{StatusCode: 204}},
		{`{"statusCode":404,"body":{"message":"no"}}`, Response{StatusCode: 404, Headers: jsonHeader, Body: `{"message":"no"}`}},
	} {
		executor := &script{execution: Execution{Status: Succeeded, Output: json.RawMessage(test.output)}}
		if diff := cmp.Diff(test.want, ask(t, Config{Executor: executor, Blobs: blobs}, func(*Event) {})); diff != "" {
			t.Errorf("%s:\n%s", test.output, diff)
		}
	}
	executor := &script{execution: Execution{Status: Succeeded, Output: json.RawMessage(`{"statusCode":200,"body":1}`)}}
	head := ask(t, Config{Executor: executor}, func(e *Event) { e.RequestContext.HTTP.Method = "HEAD" })
	if head.Body != "" || head.Headers["content-type"] != "application/json" {
		t.Errorf("HEAD: %+v", head)
	}
}

func TestFailuresShowNothing(t *testing.T) {
	const internal = `{"message":"Internal Server Error","requestId":"r1"}`
	for name, test := range map[string]struct {
		executor script
		status   int
		body     string
	}{
		"failed":         {script{execution: Execution{Status: Failed, Error: "Sql.Connect", Cause: "s3cret"}}, 500, internal},
		"aborted":        {script{execution: Execution{Status: "ABORTED"}}, 500, internal},
		"timed out":      {script{execution: Execution{Status: TimedOut}}, 504, `{"message":"Gateway Timeout","requestId":"r1"}`},
		"not started":    {script{err: errors.New("s3cret")}, 500, internal},
		"no output":      {script{execution: Execution{Status: Succeeded}}, 500, internal},
		"not a response": {script{execution: Execution{Status: Succeeded, Output: json.RawMessage(`[1]`)}}, 500, internal},
		"no status":      {script{execution: Execution{Status: Succeeded, Output: json.RawMessage(`{"body":1}`)}}, 500, internal},
		"header name":    {script{execution: Execution{Status: Succeeded, Output: json.RawMessage(`{"statusCode":200,"headers":{"X\r\nY":"b"}}`)}}, 500, internal},
		"bad body":       {script{execution: Execution{Status: Succeeded, Output: json.RawMessage(`{"statusCode":200,"headers":{"content-type":"text/xml"},"body":[1]}`)}}, 500, internal},
	} {
		var log bytes.Buffer
		response := ask(t, Config{Executor: &test.executor, Log: slog.New(slog.NewJSONHandler(&log, nil))}, func(*Event) {})
		if response.StatusCode != test.status || response.Body != test.body || response.Headers["content-type"] != "application/json" {
			t.Errorf("%s: %+v", name, response)
		}
		if !strings.Contains(log.String(), `"requestId":"r1"`) {
			t.Errorf("%s: log %q", name, log.String())
		}
	}
}

func TestRequestsAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Event)
		status int
	}{
		"bad json":   {func(e *Event) { e.Headers, e.Body = map[string]string{"content-type": "application/json"}, `{"a":` }, 400},
		"bad base64": {func(e *Event) { e.Body, e.IsBase64Encoded = "%", true }, 400},
		"bad query":  {func(e *Event) { e.RawQueryString = "a=%zz" }, 400},
		"bad xml":    {func(e *Event) { e.Headers, e.Body = map[string]string{"content-type": "text/xml"}, "<a>" }, 400},
		"too large":  {func(e *Event) { e.Body = strings.Repeat("x", 256<<10) }, 413},
		"no route":   {func(e *Event) { e.RouteKey = "" }, 400},
	} {
		executor := &script{}
		response := ask(t, Config{Executor: executor}, test.change)
		if response.StatusCode != test.status || !strings.Contains(response.Body, `"message"`) || executor.machine != "" {
			t.Errorf("%s: %+v", name, response)
		}
	}
}

func TestDeadline(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	result, err := New(Config{Executor: &script{waits: true}}).Invoke(ctx, event(func(*Event) {}))
	if err != nil || !strings.Contains(string(result), `"statusCode":504`) {
		t.Errorf("got %s, %v", result, err)
	}
}

func TestBasicAuthentication(t *testing.T) {
	basic := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	for value, accepted := range map[string]map[string]bool{
		`{"user":"demo","password":"d:emo"}`: {basic("demo:d:emo"): true, basic("demo:"): false, basic("demo"): false, basic("other:d:emo"): false,
			"Bearer x": false, "Basic %%": false, "": false, strings.ToLower(basic("demo:d:emo"))[:6] + basic("demo:d:emo")[6:]: true},
		`[{"user":"a","password":"1"},{"user":"b","password":"2"}]`: {basic("a:1"): true, basic("b:2"): true, basic("a:2"): false},
	} {
		environment := task.Variables(usersAre(value))
		for header, want := range accepted {
			executor := &script{execution: Execution{Status: Succeeded, Output: json.RawMessage(success)}}
			config := Config{Executor: executor, Environment: environment, Secrets: secret.Environment(environment)}
			response := ask(t, config, func(e *Event) { e.Headers = map[string]string{"Authorization": header} })
			if (response.StatusCode == 200) != want || !want && (response.StatusCode != 401 ||
				!strings.HasPrefix(response.Headers["www-authenticate"], "Basic ") || executor.machine != "") {
				t.Errorf("%s with %q: %+v", value, header, response)
			}
		}
	}
	variables := usersAre("")
	delete(variables, "STEPLOOM_SECRET_LOGIN")
	environment := task.Variables(variables)
	response := ask(t, Config{Executor: &script{}, Environment: environment, Secrets: secret.Environment(environment)}, func(e *Event) {
		e.Headers = map[string]string{"authorization": basic("a:1")}
	})
	if response.StatusCode != 500 {
		t.Errorf("a missing secret: %+v", response)
	}
}

// usersAre are the variables of an API that takes the users of a secret.
func usersAre(secret string) map[string]string {
	return map[string]string{
		access.Variable:                `{"authentications": {"users": {"kind": "basic"}}, "guards": ["users"]}`,
		access.SecretVariable("users"): "login",
		"STEPLOOM_SECRET_LOGIN":        secret,
	}
}

func FuzzEvent(f *testing.F) {
	f.Add(event(func(*Event) {}))
	f.Add(event(func(e *Event) {
		e.Headers, e.Body = map[string]string{"content-type": "multipart/form-data; boundary=b"}, "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--"
	}))
	f.Add([]byte(`{"routeKey":"GET /","headers":{"content-type":"text/xml"},"body":"<a/>"}`))
	function := New(Config{Executor: &script{execution: Execution{Status: Succeeded, Output: json.RawMessage(success)}}, Blobs: blob.Memory()})
	f.Fuzz(func(t *testing.T, payload []byte) {
		if !json.Valid(payload) {
			return
		}
		result, err := function.Invoke(context.Background(), payload)
		var response Response
		if err != nil || json.Unmarshal(result, &response) != nil || response.StatusCode < 200 {
			t.Fatalf("%s gave %s, %v", payload, result, err)
		}
	})
}
