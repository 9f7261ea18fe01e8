package compiler_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/shared/task"
)

const sized = `datasources:
  db: {type: db, url: 'jdbc:postgresql://h/d'}
operations:
  'post /entries':
    fulfillments:
      - name: each
        type: loop
        loop: BODY($.numbers)
        fulfillments:
          - name: stored
            type: update
            datasource: db
            instructions: [{sql: {transaction: all, query: 'INSERT INTO entry (tag, v) VALUES (?, ?)', parameters: [{param: 'BODY($.text)'}, {param: 'VALUE(each, $)'}]}}]
      - name: committed
        type: update
        datasource: db
        instructions: [{sql: {commit: all, allowFailure: true}}]
    responses: [{name: done, default: true, statuscode: 200, schema: 'TEXT(${EXCEPTION(committed)})'}]
`

// TestTransactionSize commits ever larger transactions. Up to the limit they are carried, beyond it the commit fails by name and nothing is stored: the
// execution is never ended for a state or a variable that is too large.
func TestTransactionSize(t *testing.T) {
	address := "sqlite:" + filepath.Join(t.TempDir(), "size.sqlite")
	data := openModelled(t, address, "sqlite")
	all := functions.All(task.Variables(map[string]string{task.VariableName(task.DatasourceVariable, "db"): address}), functions.Services{
		SQLite: func(name string) (*sql.DB, error) { return sql.Open("sqlite", name) },
	})
	for _, c := range []struct {
		rounds int
		text   string
		fits   bool
	}{
		{0, "x", true},
		{500, "x", true},
		{1, strings.Repeat("x", 245_000), true},
		{1, strings.Repeat("x", 250_000), false},
		{2, strings.Repeat("x", 250_000), false},
		{3, strings.Repeat("\U0001F600", 10_000), true},
		{5, strings.Repeat("\U0001F600", 20_000), false},
		{1, strings.Repeat("é", 60_000), true},
		{4, strings.Repeat("é", 60_000), false},
		{3, strings.Repeat("\"\\\n", 13_000), true},
		{5, strings.Repeat("\"\\\n", 13_000), false},
		{59, strings.Repeat("y", 4_000), true},
		{70, strings.Repeat("y", 4_000), false},
	} {
		if _, err := data.Exec("DELETE FROM entry"); err != nil {
			t.Fatal(err)
		}
		numbers := make([]int, c.rounds)
		for i := range numbers {
			numbers[i] = 10 + i
		}
		input, err := json.Marshal(map[string]any{"trigger": "http", "body": map[string]any{"text": c.text, "numbers": numbers}})
		if err != nil {
			t.Fatal(err)
		}
		status, answer := runModelled(t, sized, string(input), all)
		var stored int
		if err := data.QueryRow("SELECT count(*) FROM entry").Scan(&stored); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%d times %d bytes", c.rounds, len(c.text))
		switch text := fmt.Sprint(answer); {
		case status != "":
			t.Errorf("%s: the execution ends with %s", name, status)
		case c.fits && (text != "" || stored != c.rounds):
			t.Errorf("%s: %s, %d are stored", name, text, stored)
		case !c.fits && (!strings.HasPrefix(text, task.PayloadTooLarge) || stored != 0):
			t.Errorf("%s: %q, %d are stored", name, text, stored)
		}
	}
}
