package osop

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// task is what a node does when its turn comes.
type task struct {
	// idle nodes do no work; passed gives what they put out.
	idle   bool
	passed jsonata.Node
	// operation is the sub-workflow that the node runs, "" for a function.
	operation string
	function  string
	external  bool
	arguments ir.Value
	// result is the node's result in terms of ir.Result().
	result jsonata.Node
	// port gives what one output is bound to, in terms of ir.Result(); nil takes the general rule.
	port    func(name string, only bool) jsonata.Node
	timeout int
	writes  bool
	token   bool
	retry   ir.Native
}

// task decides what a node does.
func (g *graph) task(n int) *task {
	node := g.document.Nodes[n]
	lambda := node.Lambda
	if lambda == "" && !g.runsHere(n) {
		lambda = g.project.lambdas[node.Type]
	}
	t := g.work(n, lambda)
	if t == nil {
		t = &task{idle: true}
	}
	t.timeout = node.TimeoutSeconds
	if !t.idle {
		t.retry = g.retries(node, t)
	}
	return t
}

// work chooses by the node's type.
func (g *graph) work(n int, lambda string) *task {
	node := g.document.Nodes[n]
	switch {
	case lambda != "":
		g.calls[n] = false
		return g.lambda(n, lambda)
	case node.WorkflowRef != nil:
		return g.subWorkflow(n)
	case g.isIdle(node):
		return g.idle(n)
	}
	switch node.Type {
	case "api":
		return g.api(n)
	case "cli":
		return g.cli(n)
	case "db":
		return g.db(n)
	case "data":
		return g.data(n)
	case "human":
		return g.human(n)
	case "event":
		return g.event(n)
	default:
		return g.unbound(n)
	}
}

// runsHere tells whether Steploom has what it takes to run a node, so that a binding by type in steploom.yaml is not needed.
func (g *graph) runsHere(n int) bool {
	node := g.document.Nodes[n]
	switch node.Type {
	case "cli":
		return isJQ(node.Runtime.commandText())
	case "data":
		return runsAsData(node)
	case "db":
		_, known := engineOf(scalarText(node.Runtime.take("engine")))
		return known
	case "api", "human", "event":
		return true
	default:
		return node.WorkflowRef != nil || g.isIdle(node)
	}
}

// isIdle tells whether a node only routes or joins.
func (g *graph) isIdle(node *Node) bool {
	if node.Lambda != "" || node.WorkflowRef != nil {
		return false
	}
	switch node.Type {
	case "gateway":
		return true
	case "system":
		routes := slices.Contains([]string{"router", "parallel", "join", "fork", "merge", "decision", "gateway", "switch", "start", "end", "noop"}, node.Subtype)
		empty := len(node.Runtime.entries) == 0 && (routes || node.Subtype == "" && len(node.Outputs) == 0)
		return empty || routes && !node.Runtime.has("tool", "operation", "command", "action", "host")
	case "event":
		return node.Subtype == "start" || node.Subtype == "end"
	case "api":
		return (node.Subtype == "router" || node.Subtype == "join") && len(node.Runtime.entries) == 0
	default:
		return false
	}
}

// idle puts out what comes in.
func (g *graph) idle(n int) *task {
	node := g.document.Nodes[n]
	t := &task{idle: true, passed: build.Null()}
	if len(node.Outputs) > 0 {
		t.passed = g.inputValue(n, nil)
		if len(node.Inputs) == 0 {
			t.passed = build.Null()
		}
		g.report(diag.Note, codeIgnored, node.Outputs[0].Range, "node "+node.ID+" does no work; its outputs are its inputs", "", "")
	}
	for _, entry := range node.Runtime.unread() {
		g.report(diag.Note, codeIgnored, entry.Key.Range, entry.Name+" describes; a node that only routes does no work", "", "write the condition on its edges")
	}
	return t
}

