package nodes

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/model"
	"github.com/steploom/steploom/compiler/jqrequest"
	"github.com/steploom/steploom/shared/jqtext"
	"github.com/steploom/steploom/shared/shelltext"
)

// This file knows which nodes put out the results of a jq program: a list of them, whatever their number, where the program can give any number; the
// result or null where it can give none or one; the result where it always gives one. As the input of another jq they are what stands in the pipe.

// streams tells for every node how many results its jq program can put out, One for nodes that run none.
type streams struct {
	graph    *model.Graph
	assigned []Assignment
	counts   []jqtext.Count
}

// streamsOf counts around a cycle until nothing changes.
func streamsOf(g *model.Graph, assigned []Assignment) streams {
	s := streams{g, assigned, make([]jqtext.Count, len(g.Document.Nodes))}
	for changed := true; changed; {
		changed = false
		for n, node := range g.Nodes() {
			if more := max(s.counts[n], s.counted(n, node)); more != s.counts[n] {
				s.counts[n], changed = more, true
			}
		}
	}
	return s
}

func (s streams) counted(n flow.NodeID, node *ast.Node) jqtext.Count {
	call := jqOf(node)
	if call == nil || call.Raw || !s.assigned[n].Here {
		return jqtext.One
	}
	results := jqtext.Results(call.Program.Text)
	switch inputs := s.standardInput(node, call.Command); {
	case call.Null || call.Slurp:
	case len(call.Files) > 1:
		return jqtext.Any
	case len(inputs) == 1:
		count, _ := s.of(inputs[0].Name)
		return max(results, count)
	}
	return results
}

// Single tells of names whether they stand for a jq program's only result, or for none.
func Single(g *model.Graph, assigned []Assignment) func(name string) bool {
	s := streamsOf(g, assigned)
	return func(name string) bool {
		count, _ := s.of(name)
		return count == jqtext.AtMostOne
	}
}

// standardInput are the inputs of a node that a jq call reads: those that are named as files, or all but what is handed over by --arg already.
func (s streams) standardInput(node *ast.Node, call *jqtext.Command) []ast.Port {
	var files []ast.Port
	for _, w := range call.Files {
		if port, isInput := portOf(node, w); isInput {
			files = append(files, port)
		}
	}
	if len(files) > 0 {
		return files
	}
	return slices.DeleteFunc(slices.Clone(node.Inputs), func(p ast.Port) bool {
		return len(node.Inputs) > 1 && slices.ContainsFunc(call.Variables, func(v jqtext.Variable) bool { return v.Name == p.Name })
	})
}

// of tells how many results of a jq program a name stands for, One for a value. same is false when that depends on which node puts it out.
func (s streams) of(name string) (count jqtext.Count, same bool) {
	known, same := false, true
	for _, n := range s.graph.Producers(name) {
		if s.assigned[n].Idle && s.graph.Node(n).Takes(name) {
			continue // it hands on what it gets
		}
		own := jqtext.One
		if s.isStream(n) {
			own = s.counts[n]
		}
		same = same && (!known || own == count)
		count, known = max(count, own), true
	}
	return count, same
}

// isStream tells whether what a node puts out is all its results: its only output, without a path, and not once per item.
func (s streams) isStream(n flow.NodeID) bool {
	outputs := s.graph.Node(n).Outputs
	return len(outputs) == 1 && outputs[0].Path == "" && s.graph.Repeating(n) == nil
}

// portOf is the input of a node that a word of its command refers to.
func portOf(node *ast.Node, w shelltext.Word) (ast.Port, bool) {
	name, isReference := condition.Only(condition.Split(w.Text))
	i := slices.IndexFunc(node.Inputs, func(p ast.Port) bool { return isReference && p.Name == strings.TrimSpace(name) })
	if i < 0 {
		return ast.Port{}, false
	}
	return node.Inputs[i], true
}

// jqOf is the jq call of a node, nil when it makes none or one that cannot be read.
func jqOf(node *ast.Node) *jqrequest.Call {
	switch {
	case node.Type != "cli" && node.Type != "data":
	case callsJQ(node.Runtime):
		call, _ := jqrequest.Parse(node.Runtime.Get("command", "cmd"))
		return call
	case node.Type == "data" && isJQ(node.Runtime):
		return jqrequest.Program(node.Runtime.Get(programKeys()...))
	}
	return nil
}
