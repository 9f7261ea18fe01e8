package names

import (
	"slices"

	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/shared/diag"
)

// early warns of what is read where no node that puts it out can have run.
func (s Scope) early(tree condition.Node, at func(start, end int) diag.Range) {
	for _, reference := range condition.References(tree) {
		s.tooEarly(reference.Path, at(reference.Span()))
	}
}

func (s Scope) tooEarly(path []string, at diag.Range) {
	name, from := s.origin(path)
	if len(from) == 0 || s.At == flow.NoNode || s.Wait(s.At) != nil || s.Flow.Nodes[s.At].Absent || s.IsInput(name) {
		return
	}
	if slices.ContainsFunc(from, func(n flow.NodeID) bool { return n == s.At || s.Flow.Leads(n, s.At) }) {
		return
	}
	giver, reader := s.Label(from[0]), s.Label(s.At)
	s.Report(codes.UnknownName.Warning(at, "no node before %s puts out %q", reader, name).Why("%s does, but nothing leads from it to %s, so the value is null.", giver, reader).
		Fix("add an edge from %s to %s, or declare the name under inputs of the workflow", giver, reader))
}

// origin gives the name that a path begins with, and the nodes that put it out.
func (s Scope) origin(path []string) (string, []flow.NodeID) {
	if len(path) > 1 && slices.Contains([]string{"outputs", "nodes", "steps"}, path[0]) {
		path = path[1:]
	}
	if from := s.Producers(path[0]); len(from) > 0 {
		return path[0], from
	}
	if n, known := s.Find(path[0]); known {
		return path[0], []flow.NodeID{n}
	}
	return path[0], nil
}
