package local

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/shared/testserver"
	"github.com/steploom/steploom/statemachine/engine"
)

// answered is what a client sees.
type answered struct {
	Status            int
	ContentType, Body string
}

// asked is a request of the comparison.
type asked struct{ method, target, body string }

func twenty() []asked {
	return []asked{
		{"GET", "/articles", ""},
		{"GET", "/articles?section=culture", ""},
		{"GET", "/articles?section=nothing", ""},
		{"GET", "/articles?limit=1", ""},
		{"GET", "/articles?limit=101", ""},
		{"GET", "/articles?limit=many", ""},
		{"GET", "/articles?section=%C3%A9t%C3%A9%20%22'%5C%2F", ""},
		{"GET", "/articles/1", ""},
		{"GET", "/articles/1?draft=true", ""},
		{"GET", "/articles/4711", ""},
		{"GET", "/articles/one", ""},
		{"POST", "/articles", `{"slug": "a-test", "title": "It's a \"test\" – ∑ \\ / \u00e9\n", "body": "…", "section": "city", "tags": ["new", "x'y"]}`},
		{"POST", "/articles", `{"slug": "a-test", "title": "again", "body": "…", "section": "city"}`},
		{"POST", "/articles", `{"slug": "no-title"}`},
		{"POST", "/articles", `{"slug": 7, "title": "t", "body": "b", "section": "s"}`},
		{"POST", "/articles", ``},
		{"POST", "/articles/import", `{"articles": [{"slug": "a-test", "title": "renamed"}, {"slug": "another", "title": "Another"}, {"slug": "never"}, {"slug": "x", "title": "X"}]}`},
		{"PUT", "/sections", `{"city": {"editor": "Ada"}, "culture": null}`},
		{"POST", "/articles/1/announce", ``},
		{"POST", "/articles/4711/announce", ``},
	}
}

