package apichap

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
)

// callOf compiles one read of a query for a database and returns its call.
func callOf(t *testing.T, url, query string) *ir.Call {
	t.Helper()
	text := `datasources:
  db: {type: db, url: '` + url + `'}
operations:
  'get /rows':
    fulfillments:
      - type: generic
        attributes:
          - {if: PARAM(x) != NULL(), filter: TEXT(AND a >= 1)}
          - {if: PARAM(y) != NULL(), order: TEXT(ORDER BY a)}
          - order: TEXT(ORDER BY lower(b) DESC)
          - {if: PARAM(x) != NULL(), lock: TEXT(FOR UPDATE)}
          - built: TEXT(A) . TEXT(ND a = 1)
          - size: INTEGER(5)
      - name: rows
        type: read
        datasource: db
        instructions:
          - sql:
              query: |-
                ` + strings.ReplaceAll(query, "\n", "\n                ") + `
    responses: [{name: ok, statuscode: 200, default: true, schema: GET_JSON(rows)}]
`
	workflow, problems := parse(source.Files{{Path: "a.yaml", Bytes: []byte(text)}})
	for _, problem := range problems {
		if problem.Severity == 0 {
			t.Errorf("%s: %s", query, describe(problem))
		}
	}
	var found *ir.Call
	ir.Walk(workflow.Operations[0].Steps, func(step ir.Step) bool {
		if call, ok := step.(*ir.Call); ok {
			found = call
		}
		return true
	})
	if found == nil {
		t.Fatalf("%s: no call", query)
	}
	return found
}

const (
	postgresURL  = "jdbc:postgresql://host/db"
	mariadbURL   = "jdbc:mariadb://host/db"
	sqlserverURL = "jdbc:sqlserver://host;databaseName=db"
)

// TestQueriesThatWrite: a read whose query may change something is not repeated blindly.
func TestQueriesThatWrite(t *testing.T) {
	for query, writes := range map[string]bool{
		"SELECT a FROM t WHERE b = ${PARAM(x)}":                                       false,
		"-- don't\nselect a FROM t":                                                   false,
		"(SELECT 1) UNION (SELECT 2)":                                                 false,
		"WITH x AS (SELECT 1 AS a) SELECT a FROM x":                                   false,
		"SELECT a FROM t WHERE 1 = 1 ${ATTRIBUTE(filter)} LIMIT ${ATTRIBUTE(size)}":   false,
		"SELECT a FROM t ${ATTRIBUTE(order)}":                                         false,
		"SELECT a FROM t ${TEXT(ORDER BY b)}":                                         false,
		"WITH moved AS (DELETE FROM q RETURNING *) INSERT INTO a SELECT * FROM moved": true,
		"WITH moved AS (DELETE FROM q RETURNING *) SELECT * FROM moved":               true,
		"SELECT a FROM t FOR UPDATE":                                                  true,
		"SELECT a FROM t ${ATTRIBUTE(lock)}":                                          true,
		"SELECT a FROM t WHERE 1 = 1 ${ATTRIBUTE(built)}":                             true,
		"SELECT nextval('s')":                                                         true,
		"SELECT place_order(${PARAM(x)})":                                             true,
		"EXPLAIN ANALYZE DELETE FROM t":                                               true,
		"CALL p()":                                                                    true,
	} {
		if call := callOf(t, postgresURL, query); call.Writes != writes {
			t.Errorf("%s: writes %v, want %v", query, call.Writes, writes)
		}
	}
}

// TestQueriesOfEngines: comments, quotes and operators are those of the datasource's engine.
func TestQueriesOfEngines(t *testing.T) {
	for _, test := range []struct{ url, query, want string }{
		{postgresURL, "-- don't return deleted rows\nSELECT a FROM t WHERE b = ${PARAM(x)}", "-- don't return deleted rows\nSELECT a FROM t WHERE b = ?"},
		{postgresURL, "SELECT a AS \"it's\" /* isn't */ FROM t WHERE b = ${PARAM(x)}", "SELECT a AS \"it's\" /* isn't */ FROM t WHERE b = ?"},
		{postgresURL, "SELECT a FROM t WHERE b ?? 'k' AND c ??| ${PARAM(x)}", "SELECT a FROM t WHERE b ?? 'k' AND c ??| ?"},
		{postgresURL, "SELECT $$it's ?$$, a FROM t WHERE b = ${PARAM(x)}", "SELECT $$it's ?$$, a FROM t WHERE b = ?"},
		{postgresURL, `SELECT a FROM t WHERE b = 'c:\' AND c = ${PARAM(x)}`, `SELECT a FROM t WHERE b = 'c:\' AND c = ?`},
		{mariadbURL, "SELECT a # don't\nFROM `it's` WHERE b = ${PARAM(x)}", "SELECT a # don't\nFROM `it's` WHERE b = ?"},
		{mariadbURL, `SELECT a FROM t WHERE b = 'it\'s ?' AND c = ${PARAM(x)}`, `SELECT a FROM t WHERE b = 'it\'s ?' AND c = ?`},
		{mariadbURL, `SELECT a FROM t WHERE b LIKE "%${PARAM(x)}%" AND c > now() - INTERVAL ${PARAM(y)} DAY`, `SELECT a FROM t WHERE b LIKE ? AND c > now() - INTERVAL ? DAY`},
		{sqlserverURL, "SELECT [it's ?] FROM t WHERE b = N'${PARAM(x)}'", "SELECT [it's ?] FROM t WHERE b = ?"},
	} {
		call := callOf(t, test.url, test.query)
		printed := ir.Print(&ir.Workflow{Operations: []*ir.Operation{{Steps: []ir.Step{call}}}})
		if !strings.Contains(printed, encode(t, test.want)) {
			t.Errorf("%s:\n%s", test.query, printed)
		}
	}
}
