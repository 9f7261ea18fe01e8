package local

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/functions/sql"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/shared/testserver"
)

// TestStandIns: the embedded database, filled from a script, answers what the script's own server answers to the queries that the script
// ends with.
func TestStandIns(t *testing.T) {
	scripts, err := filepath.Glob("testdata/standin/*.sql")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, path := range scripts {
		t.Run(filepath.Base(path), func(t *testing.T) { compareStandIn(t, path) })
	}
}

// TestDumps: the embedded database, filled from a dump of a server, answers what the server answers.
func TestDumps(t *testing.T) {
	for _, name := range []string{"schemas.postgres.sql", "types.postgres.sql", "dump.postgres.sql", "schemas.mariadb.sql", "dump.mariadb.sql"} {
		t.Run(name, func(t *testing.T) {
			content, err := os.ReadFile(filepath.Join("testdata/standin", name))
			if err != nil {
				t.Fatal(err)
			}
			script, queries := withQueries(string(content))
			address := serverOf(t, name)
			fillServer(t, address, name, script)
			embedded, err := Embed(t.Context(), filepath.Join(t.TempDir(), "db"), folderWith(t, "a.sql", dump(t, address)), address)
			if err != nil {
				t.Fatal(err)
			}
			compareQueries(t, queries, functionOver(address), functionOver(embedded.URL()))
		})
	}
}

// dump is what the server's own tool writes of a database.
func dump(t *testing.T, address string) string {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	tool := exec.Command(testserver.Tool(t, "pg_dump"), "--dbname="+address)
	if parsed.Scheme == "mariadb" {
		tool = exec.Command(testserver.Tool(t, "mariadb-dump"), "--no-defaults", "--host="+parsed.Hostname(), "--port="+parsed.Port(),
			"--user="+testserver.User, "--password="+testserver.Password, strings.Trim(parsed.Path, "/"))
	}
	output, err := tool.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(output)
}

func serverOf(t *testing.T, script string) string {
	t.Helper()
	if strings.HasSuffix(script, ".mariadb.sql") {
		return servers.MariaDB(t)
	}
	return servers.Postgres(t)
}

func compareQueries(t *testing.T, queries []string, server, standIn task.Function) {
	t.Helper()
	for _, query := range queries {
		if diff := cmp.Diff(answerOf(t, server, query), answerOf(t, standIn, query)); diff != "" {
			t.Errorf("%s: -server +stand-in\n%s", query, diff)
		}
	}
}

func compareStandIn(t *testing.T, path string) {
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	script, queries := withQueries(string(content))
	address := serverOf(t, path)
	fillServer(t, address, path, script)
	embedded, err := Embed(t.Context(), filepath.Join(t.TempDir(), "db"), folderWith(t, "a.sql", script), address)
	if err != nil {
		t.Fatal(err)
	}
	compareQueries(t, queries, functionOver(address), functionOver(embedded.URL()))
}

// withQueries cuts a script into what comes before the comments at its end, and the queries that these are.
func withQueries(text string) (script string, queries []string) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	end := len(lines)
	for end > 0 && strings.HasPrefix(lines[end-1], "-- ") {
		end--
	}
	for _, line := range lines[end:] {
		queries = append(queries, strings.TrimPrefix(line, "-- "))
	}
	return strings.Join(lines[:end], "\n") + "\n", queries
}

func folderWith(t *testing.T, name, content string) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return folder
}

func functionOver(address string) task.Function {
	return sql.New(sql.Config{Environment: task.Variables(map[string]string{sql.Variable("db"): address}), SQLite: openSQLite})
}

// fillServer runs a script on its own server with the server's own client.
func fillServer(t *testing.T, address, path, script string) {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	var client *exec.Cmd
	if parsed.Scheme == "mariadb" {
		client = exec.Command(testserver.Tool(t, "mariadb"), "--no-defaults", "--host="+parsed.Hostname(), "--port="+parsed.Port(),
			"--user="+testserver.User, "--password="+testserver.Password, "--default-character-set=utf8mb4", strings.Trim(parsed.Path, "/"))
	} else {
		client = exec.Command(testserver.Tool(t, "psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname="+address)
	}
	client.Stdin = strings.NewReader(script)
	if output, err := client.CombinedOutput(); err != nil {
		t.Fatalf("the server refuses %s: %v\n%s", path, err, output)
	}
}

// answerOf gives the rows of a query, those of a write without what only one of the engines adds.
func answerOf(t *testing.T, f task.Function, query string) any {
	t.Helper()
	payload, err := json.Marshal(sql.Request{Datasource: "db", Statements: []sql.Statement{{SQL: query}}})
	if err != nil {
		t.Fatal(err)
	}
	result, err := f.Invoke(t.Context(), payload)
	if err != nil {
		return err.Error()
	}
	var answer struct {
		Rows     any
		Affected int
	}
	if err := json.Unmarshal(result, &answer); err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(query, "INSERT") && !strings.Contains(query, "RETURNING") {
		answer.Rows = nil
	}
	return answer
}
