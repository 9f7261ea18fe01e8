// Package inputs knows what a run is given by name: how a source declares it, where it comes from when the run is started by a request or by hand, and
// the steps that refuse a run whose inputs are missing or do not fit.
package inputs

import (
	"slices"
	"strconv"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Input is one value that a run is given.
type Input struct {
	Name         string
	Schema       *schema.Schema // nil for any value
	DefaultOrNil *source.Node
	Required     bool
	Range        diag.Range
}

// Inputs are those of one operation.
type Inputs struct {
	Declared []Input
	// Variable is the one that holds them as an object, by their names.
	Variable string
	// AnswersHTTP tells that the run is the answer to a request: inputs come as its parameters, too, and a run that is refused answers with 400.
	AnswersHTTP bool
	// Range is the place of the workflow that declares them.
	Range diag.Range
}

// AreChecked tells whether there is one that a run can be refused for.
func (i Inputs) AreChecked() bool {
	return slices.ContainsFunc(i.Declared, func(one Input) bool { return one.Required || one.Schema != nil })
}

// Given is the object of all inputs: defaults, as value reads them, then the body of a request or the input of a run, then parameters.
func (i Inputs) Given(value func(*source.Node) ir.Value) jsonata.Node {
	in := ir.Input()
	objectOr := func(node jsonata.Node) jsonata.Node {
		return build.If(build.HasType(node, "object"), node, build.Object())
	}
	request := build.Merge(objectOr(build.Path(in, "body")), objectOr(build.Path(in, "param")))
	given := build.If(build.Exists(build.Path(in, "trigger")), request, objectOr(in))
	var defaults, read []build.Member
	for _, one := range i.Declared {
		if one.DefaultOrNil != nil {
			defaults = append(defaults, build.Of(one.Name, build.Literal(value(one.DefaultOrNil))))
		}
		if text, isText := i.text(one); isText {
			read = append(read, build.Of(one.Name, build.If(build.Exists(text.Value), text.Read(), nil)))
		}
	}
	objects := []jsonata.Node{given}
	if len(defaults) > 0 {
		objects = []jsonata.Node{build.Object(defaults...), given}
	}
	if len(read) > 0 {
		objects = append(objects, build.Object(read...))
	}
	if len(objects) == 1 {
		return given
	}
	return build.Merge(objects...)
}

// text is an input that a request may bring as text, though it is none: in its path or its query.
func (i Inputs) text(one Input) (text schema.Text, isText bool) {
	kind := one.Schema.Type()
	if !i.AnswersHTTP || kind == "" || kind == "string" {
		return text, false
	}
	param := build.Path(ir.Input(), "param", one.Name)
	return schema.Text{Schema: one.Schema, Name: "the input " + one.Name, Value: build.If(build.HasType(param, "string"), param, nil)}, true
}

// Steps set the variable to what is given, and further variables behind it, and refuse what does not fit.
func (i Inputs) Steps(given jsonata.Node, further []ir.Binding) []ir.Step {
	var steps []ir.Step
	for _, one := range i.Declared {
		text, isText := i.text(one)
		if !isText {
			continue
		}
		for _, wrong := range text.Violations() {
			cases := []ir.Case{i.refused(wrong, "unread input "+one.Name, text.Range)}
			steps = append(steps, &ir.Branch{Header: ir.HeaderAt("read input "+one.Name, text.Range), Cases: cases})
		}
	}
	steps = append(steps, &ir.Assign{Header: ir.HeaderAt("inputs", i.Range), Bindings: []ir.Binding{{Name: i.Variable, Value: given}}})
	if len(further) > 0 {
		steps = append(steps, &ir.Assign{Header: ir.HeaderAt("", i.Range), Bindings: further})
	}
	var cases []ir.Case
	for _, one := range i.Declared {
		cases = append(cases, i.checks(one)...)
	}
	if len(cases) == 0 {
		return steps
	}
	return append(steps, &ir.Branch{Header: ir.HeaderAt("check inputs", i.Declared[0].Range), Cases: cases})
}

// checks refuse a run without an input, or with one that does not fit its schema.
func (i Inputs) checks(one Input) []ir.Case {
	var cases []ir.Case
	value := build.Path(build.Var(i.Variable), one.Name)
	if one.Required {
		missing := schema.Violation{Fails: build.Binary(build.OrNull(value), "=", build.Null()), Message: build.Text("the input " + one.Name + " is missing")}
		cases = append(cases, i.refused(missing, "missing "+one.Name, one.Range))
	}
	for n, wrong := range one.Schema.Violations(schema.Subject{Value: value, Name: "the input " + one.Name, NullIsAbsent: true}) {
		label := "wrong " + one.Name
		if n > 0 {
			label += " " + strconv.Itoa(n+1)
		}
		cases = append(cases, i.refused(wrong, label, one.Range))
	}
	return cases
}

// refused ends a run whose inputs are wrong.
func (i Inputs) refused(wrong schema.Violation, label string, at diag.Range) ir.Case {
	var message ir.Value = wrong.Message
	if text, isText := wrong.Message.(*jsonata.String); isText {
		message = text.Value
	}
	var end ir.Step = &ir.Fail{Header: ir.HeaderAt(label, at), Error: task.RequestInvalid, Cause: message}
	if i.AnswersHTTP {
		end = &ir.Return{Header: ir.HeaderAt(label, at), Status: 400.0, Body: ir.Object("message", message), HasBody: true}
	}
	return ir.Case{When: wrong.Fails, Body: []ir.Step{end}, Range: at}
}