func (g *graph) unbound(n int) *task {
	node := g.document.Nodes[n]
	kind := node.Type
	if node.Subtype != "" {
		kind += " (" + node.Subtype + ")"
	}
	g.notRunnable(n, codeUnbound, "nodes of type "+kind+" do not run by themselves", unboundReason(node.Type))
	return nil
}

// notRunnable refuses a node and shows the way out.
func (g *graph) notRunnable(n int, code, summary, reason string) {
	node := g.document.Nodes[n]
	at := node.Range
	if kind := node.Source.Get("type"); kind != nil && code == codeUnbound {
		at = kind.Range
	}
	g.report(diag.Error, code, at, summary, reason,
		"add x-steploom-lambda: <function name or ARN> to node "+node.ID+", or lambdas: {"+node.Type+": <function name>} to steploom.yaml")
}

func unboundReason(kind string) string {
	for _, row := range NodeTypes() {
		if row.Type == kind {
			return row.Reason
		}
	}
	return "This type is not known."
}

// lambda hands the node to a Lambda function: its runtime and its inputs.
func (g *graph) lambda(n int, function string) *task {
	node := g.document.Nodes[n]
	s := scope{graph: g, node: n, edge: -1}
	runtime := jsonata.NewObject()
	for _, entry := range node.Runtime.entries {
		if node.Type == "cli" && (entry.Name == "command" || entry.Name == "cmd") {
			runtime.Set(entry.Name, g.shellText(n, entry.Value))
			continue
		}
		runtime.Set(entry.Name, s.lenient(entry.Value))
	}
	inputs := jsonata.NewObject()
	for _, port := range node.Inputs {
		inputs.Set(port.Name, g.portValue(n, port))
	}
	if variableName := g.iterators[n]; variableName != "" {
		inputs.Set(g.iteratorName(n), build.Var(variableName))
	}
	arguments := object("workflow", g.document.ID, "node", node.ID, "type", node.Type, "subtype", orNil(node.Subtype), "purpose", orNil(node.Purpose),
		"runtime", runtime, "inputs", inputs, "outputs", portNames(node.Outputs))
	if secrets := g.secretNames(node); len(secrets) > 0 {
		arguments.Set("secrets", secrets)
	}
	return &task{function: function, external: true, arguments: arguments, result: ir.Result(), writes: true}
}

// lenient reads a value for a bound node: what only looks like a reference stays as it is, because its meaning is the function's business.
func (s scope) lenient(node *source.Node) ir.Value {
	return tree(node, func(scalar *source.Node) ir.Value {
		for _, p := range parts(scalar.Value(), false) {
			if p.reference && !s.resolves(p.text) {
				return scalar.Value()
			}
		}
		return s.scalar(scalar)
	})
}

func (s scope) resolves(text string) bool {
	if !isName(text) {
		return false
	}
	_, err := s.Resolve(strings.Split(text, "."))
	return err == nil
}

func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func portNames(ports []Port) any {
	if len(ports) == 0 {
		return nil
	}
	names := make([]any, len(ports))
	for i, port := range ports {
		names[i] = port.Name
	}
	return names
}

// portValue is the value of one input of a node.
func (g *graph) portValue(n int, port Port) jsonata.Node {
	s := scope{graph: g, node: n, edge: -1}
	path := strings.Split(strings.TrimSuffix(strings.TrimPrefix(port.Name, "${"), "}"), ".")
	value, err := s.Resolve(path)
	if err != nil {
		g.badPort(port, err)
		return build.Null()
	}
	if value.Missing {
		return build.OrNull(value.Node)
	}
	return value.Node
}

func (g *graph) badPort(port Port, err error) {
	fix := ""
	if known, ok := err.(*condition.Error); ok {
		fix = known.Fix
	}
	g.report(diag.Error, codeUnknownName, port.Range, err.Error(), "", fix)
}

// inputValue gives a node's inputs as one value: the value itself when there is one input, an object otherwise. skip leaves names out.
func (g *graph) inputValue(n int, skip func(string) bool) jsonata.Node {
	var kept []Port
	for _, port := range g.document.Nodes[n].Inputs {
		if skip == nil || !skip(port.Name) {
			kept = append(kept, port)
		}
	}
	if len(kept) == 1 {
		return g.portValue(n, kept[0])
	}
	return g.portValues(n, kept)
}

