package osop_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// found compiles a workflow and gives its diagnostics, "severity code: summary" each.
func found(files ...source.File) []string {
	_, found := compiler.Compile(files, compiler.Options{})
	var list []string
	for _, d := range found {
		list = append(list, d.Severity.String()+" "+d.Code+": "+d.Summary)
	}
	return list
}

const headOfNode = "osop_version: '2.0'\nid: t\nname: t\ninputs: {id: {}, q: {}, user: {}}\nnodes:\n  - id: n\n    purpose: p\n"

// TestMissingInURL: no request is sent to an address in which a value is missing, or in which a segment of the path would go away.
func TestMissingInURL(t *testing.T) {
	tests := []struct{ runtime, input, want string }{
		{"{url: 'https://x.example', endpoint: '/users/${user.id}', method: DELETE}", `{"user": {}}`, "States.QueryEvaluationError"},
		{"{url: 'https://x.example', endpoint: '/users/${user.id}', method: DELETE}", `{"user": {"id": null}}`, "States.QueryEvaluationError"},
		{"{url: 'https://x.example', endpoint: '/users/${user.id}', method: DELETE}", `{}`, "States.QueryEvaluationError"},
		{"{url: 'https://x.example', endpoint: '/users/${user.id}', method: DELETE}", `{"user": {"id": 0}}`, "https://x.example/users/0"},
		{"{url: 'https://x.example', endpoint: '/users/{id}'}", `{"id": ".."}`, "States.QueryEvaluationError"},
		{"{url: 'https://x.example', endpoint: '/users/{id}'}", `{"id": ""}`, "States.QueryEvaluationError"},
		{"{url: 'https://x.example', endpoint: '/users/{id}/{q}'}", `{"id": "a", "q": "."}`, "States.QueryEvaluationError"},
		{"{url: 'https://x.example', endpoint: '/users/{id}{q}'}", `{"id": ".", "q": "."}`, "States.QueryEvaluationError"},
		{"{url: 'https://x.example', endpoint: '/users/.{id}'}", `{"id": "."}`, "States.QueryEvaluationError"},
		{"{url: 'https://x.example', endpoint: '/users/{id}.json'}", `{"id": ".."}`, "https://x.example/users/...json"},
		{"{url: 'https://x.example', endpoint: '/users/{id}'}", `{"id": "a/../b"}`, "https://x.example/users/a%2F..%2Fb"},
		{"{url: 'https://x.example', endpoint: '/find?q=${q}'}", `{"q": ""}`, "https://x.example/find?q="},
		{"{url: 'https://x.example', endpoint: '/find?q=${q}'}", `{"q": ".."}`, "https://x.example/find?q=.."},
		{"{url: 'https://x.example', endpoint: '/find?q=${q}'}", `{}`, "States.QueryEvaluationError"},
		{"{url: '${q}', endpoint: '/{id}'}", `{"id": 7}`, "States.QueryEvaluationError"},
		{"{url: '${q}', endpoint: '/{id}'}", `{"id": 7, "q": "https://y.example"}`, "https://y.example/7"},
		{"{url: 'https://x.example', endpoint: '/straße a/{id}'}", `{"id": 1234567890123456789}`, "https://x.example/stra%C3%9Fe%20a/1234567890123456789"},
	}
	for _, test := range tests {
		r := compile(t, graphFile(headOfNode+"    type: api\n    runtime: "+test.runtime+"\n"))
		var a api
		r.answer = a.answer(one("x", 1.0))
		result := r.run(decoded(t, test.input))
		got := result.Error
		if len(a.payloads) > 0 {
			url, _ := a.payloads[0].Get("url")
			got, _ = url.(string)
		}
		if got != test.want {
			t.Errorf("%s of %s: %s %s, want %s", test.runtime, test.input, got, result.Cause, test.want)
		}
		if result.Error != "" && !strings.Contains(result.Cause, "missing") && !strings.Contains(result.Cause, "no segment") {
			t.Errorf("%s: the cause is %s", test.runtime, result.Cause)
		}
	}
}

