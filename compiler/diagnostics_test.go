package compiler_test

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/shared/diag"
)

const page = "../docs/diagnostics.md"

// allRules gives the codes in order.
func allRules() []diag.Rule {
	return slices.SortedFunc(slices.Values(compiler.Rules()), func(a, b diag.Rule) int { return cmp.Compare(a.Code, b.Code) })
}

// TestDiagnosticsPage: docs/diagnostics.md says what the rules say.
func TestDiagnosticsPage(t *testing.T) {
	want := render(allRules())
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/diagnostics.md is stale: run go test ./compiler -run TestDiagnosticsPage -update")
	}
}

func render(rules []diag.Rule) string {
	var out strings.Builder
	out.WriteString("# Diagnostics\n\n" +
		"Every error and warning has a code that stays the same across releases. `steploom check` shows it behind the message, " +
		"with the place, the reason and, where there is one, the fix. Errors stop a compilation, warnings do not.\n\n" +
		"This page is written from the tables in the code; each example is run by a test.\n\n| code | meaning |\n| --- | --- |\n")
	for _, rule := range rules {
		fmt.Fprintf(&out, "| [%s](#%s) | %s |\n", rule.Code, strings.ToLower(rule.Code), rule.Title)
	}
	for _, rule := range rules {
		fmt.Fprintf(&out, "\n## %s\n\n**%s.** %s\n", rule.Code, rule.Title, rule.Doc)
		if rule.Example != "" && utf8.ValidString(rule.Example) {
			fmt.Fprintf(&out, "\n```yaml\n%s```\n", rule.Example)
		}
	}
	return out.String()
}
