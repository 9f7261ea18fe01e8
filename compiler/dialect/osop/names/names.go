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
	*source.Reader // hears of what is wrong with a reference
	answers        func(flow.NodeID) bool
	byKey          map[key]string
}

// Kind is what a run remembers of a node or an edge; for most of them it is the ending of the variable's name.
type Kind string

// The kinds.
const (
	Result   Kind = "_result"   // what the node gave, as a whole
	Response Kind = "_response" // status and headers of its HTTP answer
	Failure  Kind = "_failure"  // the error it failed with, null when it did not
	Event    Kind = "_event"    // the event that let the flow go on to it
	Done     Kind = "_done"     // whether it is done, so that it must be undone
	Draw     Kind = "_draw"     // the random number that its weighted edges share
	item     Kind = "item"
	output   Kind = "output"
	counter  Kind = "_rounds"
	flag     Kind = "flag"
	one      Kind = "_one"
)

// key is what a variable stands for: something of a node or edge, something with a name, or both.
type key struct {
	kind   Kind
	number int
	name   string
}

const noNode = int(flow.NoNode)

// New gives the variables of a graph. answers tells whether a node makes an HTTP call, whose answer can be read.
func New(g *model.Graph, answers func(flow.NodeID) bool, reader *source.Reader) *Names {
	n := &Names{Graph: g, Reader: reader, answers: answers, byKey: map[key]string{}}
	used := map[string]bool{Inputs: true, "param": true}
	give := func(k key, wish string) {
		name := asl.Identifier(wish)
		for i := 2; used[name]; i++ {
			name = asl.Identifier(Cut(wish, 70) + "_" + strconv.Itoa(i))
		}
		if _, given := n.byKey[k]; !given {
			used[name], n.byKey[k] = true, name
		}
	}
	for _, name := range g.Outputs() {
		give(key{output, noNode, name}, name)
	}
	for id, node := range g.Nodes() {
		if iterator := g.Iterator(id); iterator != "" {
			give(key{item, int(id), ""}, iterator)
		}
		for _, port := range node.Outputs {
			if len(g.Producers(port.Name)) > 1 {
				give(key{output, int(id), port.Name}, node.ID+"_"+port.Name)
			}
		}
		for _, kind := range []Kind{Result, Response, Failure, Event, Done, Draw} {
			give(key{kind, int(id), ""}, node.ID+string(kind))
		}
	}
	for i, e := range g.Flow.EdgeIDs() {
		between := func(most int) string { return Cut(g.Label(e.From), most) + "_to_" + Cut(g.Label(e.To), most) }
		if g.Shape.Back[i] {
			give(key{counter, int(i), ""}, between(30)+string(counter))
		}
		give(key{flag, int(i), ""}, between(35))
	}
	for id, node := range g.Nodes() { // each run of a node that runs once per item has variables of its own
		if g.Repeating(id) == nil {
			continue
		}
		set := []string{n.Of(id, Result), n.Of(id, Response), n.Of(id, Failure)}
		for _, port := range node.Outputs {
			set = append(set, n.Output(port.Name), n.Own(id, port.Name))
		}
		for _, name := range set {
			give(key{one, noNode, name}, name+string(one))
		}
	}
	return n
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
func (n *Names) Item(node flow.NodeID) string { return n.Of(node, item) }

// One is the variable that one run of such a node sets where it would set another.
func (n *Names) One(variable string) string { return n.byKey[key{one, noNode, variable}] }

// Counter counts how often an edge is taken.
func (n *Names) Counter(edge flow.EdgeID) string { return n.byKey[key{counter, int(edge), ""}] }

// Flag tells whether an edge was taken.
func (n *Names) Flag(edge flow.EdgeID) string { return n.byKey[key{flag, int(edge), ""}] }

// Answers tells whether a node makes an HTTP call, whose answer can be read.
func (n *Names) Answers(node flow.NodeID) bool { return n.Wait(node) == nil && n.answers(node) }

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
