package apichap

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/format"
)

// This file reads content types and what belongs to them, and checks that a schema can be said in its format.

// content is what a body or a file is written in and read by.
type content struct {
	contentType string   // "" when nothing says it before the operation runs
	separator   string   // of CSV; "" for the usual one
	columns     []string // of CSV and spreadsheets: those that the schema gives, in its order
	spreadsheet bool     // function sheet reads and writes it
	sheet       string   // of a spreadsheet: its name, "" for the first one
}

// shortContentTypes are the words that older versions had for content types.
var shortContentTypes = map[string]string{"json": format.JSON, "xml": "application/xml", "csv": "text/csv", "text": format.Text}

// readContentType reads the name of a format; "" after a diagnostic.
func readContentType(node *source.Node) string {
	text, ok := node.Str()
	if !ok {
		return ""
	}
	text = strings.TrimSpace(text)
	if long, isShort := shortContentTypes[strings.ToLower(text)]; isShort {
		node.Report(report.Warning(codeOldForm, node.Range, "%q is the word of older versions", text).Fix("write %s", long).Edit(diag.Edit{Range: node.Range, New: long}))
		return long
	}
	switch kind, err := format.KindOf(text); {
	case err != nil:
		node.Report(report.Error(codeContentType, node.Range, "content type %q cannot be read or written: %v", text, err).Fix("leave charset out, or name one of docs/apichap/formats.md"))
	case kind == format.KindBinary:
		node.Report(report.Error(codeContentType, node.Range, "content type %q is no format that is read or written", text).
			Why("Bodies and files are JSON, XML, CSV, text, forms or spreadsheets.").
			Fix("write application/json, application/xml, text/csv or text/plain"))
	default:
		if meant := meantType(text); meant != "" {
			node.Report(report.Warning(codeContentType, node.Range, "what has the content type %q is read and written as text", text).Fix("did you mean %q?", meant))
		}
		return text
	}
	return ""
}

// meantType is the format for which a content type is a slip of the pen: letters that have changed places, or one too many or too few. "" for any other.
func meantType(text string) string {
	media, _, _ := strings.Cut(strings.ToLower(text), ";")
	media = strings.TrimSpace(media)
	for _, known := range []string{"text/csv", "text/xml", "text/json", format.Text, format.JSON, "application/xml", "application/csv", format.Form, format.XLSX, format.XLS} {
		if media != known && (letters(media) == letters(known) || misses(media, known) || misses(known, media)) {
			return known
		}
	}
	return ""
}

// letters are the letters of a text in the order of the alphabet.
func letters(text string) string {
	sorted := []byte(text)
	slices.Sort(sorted)
	return string(sorted)
}

// misses tells whether a text is another one without one of its letters.
func misses(text, whole string) bool {
	for i := range len(whole) {
		if text == whole[:i]+whole[i+1:] {
			return true
		}
	}
	return false
}

// readSeparator reads what stands between the fields of CSV.
func readSeparator(node *source.Node) string {
	text := node.Value()
	if node.Kind != source.Scalar && node.Kind != source.Null {
		node.Str() // reports it
		return ""
	}
	if text == "" || !format.IsSeparator(text) {
		node.Report(report.Error(codeContentType, node.Range, "a CSV separator is one character, and %q is not", text).Fix(`write it in quotes: ";", "|" or "\t"`))
		return ""
	}
	return text
}

// checkSeparated warns of a separator of what is not CSV; a content type that is not known, "", may be that of CSV.
func checkSeparated(separator *source.Node, what, contentType string) {
	if kind, _ := format.KindOf(contentType); contentType != "" && kind != format.KindCSV {
		separator.Report(report.Warning(codeNoEffect, separator.Range, "the %s is not CSV, so there is nothing to separate", what).Fix("write contentType: text/csv, or delete csvSeparator"))
	}
}

// of completes what is known of a request's or a file's content: the schema's columns, and whether the format can say the schema at all.
func (c content) of(body *source.Node) content {
	kind, _ := format.KindOf(c.contentType)
	c.spreadsheet = kind == format.KindSpreadsheet
	if body == nil {
		return c
	}
	switch kind {
	case format.KindXML:
		checkDocument(body)
	case format.KindCSV:
		c.columns = readColumns(body)
	case format.KindSpreadsheet:
		if !format.IsXLSX(c.contentType) {
			body.Report(report.Error(codeContentType, body.At(0, 1), "XLS is read and not written").
				Why("Excel has written XLSX in its place since 2007.").Fix("write contentType: %s", format.XLSX))
		}
		c.columns = readColumns(body)
	}
	return c
}

// with reads what is said of some formats alone: the separator of CSV and the name of a sheet.
func (c content) with(fields *source.Fields) content {
	kind, _ := format.KindOf(c.contentType)
	if node := fields.Take("csvSeparator"); node != nil {
		c.separator = readSeparator(node)
		if kind == format.KindSpreadsheet {
			node.Report(report.Error(codeContentType, node.Range, "a spreadsheet has no CSV separator").Fix("delete it, or write contentType: text/csv"))
		}
	}
	if node := fields.Take(keySheet); node != nil {
		c.sheet = readSheetName(node, c.contentType)
	}
	return c
}

