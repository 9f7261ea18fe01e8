package local_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/shared/task"
)

// Two workflows on one database: one that cannot end in its time, and one that counts what is there.
const (
	endless = `osop_version: "2.0"
id: fill
timeout_sec: 1
triggers: [{type: webhook, config: {method: POST, path: /fill}}]
nodes:
  - {id: few, type: db, runtime: {engine: sqlite, connection: "CONNECTION", query: "INSERT INTO t VALUES (1)"}}
  - {id: many, type: db, runtime: {engine: sqlite, connection: "CONNECTION", query: "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"}}
  - {id: last, type: db, runtime: {engine: sqlite, connection: "CONNECTION", query: "INSERT INTO t VALUES (2)"}}
edges: [{from: few, to: many}, {from: many, to: last}]
`
	counting = `osop_version: "2.0"
id: count
triggers: [{type: webhook, config: {method: GET, path: /count}}]
nodes:
  - {id: made, type: db, runtime: {engine: sqlite, connection: "CONNECTION", query: "CREATE TABLE IF NOT EXISTS t (i INTEGER)"}}
  - {id: rows, type: db, runtime: {engine: sqlite, connection: "CONNECTION", query: "SELECT count(*) AS n FROM t"}, outputs: [rows]}
edges: [{from: made, to: rows}]
`
)

// TestAnOperationEndsWithItsCaller: time runs out in the middle of a statement. The caller has 504 and a request id, the statement is rolled back, and
// no later step runs.
func TestAnOperationEndsWithItsCaller(t *testing.T) {
	connection := "jdbc:sqlite:" + filepath.ToSlash(filepath.Join(t.TempDir(), "t.db"))
	var files source.Files
	for name, text := range map[string]string{"fill": endless, "count": counting} {
		files = append(files, source.File{Path: name + ".osop.yaml", Bytes: []byte(strings.ReplaceAll(text, "CONNECTION", connection))})
	}
	output, list := compiler.Compile(files, compiler.Options{})
	if list.HasErrors() {
		t.Fatal(list)
	}
	for _, machine := range output.Machines {
		if limit := machine.Definition.TimeoutSeconds; limit <= 0 || limit > task.RequestSeconds || api.TimeLimit.Seconds() <= float64(limit) {
			t.Errorf("%s ends after %d s", machine.Operation, limit)
		}
	}
	service, err := local.NewService(t.Context(), local.Project{Root: t.TempDir()}, output, local.Settings{Environment: task.Variables(nil)})
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan local.Served, 3)
	server := httptest.NewServer(service.Handler(func(s local.Served) { told <- s }))
	t.Cleanup(func() { server.Close(); service.Close() })
	counted := func() float64 {
		status, body := ask(t, http.MethodGet, server.URL+"/count")
		<-told
		rows, _ := body["rows"].([]any)
		if status != 200 || len(rows) != 1 {
			t.Fatalf("%d %v", status, body)
		}
		return rows[0].(map[string]any)["n"].(float64)
	}
	if n := counted(); n != 0 {
		t.Fatalf("%v rows at the beginning", n)
	}
	status, body := ask(t, http.MethodPost, server.URL+"/fill")
	if status != http.StatusGatewayTimeout || body["message"] != "Gateway Timeout" || body["requestId"] == "" || len(body) != 2 {
		t.Errorf("%d %v", status, body)
	}
	if failure := (<-told).Failure; failure == nil || failure.Status != api.TimedOut || failure.Step != "many" {
		t.Errorf("%+v", failure)
	}
	if n := counted(); n != 1 {
		t.Errorf("%v rows, want the one of the step before", n)
	}
}

func ask(t *testing.T, method, url string) (status int, body map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, body
}
