package osop_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/dialect/osop/nodes"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// bindings hands every type of node that does not run by itself to a function.
func bindings() source.File {
	var text strings.Builder
	text.WriteString("lambdas:\n")
	for _, row := range nodes.Table() {
		text.WriteString("  " + row.Name + ": run-" + row.Name + "\n")
	}
	return source.File{Path: "steploom.yaml", Bytes: []byte(text.String())}
}

// mocked answers every function with an object that holds a value for each name that conditions look at.
func mocked(answers map[string]any) func(engine.Task, int) (any, error) {
	return func(called engine.Task, _ int) (any, error) {
		body := jsonata.NewObject()
		for name, value := range answers {
			body.Set(name, value)
		}
		switch {
		case called.Token != "", strings.HasPrefix(called.FunctionName, "run-"):
			return body, nil
		case called.FunctionName == "${SqlFunctionArn}":
			answer := jsonata.NewObject()
			answer.Set("rows", []any{body})
			answer.Set("affected", 1.0)
			return answer, nil
		case called.FunctionName == "${FilterFunctionArn}":
			answer := jsonata.NewObject()
			answer.Set("output", body)
			return answer, nil
		default:
			answer := jsonata.NewObject()
			answer.Set("statusCode", 200.0)
			answer.Set("headers", jsonata.NewObject())
			answer.Set("body", body)
			return answer, nil
		}
	}
}

// happy are answers with which the published examples take their regular course.
func happy() map[string]any {
	ok := jsonata.NewObject()
	ok.Set("valid", true)
	ok.Set("success", true)
	ok.Set("failures", 0.0)
	ok.Set("passed", true)
	return map[string]any{
		"validation_result": ok, "test_results": ok, "validation_passed": true, "duplicate_flag": false, "approval_decision": "approved",
		"manager_decision": "approved", "director_decision": "approved", "review_decision": "approved", "email_verified": true, "kyc_score": 0.9,
		"watchlist_match": false, "compliance_decision": "approved", "amount": 9000.0, "severity": "P1", "discrepancies": []any{}, "intent": "sales",
		"consistency_passed": true, "lag_seconds": 3.0, "decision": "approved", "access_token": "t", "auth_token": "t", "base_url": "https://x.example",
		"passed": true, "data": []any{},
	}
}

// refusals are the examples that cannot run even when every type is bound, and why: the code and the line of each error.
func refusals() map[string]string {
	return map[string]string{
		"join-modes-parallel.osop":      "58 OSP012",
		"sub-workflow-composition.osop": "8 OSP026, 9 OSP026, 10 OSP026, 18 OSP026, 26 OSP026, 34 OSP026, 42 OSP026",
	}
}

func errorsOf(t *testing.T, files source.Files) string {
	t.Helper()
	_, found := compiler.Compile(files, compiler.Options{})
	var errors []string
	for _, d := range found {
		if d.Severity == 0 {
			errors = append(errors, fmt.Sprintf("%d %s", d.Range.Start.Line, d.Code))
		}
		if d.Summary == "" || d.Severity == 0 && d.Fix == "" && d.Detail == "" {
			t.Errorf("%s has no reason and no way out: %s", d.Code, d.Summary)
		}
	}
	return strings.Join(errors, ", ")
}

func TestPublishedExamples(t *testing.T) {
	for _, path := range sampleFiles(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			files := source.Files{readFile(t, path), bindings()}
			if want, refused := refusals()[filepath.Base(path)]; refused {
				if got := errorsOf(t, files); got != want {
					t.Errorf("errors %s, want %s", got, want)
				}
				return
			}
			r := compile(t, files...)
			r.answer = mocked(happy())
			result := r.run(decoded(t, `{}`))
			if result.Status != engine.Succeeded {
				t.Errorf("%s %s: %s after %v", result.Status, result.Error, result.Cause, r.calls)
			}
			if len(r.calls) < 2 {
				t.Errorf("only %v ran", r.calls)
			}
		})
	}
}

// unbound says which lines are refused when nothing is bound.
func TestPublishedExamplesUnbound(t *testing.T) {
	for _, path := range sampleFiles(t) {
		file := readFile(t, path)
		got := errorsOf(t, source.Files{file})
		lines := strings.Split(string(file.Bytes), "\n")
		for _, at := range strings.Split(got, ", ") {
			number, code, _ := strings.Cut(at, " ")
			if code != "OSP010" {
				continue
			}
			line := lines[atoi(number)-1]
			if !regexp.MustCompile(`type: "?(agent|cli|data|system|git|docker|cicd|infra|mcp)`).MatchString(line) {
				t.Errorf("%s:%s is refused as unbound, but the line is %q", path, number, line)
			}
		}
	}
}

func atoi(text string) int {
	n := 0
	for _, c := range text {
		n = n*10 + int(c-'0')
	}
	return n
}
