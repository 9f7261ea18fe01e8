package nodes

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/jqtext"
	"github.com/steploom/steploom/shared/shelltext"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func cli() Type {
	return Type{
		Name:      "cli",
		Runs:      "a jq program of the filter function, when the command line is one call of jq",
		Otherwise: "A command line needs a machine with its programs; a Lambda function of Steploom has none.",
		Here:      func(node *ast.Node) bool { return callsJQ(node.Runtime) },
		Task:      at.command,
		Describes: "os",
		Subtypes:  "script command jq",
	}
}

func callsJQ(runtime source.Block) bool {
	command := runtime.Get("command", "cmd")
	if command == nil {
		return false
	}
	line, err := shelltext.Words(command.Value())
	return err == nil && jqtext.Is(line)
}

// command runs a command line that is one jq program by the filter function; anything else needs a function of its own.
func (a at) command() *Task {
	command := a.runtime.Take("command", "cmd")
	if command == nil || command.Kind != source.Scalar {
		return a.unbound("cli node %s has no command that can run", a.node.ID)
	}
	line, err := shelltext.Words(command.Value())
	if name := jqtext.Called(line); name != "jq" {
		if name != "" {
			name = line[0].Text
		}
		return a.unbound("the command %q cannot run in a Lambda function of Steploom", name)
	}
	if err != nil {
		a.Report(codes.Command.Error(command.Range, "%s", err).Fix("write one call of jq, such as jq '.field'"))
		return nil
	}
	call, err := jqtext.Parse(line[1:])
	jq := &jqCall{at: a, command: command, Command: call}
	if bad := (*jqtext.Error)(nil); errors.As(err, &bad) {
		fix := "use the options of jq that say what is read and how results are written: -r -j -s -n -e -c --tab --indent --arg --argjson"
		if bad.Word.Operator {
			fix = "put each command into a node of its own"
		}
		return jq.refuse(bad.Word, fix, "%s", err)
	} else if err != nil {
		a.Report(codes.Command.Error(command.Range, "%s", err).Fix("write jq '.field'"))
		return nil
	}
	return jq.task()
}

// jqCall is a call of jq. Its standard input are the node's inputs as JSON; where one of them is the results of another call, they are its inputs, one
// after the other.
type jqCall struct {
	at
	*jqtext.Command
	command *source.Node // holds the words of the command, or the program alone
}

func (c *jqCall) place(w shelltext.Word) diag.Range { return c.command.At(w.Start, w.Start+len(w.Raw)) }

// refuse reports a word of the command line. It gives no task.
func (c *jqCall) refuse(w shelltext.Word, fix, summary string, arguments ...any) *Task {
	c.Report(codes.Command.Error(c.place(w), summary, arguments...).Fix("%s", fix))
	return nil
}

func (c *jqCall) task() *Task {
	program := c.Program.Text
	if c.Program.Expands && strings.Contains(program, "${") || strings.Contains(program, "{{") {
		return c.refuse(c.Program, "hand it over as a variable: jq --arg name ${name} '… $name …'", "a value cannot be spliced into a jq program")
	}
	arguments, ok := c.arguments()
	if !ok || !c.compiles(arguments) {
		return nil
	}
	input, stream, ok := c.input()
	if !ok || !c.fits() {
		return nil
	}
	request := ir.Object("language", "jq", "program", program, "input", input)
	for _, option := range []struct {
		name string
		set  bool
	}{
		{"stream", stream}, {"slurp", c.Slurp}, {"nullInput", c.Null && jqtext.ReadsInputs(program)}, {"exitStatus", c.Fails},
		{"collect", c.counts[c.At] == jqtext.Any},
	} {
		if option.set {
			request.Set(option.name, true)
		}
	}
	if c.Raw {
		request.Set("text", ir.Object("between", c.Between, "indent", c.Indent))
	}
	if arguments.Len() > 0 {
		request.Set("args", arguments)
	}
	return &Task{Function: task.Filter, Arguments: request, Result: build.Path(ir.Result(), task.FilterOutput)}
}

// fits tells whether the outputs can be bound: what puts out a list has one output, or paths that begin with an index.
func (c *jqCall) fits() bool {
	for _, port := range c.node.Outputs {
		whole := port.Path == "" && len(c.node.Outputs) == 1
		if c.counts[c.At] == jqtext.Any && !whole && !strings.HasPrefix(strings.TrimPrefix(port.Path, "$"), "[") {
			c.Report(codes.Command.Error(port.Range, "%s is not in what the program puts out, a list of all its results", port.Name).
				Why("The program can give any number of results.").Fix("write first(…) around the program for one of them, or %s: '$[*].%s'", port.Name, port.Name))
			return false
		}
	}
	return true
}

