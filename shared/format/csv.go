package format

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

const defaultSeparator = ','

// decodeCSV reads RFC 4180 text whose first record names the columns. Rows shorter than the header lack the columns,
// longer ones are an error. An unnamed or doubled column is called by its number ("column3").
func decodeCSV(text []byte, separator string, m *meter) (any, error) {
	comma, err := separatorOf(separator)
	if err != nil {
		return nil, err
	}
	if err := checkFields(text, comma); err != nil {
		return nil, err
	}
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma, reader.FieldsPerRecord, reader.ReuseRecord = comma, -1, true
	first, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return []any{}, nil
	}
	if err != nil {
		return nil, err
	}
	return csvRows(reader, columnNames(first), m)
}

func csvRows(reader *csv.Reader, header []string, m *meter) (any, error) {
	rows := []any{}
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		if len(record) > len(header) {
			return nil, fmt.Errorf("row %d has %d fields, the header has %d", len(rows)+1, len(record), len(header))
		}
		row := make(Object, len(record))
		size := len("{},")
		for i, field := range record {
			row[i] = Member{header[i], field}
			size += len(header[i]) + len(field) + len(`"":"",`)
		}
		if err := m.take(size - len(",")); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
}

// mostFields bounds a record: a reader holds one in memory before it can be judged.
const mostFields = 16384

// checkFields refuses text with a record of more than mostFields fields. It counts separators outside of quotes, which is exact up to the first
// mistake in the quoting; the reader stops there.
func checkFields(text []byte, comma rune) error {
	var separator [utf8.UTFMax]byte
	size := utf8.EncodeRune(separator[:], comma)
	fields, quoted := 1, false
	for i, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			fields = 1
		case c == separator[0] && bytes.HasPrefix(text[i:], separator[:size]):
			if fields++; fields > mostFields {
				return fmt.Errorf("a row has more than %d fields", mostFields)
			}
		}
	}
	return nil
}

func columnNames(record []string) []string {
	names := make([]string, len(record))
	seen := make(map[string]bool, len(record))
	for i, name := range record {
		if name == "" || seen[name] {
			name = fmt.Sprintf("column%d", i+1)
		}
		for seen[name] { // a column of the text has that name
			name += "_"
		}
		seen[name] = true
		names[i] = name
	}
	return names
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

// encodeCSV writes objects as rows below a header of all their names in order of appearance; arrays are written as
// rows without a header. One object is one row.
func encodeCSV(value any, options Options) (string, error) {
	if text, ok := value.(string); ok {
		return text, nil
	}
	comma, err := separatorOf(options.CSVSeparator)
	if err != nil {
		return "", err
	}
	rows, isList := items(value)
	if !isList {
		rows = []any{value}
	}
	records, err := csvRecords(rows, options.CSVColumns)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	writer := csv.NewWriter(&out)
	writer.Comma = comma
	if err := writer.WriteAll(records); err != nil {
		return "", err
	}
	return out.String(), nil
}

func csvRecords(rows []any, columns []string) ([][]string, error) {
	header, err := csvHeader(rows, columns)
	if err != nil {
		return nil, err
	}
	var records [][]string
	if len(header) > 0 {
		records = append(records, header)
	}
	for _, row := range rows {
		record, err := csvRecord(row, header)
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	return records, nil
}

func csvHeader(rows []any, columns []string) ([]string, error) {
	header := slices.Clone(columns)
	seen := map[string]bool{}
	for _, name := range columns {
		seen[name] = true
	}
	objects := 0
	for _, row := range rows {
		all, ok := members(row)
		if !ok {
			continue
		}
		objects++
		for name := range all {
			if !seen[name] {
				seen[name] = true
				header = append(header, name)
			}
		}
	}
	if objects == 0 && len(rows) > 0 {
		return nil, nil
	}
	if objects != 0 && objects != len(rows) {
		return nil, errors.New("rows are objects and other values mixed")
	}
	return header, nil
}

func csvRecord(row any, header []string) ([]string, error) {
	fields, isList := items(row)
	if all, ok := members(row); ok {
		byName := map[string]any{}
		for name, value := range all {
			byName[name] = value
		}
		fields = make([]any, len(header))
		for i, name := range header {
			fields[i] = byName[name]
		}
	} else if !isList {
		fields = []any{row}
	}
	record := make([]string, len(fields))
	for i, field := range fields {
		text, err := TextOf(field)
		if err != nil {
			return nil, err
		}
		record[i] = text
	}
	return record, nil
}
