package local_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/statemachine/jsonata"
)

const failingOperations = `datasources:
  db: {type: db, url: 'jdbc:postgresql://h/d'}
  web: {type: api}
operations:
  'get /sql':
    fulfillments:
      - name: rows
        type: read
        datasource: db
        instructions:
          - {if: PARAM(x) == TEXT("none"), sql: {query: SELECT 1}}
          - sql: {query: 'SELECT nope FROM nothing'}
    responses: [{name: ok, statuscode: 200, default: true, schema: {x: 'VALUE(rows, $)'}}]
  'get /loop':
    fulfillments:
      - name: each
        type: loop
        loop: LIST(3)
        fulfillments:
          - name: inner
            type: read
            datasource: db
            instructions:
              - sql: {query: 'SELECT nope FROM nothing'}
    responses: [{name: ok, statuscode: 204, default: true}]
  'get /http':
    fulfillments:
      - name: call
        type: read
        datasource: web
        instructions:
          - request: {url: 'http://127.0.0.1:1/x', httpType: GET}
    responses: [{name: ok, statuscode: 204, default: true}]
  'get /value':
    fulfillments:
      - name: set
        type: generic
        attributes:
          - a: JSON_FROM_STRING(PARAM(x))
    responses: [{name: ok, statuscode: 200, default: true, schema: {x: ATTRIBUTE(a)}}]
`

const failingGraphs = `osop_version: "1.0"
id: outer
name: outer
triggers:
  - {type: webhook, config: {method: GET, path: /outer}}
nodes:
  - id: sub
    type: system
    workflow_ref: inner
edges: []
` + "\x00" + `osop_version: "1.0"
id: inner
name: inner
nodes:
  - id: first
    type: api
    runtime: {url: "SERVER/first", method: GET}
  - id: second
    type: api
    runtime: {url: "http://127.0.0.1:1/second", method: GET}
edges:
  - {from: first, to: second}
` + "\x00" + `osop_version: "1.0"
id: fan
name: fan
nodes:
  - {id: start, type: api, runtime: {url: "SERVER/start", method: GET}}
  - {id: left, type: api, runtime: {url: "SERVER/left", method: GET}}
  - {id: right, type: api, runtime: {url: "SERVER/missing", method: GET}}
  - {id: join, type: api, runtime: {url: "SERVER/join", method: GET}}
edges:
  - {from: start, to: left, mode: parallel}
  - {from: start, to: right, mode: parallel}
  - {from: left, to: join}
  - {from: right, to: join}
` + "\x00" + `osop_version: "1.0"
id: nightly
name: nightly
nodes:
  - {id: sub, type: system, workflow_ref: inner}
edges: []
`

// TestFailuresSayWhere: a failure names the author's operation, step, file and line, and says once what is wrong.
func TestFailuresSayWhere(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/missing" {
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	operations := serviceOf(t, source.Files{{Path: "specs/a.yaml", Bytes: []byte(failingOperations)}})
	var graphs source.Files
	for i, text := range strings.Split(strings.ReplaceAll(failingGraphs, "SERVER", server.URL), "\x00") {
		graphs = append(graphs, source.File{Path: []string{"outer.osop.yaml", "inner.osop.yaml", "fan.osop.yaml", "nightly.osop.yaml"}[i], Bytes: []byte(text)})
	}
	processes := serviceOf(t, graphs)
	for _, test := range []struct {
		service                *local.Service
		operation, name, where string
	}{
		{operations, "GET /sql", "Sql.Syntax", `GET /sql, step "rows 2", a.yaml:12`},
		{operations, "GET /loop", "Sql.Syntax", `GET /loop, step "inner", a.yaml:24`},
		{operations, "GET /http", "Http.Connect", `GET /http, step "call", a.yaml:32`},
		{operations, "GET /value", "States.QueryEvaluationError", `GET /value, step "set: attributes", a.yaml:39`},
		{processes, "GET /outer", "Http.Connect", `inner, step "second", inner.osop.yaml:8`},
		{processes, "inner", "Http.Connect", `inner, step "second", inner.osop.yaml:8`},
		{processes, "nightly", "Http.Connect", `inner, step "second", inner.osop.yaml:8`},
		{processes, "fan", "Http.Status.404", `fan, step "right", fan.osop.yaml:7`},
	} {
		input := jsonata.NewObject()
		param := jsonata.NewObject()
		param.Set("x", "abc")
		input.Set("param", param)
		ended, err := test.service.Run(t.Context(), test.operation, input, nil)
		if err != nil || ended.Failure == nil {
			t.Errorf("%s: %+v, %v", test.operation, ended, err)
			continue
		}
		failure := ended.Failure
		if failure.Error.Name != test.name || failure.Where() != test.where {
			t.Errorf("%s: %s at %s\nwant %s at %s", test.operation, failure.Error.Name, failure.Where(), test.name, test.where)
		}
		if message := failure.Error.Message; message == "" || strings.ContainsAny(message, "{}\\") || strings.Contains(message, "JSONata expression") {
			t.Errorf("%s: %s", test.operation, message)
		}
	}
}

// TestFailuresOfRequests: the console learns where, the caller nothing.
func TestFailuresOfRequests(t *testing.T) {
	service := serviceOf(t, source.Files{{Path: "a.yaml", Bytes: []byte(failingOperations)}})
	var mutex sync.Mutex
	var told []*local.Failure
	handler := service.Handler(func(s local.Served) {
		mutex.Lock()
		defer mutex.Unlock()
		told = append(told, s.Failure)
	})
	response := httptest.NewRecorder()
	handler.ServeHTTP(response, httptest.NewRequest("GET", "/http", nil))
	if body := response.Body.String(); response.Code != 500 || strings.Contains(body, "Connect") || strings.Contains(body, "yaml") {
		t.Errorf("%d %s", response.Code, body)
	}
	if len(told) != 1 || told[0].Where() != `GET /http, step "call", a.yaml:32` || told[0].Error.Name != "Http.Connect" {
		t.Errorf("got %+v", told)
	}
}

func serviceOf(t *testing.T, files source.Files) *local.Service {
	t.Helper()
	output, list := compiler.Compile(files, compiler.Options{})
	if list.HasErrors() {
		t.Fatal(list)
	}
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "db"), 0o755); err != nil {
		t.Fatal(err)
	}
	service, err := local.NewService(t.Context(), local.Project{Root: root, Specs: root}, output, local.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return service
}
