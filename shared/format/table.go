package format

import (
	"errors"
	"fmt"
)

// Table gives the rows of a value, cell by cell. A list of objects is below a header of the given columns in their order, then of all other names in
// the order in which they appear; a cell whose row lacks the name is null. Lists of lists, and of anything else, have no header. What is no list is one
// row. Objects and other values mixed are an error.
func Table(value any, columns []string) ([][]any, error) {
	rows, isList := items(value)
	if !isList {
		rows = []any{value}
	}
	objects := 0
	for _, row := range rows {
		if _, isObject := members(row); isObject {
			objects++
		}
	}
	switch {
	case objects == len(rows):
		return objectTable(rows, columns), nil
	case objects > 0:
		return nil, errors.New("rows are objects and other values mixed")
	}
	table := make([][]any, len(rows))
	for i, row := range rows {
		cells, isList := items(row)
		if !isList {
			cells = []any{row}
		}
		table[i] = cells
	}
	return table, nil
}

func objectTable(rows []any, columns []string) [][]any {
	places := map[string]int{}
	var header []any
	place := func(name string) int {
		at, known := places[name]
		if !known {
			at = len(header)
			places[name] = at
			header = append(header, name)
		}
		return at
	}
	for _, name := range columns {
		place(name)
	}
	for _, row := range rows {
		all, _ := members(row)
		for name := range all {
			place(name)
		}
	}
	if len(header) == 0 {
		return nil
	}
	table := [][]any{header}
	for _, row := range rows {
		cells := make([]any, len(header))
		all, _ := members(row)
		for name, value := range all {
			cells[places[name]] = value
		}
		table = append(table, cells)
	}
	return table
}

// ColumnNames are the names of columns by their header. A column without a name, or with the name of one before it, is called by its number, such as
// "column3", with a "_" behind it for as long as another one has that name.
func ColumnNames(header []string) []string {
	names := make([]string, len(header))
	taken := make(map[string]bool, len(header))
	for i, name := range header {
		if name != "" && !taken[name] {
			names[i], taken[name] = name, true
		}
	}
	for i, name := range names {
		if name != "" {
			continue
		}
		name = fmt.Sprintf("column%d", i+1)
		for taken[name] {
			name += "_"
		}
		names[i], taken[name] = name, true
	}
	return names
}
