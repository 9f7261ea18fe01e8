package mason_test

import (
	"regexp"
	"testing"

	"github.com/steploom/steploom/compiler/dialect/mason"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// TestTwoBodies: json_body is handed on where data may be empty, which only the request knows, and left out where data is certain to be sent.
func TestTwoBodies(t *testing.T) {
	for data, both := range map[string]bool{
		`{}`: true, `""`: true, `"{{ USER.form }}"`: true, `null`: true, `{a: 1}`: false, `{a: "{{ USER.form }}"}`: false, `text`: false,
	} {
		text := "name: w\nsteps: [{name: one, apispec: {url: 'https://h/x', method: post, json_body: {b: 2}, data: " + data + "}}]"
		workflow, found := mason.Dialect().Parse(source.Files{{Path: "a.yaml", Bytes: []byte(text)}})
		if len(found) > 1 || workflow == nil || both != (len(found) == 0) {
			t.Fatalf("%s: %v", data, found)
		}
		steps, seen := workflow.Operations[0].Steps, false
		for _, step := range steps {
			if call, isCall := step.(*ir.Call); isCall {
				arguments, _ := any(call.Arguments).(*jsonata.Object)
				_, there := arguments.Get("json")
				seen = true
				if there != both {
					t.Errorf("%s: json is there: %t, want %t", data, there, both)
				}
			}
		}
		if !seen {
			t.Errorf("%s: no request", data)
		}
	}
}

// TestUrlencode: data in a URL is percent-encoded once, whether the template says so or not.
func TestUrlencode(t *testing.T) {
	address := func(expression string) string {
		text := "name: w\nsteps: [{name: one, apispec: {url: 'https://h/{{ " + expression + " }}?a=1', method: get}}]"
		workflow, found := mason.Dialect().Parse(source.Files{{Path: "a.yaml", Bytes: []byte(text)}})
		if len(found) > 0 {
			t.Fatalf("%s: %v", expression, found)
		}
		for _, step := range workflow.Operations[0].Steps {
			if call, isCall := step.(*ir.Call); isCall && call.Function == task.HTTP {
				url, _ := any(call.Arguments).(*jsonata.Object).Get("url")
				printed := jsonata.Print(url.(jsonata.Node))
				return regexp.MustCompile(`\$error\('[^']*'\)`).ReplaceAllString(printed, "$$error()") // which quotes the template
			}
			t.Errorf("%s: a call of another function", expression)
		}
		return ""
	}
	want := address("USER.userid")
	for _, expression := range []string{"USER.userid|urlencode", "USER.userid | urlencode()", "(USER.userid|urlencode)", "( (USER.userid)|urlencode( ) )"} {
		if got := address(expression); got != want || got == "" {
			t.Errorf("%s:\n got %s\nwant %s", expression, got, want)
		}
	}
}

// TestValuesInRequests: the caller's token comes to its place in lists, too, and numbers that become text are written as in Python.
func TestValuesInRequests(t *testing.T) {
	const text = `name: w
steps:
  - name: one
    apispec:
      url: https://h/x
      method: post
      params: {v: 2.0, w: 1.50, x: 1e3, n: 7, l: [1.0, "{{ USER.token }}"], b: true}
      json_body: {v: 2.0, l: [[{t: "{{ USER.token }}", u: "a{{ USER.token }}b"}]]}`
	const want = `{"encoding": "requests", "method": "POST", "url": "https://h/x", "params": {"v": "2.0", "w": "1.5", "x": "1000.0", "n": 7, "l": ["1.0", null], "b": true}, ` +
		`"json": {"v": 2, "l": [[{"t": null, "u": null}]]}, "secrets": {"/params/l/1": TOKEN, "/json/l/0/0/t": TOKEN, "/json/l/0/0/u": {"before": "a", "secret": TOKEN, "after": "b"}}}`
	workflow, found := mason.Dialect().Parse(source.Files{{Path: "a.yaml", Bytes: []byte(text)}})
	if len(found) > 0 {
		t.Fatal(found)
	}
	got := ir.ValueText(workflow.Operations[0].Steps[0].(*ir.Call).Arguments)
	if got := regexp.MustCompile(`\$exists\([^"}]*user\.token : ''|\$exists\([^"}]*token[^"}]*''`).ReplaceAllString(got, "TOKEN"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestChanges: what a template changes in one of its expressions is seen by those behind it.
func TestChanges(t *testing.T) {
	for text, want := range map[string]string{
		"{{ USER.a.append(1) or '' }}{{ USER.a|length }}": "{{ USER.a.append(1) or '' }}{{ USER.a|length }}",
		"{{ USER.a.strip() }}{{ USER.a|title }}":          "{{ USER.a.strip() }}",
	} {
		file := source.File{Path: "a.yaml", Bytes: []byte("name: w\nsteps: [{name: one, apispec: {url: 'https://h/x', method: post, data: \"" + text + "\"}}]")}
		workflow, found := mason.Dialect().Parse(source.Files{file})
		if len(found) > 0 {
			t.Fatalf("%s: %v", text, found)
		}
		call, isCall := workflow.Operations[0].Steps[0].(*ir.Call)
		if !isCall || call.Function != task.Filter {
			t.Fatalf("%s: %T", text, workflow.Operations[0].Steps[0])
		}
		if program, _ := call.Arguments.(*jsonata.Object).Get("program"); program != want {
			t.Errorf("%s: %v", text, program)
		}
	}
}
