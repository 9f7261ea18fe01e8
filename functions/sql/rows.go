package sql

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// limits bounds what one request may read.
type limits struct {
	rows  int
	bytes int // left of the result
}

func limitsOf(request Request) limits {
	rows := request.MaxRows
	if rows == 0 {
		rows = MaxRows
	}
	return limits{rows: rows, bytes: task.ResultLimit}
}

// rowWriter collects rows as JSON and keeps the limits.
type rowWriter struct {
	limits
	names [][]byte // encoded column names; nil for one that an earlier column of the same name hides
	rows  []json.RawMessage
	size  int
}

// newRowWriter takes the column labels. Of equal labels the first column is kept, as drivers of JDBC find it by its label: SELECT p.*, c.* has the
// id of p.
func newRowWriter(columns []string, l limits) (*rowWriter, error) {
	seen := map[string]bool{}
	w := &rowWriter{limits: l, names: make([][]byte, len(columns)), rows: []json.RawMessage{}}
	for i, column := range columns {
		if seen[column] {
			continue
		}
		seen[column] = true
		name, err := format.EncodeJSON(column)
		if err != nil {
			return nil, err
		}
		w.names[i] = name
	}
	return w, nil
}

// add writes one row; value gives the JSON of a column.
func (w *rowWriter) add(value func(column int, out *bytes.Buffer) error) error {
	if len(w.rows) == w.limits.rows {
		return &task.Error{
			Name:    task.SqlTooManyRows,
			Message: fmt.Sprintf("the query has more than %d rows", w.limits.rows),
			Detail:  map[string]any{"maxRows": w.limits.rows},
		}
	}
	var out bytes.Buffer
	separator := byte('{')
	for i, name := range w.names {
		if name == nil {
			continue
		}
		out.WriteByte(separator)
		separator = ','
		out.Write(name)
		out.WriteByte(':')
		if err := value(i, &out); err != nil {
			return err
		}
	}
	out.WriteByte('}')
	w.size += out.Len() + 1
	if w.size > w.bytes {
		return task.TooLarge("the rows", w.size, w.bytes)
	}
	w.rows = append(w.rows, out.Bytes())
	return nil
}

func (r Result) size() int {
	total := 0
	for _, row := range r.Rows {
		total += len(row) + 1
	}
	return total
}

// query runs a statement that gives rows through database/sql. convert writes one value by its column's type.
func query(ctx context.Context, conn *sql.Conn, p prepared, l limits, convert converter) (Result, error) {
	rows, err := conn.QueryContext(ctx, p.text, driverValues(p.arguments)...)
	if err != nil {
		return Result{}, err
	}
	defer rows.Close()
	return readRows(rows, l, convert)
}

// converter writes a value of a column of the named database type as JSON.
type converter func(out *bytes.Buffer, typeName string, value any) error

func readRows(rows *sql.Rows, l limits, convert converter) (Result, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return Result{}, err
	}
	names := make([]string, len(types))
	values := make([]any, len(types))
	places := make([]any, len(types))
	for i, columnType := range types {
		names[i] = columnType.Name()
		places[i] = &values[i]
	}
	writer, err := newRowWriter(names, l)
	if err != nil {
		return Result{}, err
	}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return Result{}, err
		}
		err := writer.add(func(i int, out *bytes.Buffer) error {
			return convert(out, types[i].DatabaseTypeName(), values[i])
		})
		if err != nil {
			return Result{}, err
		}
	}
	return Result{Rows: writer.rows, Affected: int64(len(writer.rows))}, rows.Err()
}

// exec runs a statement that gives no rows.
func exec(ctx context.Context, conn *sql.Conn, p prepared) (Result, sql.Result, error) {
	outcome, err := conn.ExecContext(ctx, p.text, driverValues(p.arguments)...)
	if err != nil {
		return Result{}, nil, err
	}
	affected, err := outcome.RowsAffected()
	if err != nil {
		affected = 0 // the engine does not count this statement
	}
	return Result{Rows: []json.RawMessage{}, Affected: affected}, outcome, nil
}

const (
	timestampLayout = "2006-01-02 15:04:05.999999999"
	dateLayout      = "2006-01-02"
	timeLayout      = "15:04:05.999999999"
)

func writeText(out *bytes.Buffer, text string) error {
	encoded, err := format.EncodeJSON(text)
	out.Write(encoded)
	return err
}

func writeBase64(out *bytes.Buffer, content []byte) error {
	return writeText(out, base64.StdEncoding.EncodeToString(content))
}

// writeValue writes what needs no column type; bytes are text.
func writeValue(out *bytes.Buffer, value any) error {
	switch v := value.(type) {
	case nil:
		out.WriteString("null")
		return nil
	case bool:
		out.WriteString(strconv.FormatBool(v))
		return nil
	case int64:
		out.WriteString(strconv.FormatInt(v, 10))
		return nil
	case uint64:
		return writeNumber(out, strconv.FormatUint(v, 10))
	case float64:
		return writeFloat(out, v)
	case float32:
		return writeNumber(out, strconv.FormatFloat(float64(v), 'g', -1, 32))
	case string:
		return writeText(out, v)
	case []byte:
		return writeText(out, string(v))
	case time.Time:
		return writeText(out, v.Format(timestampLayout))
	}
	return fmt.Errorf("the driver gives a %T", value)
}
