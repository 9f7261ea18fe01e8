package jqrequest

import (
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/jqtext"
	"github.com/steploom/steploom/shared/shelltext"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Input is a value on standard input.
type Input struct {
	Name  string
	Value jsonata.Node
	// Results tells that the value is the results of another call and how many those can be: One for any other value, AtMostOne for a result or null,
	// Any for a list. Mixed tells that it depends on the run which of these it is.
	Results jqtext.Count
	Mixed   bool
	Range   diag.Range
}

// Surroundings are what a call finds where it stands.
type Surroundings struct {
	// Text gives the value of a word with references in it.
	Text func(shelltext.Word) ir.Value
	// Inputs gives what stands on standard input. It is not asked when the program reads nothing.
	Inputs func() ([]Input, error)
	// Collects tells that all results are wanted, as a list.
	Collects bool
}

// Request gives the request of function filter that runs the call. The error is an *Error, or what Inputs gave.
func (c *Call) Request(from Surroundings) (*jsonata.Object, error) {
	program := c.Program.Text
	if c.Program.Expands && strings.Contains(program, "${") || strings.Contains(program, "{{") {
		return nil, c.Wrong(c.Program, "a value cannot be spliced into a jq program", "hand it over as a variable: jq --arg name ${name} '… $name …'")
	}
	arguments, err := c.arguments(from.Text)
	if err == nil {
		err = c.compile(arguments)
	}
	if err != nil {
		return nil, err
	}
	input, isStream, err := c.input(from)
	if err != nil {
		return nil, err
	}
	request := ir.Object("language", "jq", "program", program, "input", input)
	for _, option := range []struct {
		name string
		set  bool
	}{
		{"stream", isStream}, {"slurp", c.Slurp}, {"nullInput", c.Null && jqtext.ReadsInputs(program)}, {"exitStatus", c.Fails}, {"collect", from.Collects},
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
	return request, nil
}

// input is what the program runs over: one value, an object of several, or, where isStream, a list of inputs that come one after the other.
func (c *Call) input(from Surroundings) (input jsonata.Node, isStream bool, err error) {
	if c.Null && !jqtext.ReadsInputs(c.Program.Text) {
		return build.Null(), false, nil
	}
	inputs, err := from.Inputs()
	if err != nil {
		return nil, false, err
	}
	if len(inputs) != 1 && len(c.Files) == 0 {
		members := make([]build.Member, len(inputs))
		for i, one := range inputs {
			members[i] = build.Of(one.Name, one.Value)
		}
		return build.Object(members...), false, nil
	}
	return stream(inputs)
}

// stream puts inputs one behind the other.
func stream(inputs []Input) (input jsonata.Node, isStream bool, err error) {
	for _, one := range inputs {
		value := one.Value
		switch {
		case one.Mixed:
			return nil, false, &Error{
				Range: one.Range, Reason: one.Name + " is the results of one jq program and a single value of another node",
				Why: "jq would run once for each of the results, but once for the value.",
				Fix: "put [ and ] around the program with several results, or give the outputs different names",
			}
		case one.Results == jqtext.One && len(inputs) == 1:
			return value, false, nil
		case one.Results == jqtext.AtMostOne:
			value = build.If(build.Binary(value, "=", build.Null()), build.List(), build.List(value))
		case one.Results == jqtext.One:
			value = build.List(value)
		}
		if input == nil {
			input = value
			continue
		}
		input = build.Call("append", input, value)
	}
	return input, true, nil
}
