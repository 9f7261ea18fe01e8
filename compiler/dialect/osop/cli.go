package osop

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// commandText is the command of a cli node, "" without one.
func (s *settings) commandText() string {
	for _, entry := range s.entries {
		if (entry.Name == "command" || entry.Name == "cmd") && entry.Value.Kind == source.Scalar {
			return entry.Value.Value()
		}
	}
	return ""
}

// isJQ tells whether a command line is one call of jq.
func isJQ(line string) bool {
	found, err := words(line)
	if err != nil || len(found) == 0 || path.Base(found[0].text) != "jq" {
		return false
	}
	return !slices.ContainsFunc(found, func(w word) bool { return w.operator })
}

// cli runs a command line that is one jq program by the filter function; anything else needs a function of its own.
func (g *graph) cli(n int) *task {
	node := g.document.Nodes[n]
	command := node.Runtime.take("command", "cmd")
	if command == nil || command.Kind != source.Scalar {
		g.notRunnable(n, codeUnbound, "cli node "+node.ID+" has no command that can run", unboundReason("cli"))
		return nil
	}
	found, err := words(command.Value())
	first := firstWord(found)
	if path.Base(first) != "jq" {
		g.notRunnable(n, codeUnbound, "the command "+quoted(first)+" cannot run in a Lambda function of Steploom", unboundReason("cli"))
		return nil
	}
	if err == nil {
		if i := slices.IndexFunc(found, func(w word) bool { return w.operator }); i >= 0 {
			g.badCommand(command, found[i], "the shell's "+found[i].text+" is not available", "put each command into a node of its own")
			return nil
		}
		g.onlyRuntime(n, "os", "description", "name")
		return g.jq(n, command, found[1:])
	}
	g.report(diag.Error, codeCommand, command.Range, err.Error(), "", "")
	return nil
}

func firstWord(found []word) string {
	if len(found) == 0 {
		return ""
	}
	return found[0].text
}

func (g *graph) badCommand(node *source.Node, w word, summary, fix string) {
	g.report(diag.Error, codeCommand, node.At(w.start, w.start+len(w.raw)), summary, "", fix)
}

// jqCall is a parsed jq command line.
type jqCall struct {
	program     *word
	raw         bool // -r, -j
	slurp       bool
	null        bool
	arguments   *jsonata.Object
	unsupported *word
	reason      string
}

// jq compiles a jq command line; its standard input are the node's inputs as JSON.
func (g *graph) jq(n int, command *source.Node, options []word) *task {
	c := g.jqOptions(n, command, options)
	switch {
	case c.unsupported != nil:
		g.badCommand(command, *c.unsupported, c.reason, "give the data as inputs of the node: they are jq's standard input")
		return nil
	case c.program == nil:
		g.report(diag.Error, codeCommand, command.Range, "jq has no program", "", "write jq '.field'")
		return nil
	case c.program.expands && strings.Contains(c.program.text, "${") || strings.Contains(c.program.text, "{{"):
		g.badCommand(command, *c.program, "a value cannot be spliced into a jq program", "hand it over as a variable: jq --arg name ${name} '… $name …'")
		return nil
	}
	program := c.program.text
	var input jsonata.Node = build.Null()
	skip := func(name string) bool {
		return c.arguments.Len() > 0 && argumentNamed(c.arguments, name) && len(g.document.Nodes[n].Inputs) > 1
	}
	if !c.null {
		input = g.inputValue(n, skip)
	}
	if c.slurp {
		program = "[.] | " + program
	}
	program, isText := outputProgram(program, c)
	arguments := object("language", "jq", "program", program, "input", input)
	if c.arguments.Len() > 0 {
		arguments.Set("args", c.arguments)
	}
	t := &task{function: "filter", arguments: arguments, result: build.Path(ir.Result(), "output")}
	if isText {
		t.port = nil
	}
	return t
}

func argumentNamed(arguments *jsonata.Object, name string) bool {
	_, ok := arguments.Get(name)
	return ok
}

// outputProgram makes jq -r put out text: one line per result, as the command's standard output would hold it.
func outputProgram(program string, c jqCall) (string, bool) {
	if !c.raw {
		return program, false
	}
	return "[" + program + "] | if length == 1 then (.[0] | if type == \"string\" then . else tojson end) else (map(if type == \"string\" then . else tojson end) | join(\"\\n\")) end", true
}

