package asl_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/statemachine/asl"
)

// accepts reports whether the service accepts a definition of the validator's own tests, which the validator calls valid or not.
func accepts(name string) bool {
	switch name {
	case "invalid-math-add.json":
		return true // what the arguments of a function are is seen when it is called
	case "valid-path-array-context.json":
		return false // Jayway JsonPath has no expressions in parentheses
	case "valid-task-credentials.json":
		return false // recorded: The field 'RoleArn' is required but was missing
	case "valid-map-with-item-batcher-jsonata.json":
		return false // recorded: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine
	case "invalid-jsonata-surround-syntax-no-spaces.json", "invalid-json-surround-syntax-extra-spaces.json":
		return true // measured: {%1+1%} is an expression
	}
	return strings.HasPrefix(name, "valid-")
}

func TestValidatorDefinitions(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(conformance(t, "asl-validator-definitions"), "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	agreed := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		problems := asl.Errors(asl.CheckJSON(text, asl.Options{}))
		if accepts(name) == (len(problems) == 0) {
			agreed++
		} else {
			t.Errorf("%s: %v", name, problems)
		}
	}
	fmt.Printf("validator's definitions: %d of %d\n", agreed, len(files))
}

// TestFieldMachines checks definitions from the field, all of which are in use somewhere. It prints how many are accepted, and why others are not.
func TestFieldMachines(t *testing.T) {
	for _, folder := range []string{"agent-toolkit-asl", "workflows-collection-jsonata", "field-machines"} {
		files, err := filepath.Glob(filepath.Join(conformance(t, folder), "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		accepted := 0
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			problems := asl.Errors(asl.CheckJSON(text, asl.Options{}))
			if len(problems) == 0 {
				accepted++
				kept(t, filepath.Base(file), text)
				continue
			}
			fmt.Printf("not accepted: %s: %v\n", filepath.Base(file), problems)
		}
		fmt.Printf("%s: %d of %d\n", strings.ReplaceAll(folder, "-", " "), accepted, len(files))
	}
}

// diagnostic is what ValidateStateMachineDefinition says.
type diagnostic struct{ Code, Location, Message string }

// TestDiagnostics compares with diagnostics recorded on AWS. The text of a JSON syntax error is that of the parser there and not compared, nor is
// what AWS accepts in JSONPath mode.
func TestDiagnostics(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(conformance(t, "step-functions-executions"), "validation.jsonl"))
	if err != nil {
		t.Skipf("recorded diagnostics are absent: %v", err)
	}
	compared := 0
	for scanner := bufio.NewScanner(bytes.NewReader(text)); scanner.Scan(); {
		var row struct {
			ID    string
			Calls []struct {
				Args struct{ Definition, Type string }
			}
			Expected struct {
				Response struct{ Diagnostics []diagnostic } `json:"validation_response"`
			}
		}
		if err := json.Unmarshal(scanner.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		got := []diagnostic{}
		for _, p := range asl.Errors(asl.CheckJSON([]byte(row.Calls[0].Args.Definition), asl.Options{Express: row.Calls[0].Args.Type == "EXPRESS"})) {
			got = append(got, comparable(diagnostic{p.Code, p.Location(), p.Message}))
		}
		want := []diagnostic{}
		for _, d := range row.Expected.Response.Diagnostics {
			want = append(want, comparable(d))
		}
		compared++
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-AWS +here):\n%s", row.ID[strings.LastIndex(row.ID, "::")+2:], diff)
		}
	}
	t.Logf("diagnostics: %d definitions", compared)
}

func comparable(d diagnostic) diagnostic {
	if d.Code == asl.InvalidJSONDescription {
		return diagnostic{Code: d.Code}
	}
	if d.Location == "/" {
		d.Location = ""
	}
	return d
}

// TestCreations compares with what AWS answered to the creation of machines in recorded calls of the API.
func TestCreations(t *testing.T) {
	type request struct{ Definition, Type string }
	type row struct {
		ID    string
		Calls []struct {
			Operation   string
			Request     request
			ExpectError bool
			ResponseAt  []string
		}
		Responses map[string]json.RawMessage
	}
	agreed, all := 0, 0
	for _, row := range recorded[row](t, "step-functions-api", "api.jsonl") {
		for _, call := range row.Calls {
			if call.Operation != "CreateStateMachine" || len(call.ResponseAt) == 0 || call.Request.Definition == "" {
				continue
			}
			answer := string(row.Responses[call.ResponseAt[0]])
			refused := strings.Contains(answer, "InvalidDefinition")
			if call.ExpectError && !refused {
				continue // for another reason
			}
			all++
			problems := asl.Errors(asl.CheckJSON([]byte(call.Request.Definition), asl.Options{Express: call.Request.Type == "EXPRESS"}))
			switch {
			case !refused && len(problems) > 0:
				t.Errorf("%s: AWS creates it, refused with %v", row.ID, problems)
			case refused && !strings.Contains(strings.ReplaceAll(answer, "arn:<partition>", "arn:aws"), said(problems)):
				t.Errorf("%s: %s\nhere: %s", row.ID, answer, said(problems))
			default:
				agreed++
			}
		}
	}
	fmt.Printf("recorded creations: %d of %d\n", agreed, all)
}

