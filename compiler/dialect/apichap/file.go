package apichap

import (
	"mime"
	"path"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/format"
)

// This file reads file instructions: what they list, read, write, move or delete.

// keyDelete deletes a file, after it is read where that is asked for, too.
const keyDelete = "x-steploom-delete"

// fileInstruction is something to do with files of an FTP datasource. Exactly one of folder and path is set.
type fileInstruction struct {
	at diag.Range
	// folder is what is listed, path the file that is read, written, moved or deleted.
	folder, path *template
	// move is where the file goes, at the end; nil for nowhere.
	move *template
	// content is what the file is written in; its type is "" for that of the file's extension.
	content
	// body is what is written or, of a file that is read, the result; nil for what the file holds.
	body         schema
	deletes      bool
	allowFailure bool
}

// reads tells whether an instruction of a fulfillment reads what is in a file.
func (f *fileInstruction) reads(kind fulfillmentKind) bool { return f.path != nil && kind == read }

// writes tells whether an instruction of a fulfillment puts something into a file.
func (f *fileInstruction) writes(kind fulfillmentKind) bool {
	return f.path != nil && kind == update && f.body != nil
}

// changes tells whether the files are others afterwards.
func (f *fileInstruction) changes(kind fulfillmentKind) bool {
	return f.writes(kind) || f.move != nil || f.deletes
}

// fileReader reads file instructions of a fulfillment.
type fileReader struct {
	*operationReader
	ff *fulfillment
}

func (r fileReader) instruction(node *source.Node) *fileInstruction {
	fields := node.Map("a file instruction")
	one := &fileInstruction{at: node.Range, allowFailure: isSet(fields.Take("allowFailure"))}
	folder, path := fields.Take("folderPath"), fields.Take("filePath")
	switch {
	case folder != nil && path != nil:
		folder.Report(report.Error(codeTwice, folder.Range, "a file instruction is about a folder or about a file, and this one names both").
			Fix("write two fulfillments").Also(path.Range, "the file"))
	case folder != nil:
		one.folder = readPath(folder, isFolderPath)
		r.listOnly(folder, fields)
	case path != nil:
		one.path = readPath(path, isFilePath)
		r.parts(one, fields)
	default:
		r.parts(one, fields)
		node.Report(report.Error(source.CodeMissingKey, node.Range, `a file instruction needs "folderPath" to list a folder or "filePath" to read, write or move a file`).Fix("add filePath: /name, or folderPath: /"))
	}
	fields.Done()
	if one.folder == nil && one.path == nil {
		return nil
	}
	return one
}

// listOnly refuses what a listing has no use for.
func (r fileReader) listOnly(folder *source.Node, fields *source.Fields) {
	for _, name := range []string{"contentType", "csvSeparator", keySheet, "schema", "move", keyDelete, "delete"} {
		if entry, found := fields.Entry(name); found {
			entry.Key.Report(report.Error(codeFile, entry.Key.Range, "%q has no meaning for a folder", name).
				Why("folderPath lists what is in a folder.").Fix("name a file with filePath, or delete %s", name))
		}
	}
	if kind := r.ff.node.Get("type"); r.ff.kind == update && kind != nil {
		kind.Report(report.Warning(codeFile, kind.Range, "an update with folderPath lists the folder, as a read does").
			Why("Nothing about a folder can be changed; a move makes the folders that it needs.").Fix("write type: read").Also(folder.Range, "the folder"))
	}
}

// parts reads what is done with a file.
func (r fileReader) parts(one *fileInstruction, fields *source.Fields) {
	contentType, separator, body, move := fields.Take("contentType"), fields.Take("csvSeparator"), fields.Take("schema"), fields.Take("move")
	if contentType != nil {
		one.contentType = r.fileType(contentType, body)
	}
	if body != nil {
		one.body = r.schema(body)
	}
	r.sheet(one, fields, body)
	if move != nil {
		one.move = readPath(move, isFilePath)
	}
	if separator != nil {
		r.fileSeparator(one, separator)
	}
	remove := deletes(one, fields)
	r.fate(one, fields, remove, move)
	for _, node := range []*source.Node{contentType, separator} {
		if node != nil && r.ff.kind == update && body == nil && (move != nil || one.deletes) {
			node.Report(report.Warning(codeNoEffect, node.Range, "nothing is written or read here").Fix("delete it"))
		}
	}
}

// sheet reads what a file that is read or written is, beyond its content type.
func (r fileReader) sheet(one *fileInstruction, fields *source.Fields, body *source.Node) {
	if node := fields.Take(keySheet); node != nil {
		one.sheet = readSheetName(node, one.written())
	}
	if !one.writes(r.ff.kind) {
		body = nil
	}
	known := content{contentType: one.written()}.of(body)
	one.columns, one.spreadsheet = known.columns, known.spreadsheet
}

