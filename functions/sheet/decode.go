package sheet

import (
	"bytes"
	"context"
	"errors"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// Decode reads a sheet of a workbook, as the package says; the first one when its name is empty. What it gives has at most limit bytes as JSON. It takes
// time linear in the file and what the file unpacks to, which is bounded, and memory linear in the file and the limit. Errors are
// [task.FormatInvalid], [task.PayloadTooLarge], or the end of the context.
func Decode(ctx context.Context, file []byte, sheet string, limit int) (any, error) {
	if len(file) > fileLimit {
		return nil, task.TooLarge("the spreadsheet", len(file), fileLimit)
	}
	book, err := open(file)
	if err != nil {
		return nil, invalid(err)
	}
	g := &grid{ctx: ctx, limit: limit}
	if err := book.cells(sheet, g); err != nil {
		return nil, invalid(err)
	}
	rows, err := g.rows()
	return rows, invalid(err)
}

// workbook is a file that has been opened.
type workbook interface {
	// cells gives the cells of a sheet, the first one for "". Errors of the grid are given back as they are.
	cells(sheet string, g *grid) error
}

func open(file []byte) (workbook, error) {
	switch {
	case bytes.HasPrefix(file, []byte("PK")):
		return openXLSX(file)
	case bytes.HasPrefix(file, []byte(compoundSignature)):
		return openXLS(file)
	}
	return nil, errors.New("the file is neither XLSX nor XLS")
}

var (
	errProtected = errors.New("the file is encrypted with a password")
	errTruncated = errors.New("the file is damaged or ends too early")
)

// invalid names a failure of the file; that of a limit has its name, and the end of the caller's time stays what it is.
func invalid(err error) error {
	if err == nil {
		return nil
	}
	if named, ok := errors.AsType[*task.Error](err); ok {
		return named
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return err
	}
	return &task.Error{Name: task.FormatInvalid, Message: "spreadsheet: " + err.Error(), Detail: map[string]any{"contentType": format.XLSX}}
}
