package format

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const defaultSeparator = ','

// decodeCSV reads text as RFC 4180 has it, whose first record names the columns, and gives an object of texts for each other one.
//
//   - Lines end with a line feed, a carriage return, or both; in quotes they are text, as they are. A line without a character is no record.
//   - Quotes are doubled in a field that begins with one, and nothing but a separator or the end of the line follows it. In any other field a quote is text.
//   - Columns are called as [ColumnNames] says. A record with fewer fields lacks the last ones; one with more has only empty ones behind the columns.
func decodeCSV(text []byte, separator string, m *meter) (any, error) {
	comma, err := separatorOf(separator)
	if err != nil {
		return nil, err
	}
	reader := csvReader{text: string(text), comma: string(comma), line: 1}
	record, err := reader.next()
	if err != nil || record == nil {
		return []any{}, err
	}
	header := ColumnNames(record)
	rows := []any{}
	for {
		record, err := reader.next()
		if err != nil || record == nil {
			return rows, err
		}
		row, err := csvRow(header, record, m)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", reader.began, err)
		}
		rows = append(rows, row)
	}
}

func csvRow(header, record []string, m *meter) (Object, error) {
	for len(record) > len(header) {
		last := len(record) - 1
		if record[last] != "" {
			return nil, fmt.Errorf("the row has %d fields, the header has %d", len(record), len(header))
		}
		record = record[:last]
	}
	row := make(Object, len(record))
	size := len("{}")
	for i, field := range record {
		row[i] = Member{header[i], field}
		size += len(header[i]) + len(field) + len(`"":"",`)
	}
	return row, m.take(size)
}

// csvReader reads records. Fields are parts of its text wherever they can be.
type csvReader struct {
	text   string // what is left
	comma  string
	line   int      // that comes next
	began  int      // line of the last record
	fields []string // of the last record
}

// mostFields bounds a record.
const mostFields = 16384

// next gives the fields of the next record, valid until the next call; nil at the end.
func (r *csvReader) next() ([]string, error) {
	for r.endOfLine() {
		continue
	}
	if r.text == "" {
		return nil, nil
	}
	r.fields, r.began = r.fields[:0], r.line
	for {
		field, err := r.field()
		if err != nil {
			return nil, err
		}
		if r.fields = append(r.fields, field); len(r.fields) > mostFields {
			return nil, fmt.Errorf("line %d has more than %d fields", r.began, mostFields)
		}
		if rest, more := strings.CutPrefix(r.text, r.comma); more {
			r.text = rest
			continue
		}
		if r.text != "" && !r.endOfLine() {
			return nil, fmt.Errorf("line %d: something follows the quote that ends a field", r.line)
		}
		return r.fields, nil
	}
}

// endOfLine reads the end of a line, if there is one.
func (r *csvReader) endOfLine() bool {
	for _, end := range []string{"\r\n", "\n", "\r"} {
		if rest, found := strings.CutPrefix(r.text, end); found {
			r.text = rest
			r.line++
			return true
		}
	}
	return false
}

func (r *csvReader) field() (string, error) {
	if strings.HasPrefix(r.text, `"`) {
		return r.quoted()
	}
	end := 0
	for end < len(r.text) && r.text[end] != '\r' && r.text[end] != '\n' && !strings.HasPrefix(r.text[end:], r.comma) {
		end++
	}
	field := r.text[:end]
	r.text = r.text[end:]
	return field, nil
}

func (r *csvReader) quoted() (string, error) {
	rest, first := r.text[1:], r.line
	var joined strings.Builder
	for {
		end := strings.IndexByte(rest, '"')
		if end < 0 {
			return "", fmt.Errorf("the quote that begins a field in line %d is not closed", first)
		}
		part := rest[:end]
		r.line += strings.Count(part, "\n")
		rest = rest[end+1:]
		if !strings.HasPrefix(rest, `"`) {
			r.text = rest
			if joined.Len() == 0 {
				return part, nil
			}
			joined.WriteString(part)
			return joined.String(), nil
		}
		rest = rest[1:]
		joined.WriteString(part)
		joined.WriteByte('"')
	}
}

// IsSeparator tells whether a text can stand between the fields of CSV.
func IsSeparator(text string) bool {
	_, err := separatorOf(text)
	return err == nil && text != ""
}

func separatorOf(separator string) (rune, error) {
	switch separator {
	case "":
		return defaultSeparator, nil
	case `\t`:
		return '\t', nil
	}
	comma, size := utf8.DecodeRuneInString(separator)
	if size != len(separator) || comma == '"' || comma == '\r' || comma == '\n' || comma == utf8.RuneError {
		return 0, fmt.Errorf("csv separator %q is not one character", separator)
	}
	return comma, nil
}

// encodeCSV writes a [Table], whose cells are texts: null is an empty field, lists and objects are JSON.
func encodeCSV(value any, options Options) (string, error) {
	if text, ok := value.(string); ok {
		return text, nil
	}
	comma, err := separatorOf(options.CSVSeparator)
	if err != nil {
		return "", err
	}
	table, err := Table(value, options.CSVColumns)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, row := range table {
		if err := writeRecord(&out, row, comma); err != nil {
			return "", err
		}
	}
	return out.String(), nil
}

// writeRecord writes a line. A field is quoted that a reader would take apart, take for the end of the line, or take for none at all.
func writeRecord(out *strings.Builder, row []any, comma rune) error {
	for i, cell := range row {
		if i > 0 {
			out.WriteRune(comma)
		}
		text, err := TextOf(cell)
		if err != nil {
			return err
		}
		if text == "" && len(row) == 1 || strings.ContainsRune(text, comma) || strings.ContainsAny(text, "\"\r\n") || strings.HasPrefix(text, byteOrderMark) {
			text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
		}
		out.WriteString(text)
	}
	out.WriteByte('\n')
	return nil
}
