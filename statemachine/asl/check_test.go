package asl_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/statemachine/asl"
)

// jsonataMode tells that a definition says JSONata somewhere, for the machine or for a state.
func jsonataMode(text []byte) bool {
	return bytes.Contains(text, []byte(`"QueryLanguage": "JSONata"`)) || bytes.Contains(text, []byte(`"QueryLanguage":"JSONata"`))
}

// accepts reports whether the service accepts a definition of the validator's own tests, which the validator calls valid or not.
func accepts(name string) bool {
	switch name {
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
	accepted, refused, other := 0, 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		problems := asl.Errors(asl.CheckJSON(text, asl.Options{}))
		switch {
		case !jsonataMode(text):
			other++
		case accepts(name):
			accepted++
			if len(problems) > 0 {
				t.Errorf("%s is valid, refused with %v", name, problems)
			}
		default:
			refused++
			if len(problems) == 0 {
				t.Errorf("%s is accepted", name)
			}
		}
	}
	t.Logf("in JSONata mode: %d accepted, %d refused; %d definitions in JSONPath mode are outside of the product", accepted, refused, other)
}

// TestFieldDefinitions checks definitions from the field, all of which are in use: those that have states in JSONata mode.
func TestFieldDefinitions(t *testing.T) {
	// One of them has lost a brace: QueryLanguage stands among its states.
	broken := "shared-fallback-state-jsonata_statemachine_statemachine.asl.json"
	for _, folder := range []string{"agent-toolkit-asl", "workflows-collection-jsonata", "field-machines"} {
		files, err := filepath.Glob(filepath.Join(conformance(t, folder), "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		checked := 0
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !jsonataMode(text) {
				continue
			}
			checked++
			problems := asl.Errors(asl.CheckJSON(text, asl.Options{}))
			if name := filepath.Base(file); (len(problems) > 0) != (name == broken) {
				t.Errorf("%s: %v", name, problems)
			}
		}
		t.Logf("%s: %d definitions", folder, checked)
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
			if p.Code != asl.JSONPathState {
				got = append(got, comparable(diagnostic{p.Code, p.Location(), p.Message}))
			}
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
