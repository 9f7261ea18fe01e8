package parse

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

func (p parser) nodes(node *source.Node, at diag.Range) []*ast.Node {
	if node == nil || node.Kind != source.Sequence || len(node.Items()) == 0 {
		if node != nil {
			at = node.Range
		}
		p.report(report.Error(codes.Shape, at, "a workflow needs a list of nodes").Fix("add nodes: with at least one {id, type}"))
		return nil
	}
	var found []*ast.Node
	for _, item := range node.Items() {
		n := p.node(item)
		if n == nil {
			continue
		}
		if i := slices.IndexFunc(found, func(before *ast.Node) bool { return before.ID == n.ID }); i >= 0 {
			p.report(report.Error(codes.Duplicate, n.Range, "there are two nodes with the id %q", n.ID).
				Fix("give one of them another id").Also(found[i].Range, "the other one is here"))
			continue
		}
		found = append(found, n)
	}
	return found
}

func (p parser) node(item *source.Node) *ast.Node {
	id := item.Get("id")
	if item.Kind != source.Mapping || ast.Text(id) == "" {
		p.report(report.Error(codes.Shape, item.Range, "a node needs an id").Fix("add id:"))
		return nil
	}
	keys := ast.Block{Entries: item.Entries(), Range: item.Range}.Keys()
	kind := keys.Take("type")
	n := &ast.Node{
		ID: ast.Text(keys.Take("id")), Type: lower(kind), Subtype: lower(keys.Take("subtype")), Range: id.Range, TypeRange: id.Range,
		Title: ast.Text(keys.Take("name", "title")), Purpose: ast.Text(keys.Take("purpose", "description")), Role: ast.Text(keys.Get("role")),
		Runtime: p.runtime(keys), Inputs: p.ports(keys.Take("inputs")), Outputs: p.ports(keys.Take("outputs")),
		RetryOrNil: p.retry(keys.Take("retry_policy", "retry")), TimeoutSeconds: p.seconds(keys.Take("timeout_sec", "timeout")),
		Security: p.block("security", keys.Take("security")), Lambda: ast.Text(keys.Take("x-steploom-lambda")),
		Workflow: ast.RefTo(keys.Take("workflow_ref")), WorkflowInputs: keys.Take("workflow_inputs").Entries(), Optional: flag(keys.Take("optional")),
	}
	if kind != nil {
		n.TypeRange = kind.Range
	}
	if n.Type == "human" && n.Lambda == "" && n.Workflow.Name == "" && n.TimeoutSeconds == 0 {
		n.TimeoutSeconds = p.seconds(n.Runtime.Get("timeout", "timeout_sec"))
	}
	if n.Type == "" {
		p.report(report.Error(codes.Shape, id.Range, "node %s has no type", n.ID).Fix("add type: api, cli, db, human, … "))
	}
	if gate := keys.Take("approval_gate"); gate != nil {
		n.GateOrNil = p.gate(gate)
	} else {
		n.GateOrNil = p.gate(n.Security.Get("approval_gate"))
	}
	p.handoff(keys.Take("handoff"))
	p.otherNodeKeys(keys)
	return n
}

// handoff only describes, except where it names a node to go to.
func (p parser) handoff(node *source.Node) {
	if escalation := node.Get("escalation"); escalation != nil && escalation.Kind == source.Scalar {
		p.report(report.Note(codes.Ignored, escalation.Range, "handoff.escalation describes; it is not followed").
			Fix("add an edge with mode: error to the node that takes over"))
	}
}

// runtime joins runtime, config and the keys that practice writes beside them.
func (p parser) runtime(keys *ast.Keys) ast.Block {
	joined := ast.Block{Range: keys.Range}
	for _, name := range []string{"runtime", "config"} {
		block := p.block(name, keys.Take(name))
		if len(block.Entries) > 0 {
			joined.Range = block.Range
		}
		for _, entry := range block.Entries {
			if entry.Name == "config" && entry.Value.Kind == source.Mapping && !joined.Has("engine", "provider") {
				joined.Entries = append(joined.Entries, entry.Value.Entries()...)
				continue
			}
			joined.Entries = append(joined.Entries, entry)
		}
	}
	for _, name := range besideRuntime() {
		if keys.Take(name) != nil {
			i := slices.IndexFunc(keys.Entries, func(e source.Entry) bool { return e.Name == name })
			joined.Entries = append(joined.Entries, keys.Entries[i])
		}
	}
	return joined
}

