package apichap

import (
	"slices"

	"github.com/steploom/steploom/compiler/failure"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file lowers fulfillments that run another operation.

// answerVariable holds the output of the other operation until the result is taken out of it.
func (r *result) answerVariable() string { return r.variable + "_answer" }

// reference runs another operation and waits for it. What it answers with the status of its default response is the result; every other answer, and
// an execution that fails, is a failure.
func (s sequence) reference(ff *fulfillment) []ir.Step {
	defer func() { s.visible[ff.label] = true }()
	one, found := ff.reference, s.names.results[ff.label]
	invoke := &ir.Invoke{Header: head(ff.label, placeOf(ff)), Input: s.referenceInput(one)}
	if one.callee == nil || found == nil {
		return nil
	}
	invoke.Operation = one.callee.name
	dates := s.names.dates.steps(ff.label)
	if one.allowFailure {
		handler := ir.Handler{Errors: []ir.ErrorMatch{ir.AllErrors}}
		handler.Assign = []ir.Binding{{Name: found.answerVariable(), Value: failedAnswer()}}
		invoke.OnError = []ir.Handler{handler}
	}
	invoke.Bind = found.answerVariable()
	return append(append(dates, invoke), s.referenceOutcome(ff, found)...)
}

// referenceOutcome takes the result out of the answer, or fails.
func (s sequence) referenceOutcome(ff *fulfillment, found *result) []ir.Step {
	answer := build.Var(found.answerVariable())
	status := build.OrNull(build.Field(answer, task.HTTPStatusCode))
	succeeded, certain := ff.reference.callee.succeeded(answer, s.surveys[ff.reference.callee])
	good := s.outcomeBindings(ff, found, build.OrNull(build.Field(answer, task.HTTPBody)), status, nil)
	if certain && !ff.reference.allowFailure {
		return assignment(ff, found.name+": result", good)
	}
	choice := &ir.Branch{Header: head(ff.label+": answer", placeOf(ff))}
	choice.Cases = []ir.Case{{Label: ff.label + ": result", When: succeeded, Body: assignment(ff, ff.label+": result", good), Range: placeOf(ff)}}
	if ff.reference.allowFailure {
		failed := s.outcomeBindings(ff, found, nil, status, failureText(answer))
		if len(good)+len(failed) == 0 {
			return nil
		}
		choice.Else = assignment(ff, ff.label+": no result", failed)
		return []ir.Step{choice}
	}
	cause := build.Concat(build.Text(ff.reference.callee.name+": "), failureText(answer))
	choice.Else = []ir.Step{&ir.Fail{Header: head(ff.label+": failed", placeOf(ff)), Error: task.ReferenceFailed, Cause: cause}}
	return []ir.Step{choice}
}

// outcomeBindings set what is read of a reference's result.
func (s sequence) outcomeBindings(ff *fulfillment, found *result, body, status, exception ir.Value) []ir.Binding {
	var bindings []ir.Binding
	used := s.names.used
	if used.value[found.name] || used.index[found.name] && ff.index != nil {
		bindings = append(bindings, ir.Binding{Name: found.variable, Value: body})
	}
	if used.status[found.name] {
		bindings = append(bindings, ir.Binding{Name: found.statusVariable(), Value: status})
	}
	if used.exception[found.name] && found.failing {
		bindings = append(bindings, ir.Binding{Name: found.exceptionVariable(), Value: exception})
	}
	return bindings
}

func assignment(ff *fulfillment, label string, bindings []ir.Binding) []ir.Step {
	if len(bindings) == 0 {
		return nil
	}
	return []ir.Step{&ir.Assign{Header: head(label, placeOf(ff)), Bindings: bindings}}
}

// succeeded is true of an answer that is the operation's default response; certain tells that no other can come.
func (o *operation) succeeded(answer jsonata.Node, of *surveyed) (condition jsonata.Node, certain bool) {
	status := build.Field(answer, task.HTTPStatusCode)
	regular := slices.IndexFunc(o.responses, func(one *response) bool { return one.isDefault })
	certain = of.body == nil && !slices.ContainsFunc(of.parameters, func(p ir.Parameter) bool { return p.Required || p.Schema != nil })
	eachFulfillment(o.fulfillments, func(ff *fulfillment) {
		for _, one := range ff.exceptions {
			certain = certain && regular >= 0 && one.status == o.responses[regular].status
		}
	})
	if regular < 0 {
		return build.Not(build.Exists(status)), certain
	}
	return build.Binary(status, "=", build.Number(float64(o.responses[regular].status))), certain
}

// failureText is the message of an exception, or says the status where there is none.
func failureText(answer jsonata.Node) jsonata.Node {
	message := build.Path(answer, task.HTTPBody, "message")
	status := build.Concat(build.Text("HTTP status "), build.Field(answer, task.HTTPStatusCode))
	return build.If(build.HasType(message, "string"), message, status)
}

// failedAnswer stands for the answer of an execution that has failed: it would be answered 500. Step Functions describes a Standard execution that
// failed in the cause of the error, with an error and a cause of its own.
func failedAnswer() ir.Value {
	cause := build.Field(ir.Error(), "Cause")
	own := build.Object(build.Of("Error", build.Field(ir.Error(), "Error")), build.Of("Cause", cause))
	described := build.If(failure.IsJSON(cause), build.Call("parse", cause), build.Object())
	inner := build.If(build.Exists(build.Field(build.Var("described"), "Error")), build.Var("described"), own)
	innerCause := build.Call("string", build.Field(build.Var("failure"), "Cause"))
	name := build.Field(build.Var("failure"), "Error")
	isOurs := build.Binary(name, "=", build.Text(task.ReferenceFailed))
	text := build.If(isOurs, build.Concat(name, build.Text(": "), innerCause), failure.Text(name, innerCause))
	body := jsonata.NewObject()
	body.Set("message", build.Let("described", described, build.Let("failure", inner, text)))
	answer := jsonata.NewObject()
	answer.Set(task.HTTPStatusCode, 500.0)
	answer.Set(task.HTTPBody, body)
	return answer
}

// referenceInput is the execution input of the other operation, as the api function makes it of a request.
func (s sequence) referenceInput(one *operationCall) ir.Value {
	given := given{sequence: s, reference: one, params: jsonata.NewObject(), form: jsonata.NewObject()}
	for _, parameter := range one.parameters {
		given.add(parameter)
	}
	given.missing()
	input := jsonata.NewObject()
	input.Set("requestId", build.OrElse(build.Path(ir.Input(), "requestId"), build.Text("")))
	input.Set("param", given.params)
	input.Set("header", given.headers())
	input.Set("body", given.content())
	input.Set("files", jsonata.NewObject())
	return input
}
