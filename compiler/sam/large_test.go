package sam_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/compiler/source"
)

// operations writes a workflow of n operations that query a database, each in a line of its own from the fourth on; more stands in each.
func operations(n int, more string) string {
	var text strings.Builder
	text.WriteString("datasources:\n  db: {type: db, url: 'jdbc:postgresql://db/shop', user: a, password: '${DB_PASSWORD}'}\noperations:\n")
	for i := range n {
		fmt.Fprintf(&text, "  'get /collection-with-quite-a-long-name-%d/{id}': {%sfulfillments: [{name: rows, type: read, datasource: db, instructions: [{sql: {query: 'SELECT %d'}}]}], %s}\n",
			i, more, i, "responses: [{name: ok, statuscode: 200, default: true, schema: {a: 'VALUE(rows, $[0].a)'}}]")
	}
	return text.String()
}

// scheduled writes a workflow of 20 operations with n schedules together.
func scheduled(n int) string {
	var text strings.Builder
	text.WriteString("operations:\n")
	for i := range 20 {
		fmt.Fprintf(&text, "  nightly-synchronisation-of-everything-with-everything-%d:\n    triggers:\n", i)
		for k := range n / 20 {
			fmt.Fprintf(&text, "      - {name: t%d, cron: '0 %d %d * * *'}\n", k, i+20*(k/24), k%24)
		}
		text.WriteString("    fulfillments: [{type: generic, attributes: [{done: TEXT(x)}]}]\n    responses: [{name: ok, statuscode: 200, default: true, schema: {ok: BOOLEAN(true)}}]\n")
	}
	return text.String()
}

// longNames writes a workflow in which everything has a name of 200 characters, two of them alike but for their ends.
func longNames() string {
	long := strings.Repeat("very-long-name-", 13)
	var text strings.Builder
	fmt.Fprintf(&text, "datasources:\n  %s1: {type: db, url: 'jdbc:postgresql://db/shop', user: a, password: '${%s}'}\noperations:\n", long, strings.Repeat("PASSWORD_", 22))
	for i, path := range []string{"get /" + long + "1/{id}", "get /" + long + "2/{id}", long + "nightly1", long + "nightly2"} {
		fmt.Fprintf(&text, "  '%s':\n    triggers: [{name: a, cron: '0 0 1 * * *'}, {name: b, cron: '0 0 2 * * *'}]\n    fulfillments: [{name: rows, type: read, datasource: %s1, instructions: [{sql: {query: 'SELECT %d'}}]}]\n", path, long, i)
		text.WriteString("    responses: [{name: ok, statuscode: 200, default: true, schema: {a: 'VALUE(rows, $[0].a)'}}]\n")
	}
	return text.String()
}

// appOf compiles a workflow of one file.
func appOf(t testing.TB, text string) sam.Application {
	t.Helper()
	output, list := compiler.Compile(source.Files{{Path: "flow.yaml", Bytes: []byte(text)}}, compiler.Options{})
	noErrors(t, list)
	return output.Application("large")
}
