package sheet

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"testing"
	"unicode/utf16"
)

// biff writes records: pairs of a number and a content, each of bytes, numbers and texts.
type biff struct{ bytes.Buffer }

func (b *biff) record(id int, content ...any) *biff {
	data := packedBytes(content...)
	_ = binary.Write(b, binary.LittleEndian, []uint16{uint16(id), uint16(len(data))})
	b.Write(data)
	return b
}

// packedBytes puts numbers in little endian and texts in bytes one behind the other; an int has 16 bits.
func packedBytes(content ...any) []byte {
	var out bytes.Buffer
	for _, value := range content {
		switch value := value.(type) {
		case int:
			value16 := uint16(value)
			_ = binary.Write(&out, binary.LittleEndian, value16)
		case string:
			out.WriteString(value)
		default:
			_ = binary.Write(&out, binary.LittleEndian, value)
		}
	}
	return out.Bytes()
}

func wide(text string) string {
	return string(packedBytes(utf16.Encode([]rune(text))))
}

// inCompound puts a stream into a compound file whose sectors have 512 bytes.
func inCompound(name string, stream []byte) []byte {
	const size = 512
	pad := func(data []byte) []byte { return append(data, make([]byte, (size-len(data)%size)%size)...) }
	length := max(len(stream), 4096)
	content := pad(append(bytes.Clone(stream), make([]byte, length-len(stream))...))
	sectors := len(content) / size
	table := []uint32{0xFFFFFFFE}
	for i := range sectors {
		table = append(table, uint32(i+2))
	}
	table[sectors] = 0xFFFFFFFE
	tableSectors := 1
	for (len(table)+tableSectors)*4 > tableSectors*size {
		tableSectors++
	}
	directory := make([]byte, 0, size)
	for _, one := range []struct {
		name        string
		kind        byte
		start, size uint32
	}{{"Root Entry", rootEntry, 0xFFFFFFFE, 0}, {name, streamEntry, 1, uint32(length)}} {
		entry := make([]byte, directorySize)
		copy(entry, wide(one.name))
		binary.LittleEndian.PutUint16(entry[64:], uint16(2*len(one.name)+2))
		entry[66] = one.kind
		binary.LittleEndian.PutUint32(entry[116:], one.start)
		binary.LittleEndian.PutUint32(entry[120:], one.size)
		directory = append(directory, entry...)
	}
	header := make([]byte, headerSize)
	copy(header, compoundSignature)
	binary.LittleEndian.PutUint16(header[30:], 9)
	binary.LittleEndian.PutUint16(header[32:], 6)
	binary.LittleEndian.PutUint32(header[48:], 0)
	binary.LittleEndian.PutUint32(header[56:], 4096)
	binary.LittleEndian.PutUint32(header[60:], 0xFFFFFFFE)
	binary.LittleEndian.PutUint32(header[68:], 0xFFFFFFFE)
	for at := 76; at < headerSize; at += 4 {
		binary.LittleEndian.PutUint32(header[at:], 0xFFFFFFFF)
	}
	for i := range tableSectors {
		table = append(table, 0xFFFFFFFD)
		binary.LittleEndian.PutUint32(header[76+4*i:], uint32(1+sectors+i))
	}
	file := append(header, pad(directory)...)
	file = append(file, content...)
	return append(file, pad(packedBytes(table))...)
}

// bookXLS is a workbook of one sheet: globals before the place of the sheet is known, records of the sheet.
func bookXLS(version int, globals, sheet func(*biff)) []byte {
	name := packedBytes(byte(1), "S")
	if version == 0x0600 {
		name = packedBytes(byte(1), byte(0), "S")
	}
	build := func(place uint32) *biff {
		var b biff
		b.record(recordBOF, version, 5, make([]byte, 12))
		b.record(recordSheet, place, byte(0), byte(0), name)
		globals(&b)
		return b.record(recordEOF)
	}
	b := build(uint32(build(0).Len()))
	b.record(recordBOF, version, 0x10, make([]byte, 12))
	sheet(b)
	b.record(recordEOF)
	stream := "Workbook"
	if version != 0x0600 {
		stream = "Book"
	}
	return inCompound(stream, b.Bytes())
}

func none(*biff) {}

// styled adds the styles 0 to 3: plain, a date, a time, and one of the workbook's own.
func styled(b *biff) {
	b.record(recordFormat, 164, 8, byte(0), "dd/mm/yy")
	for _, format := range []int{0, 14, 21, 164} {
		b.record(recordXF, 0, format, make([]byte, 16))
	}
}