// ports reads the four shapes of inputs and outputs: a list of names, of objects with a name, of one-key maps {name: path}, or a map of
// names to schemas.
func (p parser) ports(node *source.Node) []ast.Port {
	var found []ast.Port
	for _, entry := range node.Entries() {
		port := ast.Port{Name: entry.Name, Range: entry.Key.Range}
		if looksLikePath(entry.Value) {
			port.Path = ast.Text(entry.Value)
		}
		found = append(found, port)
	}
	for _, item := range ast.Items(node) {
		port := ast.Port{Name: ast.Text(item), Range: item.Range}
		entries := item.Entries()
		if name := item.Get("name"); name != nil {
			port = ast.Port{Name: ast.Text(name), Path: ast.Text(item.Get("path")), Range: name.Range}
		} else if len(entries) == 1 {
			port = ast.Port{Name: entries[0].Name, Path: ast.Text(entries[0].Value), Range: entries[0].Key.Range}
		}
		if port.Name == "" {
			p.report(report.Error(codes.Shape, item.Range, "an input or output needs a name"))
			continue
		}
		found = append(found, port)
	}
	return found
}

// looksLikePath tells a path into a result from a type name such as "string" or a description.
func looksLikePath(node *source.Node) bool {
	text := node.Value()
	return strings.HasPrefix(text, "$") || strings.Contains(text, ".") && !strings.Contains(text, " ")
}

// gate reads approval_gate: true, or {required, approvers, required_approvers, timeout_hours, …}; nil when no approval is asked for.
func (p parser) gate(node *source.Node) *ast.Gate {
	switch {
	case node == nil:
		return nil
	case node.Kind == source.Scalar:
		if !flag(node) {
			return nil
		}
		return &ast.Gate{Approvers: 1, Range: node.Range}
	}
	keys := p.block("an approval gate", node).Keys()
	if wanted := keys.Take("required"); wanted != nil && wanted.Kind == source.Scalar {
		if value, ok := wanted.Bool(); ok && !value {
			return nil
		}
	}
	g := &ast.Gate{Approvers: number(keys.Take("required_approvers", "min_approvals", "min_approvers"), 1), Range: node.Range}
	g.TimeoutSeconds = p.units(keys, p.seconds(keys.Take("timeout_sec", "timeout")))
	for _, name := range []string{"approver_role", "approver", "role", "approvers", "assignees"} {
		g.Who = append(g.Who, ast.Texts(keys.Take(name))...)
	}
	for _, name := range []string{"bypass_allowed", "escalation", "on_timeout", "auto_approve"} {
		if setting := keys.Take(name); setting != nil {
			p.report(report.Note(codes.Ignored, setting.Range, "%s of an approval gate describes; it is not acted on", name))
		}
	}
	p.unknown(keys, mapping{
		what: "an approval gate", known: []string{"required", "approvers", "approver_role", "required_approvers", "timeout_hours", "timeout_min"},
		describing: []string{"mandatory", "description", "reason", "criteria", "message"},
	})
	return g
}

// unsupported are node keys that would change what runs, and what to do instead.
func unsupported(key string) (fix string, is bool) {
	switch key {
	case "preconditions":
		return "write the condition on the edge that leads to the node", true
	case "valid_window":
		return "start the workflow by a schedule, or check the time in a condition with now()", true
	case "idempotency":
		return "let the called system recognise repeated requests, for example by a header", true
	default:
		return "", false
	}
}

func (p parser) otherNodeKeys(keys *ast.Keys) {
	kind := nodeKeys()
	for _, entry := range keys.Left(kind.describing...) {
		fix, refused := unsupported(entry.Name)
		switch {
		case refused:
			p.report(report.Error(codes.Runtime, entry.Key.Range, "%s is not supported", entry.Name).Why("It would decide whether the node runs.").Fix("%s", fix))
		case strings.HasPrefix(entry.Name, "x-"):
			p.report(report.Error(codes.UnknownKey, entry.Key.Range, "%q is not an extension of Steploom", entry.Name).Fix("the only one on a node is x-steploom-lambda"))
		default:
			kind.known = append(kind.known, besideRuntime()...)
			p.unknownKey(entry, kind)
		}
	}
}
