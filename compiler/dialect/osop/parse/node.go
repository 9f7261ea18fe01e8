package parse

import (
	"cmp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

func (p parser) nodes(node *source.Node, at diag.Range) []*ast.Node {
	if len(node.Items()) == 0 {
		if node != nil {
			at = node.Range
		}
		p.Report(codes.Shape.Error(at, "a workflow needs a list of nodes").Fix("add nodes: with at least one {id, type}"))
	}
	var found []*ast.Node
	for _, item := range node.Items() {
		id := ast.Text(item.Get("id"))
		if id == "" {
			p.Report(codes.Shape.Error(item.Range, "a node needs an id").Fix("add id:"))
			continue
		}
		n := p.node(id, item)
		if i := slices.IndexFunc(found, func(before *ast.Node) bool { return before.ID == id }); i >= 0 {
			p.Report(codes.Duplicate.Error(n.Range, "there are two nodes with the id %q", id).
				Fix("give one of them another id").Also(found[i].Range, "the other one is here"))
			continue
		}
		found = append(found, n)
	}
	return found
}

func (p parser) node(id string, item *source.Node) *ast.Node {
	keys := ast.Block{Entries: item.Entries(), Range: item.Range}.Keys()
	n := &ast.Node{
		ID: id, Range: keys.Take("id").Range, Type: lower(keys.Take("type")), Subtype: lower(keys.Take("subtype")),
		Title: ast.Text(keys.Take("name", "title")), Purpose: ast.Text(keys.Take("purpose", "description")), Role: ast.Text(keys.Get("role")),
		Runtime: p.runtime(keys), Inputs: p.ports(keys.Take("inputs")), Outputs: p.ports(keys.Take("outputs")),
		RetryOrNil: p.retry(keys.Take("retry_policy", "retry")), TimeoutSeconds: p.seconds(keys.Take("timeout_sec", "timeout")),
		Security: p.block("security", keys.Take("security")), Lambda: ast.Text(keys.Take("x-steploom-lambda")),
		Workflow: ast.RefTo(keys.Take("workflow_ref")), WorkflowInputs: keys.Take("workflow_inputs").Entries(), Optional: flag(keys.Take("optional")),
	}
	n.TypeRange = cmp.Or(ast.RefTo(keys.Get("type")).Range, n.Range)
	n.GateOrNil = p.gate(ast.Block{Entries: slices.Concat(item.Entries(), n.Security.Entries)}.Get("approval_gate"))
	if keys.Take("approval_gate"); n.Type == "human" && n.Lambda == "" && n.Workflow.Name == "" && n.TimeoutSeconds == 0 {
		n.TimeoutSeconds = p.seconds(n.Runtime.Get("timeout", "timeout_sec"))
	}
	if n.Type == "" {
		p.Report(codes.Shape.Error(n.Range, "node %s has no type", id).Fix("add type: api, cli, db, human, … "))
	}
	if escalation := keys.Take("handoff").Get("escalation"); escalation != nil && escalation.Kind == source.Scalar {
		p.Report(codes.Ignored.Note(escalation.Range, "handoff.escalation describes; it is not followed").
			Fix("add an edge with mode: error to the node that takes over"))
	}
	p.otherNodeKeys(keys)
	return n
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
	for _, name := range strings.Fields(besideRuntime) {
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
		// A path into a result, not the name of a type such as "string" or a description.
		if text := ast.Text(entry.Value); strings.HasPrefix(text, "$") || strings.Contains(text, ".") && !strings.Contains(text, " ") {
			port.Path = text
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
			p.Report(codes.Shape.Error(item.Range, "an input or output needs a name"))
			continue
		}
		found = append(found, port)
	}
	return found
}

// gate reads approval_gate: true, or {required, approvers, required_approvers, timeout_hours, …}; nil when no approval is asked for.
func (p parser) gate(node *source.Node) *ast.Gate {
	if node == nil || node.Kind == source.Scalar && !flag(node) {
		return nil
	}
	if node.Kind == source.Scalar {
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
			p.Report(codes.Ignored.Note(setting.Range, "%s of an approval gate describes; it is not acted on", name))
		}
	}
	p.unknown(keys, mapping{"an approval gate", "required approvers approver_role required_approvers timeout_hours timeout_min",
		"mandatory description reason criteria message"})
	return g
}

// unsupported are node keys that would change what runs, and what to do instead; "" for any other key.
func unsupported(key string) (fix string) {
	switch key {
	case "preconditions":
		return "write the condition on the edge that leads to the node"
	case "valid_window":
		return "start the workflow by a schedule, or check the time in a condition with now()"
	case "idempotency":
		return "let the called system recognise repeated requests, for example by a header"
	default:
		return ""
	}
}

func (p parser) otherNodeKeys(keys *ast.Keys) {
	kind := nodeKeys()
	for _, entry := range keys.Left(kind.describing) {
		fix := unsupported(entry.Name)
		switch {
		case fix != "":
			p.Report(codes.Runtime.Error(entry.Key.Range, "%s is not supported", entry.Name).Why("It would decide whether the node runs.").Fix("%s", fix))
		case strings.HasPrefix(entry.Name, "x-"):
			p.Report(codes.UnknownKey.Error(entry.Key.Range, "%q is not an extension of Steploom", entry.Name).Fix("the only one on a node is x-steploom-lambda"))
		default:
			p.unknownKey(entry, mapping{kind.what, kind.known + " " + besideRuntime, kind.describing})
		}
	}
}
