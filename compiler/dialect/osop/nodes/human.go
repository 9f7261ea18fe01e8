package nodes

import (
	"cmp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func human() Type {
	return Type{
		Name:      "human",
		Runs:      "a wait for an answer, given through a link that the api function serves",
		Otherwise: "Several approvals of one node cannot be told apart.",
		Here:      always,
		Task:      at.person,
		Describes: []string{
			"description", "name", "timeout", "timeout_sec", "form", "fields", "template", "subject", "location", "tool", "checklist", "criteria",
		},
	}
}

// person asks people: the run waits until somebody answers through a link that the api function serves.
func (a at) person() *Task {
	kind := "human"
	if a.node.GateOrNil != nil && !a.decisionRead() {
		kind = "approval" // a rejection that no edge looks at must not let the run go on
	}
	question := a.question(kind)
	if prompt := a.runtime.Take("prompt", "message", "question", "instructions"); prompt != nil {
		question.Set("prompt", a.Value(prompt))
	}
	question.Set("fields", portNames(a.node.Outputs))
	if to := append(ast.Texts(a.runtime.Take("assignees", "approvers")), a.who()...); len(to) > 0 {
		question.Set("to", listOf(to))
	}
	if options := a.runtime.Take("options", "choices"); options != nil {
		question.Set("options", listOf(ast.Texts(options)))
	}
	if channel := a.runtime.Take("channel"); channel != nil {
		question.Set("channel", a.Value(channel))
	}
	if escalation := a.runtime.Take("escalation"); escalation != nil {
		a.note(codes.Ignored, escalation.Range, "escalation describes; it is not followed", "", "add an edge with mode: timeout to the node that takes over")
	}
	a.approvers()
	t := asking(question, a.answerPort())
	if gate := a.node.GateOrNil; gate != nil && a.node.TimeoutSeconds == 0 {
		t.TimeoutSeconds = gate.TimeoutSeconds
	}
	return t
}

// asking waits for the answer to a question.
func asking(question *jsonata.Object, port func(string, bool) jsonata.Node) *Task {
	return &Task{Function: task.API, Waits: true, Arguments: names.Object("question", question), Result: ir.Result(), Port: port}
}

// decisionRead tells whether a condition looks at what the node puts out.
func (a at) decisionRead() bool {
	for _, e := range a.Document.Edges {
		if e.Condition == nil {
			continue
		}
		for _, name := range append(listOf([]string{a.node.ID}), portNames(a.node.Outputs)...) {
			if strings.Contains(e.Condition.Value(), name.(string)) {
				return true
			}
		}
	}
	return false
}

// approvers refuses what needs more than one person.
func (a at) approvers() {
	count, at := 1, a.node.Range
	if gate := a.node.GateOrNil; gate != nil {
		count, at = gate.Approvers, gate.Range
	}
	if wanted := a.runtime.Take("min_approvals", "min_approvers"); wanted != nil && a.node.Type == "human" {
		count, _ = wanted.Int()
		at = wanted.Range
	}
	if count > 1 {
		a.report(report.Error(codes.Human, at, "more than one approval cannot be asked of one node").
			Why("A link tells who holds it, not who follows it, so nobody can tell two approvals by one person from two by two.").
			Fix("use one human node for each person, one after another or in parallel"))
	}
}

// who are the people that the node itself names.
func (a at) who() []string {
	var who []string
	if a.node.Role != "" {
		who = append(who, a.node.Role)
	}
	if a.node.GateOrNil != nil {
		who = append(who, a.node.GateOrNil.Who...)
	}
	return who
}

// question is what the api function is told when a run waits: which node asks what, with what in view, and the token to answer with.
func (a at) question(kind string) *jsonata.Object {
	return names.Object("kind", kind, "workflow", a.Document.ID, "node", a.node.ID, "title", orNil(cmp.Or(a.node.Purpose, a.node.Title)),
		"inputs", a.inputs(), "token", ir.TaskToken())
}

// answerPort binds an output to the field of that name in the answer; a decision may also be what was decided.
func (a at) answerPort() func(string, bool) jsonata.Node {
	first := ""
	for _, port := range a.node.Outputs {
		if isDecision(port.Name) && first == "" {
			first = port.Name
		}
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
	return slices.ContainsFunc([]string{"decision", "approv", "verdict", "review_result", "outcome", "sign_off"}, func(word string) bool {
		return strings.Contains(strings.ToLower(name), word)
	})
}

// Gates are the questions by which nodes that are not people wait for an approval.
func Gates(all *names.Names, around Around) map[flow.NodeID]*Task {
	gates := map[flow.NodeID]*Task{}
	for n, node := range all.Nodes() {
		if node.GateOrNil == nil || node.Type == "human" {
			continue
		}
		a := place(all.From(n), around)
		a.approvers()
		question := a.question("approval")
		question.Set("fields", []any{})
		if who := a.who(); len(who) > 0 {
			question.Set("to", listOf(who))
		}
		gates[n] = asking(question, nil)
		gates[n].TimeoutSeconds = node.GateOrNil.TimeoutSeconds
	}
	return gates
}