// keySheet names the sheet of a spreadsheet.
const keySheet = "x-steploom-sheet"

// readSheetName reads the name of a sheet, which no other format has.
func readSheetName(node *source.Node, contentType string) string {
	if kind, _ := format.KindOf(contentType); kind != format.KindSpreadsheet {
		node.Report(report.Error(codeContentType, node.Range, "only spreadsheets have sheets").Fix("write contentType: %s", format.XLSX))
	}
	name, _ := node.Str()
	return name
}

// readColumns gives the columns of a schema whose rows are objects, and refuses one that is no table.
func readColumns(body *source.Node) []string {
	item := body
	if form, inner := formOf(body); form != "" {
		item = inner
	}
	if item.Kind != source.Mapping {
		return nil
	}
	if form, _ := formOf(item); form != "" {
		return nil
	}
	var columns []string
	for _, entry := range item.Entries() {
		columns = append(columns, entry.Name)
		if form, _ := formOf(entry.Value); form != "" || entry.Value.Kind == source.Mapping {
			entry.Key.Report(report.Warning(codeShape, entry.Key.Range, "column %q holds a list or an object, which is written as JSON text", entry.Name).
				Fix("give each value a column of its own"))
		}
	}
	return columns
}

// formOf is the directive of a schema: list, map, object, or item for an item alone; "" for a value or a plain object. inner is what is built.
func formOf(node *source.Node) (form string, inner *source.Node) {
	if node == nil || node.Kind != source.Mapping {
		return "", nil
	}
	inner = node.Get("item")
	if inner == nil && node.Get("list") != nil {
		inner = node.Get("items")
	}
	if inner == nil || !isDirective(node, inner) {
		return "", nil
	}
	for _, name := range directives() {
		if node.Get(name) != nil {
			return name, inner
		}
	}
	return "item", inner
}

// checkDocument checks that a schema is an XML document: one root element, and names that elements and attributes can have.
func checkDocument(body *source.Node) {
	root := body
	for form, inner := formOf(root); form == "item" || form == "object"; form, inner = formOf(root) {
		root = inner
	}
	if root.Kind != source.Mapping {
		return
	}
	if form, _ := formOf(root); form != "" { // the names of map are known when it runs
		if form == "list" {
			root.Report(report.Error(codeShape, root.At(0, 1), "an XML document has one root element, and this is a list").Fix("put it into a mapping of one name, the root element"))
		}
		return
	}
	if entries := root.Entries(); len(entries) != 1 {
		at := root.At(0, 1)
		if len(entries) > 1 {
			at = entries[1].Key.Range
		}
		root.Report(report.Error(codeShape, at, "an XML document has one root element, and this schema has %d", len(entries)).Fix("put them into a mapping of one name, the root element"))
		return
	}
	entry := root.Entries()[0]
	if strings.HasPrefix(entry.Name, "@") || entry.Name == format.XMLText {
		entry.Key.Report(report.Error(codeShape, entry.Key.Range, "%q is a part of an element, and there is no element around it", entry.Name).Fix("put it into a mapping of one name, the root element"))
		return
	}
	if form, _ := formOf(entry.Value); form == "list" {
		entry.Key.Report(report.Error(codeShape, entry.Key.Range, "an XML document has one root element, and %q is a list of them", entry.Name).
			Fix("put %s into a mapping of one name, the root element", entry.Name))
	}
	checkElement(entry)
}

// checkElement checks the names in an element.
func checkElement(element source.Entry) {
	name, isAttribute := strings.CutPrefix(element.Name, "@")
	if element.Name != format.XMLText && !format.IsXMLName(name) {
		element.Key.Report(report.Error(codeShape, element.Key.Range, "%q is no name that XML has", name).
			Why("A name begins with a letter or _, and holds letters, digits, hyphens, dots, _ and one colon behind a prefix."))
		return
	}
	if value := element.Value; (isAttribute || element.Name == format.XMLText) && value.Kind == source.Mapping {
		element.Key.Report(report.Error(codeShape, element.Key.Range, "%q is text, and cannot hold elements", element.Name).Fix("give it a value"))
		return
	}
	checkContent(element.Value)
}

func checkContent(value *source.Node) {
	if form, inner := formOf(value); form != "" {
		if form == "item" {
			value.Report(report.Warning(codeShape, value.Entries()[0].Key.Range, `"item" alone is a form of schemas and becomes no element`).
				Fix("write '#text': null beside it if an element called item is meant"))
		}
		checkContent(inner)
		return
	}
	if value.Kind != source.Mapping {
		return
	}
	for _, entry := range value.Entries() {
		checkElement(entry)
	}
}
