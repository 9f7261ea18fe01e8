package osop_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/diag"
)

// TestEdgeKeysThatDecide: what says where a run goes is refused when it is misspelt or cannot be followed, with what to write instead.
func TestEdgeKeysThatDecide(t *testing.T) {
	for edge, want := range map[string]string{
		"from: a, to: b, wen: a == 1":                                             `did you mean "when"?`,
		"from: a, to: b, condtion: a == 1":                                        `did you mean "condition"?`,
		"from: a, to: b, mod: error":                                              `did you mean "mode"?`,
		"from: a, to: b, mode: eror":                                              `did you mean "error"?`,
		"form: a, to: b":                                                          `did you mean "from"?`,
		"from: [a, c], to: b":                                                     "write an edge for each",
		"from: a, to: b, for_eech: a":                                             `did you mean "for_each"?`,
		"from: a, to: b, max_iteration: 3":                                        `did you mean "max_iterations"?`,
		"from: a, to: b, mode: switch, when: a":                                   "add cases",
		"from: a, to: b, mode: switch, when: a, case: [{value: 1, to: b}]":        `did you mean "cases"?`,
		"from: a, to: b, mode: switch, when: a, cases: [{vaule: 1, to: b}]":       `did you mean "value"?`,
		"from: a, to: b, mode: switch, when: a, cases: [{value: 1, too: b}]":      `did you mean "to"?`,
		"from: a, to: b, mode: switch, cases: [{value: 1, to: b}]":                "add when",
		"from: a, to: b, mode: weighted, weight: 3, when: a == 1":                 "put a gateway behind it",
		"from: a, to: b, mode: conditional, when: a == 1, condition: 'a == 2'":    "join them with &&",
		"from: a, to: b, mode: switch, when: a, cases: [{value: 1, to: nowhere}]": "add a node",
	} {
		_, found := compileText(graphText("a b c", edge))
		told := false
		for _, d := range found {
			told = told || d.Severity == diag.Error && strings.Contains(d.Fix, want)
		}
		if !told {
			t.Errorf("{%s} is not refused with %q:\n%s", edge, want, describe(found))
		}
	}
}

// TestTargetsAreNoEntries: a run never starts at a node that an edge names, be it by an edge that is never taken.
func TestTargetsAreNoEntries(t *testing.T) {
	tests := []struct {
		want  string
		edges []string
	}{
		{"a b", []string{"from: a, to: c, mode: switch, when: a, cases: [{value: done, to: b}]"}},
		{"a|b b b b Workflow.TooManyRounds", []string{"from: b, to: b", "from: b, to: c, mode: error"}},
		{"a", []string{"from: b, to: c", "from: c, to: b"}},
		{"a b c", []string{"from: a, to: b", "from: b, to: c", "from: b, to: a, mode: error"}},
		{"b c a", []string{"from: b, to: c", "from: c, to: a", "from: a, to: b, mode: fallback"}},
	}
	for _, test := range tests {
		r := compile(t, graphFile(graphText("a b c", test.edges...)))
		r.answer = behaviour{}.answer
		if got := r.course(r.run(decoded(t, "{}"))); got != test.want {
			t.Errorf("%v: ran %s, want %s", test.edges, got, test.want)
		}
	}
}