// portValues gives inputs of a node as an object.
func (g *graph) portValues(n int, ports []Port) jsonata.Node {
	members := make([]build.Member, len(ports))
	for i, port := range ports {
		members[i] = build.Of(port.Name, g.portValue(n, port))
	}
	return build.Object(members...)
}

// retries says the node's retry policy, or the workflow's, in the terms of Step Functions. Answers that an edge waits for by name are not
// retried.
func (g *graph) retries(node *Node, t *task) ir.Native {
	policy := node.RetryOrNil
	if policy == nil {
		policy = g.document.RetryOrNil
	}
	if policy == nil || policy.Retries == 0 || t.token {
		return nil
	}
	interval := int(math.Ceil(policy.IntervalSeconds))
	if float64(interval) != policy.IntervalSeconds {
		g.report(diag.Warning, codeTime, policy.Range, "the pause between attempts is rounded up to whole seconds", "Step Functions counts in whole seconds.", "")
	}
	retry := ir.Retrier{Errors: g.retryErrors(policy), IntervalSeconds: max(1, interval), MaxAttempts: policy.Retries, BackoffRate: max(1, policy.Rate)}
	if policy.MaxDelaySeconds > retry.IntervalSeconds {
		retry.MaxDelaySeconds = policy.MaxDelaySeconds
	}
	if len(retry.Errors) == 0 {
		return nil
	}
	return ir.Native{retry}
}

// retryErrors translates what a policy retries.
func (g *graph) retryErrors(policy *Retry) []ir.ErrorMatch {
	var matches []ir.ErrorMatch
	for _, node := range policy.Errors {
		found := errorMatches(scalarText(node))
		if found == nil {
			g.report(diag.Error, codeRetry, node.Range, quoted(scalarText(node))+" is not an error that can be retried", "",
				"use TIMEOUT, CONNECTION_REFUSED, 429, 5xx, or a name such as Http.Status.503")
		}
		matches = append(matches, found...)
	}
	if len(policy.Errors) == 0 || slices.Contains(matches, ir.ErrorMatch(ir.AllErrors)) {
		return []ir.ErrorMatch{ir.AllErrors}
	}
	return slices.Compact(matches)
}

// errorMatches reads what a policy retries; nil for what is no error.
func errorMatches(text string) []ir.ErrorMatch {
	upper := strings.ToUpper(text)
	switch upper {
	case "TIMEOUT", "TIMED_OUT", "ETIMEDOUT":
		return ir.Named("States.Timeout", "Http.Timeout", "Sql.Timeout")
	case "CONNECTION_REFUSED", "CONNECTION_ERROR", "CONNECTION_RESET", "NETWORK_ERROR", "ECONNREFUSED", "ECONNRESET":
		return ir.Named("Http.Connect", "Sql.Connect")
	case "RATE_LIMIT", "RATE_LIMITED", "TOO_MANY_REQUESTS":
		return []ir.ErrorMatch{ir.Status(429)}
	case "SERVER_ERROR":
		return []ir.ErrorMatch{ir.StatusClass(5)}
	case "ALL", "ANY", "*", "STATES.ALL":
		return []ir.ErrorMatch{ir.AllErrors}
	}
	digits := strings.TrimPrefix(upper, "HTTP_")
	if class, isClass := strings.CutSuffix(digits, "XX"); isClass && len(class) == 1 && class >= "1" && class <= "5" {
		return []ir.ErrorMatch{ir.StatusClass(class[0] - '0')}
	}
	if code, err := strconv.Atoi(digits); err == nil && code >= 100 && code <= 599 {
		return []ir.ErrorMatch{ir.Status(code)}
	}
	if strings.Contains(text, ".") && isName(text) {
		return ir.Named(text)
	}
	return nil
}
