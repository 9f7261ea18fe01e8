package apichap

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file lowers file instructions: each is one call of function ftp.

// fileCalls lowers file instructions at the place of a scope.
type fileCalls struct{ *scope }

// steps completes a call of function ftp, and gives it with what goes before and after it.
func (s fileCalls) steps(c *ir.Call, ff *fulfillment, one *fileInstruction) []ir.Step {
	found := s.names.results[ff.label]
	carried := s.carried(ff, one, c)
	c.Function, c.Arguments = task.FTP, s.arguments(ff, one, carried.file)
	switch {
	case one.folder != nil:
		c.Result = build.Field(ir.Result(), task.FTPFiles)
	case one.reads(ff.kind):
		c.Result = build.OrNull(build.Field(ir.Result(), task.FTPContent))
	}
	if one.allowFailure {
		c.OnError = []ir.Handler{s.failure(c, found)}
	}
	if s.names.used.exception[found.name] && found.failing {
		c.More = append(c.More, ir.Binding{Name: found.exceptionVariable(), Value: nil})
	}
	if s.names.used.status[found.name] && found.request {
		c.More = append(c.More, ir.Binding{Name: found.statusVariable(), Value: nil})
	}
	steps := append(s.names.dates.steps(c.Head().Label), sheets{s.scope}.steps(c, found, carried)...)
	if !one.reads(ff.kind) || one.body == nil || c.Bind == "" {
		return steps
	}
	return append(steps, s.shaped(c, found, one)...)
}

// shaped makes the result of what a file holds, which is @ in the schema.
func (s fileCalls) shaped(c *ir.Call, found *result, one *fileInstruction) []ir.Step {
	raw := typed{node: build.Var(found.variable), null: true}
	if isBinary(one.contentType) {
		raw.kind = fileKind
	}
	shape := &ir.Assign{Header: head(c.Head().Label+": schema", one.at)}
	value := shapes{s.around(raw)}.data(one.body)
	shape.Bindings = []ir.Binding{{Name: found.variable, Value: value}}
	steps := append(s.names.dates.steps(c.Head().Label+": schema"), shape)
	if !one.allowFailure {
		return steps
	}
	there := build.Binary(build.Var(found.variable), "!=", build.Null())
	return []ir.Step{&ir.Branch{Header: head(c.Head().Label+": read", one.at), Cases: []ir.Case{{When: there, Body: steps, Range: one.at}}}}
}

// carried is the spreadsheet that is read or written.
func (s fileCalls) carried(ff *fulfillment, one *fileInstruction, c *ir.Call) spreadsheet {
	switch {
	case !one.spreadsheet:
		return spreadsheet{}
	case one.writes(ff.kind):
		return sheets{s.scope}.sends(one.content, one.body, one.allowFailure)
	case one.reads(ff.kind):
		return sheets{s.scope}.receives(c, one.content, one.allowFailure)
	}
	return spreadsheet{}
}

// arguments gives the request of function ftp. The file is the variable with the workbook that is written, "" for none.
func (s fileCalls) arguments(ff *fulfillment, one *fileInstruction, file string) ir.Value {
	request := jsonata.NewObject()
	if ff.datasource != nil {
		request.Set("datasource", ff.datasource.name)
	}
	if one.folder != nil {
		request.Set("operation", "list")
		request.Set("path", s.path(one.folder))
		return request
	}
	operation := s.operation(ff.kind, one)
	request.Set("operation", operation)
	request.Set("path", s.path(one.path))
	if one.move != nil {
		request.Set("to", s.path(one.move))
	}
	switch {
	case operation == "write" && file != "":
		request.Set("content", build.Var(file))
	case operation == "write":
		request.Set("content", shapes{s.scope}.whole(one.body))
	}
	if operation == "read" && one.deletes {
		request.Set("delete", true)
	}
	if operation == "read" && (one.spreadsheet || isBinary(one.contentType)) {
		request.Set("asBlob", true)
	}
	if operation == "read" || operation == "write" {
		one.content.say(request)
	}
	return request
}

// say adds to a request what a file is written in.
func (c content) say(request *jsonata.Object) {
	if c.contentType != "" {
		request.Set("contentType", c.contentType)
	}
	if c.separator != "" {
		request.Set("csvSeparator", c.separator)
	}
	if len(c.columns) > 0 && !c.spreadsheet {
		columns := make([]any, len(c.columns))
		for i, column := range c.columns {
			columns[i] = column
		}
		request.Set("csvColumns", columns)
	}
}

func (s fileCalls) operation(kind fulfillmentKind, one *fileInstruction) string {
	switch {
	case one.reads(kind):
		return "read"
	case one.writes(kind):
		return "write"
	case one.move != nil:
		return "move"
	default:
		return "delete"
	}
}

// path gives a path as function ftp takes it: text of the workflow as it is, each piece of data as a value, which is never more than a name, but for
// the path of a listing.
func (s fileCalls) path(t *template) ir.Value {
	var fixed []jsonata.Node // texts since the last value
	var pieces []any
	flush := func() {
		if len(fixed) > 0 {
			pieces, fixed = append(pieces, plain(build.Concat(fixed...))), nil
		}
	}
	for _, piece := range t.parts {
		if piece.value == nil {
			fixed = append(fixed, build.Text(piece.text))
			continue
		}
		if spliced, ok := s.splice(piece.value); ok {
			fixed = append(fixed, typed{node: spliced.node}.text())
			continue
		}
		flush()
		pieces = append(pieces, ir.Object(origins{s.names}.pieceOf(piece.value), plain(s.pathValue(piece))))
	}
	flush()
	if len(pieces) == 1 {
		if _, data := pieces[0].(*jsonata.Object); !data {
			return pieces[0]
		}
	}
	return pieces
}

// pathValue gives data for a path: text of numbers, anything else as it is, null for nothing.
func (s fileCalls) pathValue(piece part) jsonata.Node {
	value := s.lower(piece.value)
	switch value.kind {
	case listKind, objectKind, nullKind:
		piece.span.report(report.Error(codePath, piece.span.place(), "a path cannot hold %s", value.kind).Fix("look into it, as in VALUE(…, $.filename)"))
	case numberKind:
		if !value.nullable() {
			return build.Call("string", value.node)
		}
	}
	return value.defined()
}
