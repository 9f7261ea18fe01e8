package cli_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/steploom/steploom/cli"
)

// snowflake is a number that float64 cannot hold.
const snowflake = "1234567890123456789"

const numbersAPICHAP = `
datasources:
  db: {type: db, url: 'jdbc:postgresql://db.internal:5432/shop'}
  web: {type: api}
operations:
  'POST /numbers':
    fulfillments:
      - name: thing
        type: read
        datasource: web
        instructions: [{request: {url: "https://things.example.com/thing", httpType: GET}}]
      - name: stored
        type: update
        datasource: db
        instructions: [{sql: {query: 'INSERT INTO big (id, other) VALUES (?, ?)', parameters: [{param: 'VALUE(thing, $.id)'}, {param: 'BODY($.id)'}]}}]
      - name: found
        type: read
        datasource: db
        instructions: [{sql: {query: 'SELECT id, other FROM big WHERE id = ?', parameters: [{param: 'VALUE(thing, $.id)'}]}}]
      - name: sent
        type: update
        datasource: web
        instructions:
          - request:
              url: "https://things.example.com/thing/${VALUE(found, $[0].id)}?q=${BODY($.id)}"
              httpType: POST
              header: ['x-id: ${VALUE(found, $[0].other)}']
              body: {contentType: application/json, schema: {id: 'VALUE(found, $[0].id)', text: 'TEXT("${BODY($.id)}")'}}
      - name: compared
        type: generic
        attributes:
          - if: VALUE(thing, $.id) == LONG(1234567890123456789)
            verdict: TEXT(equal)
          - if: VALUE(thing, $.id) == LONG(1234567890123456788)
            verdict: TEXT(rounded)
      - name: each
        type: loop
        loop: BODY($.list)
        fulfillments:
          - name: named
            type: read
            datasource: db
            index: VALUE(each, $.id)
            instructions: [{sql: {query: 'SELECT ? AS name', parameters: [{param: 'VALUE(each, $.name)'}]}}]
    responses:
      - name: ok
        statuscode: 200
        default: true
        schema:
          http: VALUE(thing, $.id)
          sql: VALUE(found, $[0].id)
          other: VALUE(found, $[0].other)
          path: VALUE(sent, $.path)
          header: VALUE(sent, $.header)
          body: VALUE(sent, $.body)
          equal: 'VALUE_BY_INDEX(named, VALUE(thing, $.id), $[0].name)'
          list: {list: BODY($.list), item: 'VALUE_BY_INDEX(named, VALUE(@, $.id), $[0].name)'}
          text: TEXT(/y/) . VALUE(found, $[0].id)
          verdict: ATTRIBUTE(verdict)
          constants: {yaml: 1234567890123456789, long: LONG(-1234567890123456789)}
`

const numbersOSOP = `
osop_version: "2.0"
id: numbers
name: Numbers that float64 cannot hold
inputs:
  id: {type: integer, required: true}
nodes:
  - id: thing
    type: api
    runtime: {url: 'https://things.example.com', endpoint: /thing, method: GET}
    outputs: [thing]
  - id: store
    type: db
    runtime: {engine: postgres, connection: "jdbc:postgresql://db.internal:5432/shop", query: 'INSERT INTO big (id, other) VALUES (${thing.id}, ${inputs.id})'}
    inputs: [thing]
    outputs: [stored]
  - id: find
    type: db
    runtime: {engine: postgres, connection: "jdbc:postgresql://db.internal:5432/shop", query: 'SELECT id, other FROM big WHERE id = ${thing.id}'}
    inputs: [thing]
    outputs: [rows]
  - id: wrong
    type: cli
    runtime: {command: "jq '.'"}
    inputs: [rows]
    outputs: [rounded]
  - id: pick
    type: cli
    runtime: {command: "jq '{id: .[0].id, other: .[0].other, key: {\"\\(.[0].id)\": true}, more: (.[0].id + 1)}'"}
    inputs: [rows]
    outputs: [picked]
  - id: send
    type: api
    runtime: {url: 'https://things.example.com', endpoint: '/thing/${picked.id}?q=${inputs.id}', method: POST, headers: {x-id: '${picked.other}'}, body: {id: '${picked.id}', text: 'n ${picked.id}', key: '${picked.key}', more: '${picked.more}', fixed: 1234567890123456789}}
    inputs: [picked]
    outputs: [sent]
  - id: end
    type: cli
    runtime: {command: "jq -s '.'"}
    inputs: [sent]
    outputs: [answer]
edges:
  - {from: thing, to: store}
  - {from: store, to: find}
  - {from: find, to: wrong, when: 'rows[0].id == 1234567890123456788'}
  - {from: find, to: pick, when: 'rows[0].id == 1234567890123456789'}
  - {from: pick, to: send}
  - {from: send, to: end}
`

// things answers with a snowflake id, and tells what it was sent.
func things(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if r.Method == http.MethodGet {
		io.WriteString(w, `{"id":`+snowflake+`}`)
		return
	}
	body, _ := io.ReadAll(r.Body)
	io.WriteString(w, `{"path":"`+r.URL.RequestURI()+`","header":"`+r.Header.Get("X-Id")+`","body":`+string(body)+`}`)
}

