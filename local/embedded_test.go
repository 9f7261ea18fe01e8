package local_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/local"
)

// count runs a query for one number on an embedded database.
func count(t *testing.T, embedded *local.Embedded, query string) (n int) {
	t.Helper()
	db, err := embedded.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEmbedVendorScripts(t *testing.T) {
	tests := []struct {
		project, url, query string
		want                int
	}{
		{"product-api-mariadb", "jdbc:mariadb://mariadb-product:3306/sample-products", "SELECT count(*) FROM product WHERE price > 1", 4},
		{"contact-sync-api-hubspot-rest", "jdbc:mariadb://mariadb-contacts:3306/sample-contacts", "SELECT count(*) FROM contacts", 0},
		{"petstore-api-authentication-postgres", "jdbc:postgresql://postgres-pets:5432/postgres", "SELECT count(*) FROM pets_sample.pets WHERE id <= 5", 5},
	}
	for _, test := range tests {
		t.Run(test.project, func(t *testing.T) {
			scripts := filepath.Join("../../shared/samples/apichap", test.project, "db")
			if _, err := os.Stat(scripts); err != nil {
				t.Skipf("skipped: the vendor's project %s is not beside the repository", test.project)
			}
			embedded, err := local.Embed(t.Context(), filepath.Join(t.TempDir(), "db"), scripts, test.url)
			if err != nil {
				t.Fatal(err)
			}
			if got := count(t, embedded, test.query); got != test.want {
				t.Errorf("%s: got %d, want %d", test.query, got, test.want)
			}
			t.Log(embedded.Skipped)
		})
	}
}

func TestEmbedNewsroom(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "newsdb")
	const url = "jdbc:postgresql://newsroom-db:5432/newsroom"
	first, err := local.Embed(t.Context(), folder, "../workflows/newsroom/db", url)
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Loaded) != 2 || !strings.HasSuffix(first.Loaded[0], "1-schema.sqlite.sql") || count(t, first, "SELECT count(*) FROM article") != 4 {
		t.Errorf("first use: %+v", first)
	}
	second, err := local.Embed(t.Context(), folder, "../workflows/newsroom/db", url)
	if err != nil || len(second.Loaded) != 0 || second.Stale || count(t, second, "SELECT count(*) FROM article") != 4 {
		t.Errorf("second use: %+v, %v", second, err)
	}
}

// TestEmbedTogether fills one database from many goroutines, as processes that start at once do.
func TestEmbedTogether(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "newsdb")
	var wait sync.WaitGroup
	for range 10 {
		wait.Go(func() {
			embedded, err := local.Embed(t.Context(), folder, "../workflows/newsroom/db", "jdbc:postgresql://newsroom-db:5432/newsroom")
			if err != nil {
				t.Error(err)
				return
			}
			if got := count(t, embedded, "SELECT count(*) FROM article"); got != 4 {
				t.Errorf("%d articles", got)
			}
		})
	}
	wait.Wait()
	if left, _ := filepath.Glob(folder + ".*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestEmbedFailsAsAWhole(t *testing.T) {
	scripts, folder := t.TempDir(), filepath.Join(t.TempDir(), "state", "db")
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(scripts, "a.sql"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("CREATE TABLE a (x integer);\n\nINSERT INTO b VALUES (1);")
	_, err := local.Embed(t.Context(), folder, scripts, "jdbc:postgresql://h/d")
	if err == nil || !strings.Contains(err.Error(), "a.sql:3: ") {
		t.Fatalf("got %v, want an error at a.sql:3", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(folder), "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	write("CREATE TABLE a (x integer);")
	if _, err := local.Embed(t.Context(), folder, scripts, "jdbc:postgresql://h/d"); err != nil {
		t.Fatal(err)
	}
	write("CREATE TABLE a (x text);")
	if again, err := local.Embed(t.Context(), folder, scripts, "jdbc:postgresql://h/d"); err != nil || !again.Stale || again.Unfilled != "" {
		t.Errorf("changed scripts: %+v, %v", again, err)
	}
	if bare, err := local.Embed(t.Context(), filepath.Join(t.TempDir(), "bare"), filepath.Join(scripts, "none"), "jdbc:postgresql://h/d"); err != nil || bare.Unfilled != filepath.Join(scripts, "none") {
		t.Errorf("no scripts: %+v, %v", bare, err)
	}
}

// TestScriptForSQLServer: what Management Studio writes fills the embedded database, with what is asked of the script's own tables decided by them.
func TestScriptForSQLServer(t *testing.T) {
	for _, url := range []string{"jdbc:sqlserver://h;databaseName=Shop", "jdbc:sqlserver://h;encrypt=false"} {
		embedded, err := local.Embed(t.Context(), filepath.Join(t.TempDir(), "db"), "testdata/tsql", url)
		if err != nil {
			t.Fatal(err)
		}
		db, err := embedded.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		var rows, kinds, tables, indexes string
		if err := db.QueryRow("SELECT group_concat(Id || ' ' || Name || ' ' || coalesce(Price, 'none') || ' ' || Active, ', ') FROM (SELECT * FROM Item ORDER BY Id)").Scan(&rows); err != nil {
			t.Fatal(err)
		}
		if err := db.QueryRow("SELECT group_concat(type, ' ') FROM pragma_table_info('Item')").Scan(&kinds); err != nil {
			t.Fatal(err)
		}
		if err := db.QueryRow("SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name)").Scan(&tables); err != nil {
			t.Fatal(err)
		}
		if err := db.QueryRow("SELECT group_concat(sql, '; ') FROM (SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name)").Scan(&indexes); err != nil {
			t.Fatal(err)
		}
		want := []string{"1 Pen 1.5 1, 2 Ink's none 1, 3 Pad 4 1", "INTEGER nvarchar(50) decimal(18, 2) datetime2(7) boolean TEXT", "Item Line N2 Names",
			`CREATE INDEX "IX" ON "Item" ("Name" ASC); CREATE UNIQUE INDEX "IX2" ON "Item" ("Name")`}
		if diff := cmp.Diff(want, []string{rows, kinds, tables, indexes}); diff != "" {
			t.Errorf("%s: %s", url, diff)
		}
		if _, err := db.Exec("INSERT INTO Line VALUES (2, 99, NULL)"); err == nil {
			t.Error("a foreign key that was added later does not count")
		}
	}
}
