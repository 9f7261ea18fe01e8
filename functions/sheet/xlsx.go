package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/steploom/steploom/shared/task"
)

// xlsx is a workbook of Office Open XML: a ZIP archive whose parts are found by relationships (ECMA-376, parts 1 and 2).
type xlsx struct {
	parts    map[string]*zip.File // by name in lower case
	calendar calendar
	sheets   []xlsxSheet
	shared   string // part of the shared texts, "" for none
	styles   []style
}

type xlsxSheet struct {
	name   string
	part   string
	hidden bool
}

// mostParts bounds the parts of a file.
const mostParts = 10_000

func openXLSX(file []byte) (*xlsx, error) {
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, errTruncated
	}
	if len(archive.File) > mostParts {
		return nil, fmt.Errorf("the file has more than %d parts", mostParts)
	}
	book := &xlsx{parts: map[string]*zip.File{}}
	for _, part := range archive.File {
		book.parts[partName("", part.Name)] = part
	}
	main, err := book.main()
	if err != nil {
		return nil, err
	}
	return book, book.open(main)
}

// partName is the name of a part that another one in a folder refers to.
func partName(folder, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if !strings.HasPrefix(target, "/") {
		target = folder + "/" + target
	}
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+target), "/"))
}

// main is the name of the part with the workbook.
func (b *xlsx) main() (string, error) {
	targets, err := b.relationships("")
	if err != nil {
		return "", err
	}
	for _, one := range targets {
		if one.is("officeDocument") {
			if strings.HasSuffix(one.target, ".bin") {
				return "", errors.New("the file is XLSB, which is not read")
			}
			return one.target, nil
		}
	}
	return "", errors.New("the archive holds no workbook")
}

// relationship leads from a part to another one.
type relationship struct{ id, kind, target string }

// is tells whether a relationship is of a kind, of the transitional or the strict schema.
func (r relationship) is(kind string) bool { return strings.HasSuffix(r.kind, "/"+kind) }

// relationships are those of a part; of the file for "".
func (b *xlsx) relationships(part string) ([]relationship, error) {
	folder := strings.TrimSuffix(path.Dir("/"+part), "/")
	var found []relationship
	err := b.read(partName(folder, "_rels/"+path.Base("/"+part)+".rels"), func(element xml.StartElement, _ *elements) error {
		if element.Name.Local == "Relationship" && attribute(element, "TargetMode") != "External" {
			found = append(found, relationship{attribute(element, "Id"), attribute(element, "Type"), partName(folder, attribute(element, "Target"))})
		}
		return nil
	})
	return found, err
}

func (b *xlsx) open(main string) error {
	targets, err := b.relationships(main)
	if err != nil {
		return err
	}
	byID := map[string]relationship{}
	styles := ""
	for _, one := range targets {
		byID[one.id] = one
		switch {
		case one.is("sharedStrings"):
			b.shared = one.target
		case one.is("styles"):
			styles = one.target
		}
	}
	err = b.read(main, func(element xml.StartElement, _ *elements) error {
		switch element.Name.Local {
		case "workbookPr":
			b.calendar.from1904 = b.calendar.from1904 || isTrue(attribute(element, "date1904")) // extensions have elements of the same name
		case "sheet":
			if target := byID[attribute(element, "id")]; target.is("worksheet") {
				b.sheets = append(b.sheets, xlsxSheet{attribute(element, "name"), target.target, attribute(element, "state") != "" && attribute(element, "state") != "visible"})
			}
		}
		return nil
	})
	if err != nil || styles == "" || b.parts[styles] == nil {
		return err
	}
	return b.readStyles(styles)
}

func isTrue(text string) bool { return text == "1" || text == "true" || text == "on" }

// readStyles reads which cells are dates.
func (b *xlsx) readStyles(part string) error {
	codes := map[int]style{}
	inCells := false
	return b.read(part, func(element xml.StartElement, _ *elements) error {
		switch element.Name.Local {
		case "numFmt":
			if id, err := strconv.Atoi(attribute(element, "numFmtId")); err == nil {
				codes[id] = styleOf(attribute(element, "formatCode"))
			}
		case "cellXfs":
			inCells = true
		case "cellStyles", "dxfs":
			inCells = false
		case "xf":
			if !inCells {
				break
			}
			id, _ := strconv.Atoi(attribute(element, "numFmtId"))
			is, known := codes[id]
			if !known {
				is = builtIn(id)
			}
			b.styles = append(b.styles, is)
		}
		return nil
	})
}

func (b *xlsx) sheet(name string) (xlsxSheet, error) {
	for _, one := range b.sheets {
		if strings.EqualFold(one.name, name) || name == "" && !one.hidden {
			return one, nil
		}
	}
	if name == "" {
		return xlsxSheet{}, errors.New("the workbook has no sheet that is a table and not hidden")
	}
	return xlsxSheet{}, fmt.Errorf("the workbook has no sheet %q", name)
}

func (b *xlsx) cells(name string, g *grid) error {
	sheet, err := b.sheet(name)
	if err != nil {
		return err
	}
	reader := xlsxCells{book: b, grid: g}
	if err := b.read(sheet.part, reader.element); err != nil {
		return err
	}
	return b.learn(g)
}

// learn reads the shared texts that the cells have.
func (b *xlsx) learn(g *grid) error {
	needed := g.needed()
	if len(needed) == 0 {
		return nil
	}
	if b.shared == "" {
		return errTruncated
	}
	at := 0
	return b.read(b.shared, func(element xml.StartElement, inside *elements) error {
		if element.Name.Local != "si" {
			return nil
		}
		at++
		if !needed[at-1] {
			return inside.skip()
		}
		text, err := inside.text()
		if err != nil {
			return err
		}
		return g.learn(at-1, unescape(text))
	})
}

// read visits the elements of a part, in the order in which they begin, to the end of the part.
func (b *xlsx) read(name string, visit func(xml.StartElement, *elements) error) error {
	part := b.parts[name]
	if part == nil {
		return fmt.Errorf("the file has no part %s", name)
	}
	if part.Flags&1 != 0 {
		return errProtected
	}
	content, err := part.Open()
	if err != nil {
		return errTruncated
	}
	defer content.Close()
	inside := newElements(&bounded{content, partLimit})
	for {
		element, err := inside.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := visit(element, inside); err != nil {
			return err
		}
	}
}

// bounded reads at most left bytes.
type bounded struct {
	reader io.Reader
	left   int
}

func (b *bounded) Read(into []byte) (int, error) {
	n, err := b.reader.Read(into[:min(len(into), b.left+1)])
	if b.left -= n; b.left < 0 {
		return 0, task.Errorf(task.PayloadTooLarge, "a part of the spreadsheet is larger than %d bytes when it is unpacked", partLimit)
	}
	return n, err
}
