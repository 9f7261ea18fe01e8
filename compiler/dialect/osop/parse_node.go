package osop

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// nodeDescriptive are node keys from which nothing is compiled.
var nodeDescriptive = []string{
	"name", "title", "purpose", "description", "role", "owner", "explain", "success_criteria", "failure_modes", "observability", "cost",
	"message_contract", "parent", "spawn_policy", "metadata", "tags", "company", "pool", "lane", "priority", "classification", "actors",
	"label", "notes", "note", "comment", "position", "department", "assignee", "assigned_to", "risk_level", "risk", "sla", "icon", "ui",
}

// nodeUnsupported are node keys that would change what runs.
var nodeUnsupported = map[string]string{
	"preconditions": "write the condition on the edge that leads to the node",
	"valid_window":  "start the workflow by a schedule, or check the time in a condition with now()",
	"idempotency":   "let the called system recognise repeated requests, for example by a header",
}

// runtimeAliases are node keys that practice writes beside runtime.
var runtimeAliases = []string{"command", "cmd", "url", "endpoint", "method", "headers", "body", "query", "prompt", "options", "response_mapping", "output_mapping", "assignees", "approvers", "min_approvals"}

func (p *parser) nodes(node, root *source.Node) {
	if node == nil || node.Kind != source.Sequence || len(node.Items()) == 0 {
		at := p.document.Range
		if node != nil {
			at = node.Range
		}
		p.report(diag.Error, codeShape, at, "a workflow needs a list of nodes", "", "add nodes: with at least one {id, type}")
		return
	}
	first := map[string]*Node{}
	for _, item := range node.Items() {
		n := p.node(item)
		if n == nil {
			continue
		}
		if before, twice := first[n.ID]; twice {
			p.reader.Report(diag.Diagnostic{
				Code: codeDuplicate, Range: n.Range, Summary: "there are two nodes with the id " + strconv.Quote(n.ID), Fix: "give one of them another id",
				Notes: []diag.Related{{Range: before.Range, Message: "the other one is here"}},
			})
			continue
		}
		first[n.ID] = n
		p.document.Nodes = append(p.document.Nodes, n)
	}
}

func (p *parser) node(item *source.Node) *Node {
	id := item.Get("id")
	if item.Kind != source.Mapping || scalarText(id) == "" {
		p.report(diag.Error, codeShape, item.Range, "a node needs an id", "", "add id:")
		return nil
	}
	n := &Node{ID: scalarText(id), Range: id.Range, Source: item}
	keys := &settings{what: "a node", entries: item.Entries(), read: map[string]bool{"id": true}, node: item}
	n.Type = strings.ToLower(scalarText(keys.take("type")))
	if n.Type == "" {
		p.report(diag.Error, codeShape, id.Range, "node "+n.ID+" has no type", "", "add type: api, cli, db, human, … ")
	}
	n.Subtype = strings.ToLower(scalarText(keys.take("subtype")))
	n.Title, n.Purpose = scalarText(keys.take("name", "title")), scalarText(keys.take("purpose", "description"))
	n.Runtime = p.runtime(keys)
	n.Inputs, n.Outputs = p.ports(keys.take("inputs")), p.ports(keys.take("outputs"))
	p.nodeTiming(n, keys)
	n.Security = p.block("security", keys.take("security"))
	n.GateOrNil = p.gate(keys.take("approval_gate"), n.Security)
	n.Lambda = scalarText(keys.take("x-steploom-lambda"))
	n.WorkflowRef, n.WorkflowInputs = keys.take("workflow_ref"), keys.take("workflow_inputs")
	if optional := keys.take("optional"); optional != nil {
		n.Optional, _ = optional.Bool()
	}
	p.handoff(keys.take("handoff"))
	p.nodeOthers(keys)
	return n
}

func (p *parser) nodeTiming(n *Node, keys *settings) {
	if retry := keys.take("retry_policy", "retry"); retry != nil {
		n.RetryOrNil = p.retry(retry)
	}
	n.TimeoutSeconds = p.seconds(keys.take("timeout_sec", "timeout"))
}

