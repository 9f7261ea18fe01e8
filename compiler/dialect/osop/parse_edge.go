package osop

import (
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// modes lists the edge modes in the order of the documentation.
func modes() []Mode {
	return []Mode{Sequential, Conditional, Parallel, Loop, EventMode, Fallback, ErrorMode, Timeout, Spawn, Switch, Compensation, Message, Dataflow, Signal, Weighted}
}

// edgeDescriptive are edge keys from which nothing is compiled.
var edgeDescriptive = []string{"label", "explain", "description", "metadata", "contract", "schema_ref", "protocol", "sla", "name", "id", "notes", "note", "comment", "purpose", "priority"}

func (p *parser) edges(node *source.Node) {
	if node == nil {
		if len(p.document.Nodes) > 1 {
			p.report(diag.Warning, codeShape, p.document.Range, "the workflow has no edges", "All its nodes run at once.", "add edges:")
		}
		return
	}
	if node.Kind != source.Sequence {
		p.report(diag.Error, codeShape, node.Range, "edges is a list", "", "write - from: …, to: …, mode: …")
		return
	}
	for _, item := range node.Items() {
		if e := p.edge(item); e != nil {
			p.document.Edges = append(p.document.Edges, e)
		}
	}
}

func (p *parser) edge(item *source.Node) *Edge {
	if item.Kind != source.Mapping {
		p.report(diag.Error, codeShape, item.Range, "an edge is a mapping", "", "write - from: …, to: …, mode: …")
		return nil
	}
	keys := &settings{what: "an edge", entries: item.Entries(), read: map[string]bool{}, node: item}
	e := &Edge{From: keys.take("from", "source"), To: keys.take("to", "target"), SpawnCount: 1, Range: firstKey(item)}
	mode := keys.take("mode", "type")
	e.Mode = p.mode(mode)
	e.Condition = keys.take("condition", "when", "if")
	if e.Cases = p.cases(keys.take("cases")); e.Mode == Switch && e.To == nil && len(e.Cases) > 0 {
		e.To = e.Cases[0].To
	}
	e.DefaultTo = keys.take("default_to", "default")
	if e.From == nil || e.To == nil || scalarText(e.From) == "" || scalarText(e.To) == "" {
		p.report(diag.Error, codeShape, e.Range, "an edge needs from and to", "", "")
		return nil
	}
	if e.Mode == "" {
		return nil
	}
	e.fromIndex, e.toNode = p.endpoint(e.From), p.endpoint(e.To)
	if e.fromIndex < 0 || e.toNode < 0 {
		return nil
	}
	p.edgeNumbers(e, keys)
	e.ForEach, e.Iterator = keys.take("for_each", "foreach"), keys.text("iterator_var", "as")
	e.JoinMode, e.Compensates = keys.take("join_mode"), keys.take("compensates")
	p.join(e, keys.take("join_count"))
	p.edgeOthers(keys)
	return e
}

func (p *parser) edgeNumbers(e *Edge, keys *settings) {
	if count := keys.take("spawn_count"); count != nil {
		e.SpawnCount, _ = count.Int()
	}
	if count := keys.take("max_iterations", "max_loops", "max_visits", "max_retries", "max_attempts", "x-steploom-max"); count != nil {
		e.Max, _ = count.Int()
		if e.Max < 1 {
			p.report(diag.Error, codeUnbounded, count.Range, "a bound must be at least 1", "", "")
		}
	}
	if weight := keys.take("weight"); weight != nil {
		e.Weight, _ = weight.Number()
	}
	e.DelaySeconds = p.seconds(keys.take("delay", "delay_sec"))
}

func (p *parser) join(e *Edge, count *source.Node) {
	if e.JoinMode == nil {
		return
	}
	switch mode := scalarText(e.JoinMode); mode {
	case "wait_all", "all", "":
	case "wait_any", "wait_n":
		detail := "Step Functions waits for all branches of a Parallel state. There is no way to go on after some of them and cancel the rest."
		at := e.JoinMode.Range
		if count != nil {
			at.End = count.Range.End
			detail += " join_count has no counterpart either."
		}
		p.report(diag.Error, codeJoin, e.JoinMode.Range, mode+" is not available", detail, "use join_mode: wait_all, or bind one node that asks all and answers early by x-steploom-lambda")
	default:
		p.report(diag.Error, codeJoin, e.JoinMode.Range, strconv.Quote(mode)+" is not a join mode", "", "use wait_all")
	}
}

func (p *parser) mode(node *source.Node) Mode {
	if node == nil {
		return Sequential
	}
	text := strings.ToLower(scalarText(node))
	if slices.Contains(modes(), Mode(text)) {
		return Mode(text)
	}
	var words []string
	for _, m := range modes() {
		words = append(words, string(m))
	}
	p.report(diag.Error, codeMode, node.Range, strconv.Quote(text)+" is not an edge mode", "The modes are "+strings.Join(words, ", ")+".", source.DidYouMean(text, words))
	return ""
}

func (p *parser) cases(node *source.Node) []SwitchCase {
	if node == nil {
		return nil
	}
	var found []SwitchCase
	for _, item := range node.Items() {
		c := SwitchCase{Value: item.Get("value"), To: item.Get("to")}
		if c.Value == nil {
			c.Value = item.Get("case")
		}
		if c.Value == nil || c.To == nil {
			p.report(diag.Error, codeMode, item.Range, "a case needs value and to", "", "")
			continue
		}
		found = append(found, c)
	}
	return found
}

// endpoint finds the node that an edge names, -1 when there is none.
func (p *parser) endpoint(node *source.Node) int {
	id := scalarText(node)
	var ids []string
	for i, n := range p.document.Nodes {
		if n.ID == id {
			return i
		}
		ids = append(ids, n.ID)
	}
	fix := source.DidYouMean(id, ids)
	if fix == "" {
		fix = "add a node with this id, or delete the edge"
	}
	p.report(diag.Error, codeDangling, node.Range, "there is no node "+strconv.Quote(id), "", fix)
	return -1
}

func (p *parser) edgeOthers(keys *settings) {
	if transform := keys.take("transform"); transform != nil {
		p.report(diag.Error, codeMode, transform.Range, "transform on an edge is not supported", "Its language is not defined.", "put a node between that transforms: type: cli with a jq command")
	}
	for _, entry := range keys.unread() {
		if strings.HasPrefix(entry.Name, "x-") || slices.Contains(edgeDescriptive, entry.Name) {
			continue
		}
		p.unknown(diag.Warning, "an edge", entry, []string{"from", "to", "mode", "when", "condition", "label", "explain", "for_each", "iterator_var", "max_iterations", "cases", "default_to", "spawn_count"})
	}
}
