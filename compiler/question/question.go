// Package question asks people, and whoever sends events, through links that function api serves (functions/api): the request that waits, and what of
// the answer has a name.
package question

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Request is the request that asks; members are the names and values of what the question says, of which nil is left out.
func Request(members ...any) *jsonata.Object {
	return ir.Object("question", ir.Object(members...))
}

// Output gives, in terms of ir.Result(), what a step that asks puts out under one of its names: the field of that name in the answer. A name that ends
// in approved is true when the answer has no such field and the decision is to approve; the first name that says it is a decision, or the only name
// when none does, is what was decided.
func Output(names []string) func(name string, only bool) jsonata.Node {
	first := ""
	if i := slices.IndexFunc(names, isDecision); i >= 0 {
		first = names[i]
	}
	return func(name string, only bool) jsonata.Node {
		own, decision := build.Field(ir.Result(), name), build.Field(ir.Result(), "decision")
		switch {
		case strings.HasSuffix(name, "approved"):
			decision = build.Binary(decision, "=", build.Text("approved"))
		case name == first || only && first == "":
			decision = build.OrNull(decision)
		default:
			return build.OrNull(own)
		}
		return build.If(build.Exists(own), own, decision)
	}
}

func isDecision(name string) bool {
	return slices.ContainsFunc(strings.Fields("decision approv verdict review_result outcome sign_off"), func(word string) bool {
		return strings.Contains(strings.ToLower(name), word)
	})
}