// TestModesAgree sends the same requests through the functions in this process, through the deployed executables, and through the mapping
// templates of direct mode. The answers are the same to the byte.
func TestModesAgree(t *testing.T) {
	node := testserver.NodeModule(t, "velocityjs")
	newswire := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"taken": %q}`, r.URL.RawQuery)
	}))
	defer newswire.Close()
	output := sampleWithoutAuthentication(t)
	settings := func(isolation *Isolation) Settings {
		return Settings{
			Environment: task.Variables(nil), Datasources: map[string]string{"newsdb": newsroomDatabase(t)}, Isolation: isolation,
			Endpoints: []task.Endpoint{{From: "newswire.example.com", To: newswire.URL}},
		}
	}
	inProcess := answersOf(t, serviceOf(t, output, settings(nil)).Handler(nil))
	log := &kept{}
	isolated := answersOf(t, serviceOf(t, output, settings(&Isolation{Executables: built.get(t), Log: log})).Handler(nil))
	direct := answersOf(t, newDirect(t, serviceOf(t, output, settings(nil)), output, filepath.Dir(node)))
	if len(inProcess) != 20 {
		t.Fatalf("%d requests", len(inProcess))
	}
	for i, request := range twenty() {
		if diff := cmp.Diff(inProcess[i], isolated[i]); diff != "" {
			t.Errorf("%s %s: in process and isolated differ:\n%s", request.method, request.target, diff)
		}
		if diff := cmp.Diff(inProcess[i], direct[i]); diff != "" {
			t.Errorf("%s %s: in process and direct differ:\n%s", request.method, request.target, diff)
		}
		t.Logf("%d %s %s: %.100s", inProcess[i].Status, request.method, request.target, inProcess[i].Body)
	}
	if !strings.Contains(log.String(), "REPORT RequestId: ") {
		t.Errorf("the executables did not run: %s", log)
	}
	checkJoin(t, log.String())
}

// TestPasswordStaysOut writes a password into the source and searches what runs leave behind: answers, history, trace, Lambda's log, of
// executions that succeed and of some that cannot reach their database.
func TestPasswordStaysOut(t *testing.T) {
	output := sampleWithoutAuthentication(t)
	database, err := url.Parse(newsroomDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	password, given := database.User.Password()
	if !given {
		t.Fatal("the test's database takes no password")
	}
	for _, connection := range output.Workflow.Connections {
		if connection.Kind == ir.Database {
			connection.User, connection.Password = ir.Credential{Literal: database.User.Username()}, ir.Credential{Literal: password}
		}
	}
	database.User = nil
	for _, address := range []string{database.String(), "postgres://127.0.0.1:1/nowhere"} {
		for _, isolation := range []*Isolation{nil, {Executables: built.get(t)}} {
			left := &kept{}
			if isolation != nil {
				isolation.Log = left
			}
			service := serviceOf(t, output, Settings{
				Environment: task.Variables(nil), Datasources: map[string]string{"newsdb": address}, Isolation: isolation,
			})
			trace := &Trace{}
			observe := func(event engine.Event) {
				trace.Observe(event)
				text, err := json.Marshal(event)
				if err != nil {
					t.Error(err)
				}
				left.Write(text)
			}
			operation := output.Workflow.Operations[slices.IndexFunc(output.Workflow.Operations, func(o *ir.Operation) bool { return o.Name == "GET /articles" })]
			input, err := Request{}.Input(operation)
			if err != nil {
				t.Fatal(err)
			}
			result, err := service.Run(t.Context(), "GET /articles", input, observe)
			if err != nil {
				t.Fatal(err)
			}
			trace.Write(left)
			fmt.Fprintf(left, "%+v", result)
			if !strings.Contains(left.String(), "SELECT id, slug") {
				t.Fatalf("the history is not in what is searched: %s", left)
			}
			if strings.Contains(left.String(), password) {
				t.Errorf("the password is in what the run leaves behind: %s", left)
			}
		}
	}
}

// kept is text that several goroutines write.
type kept struct {
	mutex sync.Mutex
	text  strings.Builder
}

func (k *kept) Write(text []byte) (int, error) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	return k.text.Write(text)
}

func (k *kept) String() string {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	return k.text.String()
}

func sampleWithoutAuthentication(t *testing.T) compiler.Output {
	t.Helper()
	output := sampleOf(t)
	output.Workflow.Authentications, output.Workflow.Docs = nil, nil
	return output
}

func sampleOf(t *testing.T) compiler.Output {
	t.Helper()
	const folder = "../workflows/newsroom/specs"
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var files source.Files
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, source.File{Path: entry.Name(), Bytes: content})
	}
	output, list := compiler.Compile(files, compiler.Options{})
	if list.HasErrors() {
		t.Fatal(list)
	}
	return output
}

// newsroomDatabase is a database of its own with the sample's scripts.
func newsroomDatabase(t *testing.T) string {
	t.Helper()
	address := servers.Postgres(t)
	loadPostgres(t, address, "../workflows/newsroom/db/1-schema.postgres.sql", "../workflows/newsroom/db/2-data.sql")
	return address
}

func serviceOf(t *testing.T, output compiler.Output, settings Settings) *Service {
	t.Helper()
	service, err := NewService(t.Context(), Project{Root: t.TempDir()}, output, settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(service.Close)
	return service
}

// answersOf sends all requests in order.
func answersOf(t *testing.T, handler http.Handler) []answered {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	var all []answered
	for _, request := range twenty() {
		var body io.Reader
		if request.body != "" {
			body = strings.NewReader(request.body)
		}
		outgoing, err := http.NewRequestWithContext(t.Context(), request.method, server.URL+request.target, body)
		if err != nil {
			t.Fatal(err)
		}
		if request.body != "" {
			outgoing.Header.Set("Content-Type", "application/json")
		}
		answer, err := http.DefaultClient.Do(outgoing)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, answered{answer.StatusCode, answer.Header.Get("Content-Type"), string(text)})
	}
	return all
}

// direct stands for a REST API of direct mode: the generated mapping templates, rendered by velocityjs, around StartSyncExecution.
type direct struct {
	t         *testing.T
	service   *Service
	routes    Routes
	templates map[string]integration // by route
	in        io.Writer
	out       *bufio.Scanner
}

// integration is what is read of x-amazon-apigateway-integration.
type integration struct {
	Request  map[string]string `yaml:"requestTemplates"`
	Response map[string]struct {
		Templates map[string]string `yaml:"responseTemplates"`
	} `yaml:"responses"`
}

func newDirect(t *testing.T, service *Service, output compiler.Output, modules string) *direct {
	t.Helper()
	files, list := sam.Generate(output.Application("newsroom"), sam.Options{API: sam.APIDirect})
	if list.HasErrors() {
		t.Fatal(list)
	}
	var template struct {
		Resources map[string]struct {
			Properties struct {
				DefinitionBody struct {
					Paths map[string]map[string]struct {
						Integration integration `yaml:"x-amazon-apigateway-integration"`
					} `yaml:"paths"`
				} `yaml:"DefinitionBody"`
			} `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(files[sam.TemplateFile], &template); err != nil {
		t.Fatal(err)
	}
	d := &direct{t: t, service: service, routes: NewRoutes(service.Routes()), templates: map[string]integration{}}
	for path, methods := range template.Resources["Api"].Properties.DefinitionBody.Paths {
		for method, operation := range methods {
			d.templates[strings.ToUpper(method)+" "+path] = operation.Integration
		}
	}
	renderer := exec.Command("node", "../compiler/sam/testdata/velocity.js")
	renderer.Env = append(os.Environ(), testserver.NodeModulesVariable+"="+modules)
	renderer.Stderr = os.Stderr
	in, err := renderer.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := renderer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := renderer.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); renderer.Wait() })
	d.in, d.out = in, bufio.NewScanner(out)
	d.out.Buffer(nil, 1<<22)
	return d
}

