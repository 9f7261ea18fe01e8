package osop_test

import (
	"database/sql"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/shared/testserver"
	"github.com/steploom/steploom/statemachine/engine"
)

var servers testserver.Set

func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }

// service stands for api.service.com: tokens, records, a batch update and its status. Tokens are refused after refusals.
type service struct {
	mutex    sync.Mutex
	log      []string
	tokens   int
	records  int  // calls so far
	refuse   int  // how many PATCHes are answered 401
	sent     any  // body of the last PATCH
	badToken bool // a request carried a token that is not the newest
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.log = append(s.log, r.Method+" "+r.URL.Path)
	w.Header().Set("Content-Type", "application/json")
	reply := func(status int, body any) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
	if r.URL.Path == "/oauth/token" {
		id := r.FormValue("client_id")
		if r.FormValue("grant_type") != "client_credentials" || id != "batch" || r.FormValue("client_secret") != "s3cret" {
			reply(401, map[string]string{"error": "invalid_client"})
			return
		}
		s.tokens++
		reply(200, map[string]any{"access_token": s.token(), "token_type": "Bearer", "expires_in": 3600})
		return
	}
	s.badToken = s.badToken || r.Header.Get("Authorization") != "Bearer "+s.token()
	switch r.Method + " " + r.URL.Path {
	case "GET /api/v2/records":
		if s.records++; s.records == 1 {
			reply(503, map[string]string{"message": "warming up"})
			return
		}
		reply(200, []map[string]any{
			{"id": 1, "status": "pending", "age_days": 45}, {"id": 2, "status": "done", "age_days": 90},
			{"id": 3, "status": "pending", "age_days": 3}, {"id": 4, "status": "pending", "age_days": 31},
		})
	case "PATCH /api/v2/records/batch":
		if s.refuse > 0 {
			s.refuse--
			reply(401, map[string]string{"message": "token expired"})
			return
		}
		_ = json.NewDecoder(r.Body).Decode(&s.sent)
		reply(200, map[string]any{"updated": 2, "batch": "b-7"})
	case "GET /api/v2/records/batch/status":
		reply(200, map[string]any{"verified": true})
	default:
		reply(404, nil)
	}
}

func (s *service) token() string { return strings.Repeat("t", s.tokens) }

// seed compiles the published workflow unchanged and points it to a service and a database.
func seed(t *testing.T, s *service, database string) *runner {
	t.Helper()
	path := filepath.Join("..", "..", "..", "..", "shared", "samples", "osop", "seed-rest-api-workflow.osop.yaml")
	if _, err := os.Stat(path); err != nil {
		t.Skip("shared/samples/osop/seed-rest-api-workflow.osop.yaml beside the repository is absent")
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	r := compile(t, readFile(t, path))
	r.useFunctions(map[string]string{
		task.EndpointsVariable: "https://api.service.com=" + server.URL,
		task.VariableName(task.SecretVariable, "SERVICE_CLIENT_CREDENTIALS"): `{"client_id": "batch", "client_secret": "s3cret"}`,
		task.VariableName(task.DatasourceVariable, "log_audit"):              database,
	})
	return r
}

func TestSeedRunsToTheAuditRow(t *testing.T) {
	database := servers.Postgres(t)
	s := &service{refuse: 1}
	r := seed(t, s, database)
	result := r.run(decoded(t, "{}"))
	if result.Status != engine.Succeeded {
		t.Fatalf("%s %s: %s", result.Status, result.Error, result.Cause)
	}
	want := []string{
		"POST /oauth/token", "GET /api/v2/records", "GET /api/v2/records", "PATCH /api/v2/records/batch",
		"POST /oauth/token", "GET /api/v2/records", "PATCH /api/v2/records/batch", "GET /api/v2/records/batch/status",
	}
	if !slices.Equal(s.log, want) {
		t.Errorf("requests %v, want %v", s.log, want)
	}
	if s.badToken {
		t.Error("a request did not carry the newest token")
	}
	if got := encoded(t, s.sent); got != `[{"age_days":45,"id":1,"status":"pending"},{"age_days":31,"id":4,"status":"pending"}]` {
		t.Errorf("sent %s", got)
	}
	id := checkAuditRow(t, database)
	if got := encoded(t, result.Output); got != `{"audit_id":"`+id+`"}` {
		t.Errorf("output %s, the row is %s", got, id)
	}
}

// checkAuditRow demands exactly one audit row and gives its id.
func checkAuditRow(t *testing.T, database string) string {
	t.Helper()
	db, err := sql.Open("pgx", database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var rows int
	var id, workflow, node, updated, verified, execution string
	query := `SELECT count(*) OVER (), id, workflow, node, execution, record->'update_response'->>'updated', record->'verification_result'->>'verified' FROM log_audit`
	if err := db.QueryRow(query).Scan(&rows, &id, &workflow, &node, &execution, &updated, &verified); err != nil {
		t.Fatal(err)
	}
	if rows != 1 || workflow != "rest-api-workflow" || node != "log_audit" || updated != "2" || verified != "true" || !strings.HasSuffix(execution, ":run-1") {
		t.Errorf("%d rows: %s %s %s %s %s", rows, workflow, node, execution, updated, verified)
	}
	return id
}

func TestSeedEndsWhenTheServiceNeverStopsRefusing(t *testing.T) {
	s := &service{refuse: 1000}
	result := seed(t, s, "sqlite::memory:").run(decoded(t, "{}"))
	if result.Status != "FAILED" || result.Error != "Http.Status.401" || !strings.Contains(result.Cause, "401") {
		t.Errorf("%s %s: %s", result.Status, result.Error, result.Cause)
	}
	patches := 0
	for _, request := range s.log {
		if strings.HasPrefix(request, "PATCH") {
			patches++
		}
	}
	if patches != 4 || s.tokens != 4 {
		t.Errorf("%d PATCHes and %d tokens, want 4 of each: the edge back is taken three times, a 401 is not retried", patches, s.tokens)
	}
}

func TestNoSecretStandsInTheDefinition(t *testing.T) {
	r := seed(t, &service{}, "sqlite::memory:")
	for path, content := range r.output.Files {
		if strings.Contains(string(content), "s3cret") {
			t.Errorf("%s holds the secret", path)
		}
	}
}
