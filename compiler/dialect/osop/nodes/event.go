package nodes

import (
	"cmp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func event() Type {
	return Type{
		Name:      "event",
		Runs:      "the start of the run when it comes first, otherwise a wait for an event sent through a link",
		Otherwise: "No function of Steploom sends events.",
		Here:      always,
		Routes:    func(node *ast.Node) bool { return node.Subtype == "start" || node.Subtype == "end" },
		Task:      at.event,
		Describes: "channel queue stream",
		Subtypes:  "start end emit publish throw",
	}
}

// event waits for somebody outside to send an event through a link. As the first node it is what starts the run.
func (a at) event() *Task {
	if a.IsFirst(a.At) {
		a.runtime.TakeAll(strings.Fields("source event_type event topic trigger type schedule cron")...)
		return &Task{Result: build.Var(names.Inputs)}
	}
	if slices.Contains(strings.Fields("emit publish end throw"), a.node.Subtype) || a.runtime.Has("emit") {
		return a.refuse(codes.NotRunnable, find("event").Otherwise, "event node %s sends an event", a.node.ID)
	}
	kind := ""
	for _, name := range []string{"event_type", "event", "topic", "source"} {
		kind = cmp.Or(a.runtime.TakeText(name), kind)
	}
	return a.asking("event", ast.Gate{}, "event", ir.NonEmpty(kind), "fields", ir.Texts(ast.Names(a.node.Outputs)...))
}

// AskEvent asks for the event that an edge waits for.
func AskEvent(workflow string, e *ast.Edge) *Task {
	return waitForAnswer("kind", "event", "workflow", workflow, "node", e.To.Name, "event", ir.NonEmpty(source.Text(e.Condition)),
		"inputs", jsonata.NewObject(), "fields", []any{}, "token", ir.TaskToken())
}