// handoff only describes, except where it names a node to go to.
func (p *parser) handoff(node *source.Node) {
	if node == nil || node.Kind != source.Mapping {
		return
	}
	if escalation := node.Get("escalation"); escalation != nil && escalation.Kind == source.Scalar {
		p.report(diag.Note, codeIgnored, escalation.Range, "handoff.escalation describes; it is not followed", "", "add an edge with mode: error to the node that takes over")
	}
}

// runtime joins runtime, config and the keys that practice writes beside them.
func (p *parser) runtime(keys *settings) *settings {
	s := &settings{what: "runtime", read: map[string]bool{}, node: keys.node}
	for _, name := range []string{"runtime", "config"} {
		block := keys.take(name)
		if block == nil {
			continue
		}
		if block.Kind != source.Mapping {
			p.report(diag.Error, codeShape, block.Range, name+" is a mapping", "", "")
			continue
		}
		s.node = block
		for _, entry := range block.Entries() {
			if entry.Name == "config" && entry.Value.Kind == source.Mapping && !s.has("engine", "provider") {
				s.entries = append(s.entries, entry.Value.Entries()...)
				continue
			}
			s.entries = append(s.entries, entry)
		}
	}
	for _, name := range runtimeAliases {
		if value := keys.take(name); value != nil {
			i := slices.IndexFunc(keys.entries, func(e source.Entry) bool { return e.Name == name })
			s.entries = append(s.entries, keys.entries[i])
		}
	}
	return s
}

// block reads a mapping whose keys have meanings of their own; never nil.
func (p *parser) block(what string, node *source.Node) *settings {
	s := &settings{what: what, read: map[string]bool{}, node: node}
	if node == nil {
		return s
	}
	if node.Kind != source.Mapping {
		p.report(diag.Error, codeShape, node.Range, what+" is a mapping", "", "")
		return s
	}
	s.entries = node.Entries()
	return s
}

// ports reads the four shapes of inputs and outputs: a list of names, of objects with a name, of one-key maps {name: path}, or a map of
// names to schemas.
func (p *parser) ports(node *source.Node) []Port {
	if node == nil {
		return nil
	}
	var found []Port
	add := func(name, path string, at diag.Range) {
		if name == "" {
			p.report(diag.Error, codeShape, at, "an input or output needs a name", "", "")
			return
		}
		found = append(found, Port{Name: name, Path: path, Range: at})
	}
	if node.Kind == source.Scalar {
		add(scalarText(node), "", node.Range)
	}
	for _, entry := range node.Entries() {
		path := ""
		if entry.Value.Kind == source.Scalar && looksLikePath(entry.Value.Value()) {
			path = scalarText(entry.Value)
		}
		add(entry.Name, path, entry.Key.Range)
	}
	for _, item := range node.Items() {
		switch {
		case item.Kind == source.Mapping && item.Get("name") != nil:
			add(scalarText(item.Get("name")), scalarText(item.Get("path")), item.Get("name").Range)
		case item.Kind == source.Mapping && len(item.Entries()) == 1 && item.Entries()[0].Value.Kind == source.Scalar:
			add(item.Entries()[0].Name, scalarText(item.Entries()[0].Value), item.Entries()[0].Key.Range)
		case item.Kind == source.Mapping && len(item.Entries()) == 1:
			add(item.Entries()[0].Name, "", item.Entries()[0].Key.Range)
		default:
			add(scalarText(item), "", item.Range)
		}
	}
	return found
}

// looksLikePath tells a path into a result from a type name such as "string" or a description.
func looksLikePath(text string) bool {
	return strings.HasPrefix(text, "$") || strings.Contains(text, ".") && !strings.Contains(text, " ")
}

