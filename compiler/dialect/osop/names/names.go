// Package names knows what a workflow calls by name: it gives variables to outputs, results and whatever else a run remembers, resolves references
// from where they stand, and tells which variables a set of expressions reads. Resolving a name changes nothing.
package names

import (
	"strconv"

	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/model"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/asl"
)

// Inputs is the variable that holds what the run was given.
const Inputs = "inputs"

// Names are the variables of a workflow. Two things never share one.
type Names struct {
	*model.Graph
	// Answers tells for each node whether it makes an HTTP call, whose answer can be read.
	answers []bool
	reader  *source.Reader // hears of what is wrong with a reference
	byKey   map[key]string
}

// Kind is what a run remembers of a node; the kind is the ending of the variable's name.
type Kind string

// The kinds.
const (
	Result   Kind = "_result"   // what the node gave, as a whole
	Response Kind = "_response" // status and headers of its HTTP answer
	Failure  Kind = "_failure"  // the error it failed with, null when it did not
	Event    Kind = "_event"    // the event that let the flow go on to it
	Done     Kind = "_done"     // whether it is done, so that it must be undone
	Draw     Kind = "_draw"     // the random number that its weighted edges share
	item     Kind = ""
	output   Kind = "output"
	counter  Kind = "_rounds"
	flag     Kind = "flag"
	one      Kind = "_one"
)

// key is what a variable stands for.
type key struct {
	kind   Kind
	number int // of the node or edge
	name   string
}

const noNode = int(flow.NoNode)

// New gives the variables of a graph. answers tells for each node whether it makes an HTTP call.
func New(g *model.Graph, answers []bool, reader *source.Reader) *Names {
	names := &Names{Graph: g, answers: answers, reader: reader}
	a := allocator{byKey: map[key]string{}, used: map[string]bool{Inputs: true, "param": true}}
	for _, name := range g.Outputs() {
		a.give(key{output, noNode, name}, name)
	}
	for n, node := range g.Nodes() {
		id := int(n)
		if iterator := g.Iterator(n); iterator != "" {
			a.give(key{item, id, ""}, iterator)
		}
		for _, port := range node.Outputs {
			if len(g.Producers(port.Name)) > 1 {
				a.give(key{output, id, port.Name}, node.ID+"_"+port.Name)
			}
		}
		for _, kind := range []Kind{Result, Response, Failure, Event, Done, Draw} {
			a.give(key{kind, id, ""}, node.ID+string(kind))
		}
	}
	for i, e := range g.Flow.EdgeIDs() {
		if g.Shape.Back[i] {
			a.give(key{counter, int(i), ""}, Cut(g.Label(e.From), 30)+"_to_"+Cut(g.Label(e.To), 30)+string(counter))
		}
		a.give(key{flag, int(i), ""}, Cut(g.Label(e.From), 35)+"_to_"+Cut(g.Label(e.To), 35))
	}
	names.byKey = a.byKey
	for n := range g.Nodes() {
		for _, name := range names.ofRepeated(n) {
			a.give(key{one, noNode, name}, name+string(one))
		}
	}
	return names
}

// ofRepeated are the variables of a node that runs once per item, each of which one run has a variable of its own for.
func (n *Names) ofRepeated(node flow.NodeID) []string {
	if n.Repeating(node) == nil {
		return nil
	}
	found := []string{n.Of(node, Result), n.Of(node, Response), n.Of(node, Failure)}
	for _, port := range n.Node(node).Outputs {
		found = append(found, n.Output(port.Name), n.Own(node, port.Name))
	}
	return found
}

// allocator gives variables one after another.
type allocator struct {
	byKey map[key]string
	used  map[string]bool
}

// give makes a variable from the wished name.
func (a allocator) give(k key, wish string) {
	if _, known := a.byKey[k]; known {
		return
	}
	name := asl.Identifier(wish)
	for i := 2; a.used[name]; i++ {
		name = asl.Identifier(Cut(wish, 70) + "_" + strconv.Itoa(i))
	}
	a.used[name], a.byKey[k] = true, name
}

// Cut keeps the first characters of a text.
func Cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// Of is the variable for what a run remembers of a node.
func (n *Names) Of(node flow.NodeID, kind Kind) string { return n.byKey[key{kind, int(node), ""}] }

// Output is the variable of a name that nodes put out.
func (n *Names) Output(name string) string { return n.byKey[key{output, noNode, name}] }

// Own is the variable of one node's output: the shared one, or one of its own when several nodes put out the name.
func (n *Names) Own(node flow.NodeID, name string) string {
	if own, several := n.byKey[key{output, int(node), name}]; several {
		return own
	}
	return n.Output(name)
}

// Item is the variable of the current item of a node that runs once per item, "" for any other node.
func (n *Names) Item(node flow.NodeID) string { return n.byKey[key{item, int(node), ""}] }

// One is the variable that one run of such a node sets where it would set another.
func (n *Names) One(variable string) string { return n.byKey[key{one, noNode, variable}] }

// Counter counts how often an edge is taken.
func (n *Names) Counter(edge flow.EdgeID) string { return n.byKey[key{counter, int(edge), ""}] }

// Flag tells whether an edge was taken.
func (n *Names) Flag(edge flow.EdgeID) string { return n.byKey[key{flag, int(edge), ""}] }

// Answers tells whether a node makes an HTTP call, whose answer can be read.
func (n *Names) Answers(node flow.NodeID) bool { return int(node) < len(n.answers) && n.answers[node] }

// Usage is the set of variables that expressions read.
type Usage map[string]bool

// Survey finds the variables that values read.
func Survey(values ...ir.Value) Usage {
	usage := Usage{}
	for _, name := range ir.FreeVariables(values...) {
		usage[name] = true
	}
	return usage
}
