package parse

import (
	"cmp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/edges"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// describingNode are keys of a node, describingEdge of an edge, that are for people and other tools. Each gets a note.
const (
	describingNode = "role success_criteria failure_modes observability cost message_contract parent spawn_policy metadata company pool lane priority " +
		"classification actors position department assignee assigned_to risk_level risk sla"
	describingEdge = "metadata contract schema_ref protocol sla id priority"
)

// besideRuntime are keys of runtime that practice writes on the node itself.
const besideRuntime = "command cmd url endpoint method headers body query prompt options response_mapping output_mapping assignees approvers min_approvals"

func (p parser) nodes(node *source.Node, at diag.Range) []*ast.Node {
	if len(node.Items()) == 0 {
		p.Report(codes.Shape.Error(cmp.Or(ast.RefTo(node).Range, at), "a workflow needs a list of nodes").Fix("add nodes: with at least one {id, type}"))
	}
	var found []*ast.Node
	for _, item := range node.Items() {
		id := ast.RefTo(item.Get("id"))
		i := slices.IndexFunc(found, func(before *ast.Node) bool { return before.ID == id.Name })
		switch {
		case id.Name == "":
			p.Report(codes.Shape.Error(item.Range, "a node needs an id").Fix("add id:"))
		case i >= 0:
			p.duplicate("nodes", id, found[i].Range)
		default:
			found = append(found, p.node(id, item))
		}
	}
	return found
}

func (p parser) duplicate(what string, id ast.Ref, first diag.Range) {
	p.Report(codes.Duplicate.Error(id.Range, "there are two %s with the id %q", what, id.Name).Fix("give one of them another id").Also(first, "the other one is here"))
}

func (p parser) node(id ast.Ref, item *source.Node) *ast.Node {
	keys := source.BlockOf(item).Keys()
	kind, handed := ast.RefTo(keys.Take("type")), block("workflow_inputs", keys.Take("workflow_inputs"))
	n := &ast.Node{
		ID: id.Name, Range: id.Range, Type: strings.ToLower(kind.Name), TypeRange: cmp.Or(kind.Range, id.Range), Subtype: source.Word(keys.Take("subtype")),
		Title: source.Text(keys.Take("name", "title")), Purpose: source.Text(keys.Take("purpose", "description")), Role: source.Text(keys.Get("role")),
		Runtime: p.runtime(keys), Inputs: p.ports(keys.Take("inputs")), Outputs: p.ports(keys.Take("outputs")),
		RetryOrNil: retry(keys.Take("retry_policy", "retry")), TimeoutSeconds: seconds(keys.Take("timeout_sec", "timeout"), 1),
		Security: block("security", keys.Take("security")), Lambda: source.Text(keys.Take("x-steploom-lambda")),
		Workflow: ast.RefTo(keys.Take("workflow_ref")), WorkflowInputs: handed.Entries, Optional: source.Flag(keys.Take("optional")),
	}
	if n.Lambda != "" && n.Workflow.Name != "" {
		p.Report(codes.Reference.Error(n.Workflow.Range, "a node runs another workflow or a function, not both").Fix("delete workflow_ref or x-steploom-lambda"))
	}
	if len(handed.Entries) > 0 && n.Workflow.Name == "" {
		p.Report(codes.Reference.Error(handed.Range, "workflow_inputs has no effect without workflow_ref").Fix("add workflow_ref: with the id of the workflow that takes them"))
	}
	n.GateOrNil = p.gate(cmp.Or(keys.Take("approval_gate"), n.Security.Get("approval_gate")))
	if n.Type == "human" && n.Lambda == "" && n.Workflow.Name == "" && n.TimeoutSeconds == 0 {
		n.TimeoutSeconds = seconds(n.Runtime.Get("timeout", "timeout_sec"), 1)
	}
	if n.Type == "" {
		p.Report(codes.Shape.Error(n.Range, "node %s has no type", n.ID).Fix("add type: api, cli, db, human, … "))
	}
	for _, entry := range block("handoff", keys.Take("handoff")).Entries {
		p.Report(codes.Strays().Describing(entry, "handoff").Fix("add an edge to the node that takes over, with mode: error for an escalation"))
	}
	keys.Take("id")
	for _, entry := range codes.Strays().Left(keys) {
		switch {
		case source.Refuse(entry, refusedOnNode()):
		case strings.HasPrefix(entry.Name, "x-"):
			p.Report(codes.UnknownKey.Error(entry.Key.Range, "%q is not an extension of Steploom", entry.Name).Fix("the only one on a node is x-steploom-lambda"))
		default:
			codes.Strays().ReportOne(keys, entry, "a node", describingNode)
		}
	}
	return n
}

// refusedOnNode are keys of a node that would change what runs.
func refusedOnNode() []source.Refusal {
	const why = "It would decide whether the node runs."
	return []source.Refusal{
		{Key: "preconditions", Code: codes.Runtime, Why: why, Fix: "write the condition on the edge that leads to the node"},
		{Key: "valid_window", Code: codes.Runtime, Why: why, Fix: "start the workflow by a schedule, or check the time in a condition with now()"},
		{Key: "idempotency", Code: codes.Runtime, Why: why, Fix: "let the called system recognise repeated requests, for example by a header"},
	}
}

// runtime joins runtime, config and the keys that practice writes beside them.
func (p parser) runtime(keys *source.Keys) source.Block {
	joined := source.Block{Range: keys.Range}
	for _, name := range []string{"runtime", "config"} {
		block := block(name, keys.Take(name))
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
		if beside := keys.Take(name); beside != nil && joined.Has(name) {
			p.Report(codes.Shape.Error(beside.Range, "%s is written twice", name).Why("runtime has it, too.").Fix("delete one of the two"))
		} else if beside != nil {
			i := slices.IndexFunc(keys.Entries, func(e source.Entry) bool { return e.Name == name })
			joined.Entries = append(joined.Entries, keys.Entries[i])
		}
	}
	return joined
}

// ports reads inputs and outputs. In a map, a path into a result is told from the name of a type such as "string" and from a description.
func (p parser) ports(node *source.Node) []ast.Port {
	var found []ast.Port
	for _, one := range source.Names(node, codes.Shape, "an input or output") {
		text := source.Text(one.Value)
		isPath := strings.HasPrefix(text, "$") || strings.Contains(text, ".") && !strings.Contains(text, " ")
		switch {
		case one.Value.Get("name") != nil:
			text = source.Text(one.Value.Get("path"))
		case node.Kind == source.Mapping && !isPath || text == one.Name && one.Value.Range == one.Range:
			text = ""
		}
		described := source.BlockOf(one.Value).Keys()
		described.Take("name")
		if one.Value.Get("name") != nil {
			described.Take("path")
		}
		codes.Strays().Describe(described, "an input or output of a node")
		found = append(found, ast.Port{Name: one.Name, Path: text, Range: one.Range})
	}
	return found
}

// gate reads approval_gate: true, or {required, approvers, required_approvers, timeout_hours, …}; nil when no approval is asked for.
func (p parser) gate(node *source.Node) *ast.Gate {
	if node == nil || node.Kind == source.Scalar && !source.Flag(node) {
		return nil
	}
	keys := source.BlockOf(node).Keys()
	if wanted := keys.Take("required"); wanted != nil && !source.Flag(wanted) {
		return nil
	}
	g := &ast.Gate{
		Approvers: source.Whole(keys.Take("required_approvers", "min_approvals", "min_approvers"), 1), Range: node.Range,
		TimeoutSeconds: cmp.Or(seconds(keys.Take("timeout_days"), 86400), seconds(keys.Take("timeout_hours"), 3600),
			seconds(keys.Take("timeout_minutes", "timeout_min"), 60), seconds(keys.Take("timeout_sec", "timeout"), 1)),
	}
	for _, name := range []string{"approver_role", "approver", "role", "approvers", "assignees"} {
		g.Who = append(g.Who, source.Texts(keys.Take(name))...)
	}
	for _, name := range []string{"bypass_allowed", "escalation", "on_timeout", "auto_approve"} {
		if setting := keys.Take(name); setting != nil {
			p.Report(codes.Ignored.Note(setting.Range, "%s of an approval gate describes; it is not acted on", name))
		}
	}
	codes.Strays().Report(keys, "an approval gate", "mandatory reason criteria message")
	return g
}

const anEdge = "write - from: …, to: …, mode: …"

func (p parser) edges(node *source.Node, d *ast.Document) []*ast.Edge {
	if node == nil && len(d.Nodes) > 1 {
		p.Report(codes.Shape.Warning(d.Range, "the workflow has no edges").Why("All its nodes run at once.").Fix("add edges:"))
	}
	var found []*ast.Edge
	for _, item := range source.ListOf(node, codes.Shape, "edges", anEdge) {
		if item.Kind != source.Mapping {
			p.Report(codes.Shape.Error(item.Range, "an edge is a mapping").Fix(anEdge))
		} else if e := p.edge(item); e != nil {
			found = append(found, e)
		}
	}
	return found
}

func (p parser) edge(item *source.Node) *ast.Edge {
	keys := source.BlockOf(item).Keys()
	mode, known := p.mode(keys.Take("mode", "type"))
	e := &ast.Edge{
		Mode: mode.Name, From: p.end(keys.Take("from", "source")), To: p.end(keys.Take("to", "target")),
		Condition: p.condition(keys, mode),
		Cases:     p.cases(keys.Take("cases")), DefaultTo: ast.RefTo(keys.Take("default_to", "default")),
		ForEach: keys.Take("for_each", "foreach"), Iterator: keys.TakeText("iterator_var", "as"),
		SpawnCount: source.Whole(keys.Take("spawn_count"), 1), DelaySeconds: seconds(keys.Take("delay", "delay_sec"), 1),
		Compensates: ast.RefTo(keys.Take("compensates")), Range: source.Head(item),
	}
	if weight := keys.Take("weight"); weight != nil {
		e.Weight, _ = weight.Number()
	}
	if most := keys.Take("max_iterations", "max_loops", "max_visits", "max_retries", "max_attempts", "x-steploom-max"); most != nil {
		if e.Max = source.Whole(most, 0); e.Max < 1 {
			p.Report(codes.Unbounded.Error(most.Range, "a bound must be at least 1"))
		}
	}
	if mode.Cases && !keys.Has("cases") {
		p.Report(codes.Mode.Error(e.Range, "a switch needs cases").Why("Without them nothing says where each value leads.").Fix("add cases: [{value: …, to: …}]"))
	} else if mode.Cases && e.To.Name == "" && len(e.Cases) > 0 {
		e.To = e.Cases[0].To
	}
	p.join(keys.Take("join_mode"), keys.Take("join_count"))
	if transform := keys.Take("transform"); transform != nil {
		p.Report(codes.Mode.Error(transform.Range, "transform on an edge is not supported").Why("Its language is not defined.").
			Fix("put a node between that transforms: type: cli with a jq command"))
	}
	for _, key := range []struct {
		name, with string
		means      bool
	}{
		{"cases", "mode: switch", mode.Cases}, {"default_to", "mode: switch", mode.Cases}, {"default", "mode: switch", mode.Cases},
		{"weight", "mode: weighted", mode.Weighs}, {"compensates", "mode: compensation", mode.Undoes}, {"join_count", "join_mode: wait_n", keys.Has("join_mode")},
		{"iterator_var", "for_each", e.ForEach != nil || e.SpawnCount > 1}, {"as", "for_each", e.ForEach != nil || e.SpawnCount > 1},
	} {
		if value := keys.Get(key.name); value != nil && !key.means {
			p.Report(codes.Mode.Error(value.Range, "%s has no effect on this edge", key.name).Why("It belongs to %s.", key.with).Fix("add %s, or delete it", key.with))
		}
	}
	for _, entry := range codes.Strays().Left(keys) {
		if near := source.DidYouMean(entry.Name, keys.Asked()); near != "" && !slices.Contains(strings.Fields(describingEdge), entry.Name) {
			p.Report(codes.UnknownKey.Error(entry.Key.Range, "%q is not a key of an edge", entry.Name).Why("It looks like one that decides where the run goes.").Fix("%s", near))
			continue
		}
		codes.Strays().ReportOne(keys, entry, "an edge", describingEdge)
	}
	if e.From == (ast.Ref{}) || e.To == (ast.Ref{}) && !mode.Cases {
		p.Report(codes.Shape.Error(e.Range, "an edge needs from and to"))
	}
	if !known || e.From.Name == "" || e.To.Name == "" {
		return nil
	}
	return e
}

// end reads one end of an edge: the id of a node.
func (p parser) end(node *source.Node) ast.Ref {
	if node != nil && node.Kind != source.Scalar {
		p.Report(codes.Shape.Error(node.Range, "an edge leads from one node to one node").Fix("write an edge for each of them: - {from: …, to: …}"))
	}
	return ast.RefTo(node)
}

// condition reads the one condition that an edge may have.
func (p parser) condition(keys *source.Keys, mode edges.Mode) *source.Node {
	spellings := []string{"condition", "when", "if"}
	found := keys.Get(spellings...)
	keys.TakeAll(spellings...)
	for _, spelling := range spellings {
		if other := keys.Get(spelling); other != nil && source.Text(other) != source.Text(found) {
			p.Report(codes.Mode.Error(other.Range, "an edge has one condition").Why("condition, when and if are spellings of the same.").Fix("join them with && in one of them").
				Also(found.Range, "the other one is here"))
		}
	}
	if found != nil && (mode.Weighs || mode.Undoes) {
		p.Report(codes.Mode.Error(found.Range, "a %s edge takes no condition", mode.Name).Fix("put a gateway behind it, and the condition on an edge that leads on from there"))
	}
	return found
}

func (p parser) join(mode, count *source.Node) {
	switch text := source.Text(mode); text {
	case "wait_all", "all", "":
	case "wait_any", "wait_n":
		detail := "Step Functions waits for all branches of a Parallel state. There is no way to go on after some of them and cancel the rest."
		if count != nil {
			detail += " join_count has no counterpart either."
		}
		p.Report(codes.Join.Error(mode.Range, "%s is not available", text).Why("%s", detail).
			Fix("use join_mode: wait_all, or bind one node that asks all and answers early by x-steploom-lambda"))
	default:
		p.Report(codes.Join.Error(mode.Range, "%q is not a join mode", text).Fix("use wait_all"))
	}
}

func (p parser) mode(node *source.Node) (edges.Mode, bool) {
	name := cmp.Or(source.Word(node), edges.Default)
	mode, known := edges.Find(name)
	if !known {
		var names []string
		for _, row := range edges.Table() {
			names = append(names, row.Name)
		}
		p.Report(codes.Mode.Error(node.Range, "%q is not an edge mode", name).Why("The modes are %s.", strings.Join(names, ", ")).
			Fix("%s", source.DidYouMean(name, names)))
	}
	return mode, known
}

func (p parser) cases(node *source.Node) []ast.Case {
	var found []ast.Case
	for _, item := range source.ListOf(node, codes.Mode, "cases", "write cases: [{value: …, to: …}]") {
		keys := source.BlockOf(item).Keys()
		c := ast.Case{Value: keys.Take("value", "case"), To: p.end(keys.Take("to"))}
		for _, entry := range keys.Left(codes.Documentation) {
			p.Report(codes.UnknownKey.Error(entry.Key.Range, "%q is not a key of a case", entry.Name).Fix("%s", cmp.Or(source.DidYouMean(entry.Name, []string{"value", "to"}), "a case has value and to")))
		}
		if c.Value == nil || c.To == (ast.Ref{}) {
			p.Report(codes.Mode.Error(item.Range, "a case needs value and to"))
			continue
		}
		found = append(found, c)
	}
	return found
}
