package apichap

import (
	"context"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	jsonschema "github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file checks what a fulfillment gives to another operation against what that operation takes.

// bodyParameter is the parameter that is the request body of the other operation, unless it has a parameter of that name.
const bodyParameter = "body"

// surveyed is what is known of an operation before any is lowered: its names, and the parameters and the body that it takes.
type surveyed struct {
	names      *names
	parameters []ir.Parameter
	body       *ir.RequestBody
}

type surveys map[*operation]*surveyed

// given is what a reference gives to the other operation.
type given struct {
	sequence
	reference *operationCall
	// params are the parameters by name, form those of them that are the fields of a form.
	params, form *jsonata.Object
	body         ir.Value
	bodyAt       *source.Node
}

// taken are the names of the operation that is run; nil when there is no such operation, which has been reported.
func (g *given) taken() *surveyed { return g.surveys[g.reference.callee] }

func (g *given) add(one referenceParameter) {
	value, of := shapes{g.scope}.data(one.value), g.taken()
	if of == nil {
		return
	}
	if name := credential(one.name, value); name != "" {
		one.key.Report(report.Error(codeReferenceInput, one.key.Range, "the credential %q would stand in the definition", name).
			Fix("write it where %q sends it: there it becomes a secret of the stack", of.names.operation.name))
	}
	declared, known := of.parameterNamed(one.name)
	switch {
	case known:
		before, _ := g.params.Get(declared.Name)
		value = g.where(one, value, before)
		g.params.Set(declared.Name, value)
		if declared.In == "form" {
			g.form.Set(declared.Name, value)
		}
		misfit(one, declared, value)
	case one.name == bodyParameter:
		g.body, g.bodyAt = g.where(one, value, g.body), one.key
		if of.body == nil && len(of.names.bodies) == 0 {
			one.key.Report(report.Warning(codeReferenceInput, one.key.Range, "%q reads no body", of.names.operation.name).Fix("delete it"))
		}
	default:
		before, _ := g.params.Get(one.name)
		g.params.Set(one.name, g.where(one, value, before))
		names := of.parameterList()
		draft := report.Warning(codeReferenceInput, one.key.Range, "%q reads no parameter %q", of.names.operation.name, one.name)
		if near := source.DidYouMean(one.name, names); near != "" {
			draft = draft.Fix("%s", near)
		} else if len(names) > 0 {
			draft = draft.Why("Its parameters are %s.", strings.Join(names, ", "))
		} else {
			draft = draft.Fix("delete it, or read it there by PARAM(%s)", one.name)
		}
		one.key.Report(draft)
	}
}

// where gives a value where its condition holds, and otherwise what was given before under its name.
func (g *given) where(one referenceParameter, value, before ir.Value) ir.Value {
	if one.when == nil {
		return value
	}
	return build.OrNull(build.If(g.condition(one.when), build.Literal(value), build.Literal(before)))
}

// credential is the name of a text that is written out and is a credential by its name, "" when there is none.
func credential(name string, value ir.Value) string {
	switch value := value.(type) {
	case string:
		if value != "" && secret.IsName(name) {
			return name
		}
	case *jsonata.Object:
		for member, inner := range value.All() {
			if found := credential(member, inner); found != "" {
				return found
			}
		}
	}
	return ""
}

// parameterNamed finds a parameter that the operation takes; the names of headers have no case.
func (n *surveyed) parameterNamed(name string) (ir.Parameter, bool) {
	at := slices.IndexFunc(n.parameters, func(p ir.Parameter) bool {
		return p.Name == name || p.In == "header" && strings.EqualFold(p.Name, name)
	})
	if at < 0 {
		return ir.Parameter{}, false
	}
	return n.parameters[at], true
}

func (n *surveyed) parameterList() []string {
	var list []string
	for _, one := range n.parameters {
		list = append(list, one.Name)
	}
	return list
}

// missing reports what the other operation requires and is not given: it would always refuse to run.
func (g *given) missing() {
	of := g.taken()
	if of == nil {
		return
	}
	at := g.reference.name
	for _, one := range of.parameters {
		if _, has := g.params.Get(one.Name); one.Required && !has {
			at.Report(report.Error(codeReferenceInput, at.Range, "%q needs the parameter %q", of.names.operation.name, one.Name).
				Fix("add it to the parameters").Also(one.Range, "required here"))
		}
	}
	if of.body != nil && of.body.Required && g.bodyAt == nil && g.form.Len() == 0 {
		at.Report(report.Error(codeReferenceInput, at.Range, "%q needs a request body", of.names.operation.name).
			Fix("add it to the parameters as %q", bodyParameter).Also(of.body.Range, "required here"))
	}
	if g.bodyAt != nil && g.form.Len() > 0 {
		g.bodyAt.Report(report.Error(codeReferenceInput, g.bodyAt.Range, "the other parameters are the fields of the form that is the body").Fix("delete it"))
	}
}

// headers say of a form that it is one; parameters in headers are given by name.
func (g *given) headers() ir.Value {
	headers := jsonata.NewObject()
	if of := g.taken(); of != nil && of.body != nil && g.form.Len() > 0 {
		for _, content := range of.body.Contents {
			if ir.IsForm(content.MediaType) {
				headers.Set("content-type", content.MediaType)
				break
			}
		}
	}
	return headers
}

func (g *given) content() ir.Value {
	if g.form.Len() > 0 {
		return g.form
	}
	return g.body
}

// misfit reports a constant that the other operation would always refuse. What is not known before it runs is checked then.
func misfit(one referenceParameter, declared ir.Parameter, value ir.Value) {
	switch value.(type) {
	case string, float64, int64, bool:
	case nil:
		if !declared.Required {
			return
		}
	default:
		return
	}
	text := jsonschema.Text{
		Schema: declared.Schema, Value: build.Literal(value), Name: "parameter " + declared.Name, Separator: declared.Separator,
		Spaced: declared.In == "header", Required: declared.Required,
	}
	for _, violation := range text.Violations() {
		if alwaysHolds(violation.Fails) {
			message, _ := violation.Message.(*jsonata.String)
			if message == nil {
				continue
			}
			one.key.Report(report.Error(codeReferenceInput, one.key.Range, "%s", message.Value).Also(declared.Range, "described here"))
			return
		}
	}
}

// alwaysHolds evaluates a condition that reads nothing.
func alwaysHolds(condition jsonata.Node) bool {
	compiled, err := jsonata.CompileNode(condition)
	if err != nil {
		return false
	}
	value, err := compiled.Eval(context.Background(), nil, nil)
	return err == nil && value == true
}
