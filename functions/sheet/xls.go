package sheet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// The records that are read ([MS-XLS] §2.3).
const (
	recordFormula  = 0x0006
	recordEOF      = 0x000A
	recordDate1904 = 0x0022
	recordFilePass = 0x002F
	recordContinue = 0x003C
	recordCodePage = 0x0042
	recordSheet    = 0x0085
	recordMulRK    = 0x00BD
	recordRString  = 0x00D6
	recordXF       = 0x00E0
	recordSST      = 0x00FC
	recordLabelSST = 0x00FD
	recordNumber   = 0x0203
	recordLabel    = 0x0204
	recordBoolErr  = 0x0205
	recordString   = 0x0207
	recordRK       = 0x027E
	recordBOF      = 0x0809
	recordFormat   = 0x041E
	recordFormula3 = 0x0206
	recordFormula4 = 0x0406
	recordsBetween = 4096 // records between two looks at the clock
)

// xls is a workbook in BIFF 5 to 8.
type xls struct {
	stream   []byte
	wide     bool // BIFF 8, whose texts are Unicode
	texts    codePage
	calendar calendar
	sheets   []xlsSheet
	formats  map[int]style
	styles   []int // the format of each style
	shared   [][]byte
}

type xlsSheet struct {
	name   string
	at     int
	hidden bool
	table  bool
}

func openXLS(file []byte) (*xls, error) {
	container, err := openCompound(file)
	if err != nil {
		return nil, err
	}
	if _, encrypted := container.stream("EncryptedPackage"); encrypted {
		return nil, errProtected
	}
	stream, found := container.stream("Workbook")
	if !found {
		stream, found = container.stream("Book")
	}
	if !found {
		return nil, errors.New("the file holds no workbook")
	}
	book := &xls{stream: stream, formats: map[int]style{}}
	return book, book.globals()
}

// record is a part of the stream.
type record struct {
	id   int
	data []byte
	next int // place of the one behind it
}

// record reads the record at a place; false where there is none.
func (b *xls) record(at int) (record, bool) {
	if at < 0 || len(b.stream)-at < 4 {
		return record{}, false
	}
	id, size := int(binary.LittleEndian.Uint16(b.stream[at:])), int(binary.LittleEndian.Uint16(b.stream[at+2:]))
	if size > len(b.stream)-at-4 {
		return record{}, false
	}
	return record{id, b.stream[at+4 : at+4+size], at + 4 + size}, true
}

// word is the 16 bits at a place of a record, 0 where it is shorter.
func (r record) word(at int) int {
	if len(r.data) < at+2 {
		return 0
	}
	return int(binary.LittleEndian.Uint16(r.data[at:]))
}

// globals reads what all sheets share.
func (b *xls) globals() error {
	first, ok := b.record(0)
	if !ok || first.id != recordBOF {
		return errors.New("the workbook is of a version before Excel 5")
	}
	switch first.word(0) {
	case 0x0600:
		b.wide = true
	case 0x0500:
	default:
		return errors.New("the workbook is of a version before Excel 5")
	}
	for at := first.next; ; {
		one, ok := b.record(at)
		if !ok {
			return errTruncated
		}
		at = one.next
		if one.id == recordEOF {
			return nil
		}
		if err := b.global(one); err != nil {
			return err
		}
	}
}

func (b *xls) global(one record) error {
	switch one.id {
	case recordFilePass:
		return errProtected
	case recordCodePage:
		b.texts = codePage(one.word(0))
	case recordDate1904:
		b.calendar.from1904 = one.word(0) != 0
	case recordFormat:
		lengthSize := 1
		if b.wide {
			lengthSize = 2
		}
		code, err := b.text(one.data, 2, lengthSize)
		b.formats[one.word(0)] = styleOf(code)
		return err
	case recordXF:
		b.styles = append(b.styles, one.word(2))
	case recordSheet:
		return b.boundSheet(one)
	case recordSST:
		b.shared = b.continued(one)
	}
	return nil
}

func (b *xls) boundSheet(one record) error {
	if len(one.data) < 7 {
		return errTruncated
	}
	name, err := b.text(one.data, 6, 1)
	b.sheets = append(b.sheets, xlsSheet{name, int(binary.LittleEndian.Uint32(one.data)), one.data[4]&3 != 0, one.data[5] == 0})
	return err
}

// continued is the content of a record and of those that continue it.
func (b *xls) continued(one record) [][]byte {
	parts := [][]byte{one.data}
	for at := one.next; ; {
		more, ok := b.record(at)
		if !ok || more.id != recordContinue {
			return parts
		}
		parts = append(parts, more.data)
		at = more.next
	}
}

func (b *xls) sheet(name string) (xlsSheet, error) {
	for _, one := range b.sheets {
		if one.table && (strings.EqualFold(one.name, name) || name == "" && !one.hidden) {
			return one, nil
		}
	}
	if name == "" {
		return xlsSheet{}, errors.New("the workbook has no sheet that is a table and not hidden")
	}
	return xlsSheet{}, fmt.Errorf("the workbook has no sheet %q", name)
}

func (b *xls) cells(name string, g *grid) error {
	sheet, err := b.sheet(name)
	if err != nil {
		return err
	}
	first, ok := b.record(sheet.at)
	if !ok || first.id != recordBOF {
		return errTruncated
	}
	reader := xlsCells{book: b, grid: g}
	for at, depth, count := first.next, 1, 0; depth > 0; count++ {
		one, ok := b.record(at)
		if !ok {
			return errTruncated
		}
		at = one.next
		switch {
		case one.id == recordBOF: // of a chart in the sheet
			depth++
		case one.id == recordEOF:
			depth--
		case depth == 1:
			err = reader.record(one)
		}
		if err == nil && count%recordsBetween == 0 {
			err = g.ctx.Err()
		}
		if err != nil {
			return err
		}
	}
	return b.learn(g)
}

// style is that of a cell, by the number of its format.
func (b *xls) style(number int) style {
	if number >= len(b.styles) {
		return plain
	}
	id := b.styles[number]
	if is, known := b.formats[id]; known {
		return is
	}
	return builtIn(id)
}
