package nodes

import (
	"errors"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/condition"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/jqrequest"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/jqtext"
	"github.com/steploom/steploom/shared/shelltext"
	"github.com/steploom/steploom/shared/task"
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

func callsJQ(runtime source.Block) bool { return jqrequest.IsCall(runtime.Get("command", "cmd")) }

// command runs a command line that is one jq program by the filter function; anything else needs a function of its own.
func (a at) command() *Task {
	command := a.runtime.Take("command", "cmd")
	if command == nil || command.Kind != source.Scalar {
		return a.unbound("cli node %s has no command that can run", a.node.ID)
	}
	call, err := jqrequest.Parse(command)
	if other := (*jqrequest.OtherProgram)(nil); errors.As(err, &other) {
		return a.unbound("the command %q cannot run in a Lambda function of Steploom", other.Name)
	} else if err != nil {
		return a.badCall(err)
	}
	return a.jq(call)
}

// badCall reports what of a call of jq cannot be. It gives no task.
func (a at) badCall(err error) *Task {
	if wrong := (*jqrequest.Error)(nil); errors.As(err, &wrong) {
		a.Report(codes.Command.Error(wrong.Range, "%s", wrong.Reason).Why("%s", wrong.Why).Fix("%s", wrong.Fix))
	}
	return nil
}

// jq runs a call of jq. Its standard input are the node's inputs as JSON; where one of them is the results of another call, they are its inputs, one
// after the other.
func (a at) jq(call *jqrequest.Call) *Task {
	request, err := call.Request(jqrequest.Surroundings{
		Text:     func(w shelltext.Word) ir.Value { return a.word(call, w) },
		Inputs:   func() ([]jqrequest.Input, error) { return a.piped(call) },
		Collects: a.counts[a.At] == jqtext.Any,
	})
	if err != nil {
		return a.badCall(err)
	}
	for _, port := range a.node.Outputs { // what puts out a list has one output, or paths that begin with an index
		whole := port.Path == "" && len(a.node.Outputs) == 1
		if a.counts[a.At] == jqtext.Any && !whole && !strings.HasPrefix(strings.TrimPrefix(port.Path, "$"), "[") {
			a.Report(codes.Command.Error(port.Range, "%s is not in what the program puts out, a list of all its results", port.Name).
				Why("The program can give any number of results.").Fix("write first(…) around the program for one of them, or %s: '$[*].%s'", port.Name, port.Name))
			return nil
		}
	}
	return &Task{Function: task.Filter, Arguments: request, Result: build.Path(ir.Result(), task.FilterOutput)}
}

// word is the value of a word with references in it; $name is one, too.
func (a at) word(call *jqrequest.Call, w shelltext.Word) ir.Value {
	if name, isVariable := strings.CutPrefix(w.Text, "$"); isVariable && condition.IsName(name) {
		w.Text = "${" + name + "}"
	}
	return a.Text(call.Node, w.Text, w.Start)
}

// piped are the node's inputs as they stand in the pipe in front of a call.
func (a at) piped(call *jqrequest.Call) ([]jqrequest.Input, error) {
	for _, w := range call.Files {
		if _, isInput := portOf(a.node, w); !isInput {
			return nil, call.Wrong(w, "there is no file "+strconv.Quote(w.Text)+" to read", "give the data as inputs of the node: they are jq's standard input")
		}
	}
	var inputs []jqrequest.Input
	for _, port := range a.standardInput(a.node, call.Command) {
		count, same := a.of(port.Name)
		inputs = append(inputs, jqrequest.Input{Name: port.Name, Value: a.Port(port), Results: count, Mixed: !same, Range: port.Range})
	}
	return inputs, nil
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