// jqOptions reads the options of jq 1.7 (manual, "Invoking jq").
func (g *graph) jqOptions(n int, command *source.Node, options []word) jqCall {
	c := jqCall{arguments: jsonata.NewObject()}
	fail := func(w word, reason string) jqCall {
		c.unsupported, c.reason = &w, reason
		return c
	}
	for i := 0; i < len(options); i++ {
		w := options[i]
		switch {
		case w.text == "--arg" || w.text == "--argjson":
			if i+2 >= len(options) {
				return fail(w, w.text+" needs a name and a value")
			}
			value, reason := g.jqArgument(n, command, options[i+2], w.text == "--argjson")
			if reason != "" {
				return fail(options[i+2], reason)
			}
			c.arguments.Set(options[i+1].text, value)
			i += 2
		case w.text == "--indent" && i+1 < len(options):
			i++
		case strings.HasPrefix(w.text, "--"):
			if !c.long(w.text) {
				return fail(w, "the option "+w.text+" of jq is not available")
			}
		case strings.HasPrefix(w.text, "-") && len(w.text) > 1:
			for _, letter := range w.text[1:] {
				if !c.short(letter) {
					return fail(w, "the option -"+string(letter)+" of jq is not available")
				}
			}
		case c.program == nil:
			c.program = &options[i]
		case !g.isInputFile(n, w):
			return fail(w, "there is no file "+quoted(w.text)+" to read")
		}
	}
	return c
}

// isInputFile allows a reference to an input where jq expects the name of a file: its content is the input.
func (g *graph) isInputFile(n int, w word) bool {
	pieces := parts(w.text, false)
	return w.text == "-" || len(pieces) == 1 && pieces[0].reference && slices.ContainsFunc(g.document.Nodes[n].Inputs, func(p Port) bool { return p.Name == pieces[0].text })
}

func (c *jqCall) long(option string) bool {
	switch option {
	case "--raw-output", "--join-output":
		c.raw = true
	case "--slurp":
		c.slurp = true
	case "--null-input":
		c.null = true
	case "--compact-output", "--sort-keys", "--tab", "--monochrome-output", "--color-output", "--unbuffered", "--ascii-output", "--exit-status":
		return option != "--exit-status"
	default:
		return false
	}
	return true
}

func (c *jqCall) short(letter rune) bool {
	switch letter {
	case 'r', 'j':
		c.raw = true
	case 's':
		c.slurp = true
	case 'n':
		c.null = true
	case 'c', 'S', 'M', 'C', 'a':
	default:
		return false
	}
	return true
}

// jqArgument gives the value of --arg (text) or --argjson (JSON).
func (g *graph) jqArgument(n int, command *source.Node, w word, isJSON bool) (ir.Value, string) {
	s := scope{graph: g, node: n, edge: -1}
	if !w.expands && !strings.Contains(w.text, "{{") {
		if !isJSON {
			return w.text, ""
		}
		var value any
		if json.Unmarshal([]byte(w.text), &value) != nil {
			return nil, "this is not JSON"
		}
		return value, ""
	}
	if strings.HasPrefix(w.text, "$") && isName(w.text[1:]) {
		w.text = "${" + w.text[1:] + "}"
	}
	value := s.text(command, w.text, w.start, false)
	node, isExpression := value.(jsonata.Node)
	if isJSON || !isExpression {
		return value, ""
	}
	return build.If(build.HasType(node, "string"), node, build.Call("string", node)), ""
}

// shellText gives a command for a bound node: declared names are replaced, the shell's own variables stay.
func (g *graph) shellText(n int, node *source.Node) ir.Value {
	s := scope{graph: g, node: n, edge: -1}
	if node.Kind != source.Scalar {
		return s.lenient(node)
	}
	var pieces []part
	for _, p := range parts(node.Value(), false) {
		if p.reference && !s.resolves(p.text) {
			pieces = append(pieces, part{text: "${" + p.text + "}"})
			continue
		}
		pieces = append(pieces, p)
	}
	return s.concatenation(node, pieces, 0, readable)
}
