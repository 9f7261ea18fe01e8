package cli_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/testserver"
)

// TestDevIsolated serves the sample through the deployed executables: the gateway, the api function's executable with basic
// authentication from a secret, the engine, the sql function's executable, PostgreSQL.
func TestDevIsolated(t *testing.T) {
	address := servers.Postgres(t)
	loadScripts(t, openDatabase(t, address), "../workflows/newsroom/db/1-schema.postgres.sql", "../workflows/newsroom/db/2-data.sql")
	d := startDev(t, newsroom(t), "--isolated", "--datasource", "newsdb="+address)
	d.out.await(t, "GET /articles")
	answer := d.call(t, "GET", "/articles?section=culture", "", editor).want(t, 200)
	if !strings.Contains(answer.text, `"slug":"library-moves"`) {
		t.Errorf("got %s", answer.text)
	}
	d.call(t, "GET", "/articles", "").want(t, 401)
	d.call(t, "GET", "/articles/4711", "", editor).want(t, 404)
	d.err.await(t, "REPORT RequestId: ")
}

// TestDevIsolatedNeedsADatabase: deployed functions have no embedded SQLite.
func TestDevIsolatedNeedsADatabase(t *testing.T) {
	testserver.Slow(t, "it builds executables")
	d := startDev(t, newsroom(t), "--isolated")
	d.err.await(t, "give --datasource newsdb=URL")
}