// ServeHTTP does what API Gateway does around the templates. Requests come one at a time.
func (d *direct) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	route, parameters, ok := d.routes.Match(r.Method, r.URL.EscapedPath())
	if !ok {
		http.NotFound(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		d.t.Error(err)
	}
	if len(body) == 0 {
		body = []byte("{}") // what a template sees of a request without a body
	}
	_, path, _ := strings.Cut(route, " ")
	facts := map[string]string{"requestId": "r-1", "httpMethod": r.Method, "resourcePath": path}
	made := d.templates[route]
	query, header := lastOf(r.URL.Query()), lastOf(url.Values(r.Header))
	request := d.render(map[string]any{"template": made.Request["application/json"], "body": string(body), "path": parameters, "query": query, "header": header, "context": facts})
	var start struct{ StateMachineArn, Input string }
	if err := json.Unmarshal([]byte(request.Text), &start); err != nil {
		d.t.Fatalf("the request template gave %s: %v", request.Text, err)
	}
	execution, err := d.service.StartSync(context.Background(), task.MachineName(route), []byte(start.Input))
	if err != nil {
		d.t.Fatal(err)
	}
	d.answer(w, made, execution, facts)
}

func (d *direct) answer(w http.ResponseWriter, made integration, execution api.Execution, facts map[string]string) {
	outcome, err := json.Marshal(map[string]string{"status": execution.Status, "output": string(execution.Output), "error": execution.Error, "cause": execution.Cause})
	if err != nil {
		d.t.Fatal(err)
	}
	response := d.render(map[string]any{"template": made.Response["200"].Templates["application/json"], "body": string(outcome), "context": facts})
	w.Header().Set("Content-Type", "application/json")
	for name, value := range response.Header {
		w.Header().Set(name, value)
	}
	status := http.StatusOK
	if response.Status != nil {
		status = *response.Status
	}
	w.WriteHeader(status)
	io.WriteString(w, response.Text)
}

type rendered struct {
	Text   string
	Status *int
	Header map[string]string
	Error  string
}

func (d *direct) render(request map[string]any) rendered {
	line, err := json.Marshal(request)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(d.in, "%s\n", line); err != nil || !d.out.Scan() {
		d.t.Fatalf("velocityjs ended: %v", err)
	}
	var answer rendered
	if err := json.Unmarshal(d.out.Bytes(), &answer); err != nil || answer.Error != "" {
		d.t.Fatalf("velocityjs: %v %s", err, answer.Error)
	}
	return answer
}

// lastOf is what templates see of repeated values.
func lastOf(values url.Values) map[string]string {
	last := map[string]string{}
	for name, all := range values {
		last[name] = all[len(all)-1]
	}
	return last
}

func loadPostgres(t *testing.T, address string, scripts ...string) {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, path := range scripts {
		script, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), string(script)); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
}

// TestEventsAreAccepted gives the sample's generated events to the functions they are for: none is refused as malformed.
func TestEventsAreAccepted(t *testing.T) {
	output := sampleWithoutAuthentication(t)
	files, list := sam.Generate(output.Application("newsroom"), sam.Options{})
	if list.HasErrors() {
		t.Fatal(list)
	}
	service := serviceOf(t, output, Settings{Environment: task.Variables(nil), Datasources: map[string]string{"newsdb": newsroomDatabase(t)},
		Endpoints: []task.Endpoint{{From: "newswire.example.com", To: "http://127.0.0.1:1"}, {From: "example.com", To: "http://127.0.0.1:1"}}})
	for path, event := range files {
		name, isEvent := strings.CutPrefix(path, sam.EventsFolder)
		if !isEvent || path == sam.LocalFile {
			continue
		}
		if function, isFunction := strings.CutSuffix(name, "-function.json"); isFunction {
			_, err := service.functions["${"+task.Substitution(function)+"}"].Invoke(t.Context(), event)
			if errors.Is(err, &task.Error{Name: task.RequestInvalid}) {
				t.Errorf("%s: %v", path, err)
			}
			continue
		}
		answer, err := service.invokeAPI(t.Context(), event)
		if err != nil {
			t.Fatal(err)
		}
		var response struct {
			StatusCode int
			Body       string
		}
		if err := json.Unmarshal(answer, &response); err != nil || strings.Contains(response.Body, "is not an HTTP API request") || response.StatusCode == 0 {
			t.Errorf("%s: %s", path, answer)
		}
		t.Logf("%s: %d %.80s", path, response.StatusCode, response.Body)
	}
}
