package lower

import (
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
)

// verify runs the checks of CreateStateMachine on what was emitted. A problem is a fault of the compiler; the source it came from is shown.
func (l *lowering) verify(machine *asl.Machine) diag.List {
	var found diag.List
	for _, problem := range asl.Check(machine, asl.Options{Express: l.operation.Mode == ir.Express}) {
		outcome := "that Step Functions refuses"
		if problem.Severity == asl.SeverityWarning {
			outcome = "that fails when it runs"
		}
		found.Add(diag.Diagnostic{
			Code:    "LOW001",
			Summary: "this would give a state machine " + outcome + ": " + problem.Message,
			Detail:  "The definition has the problem " + problem.Code + " at " + problem.Pointer + ". This is a fault of the compiler, please report it.",
			Range:   l.rangeOf(problem.Pointer),
		})
	}
	return found
}

// rangeOf gives the place in the source of the innermost state that a JSON pointer leads through.
func (l *lowering) rangeOf(pointer string) diag.Range {
	segments := strings.Split(pointer, "/")
	for i := len(segments) - 1; i > 0; i-- {
		name := strings.NewReplacer("~1", "/", "~0", "~").Replace(segments[i])
		if place, known := l.ranges[name]; known && segments[i-1] == "States" {
			return place
		}
	}
	return l.operation.Range
}

// Rules describes the diagnostics of this package.
func Rules() []diag.Rule {
	return []diag.Rule{{
		Code:  "LOW001",
		Title: "the emitted state machine is not valid",
		Doc: "The compiler checks every definition that it writes with the rules that CreateStateMachine applies. A problem is a fault of the " +
			"compiler; the place is that of the workflow's step that the faulty state came from.",
	}, {
		Code:  "LOW002",
		Title: "an expression that the deployment would change",
		Doc: "CloudFormation replaces ${…} in definitions. Texts are written in a way that has no such sequence; a field name or a set of " +
			"characters in a regular expression cannot be.",
	}, {
		Code:  "LOW003",
		Title: "not supported yet",
		Doc:   "The workflow model can say it, no state machine is written for it yet. Nothing is left out in silence.",
	}}
}
