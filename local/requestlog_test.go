package local_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/local"
)

// TestAnswersThatCannotBeWritten: a response whose value its format cannot say is a 500 that tells nothing to the caller, and the reason to the console.
func TestAnswersThatCannotBeWritten(t *testing.T) {
	service := serviceOf(t, source.Files{{Path: "a.yaml", Bytes: []byte(`operations:
  'post /latin':
    fulfillments: [{type: generic}]
    responses: [{name: ok, statuscode: 200, default: true, contentType: text/csv; charset=iso-8859-1, schema: {a: 'BODY($.a)'}}]
  'post /xml':
    fulfillments: [{type: generic}]
    responses: [{name: ok, statuscode: 200, default: true, contentType: application/xml, schema: BODY()}]
`)}})
	var told []*local.Failure
	handler := service.Handler(func(s local.Served) { told = append(told, s.Failure) })
	for _, c := range []struct{ path, body, want string }{
		{"/latin", `{"a": "é"}`, ""},
		{"/latin", `{"a": "日本"}`, "ISO-8859-1 has not all characters"},
		{"/xml", `{"r": {"a": "1"}}`, ""},
		{"/xml", `{"r": "1", "s": "2"}`, "one member, the root element"},
		{"/xml", `{"no name": "1"}`, `"no name" is not an xml name`},
	} {
		told = nil
		request := httptest.NewRequest("POST", c.path, strings.NewReader(c.body))
		request.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		if len(told) != 1 {
			t.Fatalf("%s %s: %v", c.path, c.body, told)
		}
		failure := told[0]
		switch {
		case c.want == "" && (answer.Code != 200 || failure != nil):
			t.Errorf("%s %s: %d %s, %v", c.path, c.body, answer.Code, answer.Body, failure)
		case c.want != "" && (answer.Code != 500 || !strings.Contains(answer.Body.String(), "requestId") || strings.Contains(answer.Body.String(), c.want)):
			t.Errorf("%s %s: %d %s", c.path, c.body, answer.Code, answer.Body)
		case c.want != "" && (failure == nil || failure.Error.Name != "Format.Invalid" || !strings.Contains(failure.Error.Message, c.want) || failure.Where() != "POST "+c.path+", response"):
			t.Errorf("%s %s: %+v", c.path, c.body, failure)
		}
	}
}
