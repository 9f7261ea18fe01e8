package sheet

import (
	"encoding/binary"
	"math"
)

// xlsCells reads the cells of a sheet.
type xlsCells struct {
	book *xls
	grid *grid
	// pending is the cell of a formula whose text follows in a record of its own.
	pending *cell
}

// The place and the style of a cell are the first six bytes of its record.
const cellHead = 6

func (r *xlsCells) record(one record) error {
	row, column, style := one.word(0), one.word(2), r.book.style(one.word(4))
	least := map[int]int{
		recordNumber: cellHead + 8, recordRK: cellHead + 4, recordLabelSST: cellHead + 4, recordLabel: cellHead + 2, recordRString: cellHead + 2,
		recordBoolErr: cellHead + 2, recordFormula: cellHead + 8, recordFormula3: cellHead + 8, recordFormula4: cellHead + 8, recordMulRK: 6,
	}[one.id]
	if len(one.data) < least {
		return errTruncated
	}
	switch one.id {
	case recordNumber:
		return r.grid.put(row, column, r.book.calendar.value(float(one.data[cellHead:]), style))
	case recordRK:
		return r.grid.put(row, column, r.book.calendar.value(packed(one.data[cellHead:]), style))
	case recordMulRK:
		return r.several(one)
	case recordLabelSST:
		return r.grid.put(row, column, sharedText(binary.LittleEndian.Uint32(one.data[cellHead:])))
	case recordLabel, recordRString:
		text, err := r.book.textOver(r.book.continued(one), cellHead)
		if err != nil {
			return err
		}
		return r.grid.put(row, column, text)
	case recordBoolErr:
		return r.grid.put(row, column, boolOrError(one.data[cellHead], one.data[cellHead+1] != 0))
	case recordFormula, recordFormula3, recordFormula4:
		return r.formula(row, column, style, one.data[cellHead:])
	case recordString:
		return r.formulaText(one)
	}
	return nil
}

// several reads numbers that stand side by side, each with its style.
func (r *xlsCells) several(one record) error {
	row, column := one.word(0), one.word(2)
	for rest := one.data[4 : len(one.data)-2]; len(rest) >= 6; rest = rest[6:] {
		style := r.book.style(int(binary.LittleEndian.Uint16(rest)))
		if err := r.grid.put(row, column, r.book.calendar.value(packed(rest[2:]), style)); err != nil {
			return err
		}
		column++
	}
	return nil
}

func float(data []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(data)) }

// packed reads a number of 30 bits: the upper half of a float64 or a whole number, and of either perhaps a hundredth ([MS-XLS] §2.5.217).
func packed(data []byte) float64 {
	bits := binary.LittleEndian.Uint32(data)
	value := math.Float64frombits(uint64(bits&^3) << 32)
	if bits&2 != 0 {
		value = float64(int32(bits) >> 2)
	}
	if bits&1 != 0 {
		value /= 100
	}
	return value
}

// errorTexts are what cells with errors show ([MS-XLS] §2.5.10).
var errorTexts = map[byte]string{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA"}

func boolOrError(value byte, isError bool) any {
	if !isError {
		return value != 0
	}
	if text, known := errorTexts[value]; known {
		return text
	}
	return "#N/A"
}

// formula reads the value that a formula has given ([MS-XLS] §2.5.133).
func (r *xlsCells) formula(row, column int, style style, value []byte) error {
	r.pending = nil
	if value[6] != 0xFF || value[7] != 0xFF {
		return r.grid.put(row, column, r.book.calendar.value(float(value), style))
	}
	switch value[0] {
	case 0:
		r.pending = &cell{row: row, column: column}
		return nil
	case 1, 2:
		return r.grid.put(row, column, boolOrError(value[2], value[0] == 2))
	}
	return nil // an empty text
}

func (r *xlsCells) formulaText(one record) error {
	if r.pending == nil {
		return nil
	}
	place := *r.pending
	r.pending = nil
	text, err := r.book.textOver(r.book.continued(one), 0)
	if err != nil {
		return err
	}
	return r.grid.put(place.row, place.column, text)
}
