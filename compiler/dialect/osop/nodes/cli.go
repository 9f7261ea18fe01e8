package nodes

import (
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/names"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
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
		Describes: "os description name",
	}
}

func callsJQ(runtime source.Block) bool {
	command := runtime.Get("command", "cmd")
	if command == nil {
		return false
	}
	line, err := shelltext.Words(command.Value())
	return err == nil && program(line) == "jq" && !slices.ContainsFunc(line, isOperator)
}

func program(line []shelltext.Word) string {
	if len(line) == 0 {
		return ""
	}
	return path.Base(line[0].Text)
}

func isOperator(w shelltext.Word) bool { return w.Operator }

// command runs a command line that is one jq program by the filter function; anything else needs a function of its own.
func (a at) command() *Task {
	command := a.runtime.Take("command", "cmd")
	if command == nil || command.Kind != source.Scalar {
		return a.unbound("cli node %s has no command that can run", a.node.ID)
	}
	line, err := shelltext.Words(command.Value())
	if name := program(line); name != "jq" {
		if name != "" {
			name = line[0].Text
		}
		return a.unbound("the command %q cannot run in a Lambda function of Steploom", name)
	}
	if err != nil {
		a.Report(codes.Command.Error(command.Range, "%s", err).Fix("write one call of jq, such as jq '.field'"))
		return nil
	}
	jq := &jqCall{at: a, command: command, arguments: jsonata.NewObject()}
	if i := slices.IndexFunc(line, isOperator); i >= 0 {
		return jq.refuse(line[i], "put each command into a node of its own", "the shell's %s is not available", line[i].Text)
	}
	return jq.task(line[1:])
}

// jqCall is a jq command line as it is read. Its standard input are the node's inputs as JSON.
type jqCall struct {
	at
	command          *source.Node
	program          *shelltext.Word
	raw, slurp, null bool // -r or -j, -s, -n
	arguments        *jsonata.Object
}

// refuse reports a word of the command line. It gives no task.
func (c *jqCall) refuse(w shelltext.Word, fix, summary string, arguments ...any) *Task {
	c.Report(codes.Command.Error(c.command.At(w.Start, w.Start+len(w.Raw)), summary, arguments...).Fix("%s", fix))
	return nil
}

func (c *jqCall) task(options []shelltext.Word) *Task {
	if w, reason := c.options(options); w != nil {
		return c.refuse(*w, "give the data as inputs of the node: they are jq's standard input", "%s", reason)
	}
	if c.program == nil {
		c.Report(codes.Command.Error(c.command.Range, "jq has no program").Fix("write jq '.field'"))
		return nil
	}
	program := c.program.Text
	if c.program.Expands && strings.Contains(program, "${") || strings.Contains(program, "{{") {
		return c.refuse(*c.program, "hand it over as a variable: jq --arg name ${name} '… $name …'", "a value cannot be spliced into a jq program")
	}
	if c.slurp {
		program = "[.] | " + program
	}
	if c.raw { // text: one line per result, as the command's standard output would hold it
		program = "[" + program + "] | if length == 1 then (.[0] | if type == \"string\" then . else tojson end) else (map(if type == \"string\" then . else tojson end) | join(\"\\n\")) end"
	}
	input := build.Null()
	if !c.null { // but for what is handed over by --arg already
		input = c.input(func(name string) bool {
			_, handedOver := c.arguments.Get(name)
			return handedOver && len(c.node.Inputs) > 1
		})
	}
	arguments := ir.Object("language", "jq", "program", program, "input", input)
	if c.arguments.Len() > 0 {
		arguments.Set("args", c.arguments)
	}
	return filterTask(arguments)
}

func filterTask(arguments *jsonata.Object) *Task {
	return &Task{Function: task.Filter, Arguments: arguments, Result: build.Path(ir.Result(), task.FilterOutput)}
}

// options reads the options of jq 1.7 (manual, "Invoking jq"). It gives the word that is not available, and why.
func (c *jqCall) options(options []shelltext.Word) (bad *shelltext.Word, reason string) {
	for i := 0; i < len(options); i++ {
		w := &options[i]
		switch {
		case w.Text == "--arg" || w.Text == "--argjson":
			if i+2 >= len(options) {
				return w, w.Text + " needs a name and a value"
			}
			value, ok := c.argument(options[i+2], w.Text == "--argjson")
			if !ok {
				return &options[i+2], "this is not JSON"
			}
			c.arguments.Set(options[i+1].Text, value)
			i += 2
		case w.Text == "--indent" && i+1 < len(options):
			i++
		case strings.HasPrefix(w.Text, "-") && len(w.Text) > 1:
			names := strings.Split(w.Text[1:], "") // letters
			if long, isLong := strings.CutPrefix(w.Text, "--"); isLong {
				names = []string{long}
			}
			if i := slices.IndexFunc(names, func(name string) bool { return !c.option(name) }); i >= 0 {
				return w, "the option " + w.Text[:len(w.Text)-len(strings.Join(names, ""))] + names[i] + " of jq is not available"
			}
		case c.program == nil:
			c.program = w
		case !c.isInputFile(*w):
			return w, "there is no file " + strconv.Quote(w.Text) + " to read"
		}
	}
	return nil, ""
}

// option notes an option by its long name or its letter; false when it is not available.
func (c *jqCall) option(name string) bool {
	switch name {
	case "raw-output", "join-output", "r", "j":
		c.raw = true
	case "slurp", "s":
		c.slurp = true
	case "null-input", "n":
		c.null = true
	case "compact-output", "sort-keys", "tab", "monochrome-output", "color-output", "unbuffered", "ascii-output", "c", "S", "M", "C", "a":
	default:
		return false
	}
	return true
}

// isInputFile allows a reference to an input where jq expects the name of a file: its content is the input.
func (c *jqCall) isInputFile(w shelltext.Word) bool {
	parts := names.Split(w.Text)
	return w.Text == "-" || names.IsReference(parts) && c.node.Takes(parts[0].Text)
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
	if name, isVariable := strings.CutPrefix(w.Text, "$"); isVariable && names.IsName(name) {
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
	parts := names.Split(node.Value())
	for i, p := range parts {
		if p.Reference && !a.Resolves(p.Text) {
			parts[i] = names.Part{Text: "${" + p.Text + "}"}
		}
	}
	return a.Concat(node, parts, 0, names.Readable)
}