// said writes problems as the service does in an InvalidDefinition.
func said(problems []asl.Problem) string {
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = p.Code + ": " + strings.TrimSpace(p.Message) + " at " + p.Location()
	}
	return "'" + strings.Join(texts, ", ") + "'"
}

// recorded reads the rows of a file of recordings.
func recorded[T any](t *testing.T, folder, file string) []T {
	text, err := os.ReadFile(filepath.Join(conformance(t, folder), file))
	if err != nil {
		t.Skipf("recordings are absent: %v", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 16<<20)
	var rows []T
	for lines.Scan() {
		var row T
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// placeholder is the ARN of an activity, which the recordings leave out.
var placeholder = regexp.MustCompile(`"activity_arn"`)

// TestRecordedPathDefinitions checks the definitions of executions that were recorded in JSONPath mode, and reads and writes them: nothing is lost.
func TestRecordedPathDefinitions(t *testing.T) {
	type row struct {
		ID         string
		Definition json.RawMessage
	}
	rows := recorded[row](t, "step-functions-api", "executions-jsonpath.jsonl")
	accepted := 0
	for _, row := range rows {
		definition := []byte(row.Definition)
		var text string
		if json.Unmarshal(definition, &text) == nil {
			definition = []byte(text)
		}
		definition = placeholder.ReplaceAll(definition, []byte(`"arn:aws:states:us-east-1:111111111111:activity:a"`))
		problems := asl.Errors(asl.CheckJSON(definition, asl.Options{}))
		if len(problems) > 0 {
			t.Errorf("%s: %v", row.ID, problems)
			continue
		}
		accepted++
		same(t, row.ID, definition)
	}
	fmt.Printf("recorded definitions in JSONPath mode: %d of %d\n", accepted, len(rows))
}

// kept is same for a definition whose fields are all there: those that deployment fills in with a number or an object are not read.
func kept(t *testing.T, name string, definition []byte) {
	t.Helper()
	if _, err := asl.Unmarshal(definition); err != nil && bytes.Contains(definition, []byte("${")) {
		fmt.Printf("not read: %s: %v\n", name, err)
		return
	}
	same(t, name, definition)
}

// same checks that the model holds all that a definition says, but for an empty Catch, which says nothing.
func same(t *testing.T, name string, definition []byte) {
	t.Helper()
	machine, err := asl.Unmarshal(definition)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	text, err := asl.Marshal(machine)
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if json.Unmarshal(definition, &want) != nil || json.Unmarshal(text, &got) != nil {
		t.Fatal("no JSON")
	}
	withoutEmptyCatch(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s changes when it is read and written:\n%s", name, diff)
	}
}

func withoutEmptyCatch(v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			withoutEmptyCatch(item)
		}
	case map[string]any:
		if list, ok := v["Catch"].([]any); ok && len(list) == 0 {
			delete(v, "Catch")
		}
		for _, field := range v {
			withoutEmptyCatch(field)
		}
	}
}

// TestRecordedDefinitions checks the definitions of recorded executions: AWS has created all of them. Those that read a variable which nothing assigns
// fail there, which is a warning here.
func TestRecordedDefinitions(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(conformance(t, "step-functions-executions"), "jsonata.jsonl"))
	if err != nil {
		t.Skipf("recorded executions are absent: %v", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 16<<20)
	accepted, unassigned := 0, 0
	for lines.Scan() {
		var row struct {
			ID, Status string
			Definition json.RawMessage
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		problems := asl.CheckJSON(row.Definition, asl.Options{})
		if errors := asl.Errors(problems); len(errors) > 0 {
			t.Errorf("%s: %v", row.ID, errors)
		}
		accepted++
		if slices.ContainsFunc(problems, func(p asl.Problem) bool { return p.Code == asl.UnassignedVariable }) {
			unassigned++
			if row.Status != "FAILED" {
				t.Errorf("%s: %v, but it has %s", row.ID, problems, row.Status)
			}
		}
	}
	t.Logf("recorded definitions: %d accepted, among them %d that fail for a variable that nothing assigns", accepted, unassigned)
}
