// Package jqrequest makes requests to function filter of calls of jq that stand in a source: a command line, or a program alone (jq 1.7 manual,
// "Invoking jq"). What cannot be is an *Error at its place.
package jqrequest

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/jqtext"
	"github.com/steploom/steploom/shared/shelltext"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Error says what of a call cannot be, why, and what to write instead.
type Error struct {
	Range            diag.Range
	Reason, Why, Fix string
}

func (e *Error) Error() string { return e.Reason }

// OtherProgram is the error of a command line that does not begin with jq.
type OtherProgram struct{ Name string }

func (e *OtherProgram) Error() string { return e.Name + " is not jq" }

// Call is one call of jq.
type Call struct {
	*jqtext.Command
	// Node is the scalar that holds the words of the command, or the program alone.
	Node *source.Node
}

// IsCall tells whether a scalar, nil for none, is a command line that calls jq and nothing else.
func IsCall(node *source.Node) bool {
	if node == nil {
		return false
	}
	line, err := shelltext.Words(node.Value())
	return err == nil && jqtext.Is(line)
}

// Program is the call of a program that is written out.
func Program(node *source.Node) *Call {
	return &Call{Command: &jqtext.Command{Program: shelltext.Word{Text: node.Value(), Raw: node.Value()}}, Node: node}
}

// Parse reads a command line. The error is an *OtherProgram or an *Error.
func Parse(node *source.Node) (*Call, error) {
	line, err := shelltext.Words(node.Value())
	if name := jqtext.Called(line); name != "jq" {
		if name != "" {
			name = line[0].Text
		}
		return nil, &OtherProgram{name}
	}
	if err != nil {
		return nil, &Error{Range: node.Range, Reason: err.Error(), Fix: "write one call of jq, such as jq '.field'"}
	}
	command, err := jqtext.Parse(line[1:])
	call := &Call{command, node}
	if bad := (*jqtext.Error)(nil); errors.As(err, &bad) {
		if bad.Word.Operator {
			return nil, call.Wrong(bad.Word, bad.Reason, "put each command into a node of its own")
		}
		return nil, call.Wrong(bad.Word, bad.Reason, "use the options of jq that say what is read and how results are written: -r -j -s -n -e -c --tab --indent --arg --argjson")
	} else if err != nil {
		return nil, &Error{Range: node.Range, Reason: err.Error(), Fix: "write jq '.field'"}
	}
	return call, nil
}

// Wrong is the error of one word of the command line.
func (c *Call) Wrong(w shelltext.Word, reason, fix string) error {
	return &Error{Range: c.place(w), Reason: reason, Fix: fix}
}

func (c *Call) place(w shelltext.Word) diag.Range { return c.Node.At(w.Start, w.Start+len(w.Raw)) }

// arguments are the variables that the command sets. text gives the value of a word with references in it.
func (c *Call) arguments(text func(shelltext.Word) ir.Value) (*jsonata.Object, error) {
	arguments := jsonata.NewObject()
	for _, v := range c.Variables {
		value, ok := argument(v, text)
		if !ok {
			return nil, c.Wrong(v.Value, "this is not JSON", "write JSON, such as 5 or '[\"a\"]', or use --arg for text")
		}
		arguments.Set(v.Name, value)
	}
	return arguments, nil
}

// argument gives the value of --arg (text) or --argjson (JSON); ok is false for what is no JSON.
func argument(v jqtext.Variable, text func(shelltext.Word) ir.Value) (value ir.Value, ok bool) {
	if v.Value.Expands || strings.Contains(v.Value.Text, "{{") {
		value = text(v.Value)
		if node, isExpression := value.(jsonata.Node); isExpression && !v.JSON {
			value = build.If(build.HasType(node, "string"), node, build.Call("string", node))
		}
		return value, true
	}
	if !v.JSON {
		return v.Value.Text, true
	}
	err := json.Unmarshal([]byte(v.Value.Text), &value)
	return value, err == nil
}

// compile tells what is wrong with the program, where it stands.
func (c *Call) compile(arguments *jsonata.Object) error {
	_, err := jqtext.Compile(c.Program.Text, slices.Collect(arguments.Keys()), nil)
	problem := (*jqtext.Problem)(nil)
	if !errors.As(err, &problem) {
		return nil
	}
	at, quote := c.place(c.Program), len(c.Program.Raw)-len(c.Program.Text)
	if start := c.Program.Start + quote/2; quote == 0 || quote == 2 {
		at = c.Node.At(start+problem.Start, start+max(problem.End, problem.Start+1))
	}
	return &Error{Range: at, Reason: "jq cannot run this program: " + problem.Message, Fix: "correct the program; a variable is set by --arg name value or --argjson name value"}
}
