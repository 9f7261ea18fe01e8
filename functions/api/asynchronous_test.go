package api

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// started is a Starter that notes executions and leaves them as they are told.
type started struct {
	mutex     sync.Mutex
	known     map[string]Execution // by machine and name
	names     []string
	err       error
	forgetful bool // Describe finds nothing
	late      int  // how often Describe finds nothing yet
}

func (s *started) Start(_ context.Context, machine, name string, input []byte) (bool, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.err != nil {
		return false, s.err
	}
	if _, taken := s.known[machine+" "+name]; taken {
		return false, nil
	}
	if s.known == nil {
		s.known = map[string]Execution{}
	}
	s.known[machine+" "+name] = Execution{Status: Running, Input: input}
	s.names = append(s.names, name)
	return true, nil
}

func (s *started) Describe(_ context.Context, machine, name string) (Execution, bool, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	found, ok := s.known[machine+" "+name]
	if s.late > 0 {
		s.late--
		return Execution{}, false, s.err
	}
	return found, ok && !s.forgetful, s.err
}

// end ends the execution that was started last.
func (s *started) end(machine string, execution Execution) {
	key := machine + " " + s.names[len(s.names)-1]
	execution.Input = s.known[key].Input
	s.known[key] = execution
}

// asynchronously is a configuration in which requests do not wait for POST /jobs and PUT /jobs/{name}.
func asynchronously(starter Starter, more map[string]string) Config {
	variables := map[string]string{AsynchronousVariable: "post-jobs,put-jobs-name"}
	for name, value := range more {
		variables[name] = value
	}
	environment := task.Variables(variables)
	return Config{Environment: environment, Starter: starter, Secrets: secret.Environment(environment), Blobs: blob.Memory()}
}

// job is a request for POST /jobs with a body and an Idempotency-Key, unless it is "".
func job(key, body string) func(*Event) {
	return func(e *Event) {
		e.RouteKey, e.RawPath, e.PathParameters, e.Body = "POST /jobs", "/jobs", nil, body
		e.RequestContext = RequestContext{RequestID: "r7", HTTP: HTTPContext{Method: "POST", Path: "/jobs"}}
		if key != "" {
			e.Headers = map[string]string{"Idempotency-Key": key}
		}
	}
}

// standingOf asks how an execution stands.
func standingOf(id string) func(*Event) {
	return func(e *Event) {
		e.RouteKey, e.RawPath, e.PathParameters = task.ExecutionRoute, "/executions/"+id, map[string]string{"id": id}
		e.RequestContext.RequestID = "r8"
	}
}

// idOf is the id in an answer 202.
func idOf(t *testing.T, response Response) string {
	t.Helper()
	var body struct{ ID string }
	if err := json.Unmarshal([]byte(response.Body), &body); err != nil || response.StatusCode != 202 {
		t.Fatalf("%+v", response)
	}
	if response.Headers["location"] != "/executions/"+body.ID || len(body.ID) > 80 {
		t.Fatalf("%+v", response)
	}
	return body.ID
}

