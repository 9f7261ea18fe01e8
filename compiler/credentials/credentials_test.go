package credentials

import (
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// TestMove compares the arguments of a call before and after.
func TestMove(t *testing.T) {
	for _, test := range []struct{ name, request, want, secrets string }{
		{"nothing", `{"url":"https://h.example/x?page=2","headers":{"Accept":"a"}}`, `{"url":"https://h.example/x?page=2","headers":{"Accept":"a"}}`, ""},
		{"header", `{"url":"https://h.example/","headers":{"authorization":"Bearer a","Accept":"b"}}`,
			`{"url":"https://h.example/","headers":{"authorization":null,"Accept":"b"},"secrets":{"/headers/authorization":"h-example-authorization"}}`, "h-example-authorization=Bearer a"},
		{"query", `{"url":"https://h.example/x?key=k%20k&page=2&sig=s#top","query":{"token":"t","q":"u"}}`,
			`{"url":"https://h.example/x?page=2#top","query":{"token":null,"q":"u","key":null,"sig":null},"secrets":{"/query/key":"h-example-key","/query/sig":"h-example-sig","/query/token":"h-example-token"}}`,
			"h-example-key=k k h-example-sig=s h-example-token=t"},
		{"query alone", `{"url":"https://h.example/x?key=k"}`, `{"url":"https://h.example/x","query":{"key":null},"secrets":{"/query/key":"h-example-key"}}`, "h-example-key=k"},
		{"user", `{"url":"https://u:p%40@h.example:8443/x"}`, `{"url":"https://h.example:8443/x","secrets":{"/user":"h-example-8443-user"}}`, "h-example-8443-user=u:p@"},
		{"body", `{"url":"https://h.example/","body":{"login":{"pass/word":"a","client_secret":"b"},"token_type":"c"},"form":{"client_secret":"b"}}`,
			`{"url":"https://h.example/","body":{"login":{"pass/word":"a","client_secret":null},"token_type":"c"},"form":{"client_secret":null},"secrets":{"/body/login/client_secret":"h-example-client-secret","/form/client_secret":"h-example-client-secret"}}`,
			"h-example-client-secret=b"},
		{"beside those that are there", `{"url":"https://u:p@h.example/","headers":{"Authorization":null},"secrets":{"/headers/Authorization":"OTHER"}}`,
			`{"url":"https://h.example/","headers":{"Authorization":null},"secrets":{"/headers/Authorization":"OTHER","/user":"h-example-user"}}`, "h-example-user=u:p"},
		{"as requests", `{"encoding":"requests","url":"https://h.example/x?key=k","params":{"sig":"s","q":"u"},"data":{"password":"p"},"json":{"a":{"token":"t"}}}`,
			`{"encoding":"requests","url":"https://h.example/x","params":{"sig":null,"q":"u","key":null},"data":{"password":null},"json":{"a":{"token":null}},` +
				`"secrets":{"/params/key":"h-example-key","/params/sig":"h-example-sig","/data/password":"h-example-password","/json/a/token":"h-example-token"}}`,
			"h-example-key=k h-example-sig=s h-example-password=p h-example-token=t"},
		{"lists", `{"url":"https://h.example/","body":{"users":[{"name":"u","password":"a"},["x",{"token":"b"}]],"passwords":["c",["d"],5],"names":["e"]}}`,
			`{"url":"https://h.example/","body":{"users":[{"name":"u","password":null},["x",{"token":null}]],"passwords":[null,[null],5],"names":["e"]},` +
				`"secrets":{"/body/users/0/password":"h-example-password","/body/users/1/1/token":"h-example-token","/body/passwords/0":"h-example-passwords","/body/passwords/1/0":"h-example-passwords-2"}}`,
			"h-example-password=a h-example-token=b h-example-passwords=c h-example-passwords-2=d"},
		{"a list as body", `{"url":"https://h.example/","encoding":"requests","params":{"key":["a","b"],"page":[1]},"json":[{"api_key":"c"}]}`,
			`{"url":"https://h.example/","encoding":"requests","params":{"key":[null,null],"page":[1]},"json":[{"api_key":null}],` +
				`"secrets":{"/params/key/0":"h-example-key","/params/key/1":"h-example-key-2","/json/0/api_key":"h-example-api-key"}}`,
			"h-example-key=a h-example-key-2=b h-example-api-key=c"},
		{"numbers stay", `{"url":"https://h.example/","body":{"max_tokens":5,"token":null,"access_token":""}}`, `{"url":"https://h.example/","body":{"max_tokens":5,"token":null,"access_token":""}}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			arguments, err := jsonata.Decode([]byte(test.request))
			if err != nil {
				t.Fatal(err)
			}
			got, secrets := moved(t, arguments)
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if secrets != test.secrets {
				t.Errorf("secrets %s, want %s", secrets, test.secrets)
			}
			if again, err := jsonata.Encode(arguments); err != nil || string(again) != test.request {
				t.Errorf("the workflow before has become %s", again)
			}
		})
	}
}

// TestMoveKeepsData: what is only known when the operation runs stays where it is.
func TestMoveKeepsData(t *testing.T) {
	address := build.Concat(build.Text("https://u:p@h.example/x?key=k&id="), build.Var("id"), build.Text("&token=a"), build.Var("b"), build.Text("&sig=c"))
	arguments := ir.Object("url", address, "headers", ir.Object("Authorization", build.Concat(build.Text("Bearer "), build.Var("token"))))
	call := &ir.Call{Function: task.HTTP, Arguments: arguments}
	workflow, found := Move(&ir.Workflow{Operations: []*ir.Operation{{Steps: []ir.Step{call}}}})
	after := workflow.Operations[0].Steps[0].(*ir.Call)
	const want = `{"url": 'https://h.example/x?id=' & $id, "headers": {"Authorization": 'Bearer ' & $token}, "query": {"token": null, "key": null, "sig": null}, ` +
		`"secrets": {"/query/token": {"secret": "h-example-token", "after": '' & $decodeUrlComponent($b)}, "/user": "h-example-user", "/query/key": "h-example-key", "/query/sig": "h-example-sig"}}`
	if got := ir.ValueText(after.Arguments); got != want || len(found) != 4 {
		t.Errorf("%d warnings\ngot  %s\nwant %s", len(found), got, want)
	}
}

// TestMoveBesideText: parameters of an address that cannot be put among others are an error.
func TestMoveBesideText(t *testing.T) {
	for _, params := range []ir.Value{"a=1", build.Var("p"), ir.Object("key", "other")} {
		arguments := ir.Object("encoding", task.HTTPAsRequests, "url", "https://h.example/x?key=k", "params", params)
		_, found := Move(&ir.Workflow{Operations: []*ir.Operation{{Steps: []ir.Step{&ir.Call{Function: task.HTTP, Arguments: arguments}}}}})
		if !found.HasErrors() {
			t.Errorf("%s: %v", ir.ValueText(params), found)
		}
	}
}

// moved gives the arguments of a call and the secrets, name=literal, after Move. The call stands deep inside an operation.
func moved(t *testing.T, arguments ir.Value) (text, secrets string) {
	t.Helper()
	call := &ir.Call{Function: task.HTTP, Arguments: arguments}
	loop := &ir.Loop{Body: []ir.Step{&ir.Branch{Else: []ir.Step{call}}}}
	workflow, found := Move(&ir.Workflow{Operations: []*ir.Operation{{Steps: []ir.Step{loop}}}})
	inside := workflow.Operations[0].Steps[0].(*ir.Loop).Body[0].(*ir.Branch).Else[0].(*ir.Call)
	encoded, err := jsonata.Encode(inside.Arguments)
	if err != nil {
		t.Fatal(err)
	}
	for i, one := range workflow.Secrets {
		if i > 0 {
			secrets += " "
		}
		secrets += one.Name + "=" + one.Literal
	}
	if (len(found) > 0) != (secrets != "") {
		t.Errorf("warnings: %v", found)
	}
	return string(encoded), secrets
}

// TestVariablesAreTold: a credential in a variable stays, with a warning.
func TestVariablesAreTold(t *testing.T) {
	assign := &ir.Assign{Bindings: []ir.Binding{
		{Name: "access_token", Value: "abc"}, {Name: "token", Value: ""}, {Name: "password", Value: build.Var("x")}, {Name: "title", Value: "abc"},
	}}
	_, found := Move(&ir.Workflow{Operations: []*ir.Operation{{Steps: []ir.Step{assign}}}})
	if len(found) != 1 || found[0].Code != "SEC001" || found[0].Summary != `"access_token" holds a credential` {
		t.Errorf("got %v", found)
	}
}

// TestMoveConstants: a credential goes by way of a variable that is set once; the variable loses it where nothing else reads it.
func TestMoveConstants(t *testing.T) {
	token := build.Var("token")
	header := build.Concat(build.Text("Bearer "), build.If(build.Binary(token, "=", build.Null()), build.Text(""), token))
	set := &ir.Assign{Bindings: []ir.Binding{{Name: "token", Value: "abc"}, {Name: "title", Value: "x"}}}
	call := &ir.Call{Function: task.HTTP, Arguments: ir.Object("url", "https://h.example/", "headers", ir.Object("Authorization", header))}
	reads := &ir.Return{HasBody: true, Body: token}
	for _, test := range []struct {
		name         string
		steps        []ir.Step
		header, left ir.Value
	}{
		{"moved", []ir.Step{set, call}, nil, nil},
		{"moved, and read elsewhere", []ir.Step{set, call, reads}, nil, "abc"},
		{"set later", []ir.Step{call, set}, header, "abc"},
		{"set twice", []ir.Step{set, call, &ir.Assign{Bindings: []ir.Binding{{Name: "token", Value: "other"}}}}, header, "abc"},
		{"set in one case only", []ir.Step{&ir.Branch{Cases: []ir.Case{{When: build.Var("c"), Body: []ir.Step{set}}}}, call}, header, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			workflow, found := Move(&ir.Workflow{Operations: []*ir.Operation{{Steps: test.steps}}})
			for _, step := range workflow.Operations[0].Steps {
				switch step := step.(type) {
				case *ir.Call:
					headers, _ := step.Arguments.(*jsonata.Object).Get("headers")
					if got, _ := headers.(*jsonata.Object).Get("Authorization"); ir.ValueText(got) != ir.ValueText(test.header) {
						t.Errorf("the header is %s", ir.ValueText(got))
					}
				case *ir.Assign:
					if len(step.Bindings) == 2 && ir.ValueText(step.Bindings[0].Value) != ir.ValueText(test.left) {
						t.Errorf("the variable is %s", ir.ValueText(step.Bindings[0].Value))
					}
				}
			}
			if len(found) == 0 {
				t.Error("nobody is told")
			}
			if set.Bindings[0].Value != "abc" {
				t.Error("the workflow before has changed")
			}
		})
	}
}
