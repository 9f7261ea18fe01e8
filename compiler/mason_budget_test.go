package compiler_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/internal/urllib3"
	"github.com/steploom/steploom/internal/urllib3/execution"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// TestMasonBudgets compiles Mason workflows with the budgets of urllib3's table and runs them on a virtual clock against servers that do what the table
// says: attempts, waits and outcome are those of requests with the same Retry. A final status of 400 and more fails the workflow, unless the budget
// hands it on.
func TestMasonBudgets(t *testing.T) {
	ran, refused := 0, map[string]int{}
	for _, row := range urllib3.Rows(t) {
		if _, typed := execution.Budget(row); row.Text("kind") != "run" || !typed || row.IsDated() {
			continue
		}
		machine, codes := masonWithBudget(t, row)
		if codes != "" {
			refused[codes]++
			continue
		}
		got := execution.Run(t, machine.Definition, jsonata.NewObject(), row)
		if status, answered := row.Get("via_requests", "end", "response").(int64); answered && status >= 400 && got.Error == task.StatusError(int(status)) {
			got.Error = "" // it is the workflow that fails
		}
		if differs := execution.Differs(row, got); differs != "" {
			t.Errorf("%s %s: %s\n%s", row.Text("id"), row.Text("retry"), differs, got.Cause)
		}
		ran++
	}
	t.Logf("Mason budgets: %d ran, refused %v", ran, refused)
	if ran < 30 {
		t.Errorf("only %d budgets ran", ran)
	}
}

// masonWithBudget compiles a workflow of one step with the budget of a row, or gives the codes by which it is refused.
func masonWithBudget(t *testing.T, row urllib3.Row) (compiler.Machine, string) {
	t.Helper()
	call := pytext.NewDict("url", "http://h/start", "method", row.Text("method"))
	step := pytext.NewDict("name", "ask", "apispec", call, "retry", row.Arguments())
	text, err := pytext.JSON(pytext.NewDict("name", "budget", "steps", []any{step}), pytext.Options{})
	if err != nil {
		t.Fatal(err)
	}
	output, found := compiler.Compile(source.Files{{Path: "w.json", Bytes: []byte(text)}}, compiler.Options{Dialect: "mason"})
	if found.HasErrors() {
		var codes []string
		for _, diagnostic := range found {
			codes = append(codes, diagnostic.Code)
		}
		return compiler.Machine{}, strings.Join(codes, " ")
	}
	return output.Machines[0], ""
}
