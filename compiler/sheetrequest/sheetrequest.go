// Package sheetrequest says in the terms of function sheet (functions/sheet) what is read from a spreadsheet that another function has stored, and what
// is written for another function to hand on.
//
//	read := &ir.Call{Function: task.Sheet, Arguments: sheetrequest.Read(build.Var("file"), ""), Result: sheetrequest.Rows(), Bind: "rows"}
package sheetrequest

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Read is the request for the rows of a stored spreadsheet; of its first sheet where the name is empty. Content that is no reference of a stored object is
// answered as it is.
func Read(content jsonata.Node, sheet string) *jsonata.Object {
	return ir.Object("operation", "read", "content", content, "sheet", ir.NonEmpty(sheet))
}

// Rows are what Read is answered with, in terms of ir.Result().
func Rows() jsonata.Node { return build.Field(ir.Result(), task.SheetRows) }

// Write is the request to store a workbook of rows below a header of the columns. The sheet has the function's own name where it is empty.
func Write(rows ir.Value, columns []string, sheet string) *jsonata.Object {
	request := ir.Object("operation", "write", "sheet", ir.NonEmpty(sheet))
	request.Set("rows", rows)
	if len(columns) > 0 {
		request.Set("columns", ir.Texts(columns...))
	}
	return request
}

// Content is the reference that Write is answered with, in terms of ir.Result().
func Content() jsonata.Node { return build.Field(ir.Result(), task.SheetContent) }