// TestParameters: question marks and references are bound in the order of the text, and every setting of the database is used.
func TestParameters(t *testing.T) {
	const pg = "engine: postgres, connection: 'postgresql://h/d', "
	tests := []struct{ runtime, want string }{
		{pg + "query: 'select ? as a, ${id} as b', params: [ONE]", `{"sql":"select ? as a, ? as b","parameters":["ONE","i"]}`},
		{pg + "query: 'select ${id} as a, ? as b', params: [ONE]", `{"sql":"select ? as a, ? as b","parameters":["i","ONE"]}`},
		{pg + "query: 'select ? as a, ${id} as b, ? as c', params: ['${q}', 2]", `{"sql":"select ? as a, ? as b, ? as c","parameters":["Q","i",2]}`},
		{pg + "query: \"select j ? 'k', 'why?', ${id}::text\"", `{"sql":"select j ?? 'k', 'why?', ?::text","parameters":["i"]}`},
		{pg + "query: \"select j ?? 'k', ?\", params: ['${id}']", `{"sql":"select j ?? 'k', ?","parameters":["i"]}`},
		{pg + "table: entries, action: insert, schema: ledger", `{"sql":"INSERT INTO \"ledger\".\"entries\" (\"id\") VALUES (?)","parameters":["i"]}`},
		{pg + "table: ledger.entries, action: select, schema: ledger", `{"sql":"SELECT * FROM \"ledger\".\"entries\"","parameters":[]}`},
		{"engine: mariadb, host: db, port: 3307, database: shop, query: 'select 1'", `{"sql":"select 1","parameters":[]}`},
	}
	for _, test := range tests {
		r := compile(t, graphFile(headOfNode+"    type: db\n    inputs: [id]\n    runtime: {"+test.runtime+"}\n"))
		var a api
		r.answer = a.answer(nil)
		r.run(decoded(t, `{"id": "i", "q": "Q"}`))
		if want := `{"datasource":"n","statements":[` + test.want + `]}`; len(a.payloads) != 1 || encoded(t, a.payloads[0]) != want {
			t.Errorf("%s\n got %v\nwant %s", test.runtime, encoded(t, a.payloads), want)
		}
	}
	r := compile(t, graphFile(headOfNode+"    type: db\n    runtime: {engine: mariadb, host: db, port: 3307, database: shop, query: 'select 1'}\n"))
	if url := r.output.Workflow.Connections[0].URL; url != "mariadb://db:3307/shop" {
		t.Errorf("the address is %s", url)
	}
}

// TestRefusedSettings: a setting of a node that is not used is refused.
func TestRefusedSettings(t *testing.T) {
	const pg = "type: db\n    runtime: {engine: postgres, connection: 'postgresql://h/d', "
	for node, want := range map[string]string{
		pg + "query: 'select ?', params: {a: 1}}":                                   "the parameters of a query are a list",
		pg + "query: 'select ?', params: 5}":                                        "the parameters of a query are a list",
		pg + "query: 'select ?', params: '${id}'}":                                  "the parameters of a query are a list",
		pg + "query: 'select ?, ?', params: [1]}":                                   "the query has 2 question marks and 1 parameters",
		pg + "query: 'select 1', params: [1]}":                                      "the query has 0 question marks and 1 parameters",
		pg + "query: 'select 1', schema: s}":                                        `"schema" is not a setting of db nodes that Steploom can honour`,
		pg + "query: 'select 1', table: t}":                                         `"table" is not a setting`,
		pg + "query: 'select 1', host: h2}":                                         `"host" is not a setting`,
		pg + "query: 'select 1', database: d2}":                                     `"database" is not a setting`,
		pg + "table: a.t, action: select, schema: b}":                               `the schema "b" does not fit the table a.t`,
		"type: db\n    runtime: {engine: postgres, port: 5, query: 'select 1'}":     `"port" is not a setting`,
		"type: db\n    runtime: {host: h, query: 'select 1'}":                       "a host needs an engine",
		"type: db\n    runtime: {engine: pg, host: '${id}', query: 'select 1'}":     "data cannot be part of the address of a database",
		"type: db\n    runtime: {engine: mysql, query: 'select ?'}":                 "the query has 1 question marks and 0 parameters",
		"type: api\n    runtime: {url: 'https://x.example/${id'}":                   "${ is never closed",
		"type: api\n    runtime: {url: 'https://x.example', body: {a: 'b ${{ id'}}": "${{ is never closed",
		pg + "query: 'select ${id'}":                                                "${ is never closed",
		"type: human\n    runtime: {prompt: 'Say {{id'}":                            "{{ is never closed",
	} {
		list := strings.Join(found(graphFile(headOfNode+"    "+node+"\n")), "\n")
		if !strings.Contains(list, "error") || !strings.Contains(list, want) {
			t.Errorf("%s: %s, want %s", node, list, want)
		}
	}
}

