package osop

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// human asks people: the run waits until somebody answers through a link that the api function serves.
func (g *graph) human(n int) *task {
	node := g.document.Nodes[n]
	r := node.Runtime
	kind := "human"
	if node.GateOrNil != nil && !g.decisionRead(n) {
		kind = "approval" // a rejection that no edge looks at must not let the run go on
	}
	question := g.question(n, kind)
	if prompt := r.take("prompt", "message", "question", "instructions"); prompt != nil {
		question.Set("prompt", scope{graph: g, node: n, edge: -1}.value(prompt))
	}
	question.Set("fields", listOrEmpty(portNames(node.Outputs)))
	g.askWhom(question, append(texts(r.take("assignees", "approvers")), g.who(node)...))
	if options := r.take("options", "choices"); options != nil {
		question.Set("options", listOrEmpty(anyTexts(texts(options))))
	}
	if channel := r.take("channel"); channel != nil {
		question.Set("channel", scope{graph: g, node: n, edge: -1}.value(channel))
	}
	g.limitHuman(n)
	g.onlyRuntime(n, "description", "name", "min_approvals", "min_approvers", "escalation", "form", "fields", "template", "subject", "location", "tool", "checklist", "criteria")
	g.approvers(node, "min_approvals", "min_approvers")
	return &task{function: "api", token: true, arguments: object("question", question), result: ir.Result(), port: g.answerPort(n)}
}

// decisionRead tells whether a condition looks at what a node puts out.
func (g *graph) decisionRead(n int) bool {
	node := g.document.Nodes[n]
	names := []string{node.ID}
	for _, port := range node.Outputs {
		names = append(names, port.Name)
	}
	return slices.ContainsFunc(g.document.Edges, func(e *Edge) bool {
		return e.Condition != nil && slices.ContainsFunc(names, func(name string) bool { return strings.Contains(e.Condition.Value(), name) })
	})
}

func (g *graph) limitHuman(n int) {
	node := g.document.Nodes[n]
	if limit := node.Runtime.take("timeout", "timeout_sec"); limit != nil && node.TimeoutSeconds == 0 {
		p := parser{reader: g.project.reader, document: g.document}
		node.TimeoutSeconds = p.seconds(limit)
	}
	if escalation := node.Runtime.take("escalation"); escalation != nil {
		g.report(diag.Note, codeIgnored, escalation.Range, "escalation describes; it is not followed", "", "add an edge with mode: timeout to the node that takes over")
	}
	if gate := node.GateOrNil; gate != nil && gate.TimeoutSeconds > 0 && node.TimeoutSeconds == 0 {
		node.TimeoutSeconds = gate.TimeoutSeconds
	}
}

// approvers refuses what needs more than one person.
func (g *graph) approvers(node *Node, keys ...string) {
	count, at := 1, node.Range
	if gate := node.GateOrNil; gate != nil {
		count, at = gate.Approvers, gate.Range
	}
	if wanted := node.Runtime.take(keys...); wanted != nil {
		count, _ = wanted.Int()
		at = wanted.Range
	}
	if count > 1 {
		g.report(diag.Error, codeHuman, at, "more than one approval cannot be asked of one node", "A link tells who holds it, not who follows it, so nobody can tell two approvals by one person from two by two.",
			"use one human node for each person, one after another or in parallel")
	}
}

func (g *graph) who(node *Node) []string {
	var who []string
	if role := scalarText(node.Source.Get("role")); role != "" {
		who = append(who, role)
	}
	if node.GateOrNil != nil {
		who = append(who, node.GateOrNil.Who...)
	}
	return who
}

func (g *graph) askWhom(question *jsonata.Object, who []string) {
	if len(who) > 0 {
		question.Set("to", anyTexts(who))
	}
}

func anyTexts(texts []string) []any {
	list := make([]any, len(texts))
	for i, text := range texts {
		list[i] = text
	}
	return list
}

func listOrEmpty(list any) any {
	if list == nil {
		return []any{}
	}
	return list
}

