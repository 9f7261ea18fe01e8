package cli_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/cli"
)

const masonWorkflow = `name: publish all
scope: workspace
workspace_id: 0b5f3f5e-8f0e-4d0a-9a4e-0d6c1f2a7b11
default_retry: {total: 5, backoff_factor: 0.1, status_forcelist: [429, 503], allowed_methods: null}
steps:
  - name: auth
    output: "{{ {'session': CURRENT_STEP.response.session, 'status': CURRENT_STEP.response.status_code, 'raw': CURRENT_STEP.response.text[:11], 'access_token': CURRENT_STEP.response.session} }}"
    apispec:
      url: "{{ SYSTEM_APIS.credentials }}/session"
      method: POST
      headers: {Authorization: "Bearer {{ USER.token }}", X-User: "{{ USER.userid }}"}
      json_body: {token: "{{ USER.token }}", workspace: "{{ USER.workspace_id|upper }}"}
  - name: articles
    apispec:
      url: "{{ SYSTEM_APIS.articles }}/articles"
      method: get
      params: {session: "{{ auth.session }}"}
  - name: posts
    input: "{{ articles.due }}"
    concurrency: 10
    apispec:
      url: "{{ SYSTEM_APIS.articles }}/posts/{{ CURRENT_STEP.input.id }}"
      method: put
      json_body: {title: "{{ CURRENT_STEP.input.title }}"}
`

// platform is what the workflow calls. It sends back what it is sent, and is busy for a while.
type platform struct {
	mutex   sync.Mutex
	busy    time.Time
	most    int // requests at once
	now     int
	refused int
	posted  map[string]string
	session string
}

func (p *platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.mutex.Lock()
	p.now++
	p.most = max(p.most, p.now)
	busy := strings.HasPrefix(r.URL.Path, "/posts/") && time.Now().Before(p.busy)
	p.mutex.Unlock()
	defer func() {
		p.mutex.Lock()
		p.now--
		p.mutex.Unlock()
	}()
	w.Header().Set("Content-Type", "application/json")
	switch {
	case busy:
		p.mutex.Lock()
		p.refused++
		p.mutex.Unlock()
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
	case r.URL.Path == "/session":
		p.session = string(body)
		fmt.Fprintf(w, `{"session": "s1", "echo": %q, "body": %q}`, r.Header.Get("Authorization"), body)
	case r.URL.Path == "/articles":
		var items []map[string]any
		for i := range 50 {
			items = append(items, map[string]any{"id": i, "title": fmt.Sprintf(`"T%d" é`, i)})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"due": items, "session": r.URL.Query().Get("session")})
	default:
		time.Sleep(5 * time.Millisecond)
		p.mutex.Lock()
		p.posted[strings.TrimPrefix(r.URL.Path, "/posts/")] = string(body)
		p.mutex.Unlock()
		fmt.Fprintf(w, `{"path": %q}`, r.URL.Path)
	}
}

