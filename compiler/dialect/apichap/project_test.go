package apichap

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/steploom/steploom/compiler/ir"
	jsonschema "github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/diag"
)

func folder(files ...string) source.Files {
	var list source.Files
	for i := 0; i < len(files); i += 2 {
		list = append(list, source.File{Path: files[i], Bytes: []byte(files[i+1])})
	}
	return list
}

func noProblems(t *testing.T, problems diag.List) {
	t.Helper()
	for _, problem := range problems {
		t.Error(describe(problem))
	}
}

func TestConnections(t *testing.T) {
	workflow, problems := parse(folder(
		"a.yaml", "datasources:\n"+
			"  literal: {type: db, url: 'jdbc:mariadb://host:3306/db', user: me, password: secret}\n"+
			"  reference: {type: db, url: 'jdbc:postgresql://host/db', user: '${DB_USER}', password: '${DB_PASSWORD}'}\n"+
			"  environment: {type: db, url: '${ENV(DB_URL)}', password: '${ENV(DB_SECRET)}'}\n"+
			"  inside: {type: db, url: 'jdbc:mariadb://u:p@host/db?useSSL=true&password=q'}\n"+
			"  semicolons: {type: db, url: 'jdbc:sqlserver://host;user=sa;password=x;encrypt=false'}\n"+
			"  only: {type: db, url: 'jdbc:mariadb://host/db?user=u&password=p&ssl=1'}\n"+
			"  shop: {type: api}\n",
		".environment.yaml", "environment: {DB_URL: 'jdbc:mariadb://there/db', DB_SECRET: hidden}\n"))
	var got []string
	for _, c := range workflow.Connections {
		got = append(got, strings.Join([]string{c.Name, string(c.Kind), c.URL, c.User.Ref, c.User.Literal, c.Password.Ref, c.Password.Literal}, "|"))
	}
	want := []string{
		"literal|db|jdbc:mariadb://host:3306/db||me||secret",
		"reference|db|jdbc:postgresql://host/db|DB_USER||DB_PASSWORD|",
		"environment|db|jdbc:mariadb://there/db||||hidden",
		"inside|db|jdbc:mariadb://host/db?useSSL=true||u||q",
		"semicolons|db|jdbc:sqlserver://host;encrypt=false||sa||x",
		"only|db|jdbc:mariadb://host/db?ssl=1||u||p",
		"shop|api|||||",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, problem := range problems {
		if problem.Code != codePassword || problem.Severity != diag.Warning {
			t.Error(describe(problem))
		}
	}
	if len(problems) != 4 {
		t.Errorf("%d warnings, want 4", len(problems))
	}
}

func TestAuthentication(t *testing.T) {
	workflow, problems := parse(folder("a.yaml", "authentications:\n  basicauth: {type: basicauth, user: demo, password: '${DEMO}'}\n"))
	noProblems(t, problems)
	want := &ir.Authentication{
		Name: "basicauth", Method: access.Method{Kind: access.Basic},
		Users: []ir.User{{Name: ir.Credential{Literal: "demo"}, Password: ir.Credential{Ref: "DEMO"}}},
	}
	got := *workflow.Authentications[0]
	got.Range = diag.Range{}
	if diff := cmp.Diff(want, &got); diff != "" {
		t.Error(diff)
	}
}

const shopAPI = `openapi: 3.0.1
paths:
  /items/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
      - {name: lang, in: query, schema: {type: string, default: en}}
    put:
      parameters:
        - {name: lang, in: query, required: true, schema: {$ref: '#/components/schemas/Lang'}}
        - $ref: '#/components/parameters/Trace'
        - {name: tags, in: query, schema: {type: array, items: {type: integer}}}
      requestBody:
        $ref: '#/components/requestBodies/Item'
components:
  schemas:
    Lang: {type: string}
    Item:
      required: [id]
      properties:
        id: {type: integer}
        note: {type: string, nullable: true}
  parameters:
    Trace: {name: X-Trace, in: header, schema: {type: string}}
  requestBodies:
    Item:
      required: true
      content:
        application/json; charset=utf-8: {schema: {$ref: '#/components/schemas/Item'}}
`

func TestParameters(t *testing.T) {
	workflow, problems := parse(folder("openapi.yaml", shopAPI, "a.yaml", `operations:
  'put /items/{id}':
    fulfillments:
      - type: generic
        attributes:
          - {a: PARAM(x-trace), b: PARAM(other), c: PARAM(lang)}
    responses: [{name: ok, statuscode: 204, default: true}]
`))
	noProblems(t, problems)
	op := workflow.Operations[0]
	var got []ir.Parameter
	for _, p := range op.Parameters {
		p.Range = diag.Range{}
		got = append(got, p)
	}
	want := []ir.Parameter{
		{Name: "id", In: "path", Schema: jsonschema.Of("integer"), Required: true},
		{Name: "lang", In: "query", Schema: jsonschema.Of("string"), Required: true},
		{Name: "tags", In: "query", Schema: jsonschema.ListOf(jsonschema.Of("integer"))},
		{Name: "X-Trace", In: "header", Schema: jsonschema.Of("string")},
		{Name: "other"},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(jsonschema.Schema{}, "Range")); diff != "" {
		t.Error(diff)
	}
	body := op.BodyOrNil
	if body == nil || !body.Required || body.JSON().Type() != "object" || len(body.JSON().Properties) != 2 || !body.JSON().Properties[0].Required {
		t.Errorf("body %+v", body)
	}
}

func TestDocumentProblems(t *testing.T) {
	for _, test := range []struct{ name, api, code, summary string }{
		{"version", "swagger: '2.0'\n", codeOpenAPI, "must be OpenAPI 3"},
		{"reference", "openapi: 3.0.0\npaths: {/x: {get: {parameters: [{$ref: '#/components/parameters/No'}]}}}\n", codeOpenAPI, "leads nowhere"},
		{"other file", "openapi: 3.0.0\npaths: {/x: {get: {requestBody: {$ref: 'other.yaml#/x'}}}}\n", codeOpenAPI, "leads nowhere"},
		{"twice", "openapi: 3.0.0\npaths: {}\npaths: {}\n", source.CodeDuplicateKey, "written twice"},
		{"circle", "openapi: 3.0.0\npaths: {/x: {$ref: '#/paths/~1x'}}\n", "", ""},
		{"no name", "openapi: 3.0.0\npaths: {/x: {get: {parameters: [{in: query}]}}}\n", codeOpenAPI, "needs name and in"},
		{"cookie", "openapi: 3.0.0\npaths: {/x: {get: {parameters: [{name: c, in: cookie, schema: {type: object}}]}}}\n", codeUnsupported, "objects"},
		{"type", "openapi: 3.0.0\npaths: {/x: {get: {parameters: [{name: c, in: query, schema: {type: int}}]}}}\n", "SCH007", "not a type"},
		{"namesakes", "openapi: 3.0.0\npaths: {/x: {get: {parameters: [{name: c, in: query}, {name: c, in: header}]}}}\n", codeOpenAPI, "in header is not read"},
		{"style", "openapi: 3.0.0\npaths: {/x: {get: {parameters: [{name: c, in: query, style: deepObject, schema: {type: array}}]}}}\n", codeUnsupported, "style deepObject"},
		{"content", "openapi: 3.0.0\npaths: {/x: {get: {parameters: [{name: c, in: query, content: {application/json: {}}}]}}}\n", codeUnsupported, "with content"},
		{"place", "openapi: 3.0.0\npaths: {/x: {get: {parameters: [{name: c, in: body}]}}}\n", source.CodeNotOneOf, "not one of path, query"},
		{"required default", "openapi: 3.0.0\npaths: {/x: {get: {parameters: [{name: c, in: query, required: true, schema: {type: integer, default: 3}}]}}}\n", codeOpenAPI, "has no effect"},
		{"csv", "openapi: 3.0.0\npaths: {/x: {post: {requestBody: {content: {text/csv: {schema: {type: array, items: {type: object}}}}}}}}\n", codeOpenAPI, "not checked against their schema"},
		{"xml", "openapi: 3.0.0\npaths: {/x: {post: {requestBody: {content: {application/xml: {schema: {type: object, properties: {a: {type: string}}}}}}}}}\n", codeOpenAPI, "not checked against their schema"},
		{"empty", "", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, problems := parse(folder("openapi.yaml", test.api))
			if test.code == "" {
				noProblems(t, problems)
				return
			}
			if len(problems) != 1 || problems[0].Code != test.code || !strings.Contains(problems[0].Summary, test.summary) {
				t.Errorf("got %v", problems)
			}
		})
	}
}

