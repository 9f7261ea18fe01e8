package functions_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"

	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/shared/task"
)

const page = "../docs/functions.md"

var update = flag.Bool("update", false, "write the tables of docs/functions.md")

// TestDocumentation keeps the tables of the page equal to those of the code.
func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	want := string(text)
	for name, table := range map[string]string{"functions": functionTable(), "errors": errorTable(task.Errors()), "lambda errors": errorTable(task.LambdaErrors()), "variables": variableTable()} {
		section := regexp.MustCompile(`(?s)(<!-- ` + name + `: [^\n]*-->\n).*?(<!-- end -->)`)
		if !section.MatchString(want) {
			t.Fatalf("%s has no place for the %s", page, name)
		}
		want = section.ReplaceAllString(want, "${1}"+strings.ReplaceAll(table, "$", "$$")+"${2}")
	}
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("%s is stale; go test ./functions -run Documentation -update writes it:\n%s", page, diff)
	}
}

// TestFieldsAreDocumented finds every field of a function's request and answer in the function's section of the page.
func TestFieldsAreDocumented(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range functions.Rows() {
		_, section, _ := strings.Cut(string(text), "\n## "+row.Name+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		for _, field := range slices.Concat(row.Request, row.Answer) {
			name := field.Name[strings.LastIndexByte(field.Name, '.')+1:]
			if name != "*" && !strings.Contains(section, "`"+name+"`") && !strings.Contains(section, `"`+name+`"`) {
				t.Errorf("%s: %s is not in the section ## %s", page, field.Name, row.Name)
			}
		}
	}
}

func functionTable() string {
	table := "| function | what it does | memory | time limit |\n|---|---|---|---|\n"
	for _, row := range functions.Rows() {
		table += fmt.Sprintf("| [%s](#%s) | %s | %d MiB | %.0f s |\n", row.Name, row.Name, row.Doc, row.Memory, row.Timeout.Seconds())
	}
	return table
}

func errorTable(rows []task.ErrorRow) string {
	table := "| name | meaning | detail | may pass |\n|---|---|---|---|\n"
	for _, row := range rows {
		passes := ""
		if row.Retryable {
			passes = "yes"
		}
		table += fmt.Sprintf("| `%s` | %s | %s | %s |\n", row.Name, row.Meaning, row.Detail, passes)
	}
	return table
}

func variableTable() string {
	table := "| variable | function | meaning |\n|---|---|---|\n"
	for _, row := range functions.Rows() {
		for _, variable := range row.Variables {
			table += fmt.Sprintf("| `%s` | %s | %s |\n", variable.Name, row.Name, variable.Doc)
		}
	}
	return table
}

// example is a request of the page and what follows it.
type example struct {
	function, request string
	failure           string // name of the error; "" for a response
	want              string
}

var fence = regexp.MustCompile("(?s)```json request=(\\w+)\n(.*?)```\n```json (?:response|error=(\\S+))\n(.*?)```")

func examples(t *testing.T) []example {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var all []example
	for _, match := range fence.FindAllStringSubmatch(string(text), -1) {
		all = append(all, example{match[1], match[2], match[3], match[4]})
	}
	if requests := bytes.Count(text, []byte("```json request=")); len(all) != requests {
		t.Fatalf("%d of %d requests have a response", len(all), requests)
	}
	return all
}

// TestExamples runs the page's examples, in order, against a stub of their service and an embedded database.
func TestExamples(t *testing.T) {
	stub := httptest.NewServer(http.HandlerFunc(items))
	defer stub.Close()
	file := filepath.Join(t.TempDir(), "shop.db")
	environment := task.Variables(map[string]string{"STEPLOOM_DATASOURCE_SHOP": "sqlite:" + file, "STEPLOOM_DATASOURCE_INBOX": "file://" + t.TempDir()})
	open := func(name string) (*sql.DB, error) { return sql.Open("sqlite", name) }
	all := map[string]task.Function{}
	for _, function := range functions.All(environment, functions.Services{
		Endpoints: []task.Endpoint{{From: "api.example.com", To: stub.URL}}, SQLite: open, Folders: true,
	}) {
		all[function.Name] = function
	}
	schema := `{"datasource":"shop","statements":[{"sql":"CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price DECIMAL(8,2))"}]}`
	if _, err := all["sql"].Invoke(context.Background(), []byte(schema)); err != nil {
		t.Fatal(err)
	}
	for _, example := range examples(t) {
		result, err := all[example.function].Invoke(context.Background(), []byte(example.request))
		if err != nil {
			var failure *task.Error
			if !errors.As(err, &failure) || failure.Name != example.failure {
				t.Errorf("%s%v", example.request, err)
				continue
			}
			result, _ = json.Marshal(failure.Detail)
		}
		if diff := cmp.Diff(value(t, example.want), value(t, string(result))); diff != "" {
			t.Errorf("%s%s", example.request, diff)
		}
	}
}

// items is the service of the examples.
func items(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header()["Date"] = nil
	if r.Method == http.MethodPost && r.URL.RawQuery == "dry=true" {
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, `{"id": 7, "name": "pen"}`)
		return
	}
	if r.URL.Path == "/busy" {
		w.Header().Set("Retry-After", "4")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNotFound)
	fmt.Fprintf(w, `{"message": "no item %s"}`, filepath.Base(r.URL.Path))
}

// value reads a JSON text; content-length, which the page leaves out, is taken from headers.
func value(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if object, ok := v.(map[string]any); ok {
		if headers, ok := object["headers"].(map[string]any); ok {
			delete(headers, "content-length")
		}
	}
	return v
}