// question is what the api function is told when a run waits: which node asks what, with what in view, and the token to answer with.
func (g *graph) question(n int, kind string) *jsonata.Object {
	node := g.document.Nodes[n]
	shown := jsonata.NewObject()
	for _, port := range node.Inputs {
		shown.Set(port.Name, g.portValue(n, port))
	}
	title := node.Purpose
	if title == "" {
		title = node.Title
	}
	return object("kind", kind, "workflow", g.document.ID, "node", node.ID, "title", orNil(title), "inputs", shown, "token", ir.TaskToken())
}

// answerPort binds an output to the field of that name in the answer; a decision may also be what was decided.
func (g *graph) answerPort(n int) func(string, bool) jsonata.Node {
	first := ""
	for _, port := range g.document.Nodes[n].Outputs {
		if isDecision(port.Name) && first == "" {
			first = port.Name
		}
	}
	return func(name string, only bool) jsonata.Node {
		own, decision := build.Path(ir.Result(), name), build.Path(ir.Result(), "decision")
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
	name = strings.ToLower(name)
	for _, word := range []string{"decision", "approv", "verdict", "review_result", "outcome", "sign_off"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// gate asks for approval before a node that is not itself a person.
func (g *graph) gate(n int) ir.Step {
	node := g.document.Nodes[n]
	if node.GateOrNil == nil || node.Type == "human" {
		return nil
	}
	g.approvers(node)
	question := g.question(n, "approval")
	question.Set("fields", []any{})
	g.askWhom(question, g.who(node))
	ask := &ir.Call{Header: g.Header(n, node.ID+": approval"), Function: "api", WaitForToken: true, Arguments: object("question", question),
		TimeoutSeconds: node.GateOrNil.TimeoutSeconds}
	return ask
}

// event waits for somebody outside to send an event through a link. As the first node it is what starts the run.
func (g *graph) event(n int) *task {
	node := g.document.Nodes[n]
	if g.isFirst(n) {
		t := &task{idle: true, passed: g.wholeInput()}
		g.onlyRuntime(n, "source", "event_type", "event", "filter", "topic", "channel", "description", "name", "trigger", "type", "schedule", "cron", "queue", "stream")
		return t
	}
	if node.Subtype == "emit" || node.Subtype == "publish" || node.Subtype == "end" || node.Subtype == "throw" || node.Runtime.has("emit") {
		g.notRunnable(n, codeNotRunnable, "event node "+node.ID+" sends an event", "No function of Steploom sends events.")
		return nil
	}
	question := g.question(n, "event")
	for _, name := range []string{"event_type", "event", "topic", "source"} {
		if text := node.Runtime.text(name); text != "" {
			question.Set("event", text)
		}
	}
	question.Set("fields", listOrEmpty(portNames(node.Outputs)))
	g.onlyRuntime(n, "description", "name", "channel", "filter", "queue", "stream")
	return &task{function: "api", token: true, arguments: object("question", question), result: ir.Result()}
}

// wholeInput is everything that a run was given.
func (g *graph) wholeInput() jsonata.Node {
	g.inputsRead[""] = true
	return build.Var("inputs")
}

// webhook is a first node that is called instead of calling: it starts the run, and puts out what the request brings.
func (g *graph) webhook(n int, path string) *task {
	node := g.document.Nodes[n]
	method := strings.ToUpper(node.Runtime.text("method"))
	if method == "" {
		method = "POST"
	}
	g.report(diag.Note, codeAddress, node.Range, "node "+node.ID+" is the route "+method+" "+path, "It is the first node and its address has no host, so it is called rather than calls.", "add url: https://… if it is meant to call")
	g.routes = append(g.routes, &ir.HTTP{Method: method, Path: path, Range: node.Range})
	g.calls[n] = false
	g.otherSecurity(node)
	g.onlyRuntime(n, "service", "description", "name", "content_type", "headers", "version")
	return &task{idle: true, passed: g.wholeInput()}
}
