package compiler_test

import (
	"cmp"
	"fmt"
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
	isWritten(t, page, render(allRules()))
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
