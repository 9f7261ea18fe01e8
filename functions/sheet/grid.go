package sheet

import (
	"cmp"
	"context"
	"slices"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// grid collects the cells of a sheet that hold something, in any order, and makes rows of them. Texts that cells share are known by their number until
// all cells have been seen, so that only those are kept that are needed.
type grid struct {
	ctx    context.Context
	limit  int // most bytes of the rows as JSON
	used   int // no more than the bytes of what has been collected, as JSON
	cells  []cell
	shared map[int]string // by number; those of needed
}

// cell holds a value: a string, a json.Number, a bool or the number of a shared text.
type cell struct {
	row, column int
	value       any
}

// sharedText is the number of a text that several cells may have.
type sharedText int

// leastCell is what a cell has as JSON at the least: a name of one letter and a digit.
const leastCell = len(`"a":1,`)

// stepsBetween is how many cells are collected between two looks at the clock.
const stepsBetween = 256

func (g *grid) put(row, column int, value any) error {
	if value == nil || value == "" {
		return nil
	}
	g.cells = append(g.cells, cell{row, column, value})
	if len(g.cells)%stepsBetween == 0 && g.ctx.Err() != nil {
		return g.ctx.Err()
	}
	text, _ := value.(string)
	return g.take(leastCell + len(text))
}

func (g *grid) take(bytes int) error {
	if g.used += bytes; g.used > g.limit {
		e := task.Errorf(task.PayloadTooLarge, "the rows of the sheet have more than %d bytes", g.limit)
		e.Detail = map[string]any{"limit": g.limit}
		return e
	}
	return nil
}

// needed tells whether a cell has a shared text.
func (g *grid) needed() map[int]bool {
	numbers := map[int]bool{}
	for _, one := range g.cells {
		if number, is := one.value.(sharedText); is {
			numbers[int(number)] = true
		}
	}
	return numbers
}

// learn keeps a shared text.
func (g *grid) learn(number int, text string) error {
	if g.shared == nil {
		g.shared = map[int]string{}
	}
	g.shared[number] = text
	return g.take(len(text))
}

// rows gives the objects below the first row.
func (g *grid) rows() (any, error) {
	g.used = 0
	g.settle()
	rows := []any{}
	header, cells := cut(g.cells)
	columns := g.columns(header)
	for len(cells) > 0 {
		var record []cell
		record, cells = cut(cells)
		row, err := g.row(columns, record)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// settle puts the shared texts into their cells, leaves out what is empty, and brings the cells into the order of the sheet. Of several cells in one
// place the first counts.
func (g *grid) settle() {
	for i, one := range g.cells {
		if number, is := one.value.(sharedText); is {
			g.cells[i].value = g.shared[int(number)]
		}
	}
	g.cells = slices.DeleteFunc(g.cells, func(c cell) bool { return c.value == "" })
	slices.SortStableFunc(g.cells, func(a, b cell) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column)) })
	g.cells = slices.CompactFunc(g.cells, func(a, b cell) bool { return a.row == b.row && a.column == b.column })
}

// cut gives the cells of the first row, and those of all others.
func cut(cells []cell) (first, others []cell) {
	end := slices.IndexFunc(cells, func(c cell) bool { return c.row != cells[0].row })
	if end < 0 {
		return cells, nil
	}
	return cells[:end], cells[end:]
}

// columns are the names of a sheet's columns by their place, and the places of those that the first row names.
type columns struct {
	names []string
	named []int
}

func (g *grid) columns(header []cell) columns {
	last := -1
	for _, one := range g.cells {
		last = max(last, one.column)
	}
	var found columns
	found.names = make([]string, last+1)
	for _, one := range header {
		found.names[one.column], _ = format.TextOf(one.value) // texts, numbers and booleans have one
		found.named = append(found.named, one.column)
	}
	found.names = format.ColumnNames(found.names)
	return found
}

// row is an object of all named columns and of the cells in others.
func (g *grid) row(all columns, cells []cell) (format.Object, error) {
	named := all.named
	row := make(format.Object, 0, len(named))
	size := len("{},")
	add := func(place int, value any) {
		row = append(row, format.Member{Name: all.names[place], Value: value})
		text, _ := format.TextOf(value)
		size += len(all.names[place]) + len(text) + len(`"":,`)
	}
	for len(named) > 0 || len(cells) > 0 {
		switch {
		case len(cells) == 0 || len(named) > 0 && named[0] < cells[0].column:
			add(named[0], nil)
			named = named[1:]
			continue
		case len(named) > 0 && named[0] == cells[0].column:
			named = named[1:]
		}
		add(cells[0].column, cells[0].value)
		cells = cells[1:]
	}
	if err := g.ctx.Err(); err != nil {
		return nil, err
	}
	return row, g.take(size - len(","))
}
