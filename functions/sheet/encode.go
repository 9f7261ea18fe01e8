package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/format"
)

const (
	usualName = "Sheet1"
	// mostUnits is how many UTF-16 code units a cell holds (Excel's limits; a file with more is called damaged).
	mostUnits = 32767
	// mostDigits is how many digits of a number a spreadsheet keeps.
	mostDigits = 15
)

// Encode writes a workbook of one sheet, as the package says. The same rows give the same bytes. Errors are [task.FormatInvalid].
func Encode(rows any, columns []string, sheet string) ([]byte, error) {
	if sheet == "" {
		sheet = usualName
	}
	if err := checkName(sheet); err != nil {
		return nil, invalid(err)
	}
	var table [][]any
	if rows != nil || len(columns) > 0 {
		var err error
		if table, err = format.Table(listed(rows), columns); err != nil {
			return nil, invalid(err)
		}
	}
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	if err := writeParts(archive, sheet, table); err != nil {
		return nil, invalid(err)
	}
	err := archive.Close()
	return out.Bytes(), err
}

// listed is the list of no rows for null.
func listed(rows any) any {
	if rows == nil {
		return []any{}
	}
	return rows
}

// checkName refuses what cannot be the name of a sheet.
func checkName(name string) error {
	if utf8.RuneCountInString(name) > 31 || strings.ContainsAny(name, `[]:*?/\`) || strings.HasPrefix(name, "'") || strings.HasSuffix(name, "'") || strings.ContainsFunc(name, isControl) {
		return fmt.Errorf(`a sheet cannot be called %q: up to 31 characters, none of [ ] : * ? / \, no ' at either end`, name)
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF }

const (
	declaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	schemas     = "http://schemas.openxmlformats.org/"
	mainSchema  = schemas + "spreadsheetml/2006/main"
	linkSchema  = schemas + "officeDocument/2006/relationships"
	packSchema  = schemas + "package/2006/"
	mediaPrefix = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// writeParts writes the least that a workbook has (ECMA-376, part 1, §12.2).
func writeParts(archive *zip.Writer, sheet string, table [][]any) error {
	parts := []struct{ name, content string }{
		{"[Content_Types].xml", `<Types xmlns="` + packSchema + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + mediaPrefix + `sheet.main+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + mediaPrefix + `worksheet+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="` + mediaPrefix + `styles+xml"/></Types>`},
		{"_rels/.rels", links("officeDocument", "xl/workbook.xml")},
		{"xl/workbook.xml", `<workbook xmlns="` + mainSchema + `" xmlns:r="` + linkSchema + `"><sheets><sheet name="` + escape(sheet) + `" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", links("worksheet", "worksheets/sheet1.xml", "styles", "styles.xml")},
		{"xl/styles.xml", `<styleSheet xmlns="` + mainSchema + `"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
			`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
			`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
			`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
			`<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>`},
	}
	for _, part := range parts {
		out, err := archive.Create(part.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(out, declaration+part.content); err != nil {
			return err
		}
	}
	out, err := archive.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return err
	}
	return writeSheet(out, table)
}

// links are relationships to parts, as pairs of a kind and a target.
func links(pairs ...string) string {
	text := `<Relationships xmlns="` + packSchema + `relationships">`
	for i := 0; i < len(pairs); i += 2 {
		text += fmt.Sprintf(`<Relationship Id="rId%d" Type="%s/%s" Target="%s"/>`, i/2+1, linkSchema, pairs[i], pairs[i+1])
	}
	return text + `</Relationships>`
}

func writeSheet(out io.Writer, table [][]any) error {
	if len(table) > mostRows {
		return fmt.Errorf("a sheet has at most %d rows, and these are %d", mostRows, len(table))
	}
	if _, err := io.WriteString(out, declaration+`<worksheet xmlns="`+mainSchema+`"><sheetData>`); err != nil {
		return err
	}
	var line bytes.Buffer
	for number, row := range table {
		line.Reset()
		if err := writeRow(&line, number+1, row); err != nil {
			return err
		}
		if _, err := out.Write(line.Bytes()); err != nil {
			return err
		}
	}
	_, err := io.WriteString(out, `</sheetData></worksheet>`)
	return err
}

func writeRow(line *bytes.Buffer, number int, row []any) error {
	if len(row) > mostColumns {
		return fmt.Errorf("a sheet has at most %d columns, and row %d has %d", mostColumns, number, len(row))
	}
	fmt.Fprintf(line, `<row r="%d">`, number)
	for column, value := range row {
		if err := writeCell(line, columnLetters(column)+strconv.Itoa(number), value); err != nil {
			return err
		}
	}
	line.WriteString(`</row>`)
	return nil
}

func columnLetters(column int) string {
	letters := ""
	for column++; column > 0; column = (column - 1) / 26 {
		letters = string(rune('A'+(column-1)%26)) + letters
	}
	return letters
}

func writeCell(line *bytes.Buffer, place string, value any) error {
	switch value := value.(type) {
	case nil:
		return nil
	case bool:
		digit := "0"
		if value {
			digit = "1"
		}
		fmt.Fprintf(line, `<c r="%s" t="b"><v>%s</v></c>`, place, digit)
		return nil
	case json.Number:
		if keptExactly(value.String()) {
			fmt.Fprintf(line, `<c r="%s"><v>%s</v></c>`, place, value)
			return nil
		}
	}
	text, err := format.TextOf(value)
	if err != nil {
		return err
	}
	if text == "" {
		return nil
	}
	if units(text) > mostUnits {
		return errors.New(place + ": a cell holds at most " + strconv.Itoa(mostUnits) + " characters")
	}
	fmt.Fprintf(line, `<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, place, escape(text))
	return nil
}

// keptExactly tells whether a spreadsheet keeps a number: every one but a whole one of more digits than it has.
func keptExactly(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	return len(digits) <= mostDigits || strings.ContainsAny(digits, ".eE")
}

// units counts UTF-16 code units.
func units(text string) int {
	count := 0
	for _, r := range text {
		if count++; r > 0xFFFF {
			count++
		}
	}
	return count
}

// mistakable is text that reads as an escape.
var mistakable = regexp.MustCompile(`^_x[0-9A-Fa-f]{4}_$`)

// escape writes text as XML. What XML cannot hold is written as _xHHHH_, see [unescape].
func escape(text string) string {
	var out strings.Builder
	for at, r := range text {
		switch {
		case r == '_' && mistakable.MatchString(text[at:min(at+escapeLength, len(text))]):
			out.WriteString("_x005F_")
		case r == '&':
			out.WriteString("&amp;")
		case r == '<':
			out.WriteString("&lt;")
		case r == '>':
			out.WriteString("&gt;")
		case r == '"':
			out.WriteString("&quot;")
		case r != '\n' && r != '\t' && isControl(r) && r != utf8.RuneError:
			fmt.Fprintf(&out, "_x%04X_", r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}