// gate reads approval_gate: true, or {required, approvers, required_approvers, timeout_hours, …}, on the node or in its security block.
func (p *parser) gate(node *source.Node, security *settings) *Gate {
	if inner := security.take("approval_gate"); node == nil {
		node = inner
	}
	if node == nil {
		return nil
	}
	g := &Gate{Approvers: 1, Range: node.Range}
	if node.Kind == source.Scalar {
		if wanted, ok := node.Bool(); !ok || !wanted {
			return nil
		}
		return g
	}
	keys := p.block("an approval gate", node)
	if required := keys.take("required"); required != nil && required.Kind == source.Scalar {
		if wanted, ok := required.Bool(); ok && !wanted {
			return nil
		}
	}
	if count := keys.take("required_approvers", "min_approvals", "min_approvers"); count != nil {
		g.Approvers, _ = count.Int()
	}
	g.TimeoutSeconds = p.seconds(keys.take("timeout_sec", "timeout"))
	p.gateTime(g, keys)
	for _, name := range []string{"approver_role", "approver", "role", "approvers", "assignees"} {
		g.Who = append(g.Who, texts(keys.take(name))...)
	}
	for _, name := range []string{"bypass_allowed", "mandatory", "description", "reason", "criteria", "message", "escalation", "on_timeout", "auto_approve"} {
		if setting := keys.take(name); setting != nil && slices.Contains([]string{"bypass_allowed", "escalation", "on_timeout", "auto_approve"}, name) {
			p.report(diag.Note, codeIgnored, setting.Range, name+" of an approval gate describes; it is not acted on", "", "")
		}
	}
	for _, entry := range keys.unread() {
		p.unknown(diag.Warning, "an approval gate", entry, []string{"required", "approvers", "approver_role", "required_approvers", "timeout_hours", "timeout_min"})
	}
	return g
}

// gateTime reads how long a gate waits in the units that gates are written in.
func (p *parser) gateTime(g *Gate, keys *settings) {
	units := []struct {
		name    string
		seconds float64
	}{{"timeout_min", 60}, {"timeout_minutes", 60}, {"timeout_hours", 3600}, {"timeout_days", 86400}}
	for _, unit := range units {
		length := keys.take(unit.name)
		if length == nil {
			continue
		}
		value, isNumber := length.Number()
		wait := math.Ceil(value * unit.seconds)
		if isNumber && !(wait >= 0 && wait <= maxSeconds) {
			p.report(diag.Error, codeTime, length.Range, scalarText(length)+" is not a time that Step Functions can count", "The longest time is 99999999 seconds, about three years.", "")
			continue
		}
		if isNumber {
			g.TimeoutSeconds = int(wait)
		}
	}
}

// texts gives the scalars of a list, or a scalar as a list of one.
func texts(node *source.Node) []string {
	if node == nil {
		return nil
	}
	if node.Kind == source.Scalar {
		return []string{scalarText(node)}
	}
	var found []string
	for _, item := range node.Items() {
		if text := scalarText(item); text != "" {
			found = append(found, text)
		}
	}
	return found
}

func (p *parser) nodeOthers(keys *settings) {
	for _, entry := range keys.unread() {
		fix, unsupported := nodeUnsupported[entry.Name]
		switch {
		case unsupported:
			p.report(diag.Error, codeRuntime, entry.Key.Range, entry.Name+" is not supported", "It would decide whether the node runs.", fix)
		case strings.HasPrefix(entry.Name, "x-steploom-"):
			p.report(diag.Error, codeUnknownKey, entry.Key.Range, strconv.Quote(entry.Name)+" is not an extension of Steploom", "", "the only one on a node is x-steploom-lambda")
		case strings.HasPrefix(entry.Name, "x-"), slices.Contains(nodeDescriptive, entry.Name):
		default:
			known := []string{"id", "type", "subtype", "runtime", "inputs", "outputs", "retry_policy", "timeout_sec", "security", "approval_gate", "workflow_ref", "workflow_inputs"}
			p.unknown(diag.Warning, "a node", entry, slices.Concat(known, nodeDescriptive, runtimeAliases))
		}
	}
}