// TestRecords: every kind of cell of BIFF 8.
func TestRecords(t *testing.T) {
	header := func(b *biff) { b.record(recordLabel, 0, 0, 0, 1, byte(0), "k") }
	rk := func(value uint32) []byte { return packedBytes(value) }
	for name, test := range map[string]struct {
		sheet func(*biff)
		want  string
	}{
		"number":           {func(b *biff) { b.record(recordNumber, 1, 0, 0, 2.5) }, `[{"k":2.5}]`},
		"no number":        {func(b *biff) { b.record(recordNumber, 1, 0, 0, math.NaN()) }, `[{"k":"NaN"}]`},
		"date":             {func(b *biff) { b.record(recordNumber, 1, 0, 1, 45000.0) }, `[{"k":"2023-03-15"}]`},
		"own format":       {func(b *biff) { b.record(recordNumber, 1, 0, 3, 45000.0) }, `[{"k":"2023-03-15"}]`},
		"no such style":    {func(b *biff) { b.record(recordNumber, 1, 0, 99, 45000.0) }, `[{"k":45000}]`},
		"time":             {func(b *biff) { b.record(recordRK, 1, 0, 2, rk(uint32(math.Float64bits(0.25)>>32))) }, `[{"k":"06:00:00"}]`},
		"packed whole":     {func(b *biff) { b.record(recordRK, 1, 0, 0, rk(0xFFFFFFE6)) }, `[{"k":-7}]`},
		"packed hundredth": {func(b *biff) { b.record(recordRK, 1, 0, 0, rk(1234<<2|3)) }, `[{"k":12.34}]`},
		"several":          {func(b *biff) { b.record(recordMulRK, 1, 0, 0, rk(4<<2|2), 1, rk(45000<<2|2), 1) }, `[{"k":4,"column2":"2023-03-15"}]`},
		"true":             {func(b *biff) { b.record(recordBoolErr, 1, 0, 0, byte(1), byte(0)) }, `[{"k":true}]`},
		"error":            {func(b *biff) { b.record(recordBoolErr, 1, 0, 0, byte(7), byte(1)) }, `[{"k":"#DIV/0!"}]`},
		"label":            {func(b *biff) { b.record(recordLabel, 1, 0, 0, 2, byte(1), wide("日é")) }, `[{"k":"日é"}]`},
		"rich label":       {func(b *biff) { b.record(recordRString, 1, 0, 0, 2, byte(0), "ab", 1, 0, 0) }, `[{"k":"ab"}]`},
		"empty label":      {func(b *biff) { b.record(recordLabel, 1, 0, 0, 0) }, `[]`},
		"formula":          {func(b *biff) { b.record(recordFormula, 1, 0, 1, 45000.0, make([]byte, 8)) }, `[{"k":"2023-03-15"}]`},
		"formula true":     {func(b *biff) { b.record(recordFormula, 1, 0, 0, "\x01\x00\x01\x00\x00\x00\xff\xff", make([]byte, 8)) }, `[{"k":true}]`},
		"formula error":    {func(b *biff) { b.record(recordFormula, 1, 0, 0, "\x02\x00\x2a\x00\x00\x00\xff\xff", make([]byte, 8)) }, `[{"k":"#N/A"}]`},
		"formula empty":    {func(b *biff) { b.record(recordFormula, 1, 0, 0, "\x03\x00\x00\x00\x00\x00\xff\xff", make([]byte, 8)) }, `[]`},
		"formula text": {func(b *biff) {
			b.record(recordFormula, 1, 0, 0, "\x00\x00\x00\x00\x00\x00\xff\xff", make([]byte, 8))
			b.record(0x04BC, make([]byte, 10))
			b.record(recordString, 4, byte(0), "ab").record(recordContinue, byte(1), wide("日本"))
		}, `[{"k":"ab日本"}]`},
		"text of no formula": {func(b *biff) { b.record(recordString, 2, byte(0), "ab") }, `[]`},
		"chart": {func(b *biff) {
			b.record(recordBOF, 0x0600, 0x20).record(recordNumber, 1, 0, 0, 1.0).record(recordEOF)
			b.record(recordNumber, 1, 0, 0, 2.0)
		}, `[{"k":2}]`},
		"short":        {func(b *biff) { b.record(recordNumber, 1, 0, 0, 1) }, "Format.Invalid: spreadsheet: the file is damaged or ends too early"},
		"short label":  {func(b *biff) { b.record(recordLabel, 1, 0, 0, 9, byte(0), "ab") }, "Format.Invalid: spreadsheet: the file is damaged or ends too early"},
		"half a unit":  {func(b *biff) { b.record(recordLabel, 1, 0, 0, 2, byte(1), "abc") }, "Format.Invalid: spreadsheet: the file is damaged or ends too early"},
		"shared, none": {func(b *biff) { b.record(recordLabelSST, 1, 0, 0, uint32(0)) }, "Format.Invalid: spreadsheet: the file is damaged or ends too early"},
	} {
		file := bookXLS(0x0600, styled, func(b *biff) { header(b); test.sheet(b) })
		if got := decoded(t, file, ""); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// TestSharedTexts: texts go on in further records, where their characters may have another size; what they look and sound like is left out.
func TestSharedTexts(t *testing.T) {
	table := func(b *biff) {
		b.record(recordSST, uint32(3), uint32(4), 4, byte(0), "ab").record(recordContinue, byte(1), wide("日本"), 2, byte(richFlag|phoneticFlag), 1, uint32(3), "cd", "runs")
		b.record(recordContinue, "pho", 0, byte(0), 5, byte(1), wide("x")).record(recordContinue, byte(0), "yz").record(recordContinue, byte(1), wide("é😀")[:4])
	}
	file := bookXLS(0x0600, table, func(b *biff) {
		for i := range 4 {
			b.record(recordLabelSST, i, 0, 0, uint32(i))
		}
	})
	if got, want := decoded(t, file, ""), `[{"ab日本":"cd"},{"ab日本":"xyzé`+"\ufffd"+`"}]`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestOldWorkbooks: texts of BIFF 5 are in the code page of the workbook.
func TestOldWorkbooks(t *testing.T) {
	cells := func(text string) func(*biff) {
		return func(b *biff) {
			b.record(recordLabel, 0, 0, 0, 1, "k").record(recordLabel, 1, 0, 0, len(text), text)
			b.record(recordNumber, 1, 1, 1, 1.0)
		}
	}
	for page, test := range map[int]struct{ text, want string }{
		1252: {"\xe9", "é"}, 1251: {"\xe9", "й"}, 932: {"\x93\xfa", "日"}, 10000: {"\x8e", "é"},
	} {
		globals := func(b *biff) {
			b.record(recordCodePage, page).record(recordDate1904, 1).record(recordFormat, 20, byte(4), "yyyy").record(recordXF, 0, 0).record(recordXF, 0, 20)
		}
		if got, want := decoded(t, bookXLS(0x0500, globals, cells(test.text)), "s"), `[{"k":"`+test.want+`","column2":"1904-01-02"}]`; got != want {
			t.Errorf("%d: %s, want %s", page, got, want)
		}
	}
	unknown := func(b *biff) { b.record(recordCodePage, 1361) }
	if got := decoded(t, bookXLS(0x0500, unknown, cells("a")), ""); !strings.HasPrefix(got, `[{"k":"a"`) {
		t.Errorf("ASCII: %s", got)
	}
	if got := decoded(t, bookXLS(0x0500, unknown, cells("\xe9")), ""); !strings.Contains(got, "code page 1361") {
		t.Errorf("unknown: %s", got)
	}
}

// TestOldFiles: what is no workbook that can be read is told as such.
func TestOldFiles(t *testing.T) {
	for name, test := range map[string]struct {
		file []byte
		want string
	}{
		"password":        {bookXLS(0x0600, func(b *biff) { b.record(recordFilePass, 1) }, none), "encrypted with a password"},
		"new and wrapped": {inCompound("EncryptedPackage", nil), "encrypted with a password"},
		"document":        {inCompound("WordDocument", nil), "holds no workbook"},
		"version":         {inCompound("Book", new(biff).record(0x0009, 0x0200, 0x10).Bytes()), "before Excel 5"},
		"no end":          {inCompound("Workbook", new(biff).record(recordBOF, 0x0600, 5).Bytes()), "ends too early"},
		"no sheet":        {bookXLS(0x0600, none, none), ""},
	} {
		got := decoded(t, test.file, "")
		if test.want == "" && got != "[]" || !strings.Contains(got, test.want) {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
	if got := decoded(t, bookXLS(0x0600, none, none), "T"); !strings.Contains(got, `no sheet "T"`) {
		t.Error(got)
	}
}
