package compiler_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/functions/filter"
	function "github.com/steploom/steploom/functions/http"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// TestMasonBodies: JSON, or a literal of Python, that is written as one text is sent as what Jinja makes of it says; a text within quotes stays within them.
func TestMasonBodies(t *testing.T) {
	const got = `{"id": 7, "f": 1.5, "t": true, "n": null, "ids": [1, 2], "title": "a\"b'c\\d\né😀", "o": {"z": 1, "a": ["x"]}, "json": "{\"k\": 1}"}`
	const title = `"a\"b'c\\d\n\u00e9\ud83d\ude00"`
	for _, test := range []struct{ body, want string }{
		{`{"id": {{ got.id }}, "title": "{{ got.title }}"}`, `{"id": 7, "title": ` + title + `}`},
		{`{"title": {{ got.title }}, "o": {{ got.o }}, "n": {{ got.none }}}`, `{"title": ` + title + `, "o": {"z": 1, "a": ["x"]}, "n": null}`},
		{`{"title": {{ got.title|tojson }}, "o": {{ got.o|tojson }}}`, `{"title": ` + title + `, "o": {"a": ["x"], "z": 1}}`},
		{`{"ids": [0, {{ got.ids|join(', ') }}], "title": "x{{ got.title }}", "t": {{ got.t }}, "n": {{ got.n }}}`, `{"ids": [0, 1, 2], "title": "x` + title[1:] + `, "t": true, "n": null}`},
		{`{"t": {{ 'true' if got.t else 'false' }}, "n": {{ got.none|default('null') }}, "s": "{{ got.json }}"}`, `{"t": true, "n": null, "s": "{\"k\": 1}"}`},
		{`{"s": {{ got.id|string }}, "c": {{ '[' ~ got.id ~ ']' }}, "title": {{ got.title }}}`, `{"s": 7, "c": [7], "title": ` + title + `}`},
		{`{'ids': [{{ got.ids|join(', ') }}], 'title': '{{ got.title }}', 'o': {{ got.o }}, 't': {{ got.t }}}`, `{"ids": [1, 2], "title": ` + title + `, "o": {"z": 1, "a": ["x"]}, "t": true}`},
		{`{"{% if got.t %}a{% endif %}": [{% for i in got.ids %}{{ i }}{{ "," if not loop.last }}{% endfor %}]}`, `{"a": [1, 2]}`},
		{`{{ got.o|tojson }}`, `{"a": ["x"], "z": 1}`},
		{`{{ got.o }}`, `{"z": 1, "a": ["x"]}`},
		{`{{ got.title }}`, title},
	} {
		if sent, err := masonBody(t, got, test.body); err != nil || sent != test.want {
			t.Errorf("%s\nsends %s %v\nwant  %s", test.body, sent, err, test.want)
		}
	}
}

// TestMasonBodiesOfWords: a text that stands without quotes where JSON has none fails the step by name, with the place and a way out and none of the data.
func TestMasonBodiesOfWords(t *testing.T) {
	const got = `{"title": "a s3cr3t title"}`
	for body, want := range map[string]string{
		"{\"n\": 1,\n \"t\": {{ got.title|upper }}}": `step sent: the text that json_body gives is neither JSON nor a literal of Python: at line 2, column 20, write "{{ got.title|upper }}" in quotes, ` +
			`or {{ (got.title|upper)|tojson }}`,
		`{"t": {% if got %}{{ got.title }}{% endif %}}`: "step sent: the text that json_body gives is neither JSON nor a literal of Python: put the texts in it into quotes, or write |tojson",
	} {
		if _, err := masonBody(t, got, body); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s\nfails with %v\nwant  %s", body, err, want)
		}
	}
}

// masonBody gives what a workflow sends whose first step gets an answer, and whose second one has a body.
func masonBody(t *testing.T, answer string, body any) (sent string, err error) {
	t.Helper()
	text, err := pytext.JSON(pytext.NewDict("name", "w", "steps", []any{
		pytext.NewDict("name", "got", "apispec", pytext.NewDict("url", "https://h/got", "method", "get")),
		pytext.NewDict("name", "sent", "apispec", pytext.NewDict("url", "https://h/sent", "method", "post", "json_body", body)),
	}), pytext.Options{})
	if err != nil {
		t.Fatal(err)
	}
	output, found := compiler.Compile(source.Files{{Path: "w.json", Bytes: []byte(text)}}, compiler.Options{Dialect: "mason"})
	if found.HasErrors() {
		t.Fatalf("%s: %v", body, found)
	}
	program, err := engine.Prepare(output.Machines[0].Definition)
	if err != nil {
		t.Fatal(err)
	}
	answers := answering(func(request *http.Request) (*http.Response, error) {
		if request.Body != nil {
			content, _ := io.ReadAll(request.Body)
			sent = string(content)
		}
		header := http.Header{"Content-Type": {"application/json"}}
		return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(strings.NewReader(answer)), Request: request}, nil
	})
	host := engine.Host{Clock: engine.NewVirtual(time.Unix(0, 0)), Invoker: calling{function.New(function.Config{Transport: answers}), filter.New()}}
	result := engine.Run(t.Context(), program, jsonata.NewObject(), host, engine.Options{Name: "test"})
	if result.Status != engine.Succeeded {
		err = fmt.Errorf("%s: %s", result.Error, result.Cause)
	}
	return sent, err
}

type answering func(*http.Request) (*http.Response, error)

func (a answering) RoundTrip(request *http.Request) (*http.Response, error) { return a(request) }

// calling are functions that the tasks of a machine call.
type calling []task.Function

func (c calling) Invoke(ctx context.Context, called engine.Task) (any, error) {
	for _, f := range c {
		if called.FunctionName != "${"+f.Substitution()+"}" {
			continue
		}
		payload, err := jsonata.Encode(called.Payload)
		if err != nil {
			return nil, err
		}
		result, err := f.Invoke(ctx, payload)
		if err != nil {
			return nil, &engine.TaskError{Name: task.AsError(err).Name, Cause: task.AsError(err).Cause()}
		}
		return jsonata.Decode(result)
	}
	return nil, fmt.Errorf("the machine calls %s", called.FunctionName)
}
