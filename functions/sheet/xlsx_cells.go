package sheet

import (
	"encoding/json"
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// xlsxCells reads the cells of a worksheet (ECMA-376, part 1, §18.3.1.4).
type xlsxCells struct {
	book        *xlsx
	grid        *grid
	row, column int // of the last row and cell
	began       bool
}

const (
	mostRows    = 1 << 20
	mostColumns = 1 << 14
)

func (r *xlsxCells) element(element xml.StartElement, inside *elements) error {
	switch element.Name.Local {
	case "row":
		r.row, r.column = r.row+1, -1
		if !r.began {
			r.row, r.began = 0, true
		}
		if given, err := strconv.Atoi(attribute(element, "r")); err == nil {
			r.row = given - 1
		}
		if r.row < 0 || r.row >= mostRows {
			return errTruncated
		}
	case "c":
		return r.cell(element, inside)
	}
	return nil
}

func (r *xlsxCells) cell(cell xml.StartElement, inside *elements) error {
	r.column++
	if place := attribute(cell, "r"); place != "" {
		row, column, ok := readPlace(place)
		if !ok {
			return errTruncated
		}
		r.row, r.column = row, column
	}
	if r.column >= mostColumns {
		return errTruncated
	}
	value, err := r.value(cell, inside)
	if err != nil {
		return err
	}
	return r.grid.put(r.row, r.column, value)
}

// readPlace reads A1.
func readPlace(text string) (row, column int, ok bool) {
	at := 0
	for ; at < len(text) && at < 3 && text[at]|0x20 >= 'a' && text[at]|0x20 <= 'z'; at++ {
		column = column*26 + int(text[at]|0x20-'a') + 1
	}
	row, err := strconv.Atoi(text[at:])
	return row - 1, column - 1, at > 0 && err == nil && row > 0 && row <= mostRows && column <= mostColumns
}

// value reads a cell to its end. Its children are a formula, a value and a text (f, v and is).
func (r *xlsxCells) value(cell xml.StartElement, inside *elements) (any, error) {
	kind := attribute(cell, "t")
	var value, text string
	for depth := len(inside.open); ; {
		child, ended, err := inside.child(depth)
		if err != nil {
			return nil, err
		}
		if ended {
			break
		}
		switch child.Name.Local {
		case "v":
			value, err = inside.content()
		case "is":
			text, err = inside.text()
		default:
			err = inside.skip()
		}
		if err != nil {
			return nil, err
		}
	}
	return r.typed(kind, attribute(cell, "s"), value, text)
}

// typed gives the value of a cell by its type.
func (r *xlsxCells) typed(kind, styleNumber, value, text string) (any, error) {
	switch trimmed := strings.TrimSpace(value); {
	case kind == "inlineStr":
		return unescape(text), nil
	case kind == "str":
		return unescape(value), nil
	case kind == "e":
		return trimmed, nil
	case trimmed == "":
		return nil, nil
	case kind == "s":
		number, err := strconv.Atoi(trimmed)
		if err != nil || number < 0 {
			return nil, errTruncated
		}
		return sharedText(number), nil
	case kind == "b":
		return isTrue(trimmed), nil
	case kind == "d":
		return isoDate(trimmed), nil
	default:
		return r.number(trimmed, styleNumber)
	}
}

var wholeNumber = regexp.MustCompile(`^(?:0|-?[1-9][0-9]{0,17})$`)

// number gives a number, or the date that it is. Whole numbers keep their digits.
func (r *xlsxCells) number(text, styleNumber string) (any, error) {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, errTruncated
	}
	is := plain
	if at, err := strconv.Atoi(styleNumber); err == nil && at >= 0 && at < len(r.book.styles) {
		is = r.book.styles[at]
	}
	if is == plain && wholeNumber.MatchString(text) {
		return json.Number(text), nil
	}
	return r.book.calendar.value(value, is), nil
}

// isoDate writes a date of ISO 8601 as other dates are; what is none stays as it is.
func isoDate(text string) string {
	for layout, as := range map[string]string{
		"2006-01-02": time.DateOnly, "2006-01-02T15:04:05": "2006-01-02 15:04:05.999", "2006-01-02T15:04:05Z": "2006-01-02 15:04:05.999", "15:04:05": "15:04:05.999",
	} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.Format(as)
		}
	}
	return text
}
