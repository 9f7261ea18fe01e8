package nodes

import (
	"cmp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/question"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/task"
)

func human() Type {
	return Type{
		Name:      "human",
		Runs:      "a wait for an answer, given through a link that the api function serves",
		Otherwise: "Several approvals of one node cannot be told apart.",
		Here:      always,
		Task:      at.person,
		Describes: "form fields template subject location tool checklist criteria",
		Subtypes:  "approval review input",
	}
}

// person asks people: the run waits until somebody answers through a link that the api function serves.
func (a at) person() *Task {
	gate := ast.Gate{Approvers: 1, Range: a.node.Range}
	a.runtime.Take("timeout", "timeout_sec")
	kind := "human"
	if a.node.GateOrNil != nil {
		gate = *a.node.GateOrNil
		if !a.decisionRead() {
			kind = "approval" // a rejection that no edge looks at must not let the run go on
		}
	}
	if escalation := a.runtime.Take("escalation"); escalation != nil {
		a.Report(codes.Ignored.Note(escalation.Range, "escalation describes; it is not followed").Fix("add an edge with mode: timeout to the node that takes over"))
	}
	if wanted := a.runtime.Take("min_approvals", "min_approvers"); wanted != nil {
		gate.Approvers, _ = wanted.Int()
		gate.Range = wanted.Range
	}
	t := a.asking(kind, gate, "prompt", a.Value(a.runtime.Take("prompt", "message", "question", "instructions")), "fields", ir.Texts(ast.Names(a.node.Outputs)...),
		"to", ir.NonEmpty(ir.Texts(append(source.Texts(a.runtime.Take("assignees", "approvers")), a.who()...)...)),
		"options", ir.NonEmpty(ir.Texts(source.Texts(a.runtime.Take("options", "choices"))...)), "channel", a.Value(a.runtime.Take("channel")))
	t.Port = question.Output(ast.Names(a.node.Outputs))
	t.TimeoutSeconds = cmp.Or(a.node.TimeoutSeconds, gate.TimeoutSeconds)
	return t
}

// gate is the question by which a node that is not itself a person waits for an approval; nil when it does not.
func (a at) gate() *Task {
	if a.node.GateOrNil == nil || a.node.Type == "human" {
		return nil
	}
	t := a.asking("approval", *a.node.GateOrNil, "fields", []any{}, "to", ir.NonEmpty(ir.Texts(a.who()...)))
	t.TimeoutSeconds = a.node.GateOrNil.TimeoutSeconds
	return t
}

// asking waits for the answer to a question: which node asks what, with what in view, and the token to answer with.
func (a at) asking(kind string, gate ast.Gate, more ...any) *Task {
	if gate.Approvers > 1 {
		a.Report(codes.Human.Error(gate.Range, "more than one approval cannot be asked of one node").
			Why("A link tells who holds it, not who follows it, so nobody can tell two approvals by one person from two by two.").
			Fix("use one human node for each person, one after another or in parallel"))
	}
	members := []any{"kind", kind, "workflow", a.Document.ID, "node", a.node.ID, "title", ir.NonEmpty(cmp.Or(a.node.Purpose, a.node.Title)),
		"inputs", a.inputs(), "token", ir.TaskToken()}
	return waitForAnswer(append(members, more...)...)
}

func waitForAnswer(members ...any) *Task {
	return &Task{Function: task.API, Waits: true, Arguments: question.Request(members...), Result: ir.Result()}
}

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

// decisionRead tells whether a condition looks at what the node puts out.
func (a at) decisionRead() bool {
	return slices.ContainsFunc(a.Document.Edges, func(e *ast.Edge) bool {
		mentions := func(name string) bool { return e.Condition != nil && strings.Contains(e.Condition.Value(), name) }
		return mentions(a.node.ID) || slices.ContainsFunc(a.node.Outputs, func(p ast.Port) bool { return mentions(p.Name) })
	})
}
