package osop

import (
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// names gives variables to what a workflow calls by name. Two things never share a variable.
type names struct {
	byKey map[string]string
	used  map[string]bool
}

func newNames() *names {
	return &names{byKey: map[string]string{}, used: map[string]bool{"inputs": true, "param": true}}
}

// of gives the variable of a key, made from the wished name.
func (n *names) of(key, wish string) string {
	if name, known := n.byKey[key]; known {
		return name
	}
	name := asl.Identifier(wish)
	for i := 2; n.used[name]; i++ {
		name = asl.Identifier(cut(wish, 70) + "_" + strconv.Itoa(i))
	}
	n.used[name], n.byKey[key] = true, name
	return name
}

func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// scope resolves the names of a workflow from where one node or edge stands.
type scope struct {
	*graph
	// node is where the name is read, -1 for nowhere in particular; edge is the graph edge whose condition reads it, or -1.
	node, edge int
	// word reports a name that was taken as text.
	word func(name string, start, end int)
}

// Word implements condition.Scope.
func (s scope) Word(name string, start, end int) {
	if s.word != nil {
		s.word(name, start, end)
	}
}

// unknown is a name that means nothing.
func (s scope) unknown(path []string) error {
	var candidates []string
	for name := range s.producers {
		candidates = append(candidates, name)
	}
	for name := range s.byID {
		candidates = append(candidates, name)
	}
	for _, input := range s.document.Inputs {
		candidates = append(candidates, input.Name)
	}
	slices.Sort(candidates)
	fix := source.DidYouMean(path[0], candidates)
	if fix == "" {
		fix = "declare it under inputs or env of the workflow, or as an output of a node"
	}
	return &condition.Error{Message: "nothing is named " + strconv.Quote(strings.Join(path, ".")), Fix: fix}
}

// Resolve implements condition.Scope.
func (s scope) Resolve(path []string) (condition.Value, error) {
	rest := path[1:]
	if s.node >= 0 && s.iterators[s.node] != "" && path[0] == s.iteratorName(s.node) {
		return deep(s.iterators[s.node], rest), nil
	}
	if value, known := s.rounds(path); known {
		return value, nil
	}
	switch path[0] {
	case "outputs", "nodes", "steps":
		if len(rest) > 0 {
			if n, known := s.byID[rest[0]]; known {
				return s.ofNode(n, rest[1:]), nil
			}
			return s.Resolve(rest)
		}
	case "inputs", "input":
		if len(rest) > 0 {
			return s.input(rest)
		}
	case "loop":
		if len(rest) > 0 && s.node >= 0 && s.iterators[s.node] != "" {
			return deep(s.iterators[s.node], rest[1:]), nil
		}
	case "metadata":
		if len(rest) == 1 {
			return metadata(rest[0])
		}
	case "env", "variables", "vars":
		if len(rest) > 0 {
			return s.fixed(rest)
		}
	case "event":
		if to := s.awaiting(); to >= 0 {
			return condition.Value{Node: build.Path(build.Var(s.eventVariable(to)), rest...), Missing: true}, nil
		}
		return condition.Value{Node: build.Path(ir.Input(), rest...), Missing: true}, nil
	case "secrets", "secret":
		return condition.Value{}, &condition.Error{
			Message: "a secret cannot be read in an expression", Fix: "use security: {auth: …, secret_ref: …} on the node"}
	}
	return s.bare(path)
}

// bare resolves a name without a namespace: an output, a node, an input, a fixed value.
func (s scope) bare(path []string) (condition.Value, error) {
	rest := path[1:]
	if producers := s.producers[path[0]]; len(producers) > 0 {
		return s.output(path[0], producers, rest), nil
	}
	if n, known := s.byID[path[0]]; known {
		return s.ofNode(n, rest), nil
	}
	if s.isInput(path[0]) {
		return s.eventOrInput(path)
	}
	if value, err := s.fixed(path); err == nil {
		return value, nil
	}
	return condition.Value{}, s.unknown(path)
}

// deep reads fields of a variable. A variable that nothing has set is null.
func deep(name string, fields []string) condition.Value {
	return condition.Value{Node: build.Path(build.Var(name), fields...), Missing: len(fields) > 0}
}

// output reads a name that nodes put out, the last writer's value.
func (s scope) output(name string, producers []int, rest []string) condition.Value {
	from := producers[0]
	if s.node >= 0 && slices.Contains(producers, s.node) {
		from = s.node
	}
	shared := s.names.of("output "+name, name)
	return s.answering(from, deep(shared, rest), rest, shared)
}

// ofNode reads the result of a node, or one of its outputs.
func (s scope) ofNode(n int, rest []string) condition.Value {
	node := s.document.Nodes[n]
	if len(rest) > 1 && (rest[0] == "outputs" || rest[0] == "output") {
		rest = rest[1:]
	}
	if len(rest) > 0 && slices.ContainsFunc(node.Outputs, func(p Port) bool { return p.Name == rest[0] }) {
		name := s.ownOutput(n, rest[0])
		return s.answering(n, deep(name, rest[1:]), rest[1:], name)
	}
	if len(rest) > 0 && (rest[0] == "response" || rest[0] == "result" || rest[0] == "output" || rest[0] == "outputs") {
		rest = rest[1:]
	}
	s.needResult[n] = true
	name := s.resultVariable(n)
	return s.answering(n, deep(name, rest), rest, name)
}

// answering lets .status, .headers and .body of what an api node put out mean the HTTP answer where the body has no such field.
func (s scope) answering(n int, value condition.Value, rest []string, name string) condition.Value {
	if len(rest) == 0 || !s.calls[n] {
		return value
	}
	switch rest[0] {
	case "status", "status_code", "statusCode", "headers":
		s.needResponse[n] = true
		key := "status"
		if rest[0] == "headers" {
			key = "headers"
		}
		answer := build.Path(build.Var(s.responseVariable(n)), append([]string{key}, rest[1:]...)...)
		return condition.Value{Node: build.If(build.Exists(value.Node), value.Node, answer), Missing: s.node != n || len(rest) > 1}
	case "body":
		whole := build.Path(build.Var(name), rest[1:]...)
		return condition.Value{Node: build.If(build.Exists(build.Path(build.Var(name), "body")), value.Node, whole), Missing: true}
	default:
		return value
	}
}

// ownOutput is the variable of one node's output: the shared one, or one of its own when several nodes put out the name.
func (g *graph) ownOutput(n int, name string) string {
	if len(g.producers[name]) <= 1 {
		return g.names.of("output "+name, name)
	}
	g.needOwn[n] = append(g.needOwn[n], name)
	return g.names.of("output "+g.document.Nodes[n].ID+" "+name, g.document.Nodes[n].ID+"_"+name)
}

func (g *graph) resultVariable(n int) string {
	return g.names.of("result "+g.document.Nodes[n].ID, g.document.Nodes[n].ID+"_result")
}

func (g *graph) responseVariable(n int) string {
	return g.names.of("response "+g.document.Nodes[n].ID, g.document.Nodes[n].ID+"_response")
}

func (g *graph) failureVariable(n int) string {
	return g.names.of("failure "+g.document.Nodes[n].ID, g.document.Nodes[n].ID+"_failure")
}

// isInput tells whether a run is given the name: declared by the workflow, or by a node although no node puts it out.
func (g *graph) isInput(name string) bool {
	if slices.ContainsFunc(g.document.Inputs, func(i Input) bool { return i.Name == name }) {
		return true
	}
	for _, n := range g.document.Nodes {
		if slices.ContainsFunc(n.Inputs, func(p Port) bool { return p.Name == name }) && len(g.producers[name]) == 0 {
			return true
		}
	}
	return false
}

func (s scope) input(path []string) (condition.Value, error) {
	s.inputsRead[path[0]] = true
	return condition.Value{Node: build.Path(build.Var("inputs"), path...), Missing: true}, nil
}

// fixed reads a value that the document itself fixes.
func (s scope) fixed(path []string) (condition.Value, error) {
	for _, entry := range slices.Concat(s.document.Variables, s.document.Env) {
		if entry.Name != path[0] {
			continue
		}
		node := entry.Value
		if inner := node.Get("default"); inner != nil {
			node = inner
		}
		if node.Kind == source.Scalar && len(path) == 1 {
			return literal(node), nil
		}
	}
	return condition.Value{}, s.unknown(path)
}

// literal gives a scalar as an expression of its type.
func literal(node *source.Node) condition.Value {
	switch value := plain(node).(type) {
	case bool:
		return condition.Value{Node: build.Bool(value), Type: condition.Boolean}
	case float64:
		return condition.Value{Node: build.Number(value), Type: condition.Number}
	case string:
		return condition.Value{Node: build.Text(value), Type: condition.Text}
	default:
		return condition.Value{Node: build.Null()}
	}
}

// metadata reads what is known of the run.
func metadata(name string) (condition.Value, error) {
	execution := []string{"context", "Execution"}
	states := build.Var("states")
	switch name {
	case "run_id", "execution_id":
		return condition.Value{Node: build.Path(states, append(execution, "Id")...), Type: condition.Text}, nil
	case "timestamp", "started_at":
		return condition.Value{Node: build.Path(states, append(execution, "StartTime")...), Type: condition.Text}, nil
	case "triggered_by":
		return condition.Value{Node: build.Path(ir.Input(), "trigger"), Missing: true}, nil
	case "attempt_number":
		return condition.Value{Node: build.Binary(build.Path(states, "context", "State", "RetryCount"), "+", build.Number(1)), Missing: true}, nil
	default:
		return condition.Value{}, &condition.Error{Message: "metadata has no " + strconv.Quote(name), Fix: "metadata has run_id, timestamp, attempt_number and triggered_by"}
	}
}

// rounds reads how often the edge was taken whose condition this is.
func (s scope) rounds(path []string) (condition.Value, bool) {
	if s.edge < 0 || len(path) != 1 || len(s.producers[path[0]]) > 0 {
		return condition.Value{}, false
	}
	switch path[0] {
	case "retry_count", "retries", "iteration", "iterations", "iteration_count", "loop_count", "attempt", "attempts", "attempt_count":
		return s.timesTaken(), true
	default:
		return condition.Value{}, false
	}
}

// counter is the variable that counts how often an edge is taken.
func (g *graph) counter(edge int) string {
	e := g.flow.Edges[edge]
	return g.names.of("counter "+strconv.Itoa(edge), cut(g.Label(e.From), 30)+"_to_"+cut(g.Label(e.To), 30)+"_rounds")
}

// timesTaken counts the rounds of the edge: how often it was taken if it closes a cycle, otherwise how often the edge was taken that closes
// the cycle it lies on. On no cycle there are no rounds.
func (s scope) timesTaken() condition.Value {
	if s.shape.Back[s.edge] {
		return condition.Value{Node: build.Var(s.graph.counter(s.edge)), Type: condition.Number}
	}
	own := s.flow.Edges[s.edge]
	leads := func(a, b int) bool { return a == b || s.shape.Reaches(a, b) }
	for i, back := range s.flow.Edges {
		if s.shape.Back[i] && leads(back.To, own.From) && leads(own.To, back.From) {
			return condition.Value{Node: build.Var(s.graph.counter(i)), Type: condition.Number}
		}
	}
	return condition.Value{Node: build.Number(0), Type: condition.Number}
}

// Function implements condition.Scope.
func (s scope) Function(name string, arguments []string) (condition.Value, error) {
	if name == "attempt" {
		if s.edge < 0 {
			return condition.Value{}, &condition.Error{Message: "attempt() counts rounds of a loop; it means nothing here"}
		}
		return s.timesTaken(), nil
	}
	if name == "duration_of" || len(arguments) != 1 {
		return condition.Value{}, &condition.Error{Message: name + " is not available", Fix: "use timeout_sec on the node and an edge with mode: timeout"}
	}
	n, known := s.byID[arguments[0]]
	if !known {
		return condition.Value{}, s.unknown(arguments)
	}
	s.needFailure[n] = true
	failure := build.Var(s.failureVariable(n))
	failed := build.Binary(failure, "!=", build.Null())
	if name == "error_of" {
		return condition.Value{Node: build.If(failed, build.Path(failure, "Error"), build.Null())}, nil
	}
	timedOut := build.If(build.Binary(build.Path(failure, "Error"), "=", build.Text("States.Timeout")), build.Text("TIMED_OUT"), build.Text("FAILED"))
	return condition.Value{Node: build.If(failed, timedOut, build.Text("COMPLETED")), Type: condition.Text}, nil
}
