package osop_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/steploom/steploom/compiler/dialect/osop"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/internal/marked"
	"github.com/steploom/steploom/shared/diag"
)

// TestDiagnostics demands that each line has exactly the diagnostics that its comment names.
func TestDiagnostics(t *testing.T) {
	seen := marked.Check(t, "testdata/diagnostics.txtar", func(files source.Files) diag.List {
		_, found := osop.Dialect().Parse(files)
		return found
	})
	if len(seen) < 20 {
		t.Errorf("only %d codes came up", len(seen))
	}
}

func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, rule := range osop.Dialect().Rules() {
		if seen[rule.Code] || rule.Title == "" || !strings.HasSuffix(rule.Doc, ".") {
			t.Errorf("rule %+v", rule)
		}
		seen[rule.Code] = true
	}
}

// TestLongTimes: what Step Functions cannot count is refused where it is written, not by the check of the definition.
func TestLongTimes(t *testing.T) {
	const head = "osop_version: '2.0'\nid: t\nname: t\nnodes:\n  - {id: a, type: agent, purpose: p, x-steploom-lambda: w, "
	tests := map[string]string{
		"timeout_sec: 100000000":                                             "OSP024",
		"timeout_sec: 10000w":                                                "OSP024",
		"timeout_sec: NaNd":                                                  "OSP024",
		"timeout_sec: 99999999":                                              "",
		"approval_gate: {timeout_days: 1e5}":                                 "OSP024",
		"approval_gate: {timeout_hours: -1}":                                 "OSP024",
		"approval_gate: {timeout_hours: 0.5}":                                "",
		"retry_policy: {max_retries: 1e8}":                                   "YML008",
		"retry_policy: {max_retries: 100000000}":                             "OSP023",
		"retry: {max_attempts: 3, backoff: {delay: 2, max_delay: 9000h}}":    "OSP023",
		"retry: {max_attempts: 3, backoff: {delay: 2, multiplier: .inf}}":    "YML008",
		"retry: {max_attempts: 3, backoff: {delay: 99999999, max_delay: 2}}": "",
	}
	for setting, want := range tests {
		_, found := compileText(head + setting + "}\n")
		codes := ""
		for _, d := range found {
			if d.Severity == diag.Error {
				codes += d.Code
			}
		}
		if codes != want {
			t.Errorf("%s: %s", setting, describe(found))
		}
	}
}

// TestCollections compiles every workflow of a .sop file and reports what it lists in vain.
func TestCollections(t *testing.T) {
	files := source.Files{
		{Path: "all.sop", Bytes: []byte("sop_version: '1.0'\nid: all\nname: All\nsections:\n  - name: s\n    workflows:\n      - {ref: ./a.osop.yaml, title: A}\n      - {ref: b.osop, title: B}\n      - {ref: gone.osop, title: C}\n")},
		{Path: "a.osop.yaml", Bytes: []byte("osop_version: '1.0'\nid: a\nname: a\nnodes: [{id: n, type: gateway}]\n")},
		{Path: "b.osop", Bytes: []byte("{\"osop_version\": \"1.0\", \"id\": \"b\", \"name\": \"b\", \"nodes\": [{\"id\": \"n\", \"type\": \"gateway\"}]}")},
	}
	workflow, found := osop.Dialect().Parse(files)
	if describe(found) != `all.sop:9 OSP026 there is no file "gone.osop"` {
		t.Errorf("%s", describe(found))
	}
	if workflow.Name != "all" || len(workflow.Operations) != 2 || workflow.Operations[1].Name != "b" {
		t.Errorf("%+v", workflow)
	}
}

// FuzzParse demands of any text that it is read or refused, never a panic, and never a definition that Step Functions would refuse.
func FuzzParse(f *testing.F) {
	archive, err := txtar.ParseFile("testdata/diagnostics.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range archive.Files {
		f.Add(string(file.Data))
	}
	f.Add(graphText("a b c d", "from: a, to: b, mode: parallel", "from: a, to: c", "from: b, to: d", "from: c, to: d", "from: b, to: a, mode: error", "from: d, to: b, mode: loop, when: retry_count < 2"))
	f.Add(graphText("a b", "from: a, to: b, mode: switch, when: outputs.a.x, cases: [{value: 1, to: b}], default_to: a"))
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 20_000 {
			return
		}
		for _, problem := range compileErrors(text) {
			if code, _, _ := strings.Cut(problem, " "); slices.Contains([]string{"IR010", "IR013", "IR014", "IR015", "LOW004"}, code) {
				continue // what an author does: requests that wait, or do not, the route of executions, an expression too deep
			}
			if strings.HasPrefix(problem, "LOW") || strings.HasPrefix(problem, "IR") {
				t.Fatalf("%s", problem)
			}
		}
	})
}

func compileErrors(text string) []string {
	_, found := compileText(text)
	var problems []string
	for _, d := range found {
		problems = append(problems, fmt.Sprintf("%s %s %s", d.Code, d.Summary, d.Detail))
	}
	return problems
}