func numbersProject(t *testing.T, file, content string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "numbers")
	specs := filepath.Join(folder, filepath.Dir(file))
	if err := os.MkdirAll(specs, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, file), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestNumbersKeepTheirDigits takes a number of 64 bits from an HTTP answer, a request's body and a BIGINT column into a path, a query, a header, a
// body, an SQL parameter and a key.
func TestNumbersKeepTheirDigits(t *testing.T) {
	stub := httptest.NewServer(http.HandlerFunc(things))
	defer stub.Close()
	address := servers.Postgres(t)
	db := openDatabase(t, address)
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE big (id BIGINT PRIMARY KEY, other BIGINT)"); err != nil {
		t.Fatal(err)
	}
	d := startDev(t, numbersProject(t, "specs/numbers.yaml", numbersAPICHAP), "--datasource", "db="+address, "--endpoint", "https://things.example.com="+stub.URL)
	const less = "1234567890123456788"
	got := d.call(t, "POST", "/numbers", `{"id":`+less+`,"list":[{"id":`+snowflake+`,"name":"first"},{"id":`+less+`,"name":"second"}]}`).want(t, 200)
	want := `{"http":` + snowflake + `,"sql":` + snowflake + `,"other":` + less + `,"path":"/thing/` + snowflake + `?q=` + less + `","header":"` + less +
		`","body":{"id":` + snowflake + `,"text":"` + less + `"},"equal":"first","list":["first","second"],"text":"/y/` + snowflake +
		`","verdict":"equal","constants":{"yaml":` + snowflake + `,"long":-` + snowflake + `}}`
	if strings.TrimSpace(got.text) != want {
		t.Errorf("APICHAP gives %s\nwant %s", got.text, want)
	}
	if _, err := db.ExecContext(t.Context(), "DELETE FROM big"); err != nil {
		t.Fatal(err)
	}
	folder := numbersProject(t, "numbers.osop.yaml", numbersOSOP)
	var out, errs bytes.Buffer
	std := cli.Std{In: strings.NewReader(`{"id":` + less + `}`), Out: &out, Err: &errs, Lookup: noVariables, Context: t.Context()}
	code := cli.Main([]string{"run", folder, "numbers", "--body", "-", "--datasource", "store=" + address, "--endpoint", "https://things.example.com=" + stub.URL}, std)
	want = `{"answer":[{"body":{"fixed":` + snowflake + `,"id":` + snowflake + `,"key":{"` + snowflake + `":true},"more":1234567890123456790,"text":"n ` + snowflake + `"},"header":"` + less +
		`","path":"/thing/` + snowflake + `?q=` + less + `"}]}`
	var compact bytes.Buffer
	if err := json.Compact(&compact, out.Bytes()); code != cli.ExitOK || err != nil || compact.String() != want {
		t.Errorf("OSOP gives %s, exit code %d, %v\nwant %s\n%s", compact.String(), code, err, want, &errs)
	}
}

const parametersAPICHAP = `
operations:
  'GET /t/{id}':
    fulfillments: []
    responses: [{name: ok, statuscode: 200, default: true, schema: {id: PARAM(id), text: 'TEXT("${PARAM(id)}")'}}]
`

const parametersOpenAPI = `
openapi: 3.0.0
info: {title: t, version: "1"}
paths: {'/t/{id}': {get: {parameters: [{name: id, in: path, required: true, schema: {type: integer, format: int64}}], responses: {'200': {description: ok}}}}}
`

// TestIntegerParameters takes whole numbers of 64 bits as parameters, and refuses larger ones.
func TestIntegerParameters(t *testing.T) {
	folder := numbersProject(t, "specs/t.yaml", parametersAPICHAP)
	if err := os.WriteFile(filepath.Join(folder, "specs", "openapi.yaml"), []byte(parametersOpenAPI), 0o644); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"7": `{"id":7,"text":"7"}`, "-7": `{"id":-7,"text":"-7"}`, "007": `{"id":7,"text":"7"}`, "1234567890123456": `{"id":1234567890123456,"text":"1234567890123456"}`,
		snowflake: `{"id":` + snowflake + `,"text":"` + snowflake + `"}`, "-" + snowflake: `{"id":-` + snowflake + `,"text":"-` + snowflake + `"}`,
		"9223372036854775807": `{"id":9223372036854775807,"text":"9223372036854775807"}`, "-9223372036854775808": `{"id":-9223372036854775808,"text":"-9223372036854775808"}`,
		"9223372036854775808": "", "-9223372036854775809": "", "12345678901234567890": "", "1.5": "", "1e3": "", "x": "",
	} {
		var out, errs, body bytes.Buffer
		std := cli.Std{Out: &out, Err: &errs, Lookup: noVariables, Context: t.Context()}
		if code := cli.Main([]string{"run", folder, "GET /t/{id}", "--param", "id=" + id}, std); code != cli.ExitOK {
			t.Fatalf("%s: exit code %d: %s", id, code, &errs)
		}
		if err := json.Compact(&body, out.Bytes()); err != nil {
			t.Fatal(err)
		}
		if want == "" && !strings.Contains(body.String(), `"statusCode":400`) || want != "" && body.String() != `{"statusCode":200,"body":`+want+`}` {
			t.Errorf("%s gives %s, want %s", id, &body, want)
		}
	}
}