// fate checks what becomes of a file: one thing, and something at all.
func (r fileReader) fate(one *fileInstruction, fields *source.Fields, remove, move *source.Node) {
	switch {
	case one.deletes && move != nil:
		remove.Report(report.Error(codeFile, remove.Range, "the file is moved and deleted").Fix("delete move or %s", keyDelete).Also(move.Range, "moved here"))
	case one.deletes && one.writes(r.ff.kind):
		remove.Report(report.Error(codeFile, remove.Range, "the file is written and deleted").Fix("delete schema or %s", keyDelete))
	case r.ff.kind == update && fields.Node().Kind == source.Mapping && fields.Node().Get("schema") == nil && move == nil && !one.deletes:
		at := source.Head(fields.Node())
		fields.Node().Report(report.Error(codeFile, at, "nothing is done with the file").
			Fix("add schema to write it, move to give it another name, %s: true to delete it, or write type: read", keyDelete))
	}
}

// written is the content type that a file has, as far as it is known: the one that is given, or that of the extension.
func (f *fileInstruction) written() string {
	if f.contentType != "" || f.path == nil || len(f.path.parts) == 0 {
		return f.contentType
	}
	return map[string]string{".json": format.JSON, ".xml": "application/xml", ".csv": "text/csv", ".txt": format.Text, ".xlsx": format.XLSX, ".xls": format.XLS}[strings.ToLower(path.Ext(f.path.parts[len(f.path.parts)-1].text))]
}

// deletes reads whether the file is deleted, in our word or in a plain one.
func deletes(one *fileInstruction, fields *source.Fields) *source.Node {
	node := fields.Take(keyDelete)
	if plain := fields.TakeOld("delete"); plain != nil && node == nil {
		plain.Report(report.Warning(codeOldForm, plain.Range, `"delete" is no word of the language; it is read as %s`, keyDelete).Fix("write %s: true", keyDelete))
		node = plain
	}
	one.deletes = isSet(node)
	return node
}

// fileType reads the type of a file: a format, or one whose files are handed on as they are. What an update builds itself needs a format.
func (r fileReader) fileType(node, body *source.Node) string {
	builds := r.ff.kind == update && body != nil && body.Kind == source.Mapping
	if text, ok := node.Str(); ok && isBinary(text) && !builds {
		if meant := meantType(text); meant != "" {
			node.Report(report.Warning(codeContentType, node.Range, "a file with the content type %q is not looked into", text).Fix("did you mean %q?", meant))
		}
		return text
	}
	return readContentType(node)
}

// isBinary tells whether files of a content type are handed on as they are, without a look at what is in them.
func isBinary(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	kind, err2 := format.KindOf(contentType)
	return err == nil && err2 == nil && kind == format.KindBinary && strings.Contains(media, "/")
}

func (r fileReader) fileSeparator(one *fileInstruction, node *source.Node) {
	one.separator = readSeparator(node)
	if one.separator != "" {
		checkSeparated(node, "file", one.written())
	}
}

// pathKind is what a path leads to.
type pathKind int

const (
	isFilePath pathKind = iota
	isFolderPath
)

// readPath reads a path and checks what is written out of it.
func readPath(node *source.Node, kind pathKind) *template {
	t := parseTemplate(node)
	if t == nil {
		return nil
	}
	text := ""
	for _, piece := range t.parts {
		if piece.value != nil {
			text += "x"
			continue
		}
		text += piece.text
	}
	reason := unfit(text)
	if reason == "" && kind == isFilePath && (text == "" || strings.HasSuffix(text, "/")) {
		reason = "the path ends with a folder, not with the name of a file"
	}
	if reason != "" {
		node.Report(report.Error(codePath, node.Range, "%s", reason).Why("Paths lie below the datasource's folder.").Fix("write names with single slashes between, as in /in/orders.csv"))
		return nil
	}
	return t
}

// unfit says why a text that is written out is no path below a folder; "" when it is one.
func unfit(text string) string {
	segments := strings.Split(strings.TrimSuffix(strings.TrimPrefix(text, "/"), "/"), "/")
	for i, segment := range segments {
		switch trimmed := strings.Trim(segment, ". "); {
		case strings.ContainsRune(segment, '\\'):
			return "the path has a backslash"
		case strings.ContainsFunc(segment, func(c rune) bool { return c < ' ' || c == 0x7f }):
			return "the path has a control character"
		case segment == "" && len(segments) == 1 && i == 0:
		case segment == "":
			return "the path has nothing between two slashes"
		case trimmed == "":
			return "the path has " + strconv.Quote(segment) + " where a name belongs"
		}
	}
	return ""
}
