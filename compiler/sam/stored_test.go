package sam_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/statemachine/asl"
)

// send is a Task that sends with the http function; what stands for FIELD is a member of its request.
const send = `{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
	"Arguments": {"FunctionName": "${HttpFunctionArn}", "Payload": {"url": "https://files.example.com/", FIELD}}}`

func sending(field string) string { return strings.Replace(send, "FIELD", field, 1) }

// TestStoredObjects tells for definitions which functions may touch the bucket. What a text merely looks like grants nothing.
func TestStoredObjects(t *testing.T) {
	pass := func(assign string) string {
		return `"first": {"Type": "Pass", "Assign": {` + assign + `}, "Next": "send"}, `
	}
	read := func(more string) string {
		return `"first": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "send", "Assign": {"got": "{% $states.result.Payload.content %}"},
			"Arguments": {"FunctionName": "${FtpFunctionArn}", "Payload": {"datasource": "d", "operation": "read", "path": "a"` + more + `}}}, `
	}
	tests := []struct {
		name, states string
		want         string // functions with permissions on the bucket
	}{
		{"a member called profiles", `"send": ` + sending(`"body": "{% $states.input.body.profiles %}"`), ""},
		{"a variable called blobs", pass(`"blobs": "{% $states.input.body.blobs %}"`) + `"send": ` + sending(`"body": "{% $blobs %}"`), ""},
		{"a text that says files", `"send": ` + sending(`"body": "{% 'my files and blobs' %}"`), ""},
		{"a header that says blob", `"send": ` + sending(`"headers": {"blob": "x"}`), ""},
		{"a nested member called blob, which the function does not resolve", `"send": ` + sending(`"body": {"a": {"blob": "x"}}`), ""},
		{"files of the body", `"send": ` + sending(`"body": "{% $states.input.body.files %}"`), ""},
		{"a constant reference", `"send": ` + sending(`"body": {"blob": "0123456789abcdef0123456789abcdef01234567"}`), "Http"},
		{"a computed reference", `"send": ` + sending(`"body": "{% {'blob': $key} %}"`), "Http"},
		{"an upload", `"send": ` + sending(`"body": "{% $states.input.files.image %}"`), "Api Http"},
		{"an upload as a part", `"send": ` + sending(`"multipart": {"picture": {"fileName": "a.png", "content": "{% $states.input.files.image %}"}}`), "Api Http"},
		{"uploads as the parts", `"send": ` + sending(`"multipart": "{% $merge([$states.input.files, {'a': 1}]) %}"`), "Api Http"},
		{"an upload through variables", pass(`"image": "{% $states.input.files.image %}", "other": "{% $image %}"`) + `"send": ` + sending(`"body": "{% $other %}"`), "Api Http"},
		{"an upload through an output", `"first": {"Type": "Pass", "Output": "{% $states.input.files %}", "Next": "send"}, "send": ` + sending(`"body": "{% $states.input.image %}"`), "Api Http"},
		{"an upload through a Map", `"send": {"Type": "Map", "End": true, "Items": "{% $states.input.files.* %}", "ItemProcessor": {"StartAt": "one", "States": {"one": ` + sending(`"body": "{% $states.input %}"`) + `}}}`, "Api Http"},
		{"a Map of something else", `"send": {"Type": "Map", "End": true, "Items": "{% $states.input.body %}", "ItemProcessor": {"StartAt": "one", "States": {"one": ` + sending(`"body": "{% $states.input.files %}"`) + `}}}`, ""},
		{"an upload that a Parallel gives back", `"first": {"Type": "Parallel", "Next": "send", "Branches": [{"StartAt": "one", "States": {"one": {"Type": "Pass", "End": true, "Output": "{% $states.context.Execution.Input.files %}"}}}]}, "send": ` + sending(`"body": "{% $states.input[0] %}"`), "Api Http"},
		{"a file read as a stored object", read(`, "asBlob": true`) + `"send": ` + sending(`"body": "{% $got %}"`), "Ftp Http"},
		{"a file read", read(`, "asBlob": false`) + `"send": ` + sending(`"body": "{% $got %}"`), ""},
		{"an answer that is stored", `"send": {"Type": "Pass", "End": true, "Output": {"statusCode": 200, "body": {"blob": "{% $key %}"}}}`, "Api"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			start := "send"
			if strings.HasPrefix(test.states, `"first"`) {
				start = "first"
			}
			machine, err := asl.Unmarshal([]byte(`{"QueryLanguage": "JSONata", "StartAt": "` + start + `", "States": {` + test.states + `}}`))
			if err != nil {
				t.Fatal(err)
			}
			app := constant(t)
			app.Machines[0].Definition = machine
			grants := sam.Permissions(app, sam.Options{})
			var touch []string
			for _, name := range []string{"Api", "Ftp", "Http", "Sql"} {
				for _, grant := range grants {
					if grant.Role == name+"Role" && strings.HasPrefix(grant.Actions[0], "s3:") {
						touch = append(touch, name)
						break
					}
				}
			}
			if got := strings.Join(touch, " "); got != test.want {
				t.Errorf("%q may touch stored objects, want %q", got, test.want)
			}
		})
	}
}
