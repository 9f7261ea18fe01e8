package httprequest

import (
	"github.com/steploom/steploom/compiler/failure"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Answer is what a successful request is answered with, for whoever reads more than its body: an object of status and headers.
func Answer() *jsonata.Object {
	return ir.Object("status", build.Path(ir.Result(), task.HTTPStatusCode), "headers", build.Path(ir.Result(), task.HTTPHeaders))
}

// Refused is what a failed answer holds, in terms of ir.Error(): the status, which is part of the error's name, and headers and body, which the
// function hands out with the error (see [task.Error.Wire]). The status is null and the rest empty where there was no answer.
func Refused() jsonata.Node {
	return build.Once(failure.Detail(build.Path(ir.Error(), "Cause")), func(answer jsonata.Node) jsonata.Node {
		headers := build.Field(answer, task.HTTPHeaders)
		return build.Object(
			build.Of("status", statusOf(build.Path(ir.Error(), "Error"))),
			build.Of("headers", build.If(build.Exists(headers), headers, build.Object())),
			build.Of("body", build.OrNull(build.Field(answer, task.HTTPBody))),
		)
	})
}

// statusOf reads the status from the name of an error such as Http.Status.401; null for other errors.
func statusOf(name jsonata.Node) jsonata.Node {
	prefix := build.Binary(build.Call("substringBefore", name, build.Text(".")), "=", build.Text("Http"))
	number := build.Call("substringAfter", name, build.Text(task.HttpStatus+"."))
	return build.If(build.All(prefix, build.Binary(number, "!=", name)), build.Call("number", number), build.Null())
}