// TestDevMason runs a workflow of fifty requests, ten at once, against a server that is busy at first. The caller's token is sent, and is nowhere else.
func TestDevMason(t *testing.T) {
	p := &platform{busy: time.Now().Add(2 * time.Second), posted: map[string]string{}}
	server := httptest.NewServer(p)
	defer server.Close()
	folder := filepath.Join(t.TempDir(), "publisher")
	write := func(name, text string) {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		} else if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("publish.yaml", masonWorkflow)
	write("steploom.yaml", "system_apis: {credentials: https://credentials.example, articles: https://articles.example}\n")
	endpoints := []string{"--endpoint", "https://credentials.example=" + server.URL, "--endpoint", "https://articles.example=" + server.URL}
	const token = "tok<en>-of-ada"
	user := `{"userid": "ada", "workspace_id": "0b5f3f5e-8f0e-4d0a-9a4e-0d6c1f2a7b11", "token": "` + token + `"}`
	d := startDev(t, append([]string{folder, "--user", user}, endpoints...)...)
	started := d.call(t, "POST", "/workflows/publish-all", "{}")
	started.want(t, http.StatusAccepted)
	location := started.header.Get("Location")
	var answer struct {
		Status string
		Body   map[string]any
	}
	for range 200 {
		got := d.call(t, "GET", location, "")
		answer.Status = decode[map[string]any](t, got)["status"].(string)
		if answer.Status != "RUNNING" {
			answer.Body = decode[map[string]any](t, got)
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := json.Marshal(answer.Body)
	if answer.Status != "SUCCEEDED" {
		t.Fatalf("%s: %s", answer.Status, text)
	}
	if p.session != `{"token": "tok<en>-of-ada", "workspace": "0B5F3F5E-8F0E-4D0A-9A4E-0D6C1F2A7B11"}` {
		t.Errorf("session was asked for with %s", p.session)
	}
	if raw := answer.Body["answer"]; raw == nil || !strings.Contains(string(text), `"raw":"{\"session\":"`) {
		t.Errorf("the text of the response: %s", text)
	}
	if len(p.posted) != 50 || p.posted["7"] != `{"title": "\"T7\" \u00e9"}` {
		t.Errorf("%d posts, 7: %s", len(p.posted), p.posted["7"])
	}
	if p.refused == 0 || p.most > 10 || p.most < 2 {
		t.Errorf("%d refused, %d at once", p.refused, p.most)
	}
	for _, hidden := range []string{"tok<", `tok\u003c`, "access_token"} {
		for what, written := range map[string]string{"answer": string(text), "out": d.out.String(), "log": d.err.String()} {
			if strings.Contains(written, hidden) {
				t.Errorf("%s holds %s: %s", what, hidden, written)
			}
		}
	}
	var out, errs strings.Builder
	std := cli.Std{In: strings.NewReader(""), Out: &out, Err: &errs, Lookup: noVariables, Context: t.Context()}
	args := append([]string{"run", folder, "POST /workflows/publish-all", "--trace", "--user", user}, endpoints...)
	if code := cli.Main(args, std); code != cli.ExitOK || strings.Contains(out.String()+errs.String(), "tok<") {
		t.Errorf("run ended with %d: %s%s", code, out.String(), errs.String())
	}
	other := strings.Replace(user, "0b5f", "ffff", 1)
	args[len(args)-1-len(endpoints)] = other
	out.Reset()
	if code := cli.Main(args, std); code != cli.ExitOK || !strings.Contains(out.String(), "another workspace") {
		t.Errorf("another workspace: %d %s%s", code, out.String(), errs.String())
	}
}

// TestRunPublisher runs the sample: the channels are busy at first, and what is published is told of in the end.
func TestRunPublisher(t *testing.T) {
	const folder, token = "../workflows/publisher", "token-of-ada"
	std, out, errs := capture(t)
	user := `{"userid": "ada", "workspace_id": "0b5f3f5e-8f0e-4d0a-9a4e-0d6c1f2a7b11", "token": "` + token + `"}`
	if code := cli.Main([]string{"run", folder, "POST /workflows/publisher", "--user", user}, std); code != cli.ExitOK {
		t.Fatalf("run ended with %d: %s%s", code, out, errs)
	}
	var answer struct {
		StatusCode int
		Body       struct {
			Articles, Notify map[string]any
			Publish          []struct{ ID int }
			Published        []struct{ Title string }
		}
	}
	if err := json.Unmarshal([]byte(out.String()), &answer); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	ids, titles := map[int]bool{}, map[string]bool{}
	for i, post := range answer.Body.Publish {
		ids[post.ID], titles[answer.Body.Published[i].Title] = true, true
	}
	if answer.StatusCode != http.StatusOK || len(answer.Body.Publish) != 3 || !ids[901] || !ids[902] || !ids[903] ||
		!titles["BRIDGE OPENS"] || !titles["RAIN UNTIL SUNDAY"] || answer.Body.Notify["accepted"] != true || len(answer.Body.Articles) != 1 {
		t.Errorf("%s", out)
	}
	if strings.Contains(out.String()+errs.String(), token) {
		t.Errorf("the token is written: %s%s", out, errs)
	}
}

// TestExplainTemplates: explain tells which templates function filter renders, and why.
func TestExplainTemplates(t *testing.T) {
	std, out, errs := capture(t)
	if code := cli.Main([]string{"explain", "../workflows/publisher"}, std); code != cli.ExitOK {
		t.Fatalf("explain ended with %d: %s%s", code, out, errs)
	}
	for _, want := range []string{
		"has no exact JSONata\n", "    Jinja: the filter upper has no exact JSONata\n", "    Jinja: a template with statements is rendered as a whole\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("explain does not say %q: %s", want, out)
		}
	}
}

// capture gives a program's streams and what is written to them.
func capture(t *testing.T) (std cli.Std, out, errs *strings.Builder) {
	out, errs = &strings.Builder{}, &strings.Builder{}
	return cli.Std{In: strings.NewReader(""), Out: out, Err: errs, Lookup: noVariables, Context: t.Context()}, out, errs
}

const masonTexts = `name: texts
steps:
  - name: s
    apispec: {url: "http://HOST/state", method: get}
  - name: json
    apispec: {url: "http://HOST/1/{{ s.yes }}?n={{ s.n }}", method: post, json_body: '{"t": "{{ s.t }}!", "n": {{ s.n }}, "all": [{{ s.list }}, null, true]}'}
  - name: python
    apispec: {url: "http://HOST/2", method: post, json_body: "{'t': '{{ s.t }}!', 'n': {{ s.n }}, \"q\": \"it's {{ s.n }}\", 'all': ({{ s.list }}, None, True)}", headers: "{'X-T': '{{ s.n }}'}"}
  - name: statements
    apispec:
      url: "http://HOST/3"
      method: post
      json_body: '{"l": [{% for x in s.list %}{{ x|tojson }}{% if not loop.last %}, {% endif %}{% endfor %}], "b": true}'
      params: "{% if s.yes %}a=1{% endif %}"
  - name: literal
    apispec:
      url: "http://HOST/4"
      method: post
      json_body: "{% set d = {'k': s.n} %}{{ d }}"
      params: "{% if s.yes %}{'a': [1, 2]}{% endif %}"
`

// TestMasonTexts: a field that is one text is read as JSON or as a literal of Python, whatever characters the values have that stand in it.
func TestMasonTexts(t *testing.T) {
	var sent []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path != "/state" {
			sent = append(sent, strings.TrimSpace(r.URL.String()+" "+r.Header.Get("X-T")+" "+string(body)))
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"t": "a\"', 'x': \\ {}", "n": 5, "yes": true, "list": ["b\"", 2.5]}`)
	}))
	defer server.Close()
	folder := t.TempDir()
	text := strings.ReplaceAll(masonTexts, "HOST", strings.TrimPrefix(server.URL, "http://"))
	if err := os.WriteFile(filepath.Join(folder, "texts.yaml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var out, errs strings.Builder
	if code := cli.Main([]string{"run", folder, "POST /workflows/texts"}, cli.Std{Out: &out, Err: &errs, Lookup: noVariables, Context: t.Context()}); code != cli.ExitOK {
		t.Fatalf("%d: %s%s", code, out.String(), errs.String())
	}
	want := []string{
		`/1/True?n=5  {"t": "a\"', 'x': \\ {}!", "n": 5, "all": [["b\"", 2.5], null, true]}`,
		`/2 5 {"t": "a\"', 'x': \\ {}!", "n": 5, "q": "it's 5", "all": [["b\"", 2.5], null, true]}`,
		`/3?a=1  {"l": ["b\"", 2.5], "b": true}`,
		`/4?a=1&a=2  {"k": 5}`,
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
