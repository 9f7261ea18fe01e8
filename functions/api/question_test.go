package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/task"
)

// desk is an answerer for one token.
type desk struct {
	token, output, name, cause string
	done                       bool
}

func (d *desk) Answer(_ context.Context, token string, output []byte) (bool, error) {
	if token != d.token || d.done {
		return false, nil
	}
	d.output, d.done = string(output), true
	return true, nil
}

func (d *desk) Refuse(_ context.Context, token, name, cause string) (bool, error) {
	if token != d.token || d.done {
		return false, nil
	}
	d.name, d.cause, d.done = name, cause, true
	return true, nil
}

// office asks a question and answers its link.
type office struct {
	desk     *desk
	function task.Function
	link     string
}

func newOffice(t *testing.T, question string, variables map[string]string) office {
	t.Helper()
	o := office{desk: &desk{token: "t0ken"}}
	var log bytes.Buffer
	o.function = New(Config{Environment: task.Variables(variables), Answerer: o.desk, Blobs: blob.Memory(), Log: slog.New(slog.NewJSONHandler(&log, nil))})
	result, err := o.function.Invoke(context.Background(), []byte(`{"question":`+question+`}`))
	if err != nil {
		t.Fatal(err)
	}
	var answer asked
	if err := json.Unmarshal(result, &answer); err != nil {
		t.Fatal(err)
	}
	o.link = answer.Link
	if !strings.Contains(log.String(), o.link) || strings.Contains(log.String(), "t0ken") {
		t.Errorf("log: %s", log.String())
	}
	return o
}

func (o office) visit(t *testing.T, method, contentType, body string) Response {
	t.Helper()
	payload := event(func(e *Event) {
		e.RouteKey = method + " /_steploom/approve/{key}"
		e.PathParameters = map[string]string{"key": o.link[strings.LastIndexByte(o.link, '/')+1:]}
		e.RequestContext.HTTP.Method = method
		e.Headers, e.Body = map[string]string{"content-type": contentType}, body
	})
	result, err := o.function.Invoke(context.Background(), payload)
	if err != nil {
		t.Fatal(err)
	}
	var response Response
	if err := json.Unmarshal(result, &response); err != nil {
		t.Fatal(err)
	}
	return response
}

const form = "application/x-www-form-urlencoded"

func TestQuestionIsShownAndAnsweredOnce(t *testing.T) {
	o := newOffice(t, `{"kind":"human","workflow":"w","node":"n","title":"<Pay> it?","prompt":"Please.","inputs":{"amount":"<b>7"},
		"fields":["decision","note"],"to":["boss"],"token":"t0ken"}`, map[string]string{URLVariable: "https://api.example.com/"})
	if !strings.HasPrefix(o.link, "https://api.example.com/_steploom/approve/") {
		t.Errorf("link: %s", o.link)
	}
	shown := o.visit(t, "GET", "", "")
	for _, want := range []string{"&lt;Pay&gt; it?", "Please.", "&lt;b&gt;7", `name="note"`, `value="approved"`, `value="rejected"`} {
		if !strings.Contains(shown.Body, want) {
			t.Errorf("the page lacks %s: %s", want, shown.Body)
		}
	}
	if strings.Contains(shown.Body, "t0ken") || shown.Headers["cache-control"] != "no-store" || o.desk.done {
		t.Errorf("looking is harmless: %+v, %+v", shown, o.desk)
	}
	for _, wrong := range []string{"", "decision=maybe", "decision=approved&other=1"} {
		if response := o.visit(t, "POST", form, wrong); response.StatusCode != 400 || o.desk.done {
			t.Errorf("%q: %+v", wrong, response)
		}
	}
	if response := o.visit(t, "POST", form, "decision=approved&note=a+b&comment="); response.StatusCode != 200 {
		t.Errorf("answer: %+v", response)
	}
	if o.desk.output != `{"decision":"approved","note":"a b","comment":""}` {
		t.Errorf("answered %s", o.desk.output)
	}
	if response := o.visit(t, "POST", form, "decision=rejected"); response.StatusCode != 410 {
		t.Errorf("a second answer: %+v", response)
	}
}

func TestAnswers(t *testing.T) {
	for _, test := range []struct{ question, contentType, body, output, name string }{
		{`{"kind":"human","token":"t0ken","node":"n"}`, "application/json", `{"decision":"rejected"}`, `{"decision":"rejected"}`, ""},
		{`{"kind":"human","token":"t0ken","node":"n","options":["a","b"]}`, form, `decision=b`, `{"decision":"b"}`, ""},
		{`{"kind":"approval","token":"t0ken","node":"n"}`, form, `decision=approved`, `{"decision":"approved"}`, ""},
		{`{"kind":"approval","token":"t0ken","node":"n"}`, form, `decision=rejected&comment=no`, "", task.ApprovalRejected},
		{`{"kind":"event","token":"t0ken","node":"n"}`, "application/json", `{"x":[1]}`, `{"x":[1]}`, ""},
		{`{"kind":"event","token":"t0ken","node":"n"}`, "application/json", `[1]`, `[1]`, ""},
		{`{"kind":"event","token":"t0ken","node":"n"}`, "", ``, `{}`, ""},
	} {
		o := newOffice(t, test.question, nil)
		response := o.visit(t, "POST", test.contentType, test.body)
		if response.StatusCode != 200 || o.desk.output != test.output || o.desk.name != test.name {
			t.Errorf("%s %s: %+v, %+v", test.question, test.body, response, o.desk)
		}
		if test.name != "" && !strings.Contains(o.desk.cause, `"errorType":"Approval.Rejected"`) {
			t.Errorf("cause: %s", o.desk.cause)
		}
	}
}

func TestQuestionsAreRefused(t *testing.T) {
	f := New(Config{Blobs: blob.Memory()})
	for _, question := range []string{`{"kind":"riddle","token":"x"}`, `{"kind":"human"}`, `{"kind":"human","token":"x","nothing":1}`, `7`} {
		_, err := f.Invoke(context.Background(), []byte(`{"question":`+question+`}`))
		if e := task.AsError(err); e == nil || e.Name != task.RequestInvalid {
			t.Errorf("%s: %v", question, err)
		}
	}
	o := newOffice(t, `{"kind":"human","token":"other","node":"n"}`, nil)
	if response := o.visit(t, "POST", form, "decision=approved"); response.StatusCode != 410 {
		t.Errorf("nobody waits: %+v", response)
	}
	o.link = blob.NewKey()
	if response := o.visit(t, "GET", "", ""); response.StatusCode != 404 {
		t.Errorf("an unknown key: %+v", response)
	}
}

func TestWebhookIsTold(t *testing.T) {
	var told string
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		told = string(body)
		w.WriteHeader(status)
	}))
	defer server.Close()
	question := `{"kind":"human","workflow":"w","node":"n","title":"Pay?","to":["boss"],"token":"t0ken"}`
	o := newOffice(t, question, map[string]string{ApprovalWebhookVariable: server.URL})
	if want := `{"title":"Pay?","to":["boss"],"kind":"human","workflow":"w","node":"n","link":"` + o.link + `"}`; told != want {
		t.Errorf("told %s, want %s", told, want)
	}
	status = http.StatusInternalServerError
	_, err := o.function.Invoke(context.Background(), []byte(`{"question":`+question+`}`))
	if e := task.AsError(err); e == nil || e.Name != task.HttpConnect {
		t.Errorf("a webhook that fails: %v", err)
	}
}
