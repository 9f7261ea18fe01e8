package soak

import (
	"context"
	"database/sql"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver that looks into PostgreSQL
	_ "modernc.org/sqlite"             // and into the embedded database
)

// disturb lets things go wrong one after the other until the load is over.
func disturb(t *testing.T, s *server, behind database, folder string, over <-chan struct{}) {
	for round := 1; ; round++ {
		select {
		case <-over:
			return
		case <-time.After(400 * time.Millisecond):
		}
		switch {
		case round%8 == 0:
			s.kill()
			s.kills.Add(1)
			time.Sleep(100 * time.Millisecond)
			s.start(t)
		case round%2 == 0:
			writeWorkflow(t, folder, round)
			s.saves.Add(1)
		default:
			behind.disturb(t)
		}
	}
}

// warmUp fills pools and caches with a few hundred requests.
func warmUp(t *testing.T, s *server) {
	t.Helper()
	for range 200 {
		answer, err := http.Get(s.url() + "/entries/none")
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
}

const table = "CREATE TABLE entry (k VARCHAR(20) NOT NULL)"

// postgres is a real server's database.
type postgres struct {
	address string
	db      *sql.DB
}

func newPostgres(t *testing.T) *postgres {
	t.Helper()
	p := &postgres{address: servers.Postgres(t)}
	var err error
	if p.db, err = sql.Open("pgx", p.address); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.db.Close() })
	if _, err := p.db.Exec(table); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *postgres) prepare(t *testing.T, folder string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, ".env"), []byte("STEPLOOM_DATASOURCE_LEDGER='"+p.address+"'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// disturb ends up to three connections of the server under test.
func (p *postgres) disturb(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 3`
	if _, err := p.db.ExecContext(ctx, end); err != nil {
		t.Logf("no connection was ended: %v", err)
	}
}

func (p *postgres) keys(t *testing.T, _ string) map[string]int { return keysIn(t, p.db) }

func (p *postgres) elsewhere(folder string) string { return filepath.Join(folder, ".steploom") }

// embedded is the database that stands in for one.
type embedded struct{}

func newEmbedded(*testing.T) embedded { return embedded{} }

func (embedded) prepare(t *testing.T, folder string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(folder, "db"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "db", "1.sql"), []byte(table+";\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (embedded) disturb(*testing.T) {}

func (embedded) keys(t *testing.T, folder string) map[string]int {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(folder, ".steploom", "ledger", "main.sqlite")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	return keysIn(t, db)
}

func (embedded) elsewhere(string) string { return "" }

func keysIn(t *testing.T, db *sql.DB) map[string]int {
	t.Helper()
	rows, err := db.Query("SELECT k, count(*) FROM entry GROUP BY k")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	counts := map[string]int{}
	for rows.Next() {
		var key string
		var count int
		if err := rows.Scan(&key, &count); err != nil {
			t.Fatal(err)
		}
		counts[key] = count
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return counts
}
