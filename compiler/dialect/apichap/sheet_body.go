package apichap

import (
	"net/http"

	"github.com/steploom/steploom/compiler/failure"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sheetrequest"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file makes rows of a spreadsheet that is the body of a request, where openapi.yaml describes it as a list; described as a file it stays one.

// isRows tells whether a body of a media type is a spreadsheet that is described by its rows.
func (d document) isRows(mediaType string, described *source.Node) bool {
	kind, err := format.KindOf(mediaType)
	if err != nil || kind != format.KindSpreadsheet {
		return false
	}
	of := d.follow(described).Get("type")
	return of != nil && of.Value() == "array"
}

// readsSheet tells whether an operation reads the rows of a spreadsheet that its requests bring.
func (n *names) readsSheet() bool {
	one := n.operation.described
	return one != nil && one.sheets > 0 && len(n.bodies) > 0
}

// onlySheets tells that every body that an operation reads is rows of a spreadsheet.
func (n *names) onlySheets() bool {
	return n.readsSheet() && n.operation.described.sheets == len(n.operation.described.body.Contents)
}

// sheetBody gives the body its rows, where it is a stored spreadsheet. What is none is answered 400, what has too many rows for an execution 413.
func (n *names) sheetBody() []ir.Step {
	if !n.readsSheet() {
		return nil
	}
	at := n.operation.key.Range
	sent := build.Field(ir.Input(), "body")
	read := &ir.Call{Header: head("Request: rows", at), Function: task.Sheet, Bind: requestBody, Arguments: sheetrequest.Read(sent, ""), Result: sheetrequest.Rows()}
	refuse := func(status int, name string, message ir.Value) ir.Handler {
		answer := &ir.Return{Header: head("Request: "+name, at), Status: float64(status), HasBody: true}
		body := jsonata.NewObject()
		body.Set("message", build.Var(requestBody)) // which nobody reads any more
		answer.Body = body
		return ir.Handler{Errors: []ir.ErrorMatch{ir.ErrorName(name)}, Assign: []ir.Binding{{Name: requestBody, Value: message}}, Body: []ir.Step{answer}}
	}
	read.OnError = []ir.Handler{
		refuse(http.StatusBadRequest, task.FormatInvalid, failure.Message(build.Field(ir.Error(), "Cause"))),
		refuse(http.StatusRequestEntityTooLarge, task.PayloadTooLarge, "the request is too large"),
	}
	stored := build.Exists(build.Field(sent, "blob"))
	return []ir.Step{&ir.Branch{Header: head("Request: spreadsheet", at), Cases: []ir.Case{{When: stored, Body: []ir.Step{read}, Range: at}}}}
}
