package sam_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// operations writes a workflow of n operations that query a database, each at a line of its own.
func operations(n int, more string) string {
	var text strings.Builder
	text.WriteString("datasources:\n  db: {type: db, url: 'jdbc:postgresql://db/shop', user: a, password: '${DB_PASSWORD}'}\noperations:\n")
	for i := range n {
		fmt.Fprintf(&text, "  'get /collection-with-quite-a-long-name-%d/{id}': {%sfulfillments: [{name: rows, type: read, datasource: db, instructions: [{sql: {query: 'SELECT %d'}}]}], "+
			"responses: [{name: ok, statuscode: 200, default: true, schema: {a: 'VALUE(rows, $[0].a)'}}]}\n", i, more, i)
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

// TestLargeWorkflows: workflows of many operations have a stack that CloudFormation and IAM take, or are refused where they grow too large.
func TestLargeWorkflows(t *testing.T) {
	for _, test := range []struct{ operations, refusedAt int }{{50, 0}, {66, 0}, {100, 0}, {105, 0}, {140, 0}} {
		app := appOf(t, operations(test.operations, ""))
		for _, options := range []sam.Options{{}, {API: sam.APIDirect}} {
			list := sam.Check(app, options)
			t.Log(test.operations, options.API, texts(list))
		}
	}
}

func texts(list diag.List) []string {
	var all []string
	for _, d := range list {
		all = append(all, fmt.Sprintf("%s:%d:%d: %s %s (%s) %s", d.Range.File, d.Range.Start.Line, d.Range.Start.Column, d.Code, d.Summary, d.Detail, d.Fix))
	}
	return all
}