// TestPathNames: a path whose parameters have other names in the document would never get them.
func TestPathNames(t *testing.T) {
	_, problems := parse(folder("openapi.yaml", shopAPI, "a.yaml", "operations:\n  'put /items/{itemId}':\n    fulfillments: []\n    responses: [{name: ok, statuscode: 204, default: true}]\n"))
	if len(problems) != 1 || problems[0].Code != codeOpenAPI || !strings.Contains(problems[0].Summary, "/items/{id}") {
		t.Errorf("got %v", problems)
	}
}

// TestSeveralFiles: definitions meet across files, and the second of two points at the first.
func TestSeveralFiles(t *testing.T) {
	const operation = "operations:\n  'get /a':\n    fulfillments:\n      - {name: x, type: read, datasource: db, instructions: [{sql: {query: SELECT 1}}]}\n    responses: [{name: ok, statuscode: 204, default: true}]\n"
	_, problems := parse(folder("b.yaml", operation, "c.yaml", strings.Replace(operation, "get /a", "GET  /a", 1), "z.yaml", "datasources:\n  db: {type: db, url: 'jdbc:postgresql://h/d'}\n"))
	if len(problems) != 1 || problems[0].Code != codeTwice || problems[0].Range.File != "c.yaml" || problems[0].Notes[0].Range.File != "b.yaml" {
		t.Errorf("got %v", problems)
	}
}

// TestDetect: what is an APICHAP project, and what is not.
func TestDetect(t *testing.T) {
	for content, want := range map[string]bool{
		"operations: {}\n": true, "specification: 1.0\n": true, "'datasources': {}\n": true,
		"osop_version: '1.0'\nnodes: []\n": false, "settings: {}\n": false, "x:\n  operations: {}\n": false, "": false,
	} {
		if got := detect(folder("a.yaml", content)); got != want {
			t.Errorf("%q: %v", content, got)
		}
	}
	if detect(folder("openapi.yaml", "operations: {}\n")) || detect(folder("a.json", "operations: {}\n")) {
		t.Error("found in a file that is none of the language")
	}
}
