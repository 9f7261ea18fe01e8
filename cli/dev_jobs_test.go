package cli_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/steploom/steploom/internal/jobapi"
)

// receiver is a service that notes what it is sent.
type receiver struct {
	*httptest.Server
	mutex sync.Mutex
	got   []string
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.mutex.Lock()
		defer r.mutex.Unlock()
		r.got = append(r.got, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", request.Method, request.URL, body, request.Header.Get("Authorization"))))
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) all() []string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.Clone(r.got)
}

// await waits for a number of requests.
func (r *receiver) await(t *testing.T, number int) []string {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); len(r.all()) < number; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d requests came: %q", len(r.all()), number, r.all())
		}
	}
	return r.all()
}

// project writes the files of a project.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// peopleJob is a job that posts the records of a topic.
func peopleJob(id, url, more string) string {
	return fmt.Sprintf(`{"id": %q, "owner": "me", "type": "POST", "topic": ["people"], "datamap": {"id": "$.msg.id"}, "url": %q, "json_body": ["id"]%s}`, id, url, more)
}

func (d *development) ask(t testing.TB, request jobapi.Request) jobapi.Answer {
	t.Helper()
	call, err := http.NewRequest(request.Method, d.url+request.Target, strings.NewReader(request.Body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range request.Header {
		call.Header.Set(name, value)
	}
	got, err := http.DefaultClient.Do(call)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	answer := jobapi.Answer{Status: got.StatusCode, Body: string(body), Header: map[string]string{}}
	for name, values := range got.Header {
		answer.Header[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return answer
}

// admin asks as who may steer jobs.
func (d *development) admin(t testing.TB, method, target, body string) jobapi.Answer {
	t.Helper()
	return d.ask(t, jobapi.Request{Method: method, Target: target, Body: body, Header: map[string]string{
		"Authorization": jobapi.Authorization(jobapi.User, jobapi.Password), "Content-Type": "application/json",
	}})
}

// TestDevJobAPI: what a client of the job API may rely on, asked of dev.
func TestDevJobAPI(t *testing.T) {
	folder := project(t, map[string]string{"jobs.json": peopleJob("first", "http://127.0.0.1:1/", `, "on_failure": "skip"`), ".env": "ADMIN_PW=" + jobapi.Password})
	d := startDev(t, folder)
	d.out.await(t, "the job API")
	if got := d.admin(t, "DELETE", "/job/first", ""); got.Status != http.StatusNoContent {
		t.Fatalf("%+v", got)
	}
	jobapi.Matrix(t, d.ask)
}

// TestDevJobs: records of a file are delivered by declared jobs and by posted ones, whose credentials outlive the run; what is stored goes before files.
func TestDevJobs(t *testing.T) {
	service := newReceiver(t)
	folder := project(t, map[string]string{
		"jobs.json": peopleJob("declared", service.URL+"/declared/{id}", `, "token": "open-door"`), ".env": "ADMIN_PW=" + jobapi.Password, "topics/people.jsonl": "{\"id\": 1}\n{\"id\": 2}\n",
	})
	d := startDev(t, folder)
	want := []string{`POST /declared/1 {"id": 1} access_token open-door`, `POST /declared/2 {"id": 2} access_token open-door`}
	if got := service.await(t, 2); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	posted := peopleJob("posted", service.URL+"/posted", `, "basic_auth": {"user": "u", "password": "p"}`)
	if got := d.admin(t, "POST", "/job/posted", posted); got.Status != http.StatusCreated || strings.Contains(got.Body, `"p"`) {
		t.Errorf("%+v", got)
	}
	want = append(want, `POST /posted {"id": 1} Basic dTpw`, `POST /posted {"id": 2} Basic dTpw`)
	if got := service.await(t, 4); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}

	change(t, filepath.Join(folder, "jobs.json"), peopleJob("declared", service.URL+"/changed", `, "token": "open-door"`))
	d.err.await(t, "job declared stays as it is stored")
	d.stop()
	if code := <-d.exit; code != 0 {
		t.Errorf("it exits with %d", code)
	}
	d.exit <- 0

	change(t, filepath.Join(folder, "topics/people.jsonl"), "{\"id\": 1}\n{\"id\": 2}\n{\"id\": 3}\n")
	d = startDev(t, folder)
	got := service.await(t, 6)[4:]
	slices.Sort(got)
	if more := []string{`POST /declared/3 {"id": 3} access_token open-door`, `POST /posted {"id": 3} Basic dTpw`}; !slices.Equal(got, more) {
		t.Errorf("after it was started again: %q, want %q", got, more)
	}
	change(t, filepath.Join(folder, "topics/people.jsonl"), "{\"id\": 1}\n{\"id\": 2}\n{\"id\": 3}\n{\"id\": 4}\n")
	d.err.await(t, "filled from people.jsonl: 1 record")
	service.await(t, 8)
	for _, path := range []string{"jobs.db", "jobs.db-wal"} {
		text, _ := os.ReadFile(filepath.Join(folder, ".steploom", path))
		if strings.Contains(string(text), "open-door") {
			t.Errorf("%s holds a credential", path)
		}
	}
}

func change(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestDevFailedJob: a record that cannot be delivered stops its job with a reason, the console tells of both, and start goes on with that record.
func TestDevFailedJob(t *testing.T) {
	service := newReceiver(t)
	var mended bool
	fails := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		service.mutex.Lock()
		good := mended
		service.mutex.Unlock()
		if !good {
			http.Error(w, "no", http.StatusTeapot)
			return
		}
		service.Config.Handler.ServeHTTP(w, r)
	}))
	defer fails.Close()
	folder := project(t, map[string]string{"jobs.json": peopleJob("a", fails.URL, ""), ".env": "ADMIN_PW=" + jobapi.Password, "topics/people.jsonl": "{\"id\": 1}\n{\"id\": 2}\n"})
	d := startDev(t, folder)
	d.out.await(t, "job a: failed: record people-0-0-0: Http.Status.418")
	var status struct {
		State, Reason string
		Behind        int
	}
	got := d.admin(t, "GET", "/job/a/status", "")
	if err := json.Unmarshal([]byte(got.Body), &status); err != nil || status.State != "failed" || !strings.Contains(status.Reason, "418") || status.Behind != 2 {
		t.Errorf("%s, %v", got.Body, err)
	}
	service.mutex.Lock()
	mended = true
	service.mutex.Unlock()
	if got := d.admin(t, "POST", "/job/a/start", ""); got.Status != http.StatusOK {
		t.Errorf("%+v", got)
	}
	if got := service.await(t, 2); !slices.Equal(got, []string{`POST / {"id": 1}`, `POST / {"id": 2}`}) {
		t.Errorf("%q", got)
	}
}

// TestDevTellsOfNewJobs: a reload says which jobs there are now that the files had not.
func TestDevTellsOfNewJobs(t *testing.T) {
	folder := project(t, map[string]string{"a.json": peopleJob("first", "http://127.0.0.1:1/", `, "on_failure": "skip"`), ".env": "ADMIN_PW=" + jobapi.Password})
	d := startDev(t, folder)
	d.out.await(t, "the job API")
	if err := os.WriteFile(filepath.Join(folder, "b.json"), []byte(peopleJob("second", "http://127.0.0.1:1/", "")), 0o600); err != nil {
		t.Fatal(err)
	}
	d.out.await(t, "reloaded: 2 jobs\n  new: job second\n")
}

// TestDevTwice: a second dev of a folder, whose embedded broker the first one has, says at once why it serves nothing, and to each request.
func TestDevTwice(t *testing.T) {
	folder := project(t, map[string]string{"jobs/job.json": `{"id": "one", "owner": "o", "type": "POST", "topic": ["t"], "datamap": {"id": "$.msg.id"}, "url": "http://127.0.0.1:1/{id}"}`})
	first := startDev(t, filepath.Join(folder, "jobs"))
	first.out.await(t, "job one: reading")
	second := startDev(t, filepath.Join(folder, "jobs"))
	second.err.await(t, "has the embedded broker in ")
	second.err.await(t, "requests are answered with 503 until this is mended")
	if got := second.call(t, "GET", "/jobs", "").want(t, 503); !strings.Contains(got.text, "the workflow does not run yet: another process") || !json.Valid([]byte(got.text)) {
		t.Error(got.text)
	}
}
