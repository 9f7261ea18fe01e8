package osop_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/dialect/osop"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// databaseCall compiles a db node with a query and gives its call, nil when the query is refused.
func databaseCall(t *testing.T, engine, query, more string) *ir.Call {
	t.Helper()
	text := fmt.Sprintf(`{osop_version: "2.0", id: d, name: d, inputs: {x: {}, y: {}}, nodes: [{id: q, type: db, runtime: {engine: %s, query: %q%s}, outputs: [rows]}], edges: []}`, engine, query, more)
	workflow, found := osop.Dialect().Parse(source.Files{{Path: "d.osop.yaml", Bytes: []byte(text)}})
	if found.HasErrors() {
		return nil
	}
	var call *ir.Call
	ir.Walk(workflow.Operations[0].Steps, func(step ir.Step) bool {
		if one, ok := step.(*ir.Call); ok {
			call = one
		}
		return true
	})
	return call
}

// TestQueries: a reference becomes a parameter where a value may stand, and is refused anywhere else.
func TestQueries(t *testing.T) {
	for query, want := range map[string]string{
		"SELECT a FROM t WHERE b = ${inputs.x}":                 "SELECT a FROM t WHERE b = ? [x] reads",
		"SELECT a FROM t WHERE b LIKE '%${inputs.x}%'":          "SELECT a FROM t WHERE b LIKE ? ['%' & x & '%'] reads",
		"SELECT 'it''s' AS a, \"don't\" FROM t WHERE b = {{x}}": "SELECT 'it''s' AS a, \"don't\" FROM t WHERE b = ? [x] reads",
		"-- don't\nSELECT a FROM t WHERE b = ${x}":              "-- don't\nSELECT a FROM t WHERE b = ? [x] reads",
		"UPDATE t SET a = ${x} WHERE b = ${inputs.y}":           "UPDATE t SET a = ? WHERE b = ? [x y] writes",
		"WITH m AS (DELETE FROM q RETURNING *) SELECT * FROM m": "WITH m AS (DELETE FROM q RETURNING *) SELECT * FROM m [] writes",
		"SELECT a FROM t WHERE b = ? AND c = ${x}":              "SELECT a FROM t WHERE b = ? AND c = ? [7 x] reads",
		"SELECT a FROM t ORDER BY ${inputs.x}":                  "",
		"SELECT a FROM ${inputs.x}":                             "",
		"SELECT a FROM t -- ${inputs.x}":                        "",
		"SELECT a FROM \"${inputs.x}\"":                         "",
		"SELECT a FROM t WHERE b = $$ ${inputs.x} $$":           "",
		"SELECT a FROM t GROUP BY a, ${inputs.x}":               "",
	} {
		more := ""
		if strings.Contains(query, "?") {
			more = ", parameters: [7]"
		}
		got := ""
		if call := databaseCall(t, "postgres", query, more); call != nil {
			got = described(call)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", query, diff)
		}
	}
}

// described writes a statement, its parameters and whether it may be repeated.
func described(call *ir.Call) string {
	statements, _ := call.Arguments.(*jsonata.Object).Get("statements")
	one := statements.([]any)[0].(*jsonata.Object)
	sql, _ := one.Get("sql")
	listed, _ := one.Get("parameters")
	var parameters []string
	for _, parameter := range listed.([]any) {
		text := jsonata.Print(build.Literal(parameter))
		for _, name := range []string{"x", "y"} {
			value := "$inputs." + name
			text = strings.ReplaceAll(text, "("+"($exists("+value+") ? "+value+" : null) != null ? $string("+value+") : '')", name)
			text = strings.ReplaceAll(text, "$exists("+value+") ? "+value+" : null", name)
		}
		parameters = append(parameters, text)
	}
	effect := "reads"
	if call.Writes {
		effect = "writes"
	}
	return fmt.Sprintf("%s [%s] %s", sql, strings.Join(parameters, " "), effect)
}

// TestSchedules: crontab lines become what EventBridge understands, or are refused.
func TestSchedules(t *testing.T) {
	for line, want := range map[string]string{
		"0 6 * * 1-5":     "cron(0 6 ? * MON-FRI *)",
		"0 6 * * 1-3/2,6": "cron(0 6 ? * MON,WED,SAT *)",
		"0 6 * * 0-7":     "cron(0 6 * * ? *)",
		"0 6 * * 5-7":     "cron(0 6 ? * FRI,SAT,SUN *)",
		"0 6 31-1 * *":    "",
		"@daily":          "cron(0 0 * * ? *)",
		"rate(5 minutes)": "rate(5 minutes)",
		"rate(x)":         "",
		"0 6 * *":         "",
		"61 * * * *":      "",
	} {
		text := fmt.Sprintf("{osop_version: '2.0', id: d, name: d, triggers: [{type: cron, schedule: %q}], nodes: [{id: n, type: gateway}], edges: []}", line)
		workflow, found := osop.Dialect().Parse(source.Files{{Path: "d.osop.yaml", Bytes: []byte(text)}})
		got := ""
		if !found.HasErrors() {
			got = workflow.Operations[0].Triggers[0].(*ir.Schedule).Expression
		}
		if got != want {
			t.Errorf("%s became %q, want %q: %s", line, got, want, describe(found))
		}
	}
}