// TestBoundTypes: what Steploom cannot run goes to the function of its type, whatever the type; what it can run stays.
func TestBoundTypes(t *testing.T) {
	lambdas := source.File{Path: "steploom.yaml", Bytes: []byte("lambdas: {api: run-api, db: run-db, human: run-human, event: run-event, data: run-data, cli: run-cli}\n")}
	for node, want := range map[string]string{
		"type: api\n    subtype: grpc\n    runtime: {url: 'https://x.example'}": "run-api",
		"type: api\n    runtime: {protocol: soap, url: 'https://x.example'}":    "run-api",
		"type: api":                             "run-api",
		"type: api\n    runtime: {url: search}": "run-api",
		"type: api\n    runtime: {url: 'https://x.example', sandbox: true}":                                 "run-api",
		"type: api\n    runtime: {url: 'https://x.example'}\n    security: {auth: kerberos}":                "run-api",
		"type: api\n    runtime: {url: 'https://x.example'}":                                                "${HttpFunctionArn}",
		"type: db\n    runtime: {engine: mongodb, query: x}":                                                "run-db",
		"type: db\n    subtype: migration\n    runtime: {engine: postgres, connection: 'postgresql://h/d'}": "run-db",
		"type: db\n    runtime: {engine: postgres, connection: 'postgresql://h/d', operation: upsert}":      "run-db",
		"type: db\n    runtime: {engine: postgres, connection: 'postgresql://h/d', query: 'select 1'}":      "${SqlFunctionArn}",
		"type: cli\n    runtime: {command: ls}":                                                             "run-cli",
		"type: cli\n    runtime: {command: 'jq -R .'}":                                                      "run-cli",
		"type: cli\n    runtime: {command: 'jq .'}":                                                         "${FilterFunctionArn}",
		"type: human\n    runtime: {min_approvals: 2}":                                                      "run-human",
		"type: data\n    runtime: {engine: spark}":                                                          "run-data",
	} {
		r := compile(t, graphFile(headOfNode+"    "+node+"\n"), lambdas)
		called := ""
		r.answer = func(c engine.Task, _ int) (any, error) {
			called = c.FunctionName
			return jsonata.NewObject(), nil
		}
		r.run(decoded(t, `{}`))
		if called != want {
			t.Errorf("%s calls %s, want %s", node, called, want)
		}
	}
}

// TestTimes: a function may work as long as its node may take, on AWS and here.
func TestTimes(t *testing.T) {
	for node, want := range map[string]int{
		"type: api\n    timeout_sec: 300\n    runtime: {url: 'https://x.example'}":                                           305,
		"type: db\n    timeout_sec: 200\n    runtime: {engine: postgres, connection: 'postgresql://h/d', query: 'select 1'}": 205,
		"type: cli\n    timeout_sec: 100\n    runtime: {command: 'jq .'}":                                                    105,
		"type: api\n    timeout_sec: 3000\n    runtime: {url: 'https://x.example'}":                                          900,
		"type: api\n    timeout_sec: 5\n    runtime: {url: 'https://x.example'}":                                             60,
		"type: api\n    runtime: {url: 'https://x.example'}":                                                                 60,
	} {
		r := compile(t, graphFile(headOfNode+"    "+node+"\n"))
		longest := 0
		for _, row := range functions.Rows() {
			if row.BehindStream || len(row.JobRoutes) > 0 {
				continue // no definition calls it
			}
			if row.Name != task.Filter || strings.HasPrefix(node, "type: cli") {
				longest = max(longest, int(sam.Allowing(row, []*asl.Machine{r.output.Machines[0].Definition}).Timeout.Seconds()))
			}
		}
		if want = max(want, 120); longest != want { // ftp has 120
			t.Errorf("%s: %d seconds, want %d", node, longest, want)
		}
	}
}
