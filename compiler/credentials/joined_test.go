package credentials

import (
	"testing"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// TestMoveJoined: a credential beside data becomes a secret with the data around it; what only names or introduces data stays.
func TestMoveJoined(t *testing.T) {
	x, text := build.Var("x"), build.Text
	for _, test := range []struct {
		name, member string
		parts        []jsonata.Node
		want         string // what stands for the member in the secrets, "" for nothing
	}{
		{"in front of data", "password", []jsonata.Node{text("hunter2"), x}, `{"secret": "h-example-password", "after": '' & $x}`},
		{"behind data", "password", []jsonata.Node{x, text("-hunter2")}, `{"before": '' & $x, "secret": "h-example-password"}`},
		{"between data", "X-Api-Key", []jsonata.Node{x, text("k1"), x, text("-"), x}, `{"before": '' & $x, "secret": "h-example-x-api-key", "after": $x & '-' & $x}`},
		{"behind a scheme", "Authorization", []jsonata.Node{text("Bearer abc."), x}, `{"secret": "h-example-authorization", "after": '' & $x}`},
		{"a scheme", "Authorization", []jsonata.Node{text("Bearer "), x}, ""},
		{"a scheme and a part", "Authorization", []jsonata.Node{text("AWS4-HMAC-SHA256 Credential="), x}, ""},
		{"a part", "Cookie", []jsonata.Node{text("session="), x, text("; "), x}, ""},
		{"data alone", "token", []jsonata.Node{x, text("."), x}, ""},
		{"no name of a secret", "title", []jsonata.Node{text("hunter2"), x}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			secrets, workflow := secretsOf(ir.Object("url", "https://h.example/", "headers", ir.Object(test.member, build.Concat(test.parts...))))
			if got := secretText(secrets, "/headers/"+test.member); got != test.want || (len(workflow.Secrets) == 0) != (test.want == "") {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestMoveJoinedParameters: the same of parameters in an address, whose data are percent-encoded there and not among the parameters.
func TestMoveJoinedParameters(t *testing.T) {
	x, text := build.Call("encodeUrlComponent", build.Var("x")), build.Text
	for _, test := range []struct {
		name  string
		parts []jsonata.Node
		url   string
		want  string
	}{
		{"the last", []jsonata.Node{text("https://h.example/?a=1&token=a%20b"), x}, `"https://h.example/?a=1"`, `{"secret": "h-example-token", "after": '' & $decodeUrlComponent($encodeUrlComponent($x))}`},
		{"the first", []jsonata.Node{text("https://h.example/?token=ab"), x, text("+-&b="), x, text("#top")}, `'https://h.example/?b=' & $encodeUrlComponent($x) & '#top'`,
			`{"secret": "h-example-token", "after": $decodeUrlComponent($encodeUrlComponent($x)) & ' -'}`},
		{"behind data", []jsonata.Node{text("https://h.example/?token="), x, text("ab#top")}, `"https://h.example/#top"`,
			`{"before": '' & $decodeUrlComponent($encodeUrlComponent($x)), "secret": "h-example-token"}`},
		{"a scheme", []jsonata.Node{text("https://h.example/?token=Bearer%20"), x}, `'https://h.example/?token=Bearer%20' & $encodeUrlComponent($x)`, ""},
		{"a prefix of a key", []jsonata.Node{text("https://h.example/?token="), x, text("&key=articles/"), x}, `'https://h.example/?token=' & $encodeUrlComponent($x) & '&key=articles/' & $encodeUrlComponent($x)`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			arguments := ir.Object("url", build.Concat(test.parts...))
			secrets, workflow := secretsOf(arguments)
			address, _ := workflow.Operations[0].Steps[0].(*ir.Call).Arguments.(*jsonata.Object).Get("url")
			if got := ir.ValueText(address); got != test.url {
				t.Errorf("the address\ngot  %s\nwant %s", got, test.url)
			}
			if got := secretText(secrets, "/query/token"); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestMoveJoinedTwice: a credential in two pieces with data between cannot be put anywhere.
func TestMoveJoinedTwice(t *testing.T) {
	value := build.Concat(build.Text("abc1"), build.Var("x"), build.Text("def2"))
	call := &ir.Call{Function: task.HTTP, Arguments: ir.Object("url", "https://h.example/", "headers", ir.Object("X-Token", value))}
	if _, found := Move(&ir.Workflow{Operations: []*ir.Operation{{Steps: []ir.Step{call}}}}); !found.HasErrors() {
		t.Errorf("got %v", found)
	}
}

func secretsOf(arguments ir.Value) (*jsonata.Object, *ir.Workflow) {
	call := &ir.Call{Function: task.HTTP, Arguments: arguments}
	workflow, _ := Move(&ir.Workflow{Operations: []*ir.Operation{{Steps: []ir.Step{call}}}})
	secrets, _ := workflow.Operations[0].Steps[0].(*ir.Call).Arguments.(*jsonata.Object).Get("secrets")
	object, _ := secrets.(*jsonata.Object)
	return object, workflow
}

func secretText(secrets *jsonata.Object, place string) string {
	if secrets == nil {
		return ""
	}
	placed, there := secrets.Get(place)
	if !there {
		return ""
	}
	return ir.ValueText(placed)
}