func TestAnExecutionIsStartedAndToldOf(t *testing.T) {
	for name, test := range map[string]struct {
		ends Execution
		want string // the answer; "" while it runs
	}{
		"running": {Execution{Status: Running}, ""},
		"answered": {Execution{Status: Succeeded, Output: []byte(`{"statusCode":201,"headers":{"X-Kind":"a"},"body":{"n":12345678901234567890}}`)},
			`{"statusCode":201,"headers":{"content-type":"application/json","x-kind":"a"},"body":{"n":12345678901234567890}}`},
		"a text":           {Execution{Status: Succeeded, Output: []byte(`{"statusCode":200,"headers":{"content-type":"text/plain"},"body":"<hi>"}`)}, `{"statusCode":200,"headers":{"content-type":"text/plain"},"body":"<hi>"}`},
		"nothing":          {Execution{Status: Succeeded, Output: []byte(`{"statusCode":204}`)}, `{"statusCode":204,"headers":{},"body":null}`},
		"not an answer":    {Execution{Status: Succeeded, Output: []byte(`{"hidden": 1}`)}, `{"statusCode":500,"headers":{"content-type":"application/json"},"body":{"message":"Internal Server Error","requestId":"r7"}}`},
		"failed":           {Execution{Status: Failed, Error: "Sql.Syntax", Cause: "hidden"}, `{"statusCode":500,"headers":{"content-type":"application/json"},"body":{"message":"Internal Server Error","requestId":"r7"}}`},
		"stopped":          {Execution{Status: "ABORTED"}, `{"statusCode":500,"headers":{"content-type":"application/json"},"body":{"message":"Internal Server Error","requestId":"r7"}}`},
		"out of time":      {Execution{Status: TimedOut}, `{"statusCode":504,"headers":{"content-type":"application/json"},"body":{"message":"Gateway Timeout","requestId":"r7"}}`},
		"bytes, no object": {Execution{Status: Succeeded, Output: []byte(`7`)}, `{"statusCode":500,"headers":{"content-type":"application/json"},"body":{"message":"Internal Server Error","requestId":"r7"}}`},
	} {
		starter := &started{}
		config := asynchronously(starter, nil)
		id := idOf(t, ask(t, config, job("", `{"a":1}`)))
		starter.end("post-jobs", test.ends)
		response := ask(t, config, standingOf(id))
		want := `{"id":"` + id + `","status":"` + test.ends.Status + `"}`
		if test.want != "" {
			want = strings.TrimSuffix(want, "}") + `,"answer":` + test.want + `}`
		}
		if response.StatusCode != 200 || response.Headers["cache-control"] != "no-store" || (response.Headers["retry-after"] != "") != (test.want == "") {
			t.Errorf("%s: %+v", name, response)
		}
		if diff := cmp.Diff(want, response.Body); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestBytesAreToldInBase64: an answer that is a stored object.
func TestBytesAreToldInBase64(t *testing.T) {
	starter := &started{}
	config := asynchronously(starter, nil)
	key, err := config.Blobs.Put(t.Context(), []byte("\x89\xff"))
	if err != nil {
		t.Fatal(err)
	}
	id := idOf(t, ask(t, config, job("", "")))
	starter.end("post-jobs", Execution{Status: Succeeded, Output: []byte(`{"statusCode":200,"body":{"blob":"` + key + `","contentType":"image/png"}}`)})
	want := `"answer":{"statusCode":200,"headers":{"content-disposition":"attachment","content-type":"image/png","x-content-type-options":"nosniff"},"body":"if8=","isBase64Encoded":true}}`
	if got := ask(t, config, standingOf(id)).Body; !strings.HasSuffix(got, want) {
		t.Error(got)
	}
}

func TestRepeatedRequests(t *testing.T) {
	starter := &started{}
	config := asynchronously(starter, nil)
	first := idOf(t, ask(t, config, job("key", `{"a": 1}`)))
	for name, test := range map[string]struct {
		change func(*Event)
		status int
		same   bool
	}{
		"the same":        {job("key", `{"a": 1}`), 202, true},
		"other spaces":    {job("key", `{ "a":1}`), 202, true},
		"another request": {job("key", `{"a": 2}`), 422, false},
		"another query":   {func(e *Event) { job("key", `{"a": 1}`)(e); e.RawQueryString = "x=1" }, 422, false},
		"another key":     {job("key2", `{"a": 1}`), 202, false},
		"no key":          {job("", `{"a": 1}`), 202, false},
		"an empty key": {func(e *Event) {
			job("", "")(e)
			e.Headers = map[string]string{"idempotency-key": ""}
		}, 400, false},
		"a long key":      {job(strings.Repeat("é", 256), ""), 400, false},
		"no longer a key": {job(strings.Repeat("é", 255), ""), 202, false},
		"another route":   {func(e *Event) { job("key", `{"a": 1}`)(e); e.RouteKey = "PUT /jobs/{name}" }, 202, false},
		"other headers":   {func(e *Event) { job("key", `{"a": 1}`)(e); e.Headers["user-agent"] = "x" }, 202, true},
		"another id":      {func(e *Event) { job("key", `{"a": 1}`)(e); e.RequestContext.RequestID = "r9" }, 202, true},
	} {
		response := ask(t, config, test.change)
		if response.StatusCode != test.status || strings.Contains(response.Body, first) != test.same {
			t.Errorf("%s: %+v", name, response)
		}
	}
	starter.end("post-jobs", Execution{Status: Failed})
	if again := idOf(t, ask(t, config, job("key", `{"a": 1}`))); again != first {
		t.Error("a request that repeats one whose execution has ended starts another")
	}
}

// TestOneKeyAtOnce: of many requests with one key at once, one starts an execution.
func TestOneKeyAtOnce(t *testing.T) {
	starter := &started{}
	config := asynchronously(starter, nil)
	ids := make([]string, 50)
	var group sync.WaitGroup
	for i := range ids {
		group.Go(func() {
			result, err := New(config).Invoke(context.Background(), event(job("key", `{"a":1}`)))
			if err != nil {
				t.Error(err)
			}
			ids[i] = string(result)
		})
	}
	group.Wait()
	for _, id := range ids {
		if id != ids[0] || !strings.Contains(id, starter.names[0]) {
			t.Fatalf("%s and %s", ids[0], id)
		}
	}
	if len(starter.names) != 1 {
		t.Errorf("%d executions", len(starter.names))
	}
}

// TestUploadsAreRepeated: files are compared by their contents; where they are stored and what parts them is another matter.
func TestUploadsAreRepeated(t *testing.T) {
	upload := func(boundary, content string) func(*Event) {
		return func(e *Event) {
			job("key", "--"+boundary+"\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.bin\"\r\n\r\n"+content+"\r\n--"+boundary+"--\r\n")(e)
			e.Headers["content-type"] = "multipart/form-data; boundary=" + boundary
		}
	}
	raw := func(_, content string) func(*Event) {
		return func(e *Event) {
			job("key", content)(e)
			e.Headers["content-type"] = "application/octet-stream"
		}
	}
	for _, takes := range []string{"", "post-jobs"} {
		for name, request := range map[string]func(boundary, content string) func(*Event){"form": upload, "body": raw} {
			config := asynchronously(&started{}, map[string]string{UploadsVariable: takes})
			first := idOf(t, ask(t, config, request("b", "one")))
			if again := idOf(t, ask(t, config, request("c", "one"))); again != first {
				t.Errorf("%s: the same file starts another execution", name)
			}
			if response := ask(t, config, request("b", "two")); response.StatusCode != 422 {
				t.Errorf("%s: another file: %+v", name, response)
			}
		}
	}
}

// TestStrangersLearnNothing: an id of another caller, of another operation or of no form at all is as one that does not exist.
func TestStrangersLearnNothing(t *testing.T) {
	keys := map[string]string{KeySecretVariable: "keys", "STEPLOOM_SECRET_KEYS": `["mine", "theirs"]`}
	users := usersAre(`[{"user": "me", "password": "p"}, {"user": "you", "password": "q"}]`)
	header := func(name, value string) func(*Event) {
		return func(e *Event) { e.Headers = map[string]string{name: value} }
	}
	token := func(claims map[string]any) func(*Event) {
		return func(e *Event) { e.RequestContext.Authorizer.JWT.Claims = claims }
	}
	for name, test := range map[string]struct {
		variables    map[string]string
		owner, other func(*Event)
		otherStatus  int
	}{
		"keys":            {keys, header("x-api-key", "mine"), header("x-api-key", "theirs"), 404},
		"no key":          {keys, header("x-api-key", "mine"), header("x-api-key", "wrong"), 403},
		"users":           {users, header("authorization", "Basic bWU6cA=="), header("authorization", "Basic eW91OnE="), 404},
		"a wrong user":    {users, header("authorization", "Basic bWU6cA=="), header("authorization", "Basic bWU6eA=="), 401},
		"tokens":          {nil, token(map[string]any{"iss": "i", "sub": "me", "exp": 1}), token(map[string]any{"iss": "i", "sub": "you"}), 404},
		"a later token":   {nil, token(map[string]any{"iss": "i", "sub": "me", "exp": 1}), token(map[string]any{"iss": "i", "sub": "me", "exp": 2}), 200},
		"client tokens":   {nil, token(map[string]any{"iss": "i", "client_id": "me"}), token(map[string]any{"iss": "i", "client_id": "you"}), 404},
		"another issuer":  {nil, token(map[string]any{"iss": "i", "sub": "me"}), token(map[string]any{"iss": "j", "sub": "me"}), 404},
		"anybody may ask": {nil, func(*Event) {}, func(*Event) {}, 200},
	} {
		config := asynchronously(&started{}, test.variables)
		request := job("", "")
		id := idOf(t, ask(t, config, func(e *Event) { request(e); test.owner(e) }))
		told := ask(t, config, func(e *Event) { standingOf(id)(e); test.owner(e) })
		stranger := ask(t, config, func(e *Event) { standingOf(id)(e); test.other(e) })
		if told.StatusCode != 200 || stranger.StatusCode != test.otherStatus || test.otherStatus == 404 && stranger.Body != `{"message":"Not Found"}` {
			t.Errorf("%s: %+v, others %+v", name, told, stranger)
		}
	}
}

func TestIDsThatAreNone(t *testing.T) {
	starter := &started{}
	config := asynchronously(starter, nil)
	id := idOf(t, ask(t, config, job("", "")))
	other := owner("get-news-id", callerOf(Event{}, "", "")) + strings.Repeat("0", ownDigits)
	for _, wrong := range []string{"", "..", id + "0", id[:len(id)-1], strings.ToUpper(id), id[:len(id)-1] + "g", id[:len(id)-1] + ":", "*", other, id[:len(id)-1] + "é", newID("post-jobs", "")} {
		if wrong == id { // an id without letters
			continue
		}
		if response := ask(t, config, standingOf(wrong)); response.StatusCode != 404 {
			t.Errorf("%q: %+v", wrong, response)
		}
	}
	if response := ask(t, Config{}, standingOf(id)); response.StatusCode != 404 {
		t.Errorf("without such operations: %+v", response)
	}
}

func TestWhatCannotBeStarted(t *testing.T) {
	starter := &started{err: errors.New("hidden")}
	for name, change := range map[string]func(*Event){"start": job("", ""), "standing": standingOf(newID("post-jobs", callerOf(Event{}, "", "")))} {
		response := ask(t, asynchronously(starter, nil), change)
		if response.StatusCode != 500 || strings.Contains(response.Body, "hidden") || !strings.Contains(response.Body, "requestId") {
			t.Errorf("%s: %+v", name, response)
		}
	}
	if response := ask(t, asynchronously(starter, nil), job("", `"`+strings.Repeat("a", InputLimit)+`"`)); response.StatusCode != 413 {
		t.Errorf("too large: %+v", response)
	}
	starter = &started{}
	idOf(t, ask(t, asynchronously(starter, nil), job("key", "")))
	starter.forgetful = true
	if response := ask(t, asynchronously(starter, nil), job("key", "")); response.StatusCode != 500 {
		t.Errorf("an execution that exists and cannot be found: %+v", response)
	}
}

// TestKeyOfTheSameMoment: a request that repeats the key of one that has just begun gets its answer, also while the service does not know yet of it.
func TestKeyOfTheSameMoment(t *testing.T) {
	starter := &started{}
	config := asynchronously(starter, nil)
	first := idOf(t, ask(t, config, job("key", `{"a":1}`)))
	starter.late = describeAttempts - 1
	if second := idOf(t, ask(t, config, job("key", `{"a":1}`))); second != first {
		t.Errorf("%s, and then %s", first, second)
	}
	starter.late = 1
	if response := ask(t, config, job("key", `{"a":2}`)); response.StatusCode != 422 {
		t.Errorf("another request: %+v", response)
	}
}

// TestLocation: the address is below where the API itself was called; nothing that a caller writes leads elsewhere.
func TestLocation(t *testing.T) {
	for name, test := range map[string]struct {
		route, path string
		parameters  map[string]string
		want        string
	}{
		"plain":            {"POST /jobs", "/jobs", nil, ""},
		"a stage":          {"POST /jobs", "/v1/jobs", nil, "/v1"},
		"a deep mapping":   {"PUT /jobs/{name}", "/a/b/jobs/x", map[string]string{"name": "x"}, "/a/b"},
		"a slash inside":   {"PUT /jobs/{name}", "/v1/jobs/x/y", map[string]string{"name": "x/y"}, "/v1"},
		"encoded":          {"PUT /jobs/{name}", "/v1/jobs/x%20y", map[string]string{"name": "x y"}, ""},
		"the root":         {"POST /", "/", nil, ""},
		"a slash at end":   {"POST /jobs", "/v1/jobs/", nil, "/v1"},
		"another host":     {"POST /jobs", "//evil.example/jobs", nil, ""},
		"another host, \\": {"POST /jobs", "/\\evil.example/jobs", nil, ""},
		"no path":          {"POST /jobs", "evil/jobs", nil, ""},
	} {
		got := Event{RouteKey: test.route, RawPath: test.path, PathParameters: test.parameters}.BasePath()
		if got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