// arguments are the variables that the command sets.
func (c *jqCall) arguments() (arguments *jsonata.Object, ok bool) {
	arguments = jsonata.NewObject()
	for _, v := range c.Variables {
		value, ok := c.argument(v.Value, v.JSON)
		if !ok {
			c.refuse(v.Value, "write JSON, such as 5 or '[\"a\"]', or use --arg for text", "this is not JSON")
			return nil, false
		}
		arguments.Set(v.Name, value)
	}
	return arguments, true
}

// compiles tells whether the program can run; what is wrong with it is reported where it stands.
func (c *jqCall) compiles(arguments *jsonata.Object) bool {
	_, err := jqtext.Compile(c.Program.Text, slices.Collect(arguments.Keys()), nil)
	problem := (*jqtext.Problem)(nil)
	if !errors.As(err, &problem) {
		return true
	}
	at, quote := c.place(c.Program), len(c.Program.Raw)-len(c.Program.Text)
	if start := c.Program.Start + quote/2; quote == 0 || quote == 2 {
		at = c.command.At(start+problem.Start, start+max(problem.End, problem.Start+1))
	}
	c.Report(codes.Command.Error(at, "jq cannot run this program: %s", problem.Message).
		Fix("correct the program; a variable is set by --arg name value or --argjson name value"))
	return false
}

// input is what the program runs over; stream tells that it is a list of inputs.
func (c *jqCall) input() (input jsonata.Node, stream, ok bool) {
	if c.Null && !jqtext.ReadsInputs(c.Program.Text) {
		return build.Null(), false, true
	}
	for _, w := range c.Files {
		if _, isInput := portOf(c.node, w); !isInput {
			c.refuse(w, "give the data as inputs of the node: they are jq's standard input", "there is no file %s to read", strconv.Quote(w.Text))
			return nil, false, false
		}
	}
	ports := c.standardInput(c.node, c.Command)
	if len(ports) != 1 && len(c.Files) == 0 {
		return c.Ports(ports), false, true
	}
	var all []jsonata.Node
	for _, port := range ports {
		value := c.Port(port)
		switch count, same := c.of(port.Name); {
		case !same:
			c.Report(codes.Command.Error(port.Range, "%s is the results of one jq program and a single value of another node", port.Name).
				Why("jq would run once for each of the results, but once for the value.").
				Fix("put [ and ] around the program with several results, or give the outputs different names"))
			return nil, false, false
		case count == jqtext.One && len(ports) == 1:
			return value, false, true
		case count == jqtext.AtMostOne:
			value = build.If(build.Binary(value, "=", build.Null()), build.List(), build.List(value))
		case count == jqtext.One:
			value = build.List(value)
		}
		all = append(all, value)
	}
	for _, more := range all[1:] {
		all[0] = build.Call("append", all[0], more)
	}
	return all[0], true, true
}

// argument gives the value of --arg (text) or --argjson (JSON); ok is false for what is no JSON.
func (c *jqCall) argument(w shelltext.Word, isJSON bool) (value ir.Value, ok bool) {
	if !w.Expands && !strings.Contains(w.Text, "{{") {
		if !isJSON {
			return w.Text, true
		}
		err := json.Unmarshal([]byte(w.Text), &value)
		return value, err == nil
	}
	if name, isVariable := strings.CutPrefix(w.Text, "$"); isVariable && condition.IsName(name) {
		w.Text = "${" + name + "}"
	}
	value = c.Text(c.command, w.Text, w.Start)
	if node, isExpression := value.(jsonata.Node); isExpression && !isJSON {
		return build.If(build.HasType(node, "string"), node, build.Call("string", node)), true
	}
	return value, true
}

// shellText gives a command for a bound node: declared names are replaced, the shell's own variables stay.
func (a at) shellText(node *source.Node) ir.Value {
	if node.Kind != source.Scalar {
		return a.Lenient(node)
	}
	pieces := condition.Split(node.Value())
	for i, p := range pieces {
		if p.Form != nil && !a.Resolves(p.Text.Value) {
			pieces[i] = condition.Plain("${" + p.Text.Value + "}")
		}
	}
	return a.Concat(node, pieces)
}
