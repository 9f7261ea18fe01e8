package sqlrequest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sqlrequest"
	"github.com/steploom/steploom/shared/sqltext"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// pieces takes a text apart at {…}.
func pieces(t *testing.T, text string) []expr.Piece {
	t.Helper()
	split, err := expr.Placeholders{Forms: []expr.Form{{Open: "{", Close: "}"}}}.Split(expr.Verbatim(text, 0))
	if err != nil {
		t.Fatal(err)
	}
	return split
}

// joined names the references of a parameter, and writes its texts.
func joined(parts []expr.Piece) ir.Value {
	text := ""
	for _, p := range parts {
		if p.Form != nil {
			text += "<" + p.Text.Value + ">"
			continue
		}
		text += p.Text.Value
	}
	return text
}

// TestBind makes parameters of references, in the order of the text with those that are listed.
func TestBind(t *testing.T) {
	for _, c := range []struct {
		engine     sqltext.Engine
		text, want string
		listed     []any
		marks      int
		writes     bool
	}{
		{sqltext.PostgreSQL, "SELECT * FROM t WHERE a = {x}", `{"sql":"SELECT * FROM t WHERE a = ?","parameters":["<x>"]}`, nil, 0, false},
		{sqltext.SQLite, " SELECT * FROM t WHERE a LIKE '%{x}%' AND b = ? AND c = {y} ", `{"sql":"SELECT * FROM t WHERE a LIKE ? AND b = ? AND c = ?","parameters":["%<x>%",7,"<y>"]}`, []any{7}, 1, false},
		{sqltext.PostgreSQL, "SELECT a ? 'k' FROM t", `{"sql":"SELECT a ?? 'k' FROM t","parameters":[]}`, nil, 1, false},
		{sqltext.MySQL, "DELETE FROM t WHERE a = {x}", `{"sql":"DELETE FROM t WHERE a = ?","parameters":["<x>"]}`, nil, 0, true},
	} {
		statement := sqlrequest.Bind(c.engine, pieces(t, c.text))
		got, _ := json.Marshal(statement.Value(c.listed, joined))
		if plain := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(got)); plain != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.text, plain, c.want)
		}
		if statement.Marks() != c.marks || statement.Writes() != c.writes || len(statement.Refused) != 0 {
			t.Errorf("%s: %d marks, writes %v, refused %v", c.text, statement.Marks(), statement.Writes(), statement.Refused)
		}
	}
	refused := sqlrequest.Bind(sqltext.PostgreSQL, pieces(t, "SELECT * FROM {x}")).Refused
	if len(refused) != 1 || refused[0].Part != 1 {
		t.Errorf("a table cannot be a parameter: %v", refused)
	}
}

// TestOutput binds names to what an answer holds.
func TestOutput(t *testing.T) {
	row, key := sqlrequest.Bind(sqltext.SQLite, pieces(t, "SELECT 1")).Output(), sqlrequest.Bind(sqltext.SQLite, pieces(t, "DELETE FROM t")).Output()
	result := jsonata.Print(ir.Result())
	for _, c := range []struct {
		output sqlrequest.Output
		name   string
		only   bool
		want   string
	}{
		{row, "pets", true, result + ".rows"},
		{row, "rows", false, result + ".rows"},
		{row, "affected", true, result + ".affected"},
		{key, "row_count", false, result + ".affected"},
		{key, "id", true, "$exists(" + result + ".rows[0].id) ? " + result + ".rows[0].id : $exists(" + result + ".rows[0].insert_id) ? " + result + ".rows[0].insert_id : " + result + ".affected"},
	} {
		if got := strings.NewReplacer("(", "", ")", "").Replace(jsonata.Print(c.output(c.name, c.only))); got != strings.NewReplacer("(", "", ")", "").Replace(c.want) {
			t.Errorf("%s: got  %s\nwant %s", c.name, got, c.want)
		}
	}
	if got := jsonata.Print(row("name", false)); !strings.Contains(got, "rows)[0].name") || !strings.Contains(got, "null") {
		t.Errorf("a column of the first row, or null: %s", got)
	}
	if got := jsonata.Print(sqlrequest.Key(sqltext.SQLServer)("id", true)); !strings.Contains(got, "GENERATED_KEYS") {
		t.Errorf("SQL Server has a name of its own for keys: %s", got)
	}
}

// TestTables writes statements for whole tables, with names quoted and values apart from the text.
func TestTables(t *testing.T) {
	sql := func(value any) string {
		text, _ := value.(*jsonata.Object).Get("sql")
		return text.(string)
	}
	if got := sql(sqlrequest.Select(sqltext.SQLite, "pets")); got != `SELECT * FROM "pets"` {
		t.Error(got)
	}
	insert := sqlrequest.Insert(sqltext.SQLite, "pets", []string{"name", "pet owner"}, []any{"a", build.Var("b")})
	values, _ := insert.Get("parameters")
	if got := sql(insert); got != `INSERT INTO "pets" ("name", "pet_owner") VALUES (?, ?)` || len(values.([]any)) != 2 {
		t.Error(got, values)
	}
	audit := sqlrequest.Audit(sqltext.SQLite, "log", "w", "n", build.Object())
	values, _ = audit[1].(*jsonata.Object).Get("parameters")
	if len(audit) != 2 || !strings.HasPrefix(sql(audit[0]), "CREATE TABLE IF NOT EXISTS") || len(values.([]any)) != len(sqltext.AuditColumns()) {
		t.Error(sql(audit[0]), values)
	}
	request, _ := json.Marshal(sqlrequest.Request("main", sqlrequest.Of("SELECT 1", []any{})))
	if string(request) != `{"datasource":"main","statements":[{"sql":"SELECT 1","parameters":[]}]}` {
		t.Error(string(request))
	}
}
