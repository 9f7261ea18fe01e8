package emit

import (
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
)

// The codes of diagnostics.
const (
	codeInvalid     = "LOW001"
	codeSubstituted = "LOW002"
	codeTooDeep     = "LOW004"
	codeTooLarge    = "LOW005"
)

// verify runs the checks of CreateStateMachine on what was emitted. A problem is a fault of the compiler; the source it came from is shown.
// Expressions that are too deep have been reported already.
func verify(machine *asl.Machine, source *ir.Operation, ranges map[string]diag.Range) diag.List {
	var found diag.List
	for _, problem := range asl.Check(machine, asl.Options{Express: source.Mode == ir.Express}) {
		if problem.Code == asl.DeepExpression {
			continue
		}
		if problem.Pointer == "" && tooLarge(machine) {
			found.Add(report.Error(codeTooLarge, source.Range, "the state machine would be larger than 1 MB").
				Why("Step Functions takes definitions of 1 MB; texts of the workflow, such as SQL, bodies and answers, stand in them.").
				Fix("move a part of the operation into another one that it runs"))
			continue
		}
		outcome := "that Step Functions refuses"
		if problem.Severity == asl.SeverityWarning {
			outcome = "that fails when it runs"
		}
		found.Add(diag.Diagnostic{
			Code:    codeInvalid,
			Summary: "this would give a state machine " + outcome + ": " + problem.Message,
			Detail:  "The definition has the problem " + problem.Code + " at " + problem.Pointer + ". This is a fault of the compiler, please report it.",
			Range:   rangeOf(problem.Pointer, machine, source.Range, ranges),
		})
	}
	return found
}

// definitionLimit is the longest definition in bytes (Step Functions quotas, "Maximum request size").
const definitionLimit = 1 << 20

func tooLarge(machine *asl.Machine) bool {
	text, err := asl.Marshal(machine)
	return err == nil && len(text) > definitionLimit
}

// rangeOf gives the place in the source of the innermost state that a JSON pointer leads into; whole is that of the operation.
func rangeOf(pointer string, machine *asl.Machine, whole diag.Range, ranges map[string]diag.Range) diag.Range {
	innermost := whole
	for state := range asl.Walk(machine) {
		if pointer == state.Pointer || strings.HasPrefix(pointer, state.Pointer+"/") {
			innermost = ranges[state.Name]
		}
	}
	return innermost
}

// Rules describes the diagnostics of this package.
func Rules() []diag.Rule {
	return []diag.Rule{{
		Code:  codeInvalid,
		Title: "the emitted state machine is not valid",
		Doc: "The compiler checks every definition that it writes with the rules that CreateStateMachine applies. A problem is a fault of the " +
			"compiler; the place is that of the workflow's step that the faulty state came from.",
	}, {
		Code:  codeSubstituted,
		Title: "an expression that the deployment would change",
		Doc: "CloudFormation replaces ${…} in definitions. Texts are written in a way that has no such sequence; a field name or a set of " +
			"characters in a regular expression cannot be.",
	}, {
		Code:  codeTooDeep,
		Title: "an expression is nested too deeply",
		Doc: "Step Functions stops evaluating an expression at 100 levels. The compiler flattens what it can and refuses what is still deeper than " +
			"80: set an attribute or a variable to a part of it in a step before, and use that instead.",
	}, {
		Code:  codeTooLarge,
		Title: "a state machine that is too large",
		Doc:   "Step Functions takes definitions of 1 MB. Texts of the workflow, such as SQL, bodies and answers, stand in them. An operation that another one runs has a definition of its own.",
	}}
}
