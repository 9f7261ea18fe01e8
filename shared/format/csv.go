package format

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

const defaultSeparator = ','

// decodeCSV reads RFC 4180 text whose first record names the columns. Rows shorter than the header lack the columns,
// longer ones are an error. An unnamed or doubled column is called by its number ("column3").
func decodeCSV(text []byte, separator string) (any, error) {
	comma, err := separatorOf(separator)
	if err != nil {
		return nil, err
	}
	reader := csv.NewReader(strings.NewReader(string(text)))
	reader.Comma = comma
	reader.FieldsPerRecord = -1
	records, err := reader.ReadAll()
	if err != nil || len(records) == 0 {
		return []any{}, err
	}
	header := columnNames(records[0])
	rows := make([]any, 0, len(records)-1)
	for i, record := range records[1:] {
		if len(record) > len(header) {
			return nil, fmt.Errorf("row %d has %d fields, the header has %d", i+1, len(record), len(header))
		}
		row := make(Object, len(record))
		for j, field := range record {
			row[j] = Member{header[j], field}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func columnNames(record []string) []string {
	names := make([]string, len(record))
	seen := map[string]bool{}
	for i, name := range record {
		if name == "" || seen[name] {
			name = fmt.Sprintf("column%d", i+1)
		}
		seen[name] = true
		names[i] = name
	}
	return names
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
func encodeCSV(value any, separator string) (string, error) {
	if text, ok := value.(string); ok {
		return text, nil
	}
	comma, err := separatorOf(separator)
	if err != nil {
		return "", err
	}
	rows, isList := items(value)
	if !isList {
		rows = []any{value}
	}
	records, err := csvRecords(rows)
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

func csvRecords(rows []any) ([][]string, error) {
	header, err := csvHeader(rows)
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

func csvHeader(rows []any) ([]string, error) {
	var header []string
	seen := map[string]bool{}
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
