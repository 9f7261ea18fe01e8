package parse

import (
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/edges"
	"github.com/steploom/steploom/compiler/source"
)

const anEdge = "write - from: …, to: …, mode: …"

func (p parser) edges(node *source.Node, d *ast.Document) []*ast.Edge {
	if node == nil && len(d.Nodes) > 1 {
		p.Report(codes.Shape.Warning(d.Range, "the workflow has no edges").Why("All its nodes run at once.").Fix("add edges:"))
	}
	var found []*ast.Edge
	for _, item := range p.list(codes.Shape, "edges", node, anEdge) {
		if item.Kind != source.Mapping {
			p.Report(codes.Shape.Error(item.Range, "an edge is a mapping").Fix(anEdge))
		} else if e := p.edge(item); e != nil {
			found = append(found, e)
		}
	}
	return found
}

func (p parser) edge(item *source.Node) *ast.Edge {
	keys := ast.Block{Entries: item.Entries()}.Keys()
	mode, known := p.mode(keys.Take("mode", "type"))
	e := &ast.Edge{
		Mode: mode.Name, From: ast.RefTo(keys.Take("from", "source")), To: ast.RefTo(keys.Take("to", "target")),
		Condition: keys.Take("condition", "when", "if"),
		Cases:     p.cases(keys.Take("cases")), DefaultTo: ast.RefTo(keys.Take("default_to", "default")),
		ForEach: keys.Take("for_each", "foreach"), Iterator: keys.TakeText("iterator_var", "as"),
		SpawnCount: number(keys.Take("spawn_count"), 1), DelaySeconds: p.seconds(keys.Take("delay", "delay_sec")),
		Compensates: ast.RefTo(keys.Take("compensates")), Range: ast.Head(item),
	}
	if weight := keys.Take("weight"); weight != nil {
		e.Weight, _ = weight.Number()
	}
	if most := keys.Take("max_iterations", "max_loops", "max_visits", "max_retries", "max_attempts", "x-steploom-max"); most != nil {
		if e.Max = number(most, 0); e.Max < 1 {
			p.Report(codes.Unbounded.Error(most.Range, "a bound must be at least 1"))
		}
	}
	if mode.Cases && e.To.Name == "" && len(e.Cases) > 0 {
		e.To = e.Cases[0].To
	}
	p.join(keys.Take("join_mode"), keys.Take("join_count"))
	if transform := keys.Take("transform"); transform != nil {
		p.Report(codes.Mode.Error(transform.Range, "transform on an edge is not supported").Why("Its language is not defined.").
			Fix("put a node between that transforms: type: cli with a jq command"))
	}
	p.unknown(keys, edgeKeys())
	if e.From.Name == "" || e.To.Name == "" {
		p.Report(codes.Shape.Error(e.Range, "an edge needs from and to"))
		return nil
	}
	if !known {
		return nil
	}
	return e
}

func (p parser) join(mode, count *source.Node) {
	switch text := ast.Text(mode); text {
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
	name := edges.Default
	if node != nil {
		name = lower(node)
	}
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
	for _, item := range node.Items() {
		c := ast.Case{Value: ast.Block{Entries: item.Entries()}.Get("value", "case"), To: ast.RefTo(item.Get("to"))}
		if c.Value == nil || c.To == (ast.Ref{}) {
			p.Report(codes.Mode.Error(item.Range, "a case needs value and to"))
			continue
		}
		found = append(found, c)
	}
	return found
}
