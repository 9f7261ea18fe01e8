// Package sheet is the function that reads and writes spreadsheets: XLSX (Office Open XML, ECMA-376) both ways, XLS (BIFF 5 to 8) to read.
//
//	{"operation": "read", "content": {"blob": "…"}}
//	{"rows": [{"sku": "p1", "price": 2.5, "since": "2024-05-06"}]}
//
//	{"operation": "write", "rows": [{"sku": "p1", "price": 2.5}], "columns": ["sku", "price"]}
//	{"content": {"blob": "…", "contentType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "size": 2048}}
//
// Other functions hand files on as stored objects, so that only this one knows what is in them.
//
// # What is read
//
// One sheet: the one that the request names, else the first that is a table and not hidden. Its first row with a value names the columns, as
// [format.ColumnNames] says, where numbers and dates are their texts; each further row with a value is an object. A named column is always there, null
// where the cell is empty; a cell without a named column is there where it holds something.
//
//	text                a text
//	number              a number, with the digits of a float64
//	true, false         true, false
//	date                a text: yyyy-MM-dd, yyyy-MM-dd HH:mm:ss[.f] or HH:mm:ss[.f], by the number format of the cell; hours may pass 24 where that says so
//	formula             the value that the file keeps of it, null when it keeps none
//	error               its text, such as #N/A
//	merged cells        the value in the first of them; the others are empty
//
// # What is written
//
// One sheet with the rows of [format.Table]: texts, numbers and true or false as such, null as an empty cell, lists and objects as JSON text. A text is
// never a formula or a date. A whole number of more than 15 digits, which a spreadsheet would round, is a text.
package sheet

import (
	"context"
	"encoding/json"
	"time"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// Request is what the function takes.
type Request struct {
	Operation string          `json:"operation"` // read or write
	Content   json.RawMessage `json:"content"`   // of read: {"blob": key}; anything else is given back
	Sheet     string          `json:"sheet"`     // the name of the sheet; of read the first one when empty, of write "Sheet1"
	Rows      json.RawMessage `json:"rows"`      // of write: objects, lists or values; {"blob": key} is given back, as the workbook that it is
	Columns   []string        `json:"columns"`   // of write: the header of objects, which other names of theirs follow
}

// Response is what the function gives.
type Response struct {
	Rows    any       `json:"rows,omitempty"`    // of read: a list of objects, or the content that is no file
	Content *blob.Ref `json:"content,omitempty"` // of write: the stored workbook
}

// Config is what the function needs of its surroundings.
type Config struct{ Blobs blob.Store }

const (
	read  = "read"
	write = "write"
	// fileLimit is the number of bytes of a file that is read, and partLimit that of a part of it when it is unpacked.
	fileLimit = 16 << 20
	partLimit = 64 << 20
)

// Row describes the function.
func Row() task.Row {
	return task.Row{
		Name:    task.Sheet,
		Doc:     "Reads spreadsheets (XLSX, XLS) and writes them (XLSX).",
		Memory:  512,
		Timeout: 60 * time.Second,
		Request: []task.Field{
			{Name: "operation", Type: task.TypeText, Doc: "read or write"},
			{Name: "content", Type: task.TypeAny, Doc: "of read: the stored object", Holds: task.HoldsStored},
			{Name: "sheet", Type: task.TypeText, Doc: "the name of the sheet"},
			{Name: "rows", Type: task.TypeAny, Doc: "of write", Holds: task.AsksToStore},
			{Name: "columns", Type: task.TypeList, Doc: "of write: the header"},
		},
		Answer: []task.Field{
			{Name: task.SheetRows, Type: task.TypeAny, Doc: "of read: a list of objects", Optional: true},
			{Name: task.SheetContent, Type: task.TypeObject, Doc: "of write: the reference of the stored object", Holds: task.HoldsStored, Optional: true},
		},
		Variables: append([]task.Variable{blob.BucketVariable()}, task.AWSEndpointVariables(task.ServiceS3)...),
		Permissions: []task.Permission{
			{Action: "s3:GetObject", Resource: "bucket", When: "a spreadsheet is read"},
			{Action: "s3:PutObject", Resource: "bucket", When: "a spreadsheet is written"},
		},
	}
}

// New makes the function.
func New(config Config) task.Function { return task.New(Row(), config.handle) }

func (c Config) handle(ctx context.Context, request Request) (Response, error) {
	if c.Blobs == nil {
		return Response{}, task.Errorf(task.BlobUnavailable, "no store for objects is configured")
	}
	switch request.Operation {
	case read:
		return c.read(ctx, request)
	case write:
		return c.write(ctx, request)
	}
	return Response{}, task.Errorf(task.RequestInvalid, "operation %q is not read or write", request.Operation)
}

func (c Config) read(ctx context.Context, request Request) (Response, error) {
	ref, stored, err := blob.ParseFile(request.Content)
	if err != nil {
		return Response{}, err
	}
	if !stored {
		return Response{Rows: asGiven(request.Content)}, nil
	}
	file, err := c.Blobs.Get(ctx, ref.Key)
	if err != nil {
		return Response{}, err
	}
	rows, err := Decode(ctx, file, request.Sheet, task.ResultLimit)
	return Response{Rows: rows}, err
}

// asGiven is what stands in place of a file, such as the message of a server that has none to give.
func asGiven(content json.RawMessage) any {
	if len(content) == 0 {
		return json.RawMessage("null")
	}
	return content
}

func (c Config) write(ctx context.Context, request Request) (Response, error) {
	ref, stored, err := blob.ParseFile(request.Rows)
	if err != nil {
		return Response{}, err
	}
	if stored {
		return Response{Content: &ref}, nil
	}
	var rows any
	if len(request.Rows) > 0 {
		var err error
		if rows, err = format.DecodeJSON(request.Rows); err != nil {
			return Response{}, task.Errorf(task.RequestInvalid, "rows: %v", err)
		}
	}
	file, err := Encode(rows, request.Columns, request.Sheet)
	if err != nil {
		return Response{}, err
	}
	key, err := c.Blobs.Put(ctx, file)
	return Response{Content: &blob.Ref{Key: key, ContentType: format.XLSX, Size: len(file)}}, err
}
