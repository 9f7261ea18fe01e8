// Package names knows what a workflow calls by name: it gives variables to outputs, results and whatever else a run remembers, resolves references
// from where they stand, and tells which variables a set of expressions reads. Resolving a name changes nothing.
package names

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/dialect/osop/flow"
	"github.com/steploom/steploom/compiler/dialect/osop/model"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Inputs is the variable that holds what the run was given, RunFailure the one that holds what it fails with while it undoes what was done.
const (
	Inputs     = "inputs"
	RunFailure = "run_failure"
)

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
	Ran      Kind = "_ran"      // whether it ran in this round of a cycle
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
	used := map[string]bool{Inputs: true, RunFailure: true, "param": true}
	give := func(k key, wish string) {
		name := asl.FreeIdentifier(wish, func(name string) bool { return used[name] })
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
		for _, kind := range []Kind{Result, Response, Failure, Event, Done, Draw, Ran} {
			give(key{kind, int(id), ""}, node.ID+string(kind))
		}
	}
	for i, e := range g.Flow.EdgeIDs() {
		between := func(most int) string { return asl.Cut(g.Label(e.From), most) + "_to_" + asl.Cut(g.Label(e.To), most) }
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

// Scope resolves the names of a workflow from where one node or edge stands.
type Scope struct {
	*Names
	// At is the node where the name is read, NoNode for nowhere in particular; Edge is the edge whose condition reads it, or NoEdge.
	At   flow.NodeID
	Edge flow.EdgeID
	// word reports a name that was taken as text.
	word func(name string, start, end int)
}

// From is the scope of a node.
func (n *Names) From(node flow.NodeID) Scope { return Scope{Names: n, At: node, Edge: flow.NoEdge} }

// Word implements condition.Scope.
func (s Scope) Word(name string, start, end int) {
	if s.word != nil {
		s.word(name, start, end)
	}
}

func (s Scope) unknown(path []string) error {
	near := source.DidYouMean(path[0], s.Graph.Names())
	return &condition.Error{
		Message: "nothing is named " + strconv.Quote(strings.Join(path, ".")),
		Fix:     cmp.Or(near, "declare it under inputs or env of the workflow, or as an output of a node"),
	}
}

// Resolve implements condition.Scope.
func (s Scope) Resolve(path []string) (condition.Value, error) {
	rest, item := path[1:], s.Item(s.At)
	switch {
	case item != "" && path[0] == s.Iterator(s.At):
		return fieldsOf(item, rest), nil
	case s.Edge != flow.NoEdge && len(rest) == 0 && len(s.Producers(path[0])) == 0 && CountsRounds(path[0]):
		return s.rounds(), nil
	case path[0] == "event":
		event := ir.Input()
		if to := s.AwaitedFor(s.At, s.Edge); to != flow.NoNode {
			event = build.Var(s.Of(to, Event))
		}
		return condition.Value{Node: build.Path(event, rest...), Missing: true}, nil
	case path[0] == "secrets" || path[0] == "secret":
		return condition.Value{}, &condition.Error{Message: "a secret cannot be read in an expression", Fix: "use security: {auth: …, secret_ref: …} on the node"}
	case len(rest) == 0:
		return s.bare(path)
	}
	switch path[0] {
	case "outputs", "nodes", "steps":
		if n, known := s.Find(rest[0]); known {
			return s.ofNode(n, rest[1:]), nil
		}
		return s.Resolve(rest)
	case "inputs", "input":
		return fieldsOf(Inputs, rest), nil
	case "loop":
		if item != "" {
			return fieldsOf(item, rest[1:]), nil
		}
	case "metadata":
		if len(rest) == 1 {
			return metadata(rest[0])
		}
	case "env", "variables", "vars":
		return s.fixed(rest)
	}
	return s.bare(path)
}

// bare resolves a name without a namespace: an output, a node, an input, a fixed value.
func (s Scope) bare(path []string) (condition.Value, error) {
	if producers := s.Producers(path[0]); len(producers) > 0 {
		from := producers[0]
		if slices.Contains(producers, s.At) {
			from = s.At
		}
		return s.answering(from, s.Output(path[0]), path[1:]), nil // the last writer's value
	}
	if n, known := s.Find(path[0]); known {
		return s.ofNode(n, path[1:]), nil
	}
	if !s.IsInput(path[0]) {
		return s.fixed(path)
	}
	value := fieldsOf(Inputs, path)
	// Behind a wait for an event, what only the awaiting node declares is the field of the event, if the event has it.
	if to := s.AwaitedFor(s.At, s.Edge); to != flow.NoNode && !s.Declares(path[0]) && s.Node(to).Takes(path[0]) {
		event := build.Var(s.Of(to, Event))
		value.Node = build.If(build.Exists(build.Path(event, path[0])), build.Path(event, path...), value.Node)
	}
	return value, nil
}

// fieldsOf reads fields of a variable. A variable that nothing has set is null.
func fieldsOf(variable string, fields []string) condition.Value {
	return condition.Value{Node: build.Path(build.Var(variable), fields...), Missing: len(fields) > 0}
}

// ofNode reads the result of a node, or one of its outputs.
func (s Scope) ofNode(n flow.NodeID, rest []string) condition.Value {
	isOutput := func(name string) bool { return name == "outputs" || name == "output" }
	if len(rest) > 1 && isOutput(rest[0]) {
		rest = rest[1:]
	}
	if len(rest) > 0 && s.Node(n).Gives(rest[0]) {
		return s.answering(n, s.Own(n, rest[0]), rest[1:])
	}
	if len(rest) > 0 && (rest[0] == "response" || rest[0] == "result" || isOutput(rest[0])) {
		rest = rest[1:]
	}
	return s.answering(n, s.Of(n, Result), rest)
}

// answering reads fields of a variable that node n sets. Of an api node .status, .headers and .body mean the HTTP answer where the body has no
// such field.
func (s Scope) answering(n flow.NodeID, variable string, rest []string) condition.Value {
	value := fieldsOf(variable, rest)
	if len(rest) == 0 || !s.Answers(n) {
		return value
	}
	switch field := rest[0]; field {
	case "status", "status_code", "statusCode", "headers":
		if field != "headers" {
			field = "status"
		}
		answer := build.Path(build.Field(build.Var(s.Of(n, Response)), field), rest[1:]...)
		return condition.Value{Node: build.If(build.Exists(value.Node), value.Node, answer), Missing: s.At != n || len(rest) > 1}
	case "body":
		whole, body := build.Path(build.Var(variable), rest[1:]...), build.Path(build.Var(variable), "body")
		return condition.Value{Node: build.If(build.Exists(body), value.Node, s.orRefused(n, variable, whole, rest[1:])), Missing: true}
	default:
		if s.At == n && s.Edge != flow.NoEdge && s.Edges[s.Edge].Mode.Handles != nil {
			value.Node, value.Missing = s.orRefused(n, variable, value.Node, rest), true
		}
		return value
	}
}

// orRefused reads a field of the body of an answer. When the node failed its variable is null, and the body is that of the answer it failed with.
func (s Scope) orRefused(n flow.NodeID, variable string, read jsonata.Node, field []string) jsonata.Node {
	refused := build.Path(build.Field(build.Var(s.Of(n, Response)), "body"), field...)
	return build.If(build.Binary(build.Var(variable), "!=", build.Null()), read, refused)
}

func (s Scope) fixed(path []string) (condition.Value, error) {
	for _, entry := range s.Document.Fixed {
		node := cmp.Or(entry.Value.Get("default"), entry.Value)
		if entry.Name == path[0] && node.Kind == source.Scalar && len(path) == 1 {
			return Constant(node), nil
		}
	}
	return condition.Value{}, s.unknown(path)
}

// Constant gives a scalar as an expression of its type.
func Constant(node *source.Node) condition.Value {
	value, _ := node.Literal()
	return condition.Constant(value)
}

func metadata(name string) (condition.Value, error) {
	switch name {
	case "run_id", "execution_id":
		return condition.Value{Node: ir.ExecutionID(), Type: condition.Text}, nil
	case "timestamp", "started_at":
		return condition.Value{Node: ir.StartTime(), Type: condition.Text}, nil
	case "triggered_by":
		return condition.Value{Node: build.Path(ir.Input(), "trigger"), Missing: true}, nil
	case "attempt_number":
		return condition.Value{Node: build.Binary(ir.RetryCount(), "+", build.Number(1)), Missing: true}, nil
	default:
		return condition.Value{}, &condition.Error{Message: "metadata has no " + strconv.Quote(name), Fix: "metadata has run_id, timestamp, attempt_number and triggered_by"}
	}
}

// CountsRounds tells whether a name means how often an edge was taken.
func CountsRounds(name string) bool {
	return slices.Contains(strings.Fields("retry_count retries iteration iterations iteration_count loop_count attempt attempts attempt_count"), name)
}

// rounds counts the rounds of the cycle that the edge lies on. On no cycle there are no rounds.
func (s Scope) rounds() condition.Value {
	rounds := condition.Value{Node: build.Number(0), Type: condition.Number}
	if back := s.Shape.Closing(s.Flow, s.Edge); back != flow.NoEdge {
		rounds.Node = build.Var(s.Counter(back))
	}
	return rounds
}

// Function implements condition.Scope.
func (s Scope) Function(name string, arguments []string) (condition.Value, error) {
	switch {
	case name == "attempt" && s.Edge == flow.NoEdge:
		return condition.Value{}, &condition.Error{Message: "attempt() counts rounds of a loop; it means nothing here"}
	case name == "attempt":
		return s.rounds(), nil
	case name == "duration_of" || len(arguments) != 1:
		return condition.Value{}, &condition.Error{Message: name + " is not available", Fix: "use timeout_sec on the node and an edge with mode: timeout"}
	}
	n, known := s.Find(arguments[0])
	if !known {
		return condition.Value{}, s.unknown(arguments)
	}
	failure := build.Var(s.Of(n, Failure))
	failed, kind := build.Binary(failure, "!=", build.Null()), build.Path(failure, "Error")
	if name == "error_of" {
		return condition.Value{Node: build.If(failed, kind, build.Null())}, nil
	}
	failing := build.If(build.Binary(kind, "=", build.Text(asl.ErrorTimeout)), build.Text("TIMED_OUT"), build.Text("FAILED"))
	return condition.Value{Node: build.If(failed, failing, build.Text("COMPLETED")), Type: condition.Text}, nil
}
