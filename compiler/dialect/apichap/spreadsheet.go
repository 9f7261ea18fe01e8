package apichap

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sheetrequest"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file puts calls of function sheet around those of functions that carry spreadsheets: before one, the rows become a stored workbook, after one,
// a stored workbook becomes rows.

// spreadsheet is what is known of the spreadsheet that an instruction carries.
type spreadsheet struct {
	content
	// file is the variable with the workbook that is sent, "" for an instruction that sends none; rows are what is in it.
	file string
	rows ir.Value
	// bind is the variable that receives what is read, "" when nobody reads it.
	bind string
	// allowFailure tells that a spreadsheet that cannot be read or written is a failure of the instruction that it allows.
	allowFailure bool
}

// sheets puts calls of function sheet around others at the place of a scope.
type sheets struct{ *scope }

// steps gives the steps of a call and those around it for the spreadsheet that it carries, if it carries one.
func (s sheets) steps(carrier *ir.Call, r *result, sheet spreadsheet) []ir.Step {
	steps := []ir.Step{carrier}
	if sheet.bind != "" {
		steps = append(steps, s.readSheet(carrier, r, sheet))
	}
	if sheet.file == "" {
		return steps
	}
	written := writeSheet(carrier.Common.Label, carrier.Common.Range, sheet)
	if !sheet.allowFailure {
		return append([]ir.Step{written}, steps...)
	}
	handler := s.failure(carrier, r)
	handler.Assign = append(handler.Assign, ir.Binding{Name: sheet.file, Value: nil})
	written.OnError = []ir.Handler{handler}
	there := build.Binary(build.Var(sheet.file), "!=", build.Null())
	choice := &ir.Branch{
		Header: head(carrier.Common.Label+": workbook there", carrier.Common.Range),
		Cases:  []ir.Case{{When: there, Body: steps, Range: carrier.Common.Range}},
	}
	return []ir.Step{written, choice}
}

func (s sheets) readSheet(carrier *ir.Call, r *result, sheet spreadsheet) *ir.Call {
	c := &ir.Call{
		Header: head(carrier.Common.Label+": rows", carrier.Common.Range), Function: task.Sheet, Bind: sheet.bind,
		Arguments: sheetrequest.Read(build.Var(carrier.Bind), sheet.sheet), Result: sheetrequest.Rows(),
	}
	if sheet.allowFailure {
		c.OnError = []ir.Handler{s.noSheet(c.Bind, r)}
	}
	return c
}

func writeSheet(label string, at diag.Range, sheet spreadsheet) *ir.Call {
	return &ir.Call{
		Header: head(label+": workbook", at), Function: task.Sheet, Bind: sheet.file,
		Arguments: sheetrequest.Write(sheet.rows, sheet.columns, sheet.sheet), Result: sheetrequest.Content(),
	}
}

// noSheet lets the operation go on without the rows; the status of the answer that held them stays.
func (s sheets) noSheet(variable string, r *result) ir.Handler {
	handler := ir.Handler{Errors: []ir.ErrorMatch{ir.AllErrors}, Assign: []ir.Binding{{Name: variable, Value: nil}}}
	if s.names.used.exception[r.name] {
		handler.Assign = append(handler.Assign, ir.Binding{Name: r.exceptionVariable(), Value: errorText()})
	}
	return handler
}

// sends is the spreadsheet that an instruction sends, and its rows.
func (s sheets) sends(one content, body schema, allowFailure bool) spreadsheet {
	return spreadsheet{content: one, file: s.local("workbook"), rows: shapes{s.scope}.whole(body), allowFailure: allowFailure}
}

// receives is the spreadsheet that a call carries back. The call itself gives the stored file to a variable of its own, so that no reference to it is
// ever in the result.
func (s sheets) receives(c *ir.Call, one content, allowFailure bool) spreadsheet {
	carried := spreadsheet{content: one, bind: c.Bind, allowFailure: allowFailure}
	if c.Bind != "" {
		c.Bind = s.local("spreadsheet")
	}
	return carried
}

// carried is the spreadsheet that the call of a request carries, there and back.
func (s requests) carried(c *ir.Call, one *requestInstruction) spreadsheet {
	if !one.spreadsheet {
		return spreadsheet{}
	}
	carried := sheets{s.scope}.receives(c, one.content, one.allowFailure)
	if one.body != nil {
		sent := sheets{s.scope}.sends(one.content, one.body, one.allowFailure)
		carried.file, carried.rows = sent.file, sent.rows
	}
	return carried
}

// sent is the body of a request: its schema, or the workbook that was made of it.
func (s requests) sent(one *requestInstruction, file string) ir.Value {
	if file != "" {
		return build.Var(file)
	}
	return shapes{s.scope}.whole(one.body)
}
