package job

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

// compiled is the whole job with members in the place of others.
func compiled(t *testing.T, changes string) *Compiled {
	t.Helper()
	job, problems := Read(with(t, changes))
	if Refused(problems) {
		t.Fatalf("%s: %s", changes, lines(problems))
	}
	c, err := Compile(job)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func contextOf(t *testing.T, text string) Context {
	t.Helper()
	value, err := pytext.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return Context{Schema: pytext.NewDict("name", "Person"), Message: value}
}

var somewhere = Origin{Topic: "Person", Partition: 2, Offset: 7, Index: 1}

// TestRequest compares requests, in JSON, with what handle_message of the consumer hands to requests.
func TestRequest(t *testing.T) {
	for _, test := range []struct{ name, changes, message, want string }{
		{"body", `{}`, `{"id": 7, "name": "A"}`, `{"encoding":"requests","method":"POST","url":"https://example.com/7","json":{"name": "A"},"statusOnly":true}`},
		{"nothing found", `{"json_body": ["name"]}`, `{"id": 7}`, `{"encoding":"requests","method":"POST","url":"https://example.com/7","json":{},"statusOnly":true}`},
		{"null stays in a body", `{}`, `{"id": 7, "name": null}`, `{"encoding":"requests","method":"POST","url":"https://example.com/7","json":{"name": null},"statusOnly":true}`},
		{"empty json_body", `{"json_body": []}`, `{"id": 7}`, `{"encoding":"requests","method":"POST","url":"https://example.com/7","statusOnly":true}`},
		{"order of the list", `{"json_body": ["name", "id"]}`, `{"id": 7, "name": "ä"}`,
			`{"encoding":"requests","method":"POST","url":"https://example.com/7","json":{"name": "ä", "id": 7},"statusOnly":true}`},
		{"query", `{"query_params": ["id", "name", "many"], "json_body": [], "datamap": {"id": "$.msg.id", "name": "$.msg.name", "many": "$.msg.l[*].x"}}`,
			`{"id": true, "name": null, "l": [{"x": 1}, {"x": 2.0}]}`,
			`{"encoding":"requests","method":"POST","url":"https://example.com/True","params":{"id": "True", "name": null, "many": ["1", "2.0"]},"statusOnly":true}`},
		{"numbers that floats lose", `{}`, `{"id": 7, "name": [1.0, 12345678901234567890]}`,
			`{"encoding":"requests","method":"POST","url":"https://example.com/7","data":"{\"name\": [1.0, 12345678901234567890]}","headers":{"Content-Type":"application/json"},"statusOnly":true}`},
		{"several are a list", `{"datamap": {"id": "$.schema.name", "name": "$.msg..x"}}`, `{"a": {"x": 1}, "b": {"x": 2}}`,
			`{"encoding":"requests","method":"POST","url":"https://example.com/Person","json":{"name": [1, 2]},"statusOnly":true}`},
		{"constant", `{"datamap": {"id": "$.constant.a", "name": "$.constant.b"}, "constant": {"a": "x", "b": null}}`, `{}`,
			`{"encoding":"requests","method":"POST","url":"https://example.com/x","json":{"name": null},"statusOnly":true}`},
		{"constants as they were written", `{"datamap": {"id": "$.constant.b", "name": "$.constant.*"}, "constant": {"z": "1", "b": "2", "a": null}}`, `{}`,
			`{"encoding":"requests","method":"POST","url":"https://example.com/2","json":{"name": ["1", "2", null]},"statusOnly":true}`},
		{"constants as an object", `{"datamap": {"id": "$.constant.b", "name": "$.constant"}, "constant": {"z": "1", "b": "2", "a": null}}`, `{}`,
			`{"encoding":"requests","method":"POST","url":"https://example.com/2","json":{"name": {"z": "1", "b": "2", "a": null}},"statusOnly":true}`},
		{"HEAD", `{"type": "HEAD", "json_body": []}`, `{"id": 7}`, `{"encoding":"requests","method":"HEAD","url":"https://example.com/7","redirects":0,"statusOnly":true}`},
		{"idempotency key", `{"json_body": [], "x-steploom-idempotency-key": true, "x-steploom-timeout": 2.5}`, `{"id": 7}`,
			`{"encoding":"requests","method":"POST","url":"https://example.com/7","headers":{"Idempotency-Key":"Person-2-7-1"},"timeoutSeconds":2.5,"statusOnly":true}`},
		{"as str.format does", `{"url": "https://example.com/{{{id}}}/{name[a]}/{name[l][0]:03d}?a={name}", "json_body": []}`, `{"id": "é €", "name": {"a": null, "l": [7]}}`,
			`{"encoding":"requests","method":"POST","url":"https://example.com/{é €}/None/007?a={'a': None, 'l': [7]}","statusOnly":true}`},
	} {
		request, err := compiled(t, test.changes).Request(contextOf(t, test.message), somewhere, Secrets{})
		got, _ := format.EncodeJSON(request)
		if err != nil || !sameJSON(string(got), test.want) {
			t.Errorf("%s: %v\n got %s\nwant %s", test.name, err, got, test.want)
		}
	}
}

// sameJSON compares without the spaces between tokens.
func sameJSON(a, b string) bool {
	compact := func(text string) string {
		raw, err := format.EncodeJSON(json.RawMessage(text))
		if err != nil {
			return err.Error()
		}
		return string(raw)
	}
	return compact(a) == compact(b)
}

func TestCredentials(t *testing.T) {
	c := compiled(t, `{"json_body": []}`)
	for _, test := range []struct {
		secrets Secrets
		want    string
	}{
		{Secrets{Token: "T"}, `"headers":{"Authorization":null},"secrets":{"/headers/Authorization":{"before":"access_token ","secret":"T"}}`},
		{Secrets{Basic: "B"}, `"auth":{"type":"basic","secret":"B"}`},
		{Secrets{Basic: "B", Token: "T"}, `"auth":{"type":"basic","secret":"B"}`},
	} {
		request, err := c.Request(contextOf(t, `{"id": 1}`), somewhere, test.secrets)
		if got, _ := format.EncodeJSON(request); err != nil || !strings.Contains(string(got), test.want) || strings.Contains(string(got), `"T"`) && test.secrets.Basic != "" {
			t.Errorf("%+v: %s, %v", test.secrets, got, err)
		}
	}
}

// TestDataStaysInItsPlace: values that would make the request go where the author did not send it.
func TestDataStaysInItsPlace(t *testing.T) {
	const inPath, inQuery = `{"url": "https://example.com/a/{id}/b", "json_body": []}`, `{"url": "https://example.com/a?x={id}&y=1", "json_body": []}`
	const first = `{"url": "https://example.com/{id}", "json_body": []}`
	for _, test := range []struct{ changes, id, want string }{
		{inPath, `"x/y"`, "https://example.com/a/x/y/b"}, {inPath, `"@evil.com"`, "https://example.com/a/@evil.com/b"}, {inPath, `"x:1@y"`, "https://example.com/a/x:1@y/b"},
		{inPath, `"a&b=c"`, "https://example.com/a/a&b=c/b"}, {inPath, `"..."`, "https://example.com/a/.../b"}, {inPath, `"100%"`, "https://example.com/a/100%/b"},
		{first, `"/evil.com/x"`, "https://example.com//evil.com/x"}, {first, `"http://evil.com/"`, "https://example.com/http://evil.com/"},
		{inQuery, `"a/../b?c"`, "https://example.com/a?x=a/../b?c&y=1"}, {inQuery, `""`, "https://example.com/a?x=&y=1"},
		{inPath, `"../x"`, ""}, {inPath, `".."`, ""}, {inPath, `"."`, ""}, {inPath, `"x/../../y"`, ""}, {inPath, `"%2e%2E"`, ""}, {inPath, `"..%2fx"`, ""}, {inPath, `"..\\x"`, ""},
		{inPath, `"x#"`, ""}, {inPath, `"x?admin=1"`, ""}, {inPath, `""`, ""}, {first, `""`, ""}, {inQuery, `"x&admin=1"`, ""}, {inQuery, `"x#"`, ""},
		{`{"url": "https://example.com/.{id}", "json_body": []}`, `"./x"`, ""}, {`{"url": "https://example.com/{id}{name}", "json_body": []}`, `""`, ""},
	} {
		request, err := compiled(t, test.changes).Request(contextOf(t, `{"id": `+test.id+`, "name": ""}`), somewhere, Secrets{})
		if request.URL != test.want || (err == nil) == (test.want == "") || err != nil && task.AsError(err).Name != task.StreamURL {
			t.Errorf("%s with %s: %q, %v", test.changes, test.id, request.URL, err)
		}
		if err != nil && len(test.id) > 5 && strings.Contains(err.Error(), strings.Trim(test.id, `"`)) {
			t.Errorf("%v says the value", err)
		}
	}
	_, err := compiled(t, first).Request(contextOf(t, `{}`), somewhere, Secrets{})
	if err == nil || err.Error() != "Stream.URL: bad argument in URL: the record has no id, which {id} needs" {
		t.Error(err)
	}
	_, err = compiled(t, "{\"datamap\": {\"id\": \"$.msg.id.`sub(/a/, b)`\"}, \"json_body\": []}").Request(contextOf(t, `{"id": {}}`), somewhere, Secrets{})
	if err == nil || task.AsError(err).Name != task.StreamDataMap {
		t.Error(err)
	}
}

func TestReadExpressions(t *testing.T) {
	for _, test := range []struct{ changes, want string }{
		{`{"url": "https://example.com/{ide}"}`, `error url: the datamap gives no "ide"; Every request would fail; did you mean "id"?`},
		{`{"url": "https://example.com/{}"}`, "error url: the template cannot be read"},
		{`{"url": "https://example.com/{id"}`, "error url: the template cannot be read: the { has no }"},
		{`{"url": "https://example.com/}"}`, "error url: the template cannot be read: a single }"},
		{`{"url": "{id}/x"}`, "error url: the URL does not begin with http:// or https://; Data of records chooses no host"},
		{`{"url": "http://{id}/x"}`, "error url: data would choose the host"}, {`{"url": "http://x{id}"}`, "error url: data would choose the host"},
		{`{"url": "http://x@{id}/"}`, "error url: data would choose the host"}, {`{"url": "http://x:{id}/"}`, "error url: data would choose the host"},
		{`{"url": "ftp://x/{id}"}`, "error url: the URL does not begin with http"}, {`{"url": "http:///x"}`, "error url: the URL has no host"},
		{`{"url": "http://u:p@x/{id}"}`, "error url: a user or password stands in the URL"}, {`{"url": "http://x/../{id}"}`, `error url: the path has a segment`},
		{`{"url": ""}`, "error url: the URL is empty"},
		{`{"datamap": {"id": "$.msg.id", "name": "$.mesg.name"}}`, `warning datamap.name: the path of "name" finds nothing; Paths begin at schema, msg or constant; what a record holds is below $.msg; did you mean "msg"?`},
		{`{"datamap": {"id": "$.msg.id", "name": "$.person.name"}}`, `write $.msg.person.name`},
		{`{"datamap": {"id": "msg.id", "name": "$.schema.name"}}`, ``},
		{`{"datamap": {"id": "$.msg.id", "name": "$.msg["}}`, `error datamap.name: the path of "name" cannot be read`},
		{`{"datamap": {"id": "$.constant.h", "name": "$.msg.id"}, "constant": {"h": "example.com:8080"}, "url": "https://{id}/{name}"}`, ``},
		{`{"datamap": {"id": "$.constant.h", "name": "$.msg.id"}, "constant": {"h": "https://example.com/api"}, "url": "{id}/{name}"}`, ``},
		{`{"datamap": {"id": "$.constant.h", "name": "$.msg.id"}, "constant": {"h": "example"}, "url": "https://{id}.{name}/"}`, `error url: data would choose the host`},
		{`{"datamap": {"id": "$.constant..h", "name": "$.msg.id"}, "constant": {"h": "example"}, "url": "https://{id}/"}`, `error url: data would choose the host`},
	} {
		_, problems := Read(with(t, test.changes))
		if got := lines(problems); !strings.Contains(got, test.want) || test.want == "" && got != "" {
			t.Errorf("%s:\n%s\nwant %s", test.changes, got, test.want)
		}
	}
}

func TestSealKeepAndShow(t *testing.T) {
	job, _ := Read(with(t, `{"basic_auth": {"user": "u", "pw": "p4ss"}, "token": "t0ken"}`))
	sealed, secrets, problems := Seal(job, "key", Secrets{})
	if len(problems) > 0 || sealed.BasicAuth != nil || sealed.Token != "" || secrets.Basic == "" || secrets.Token == "" {
		t.Fatalf("%+v %+v %v", sealed, secrets, problems)
	}
	before, err1 := job.Hash()
	after, err2 := sealed.Hash()
	if before != after || len(before) != 64 || err1 != nil || err2 != nil {
		t.Errorf("hashes %s and %s", before, after)
	}
	shown, err := Record{Job: sealed, Secrets: secrets, Hash: before}.Public()
	text, _ := format.EncodeJSON(shown)
	if err != nil || strings.Contains(string(text), "p4ss") || strings.Contains(string(text), "sealed") || !strings.Contains(string(text), `"token":"*****"`) {
		t.Errorf("%s %v", text, err)
	}
	back, problems := Read(shown)
	if Refused(problems) {
		t.Fatal(lines(problems))
	}
	if _, kept, problems := Seal(back, "key", secrets); kept != secrets || len(problems) > 0 {
		t.Errorf("%+v %v", kept, problems)
	}
	if _, _, problems := Seal(back, "key", Secrets{}); len(problems) != 2 {
		t.Error(problems)
	}
	back.BasicAuth.User = "other"
	if _, _, problems := Seal(back, "key", secrets); len(problems) != 1 {
		t.Error(problems)
	}
	other, _ := Read(with(t, `{"owner": "you"}`))
	if hash, _ := other.Hash(); hash == before {
		t.Error("another owner has the same hash")
	}
}
