package apichap

import (
	"mime"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/format"
)

// This file reads the parts of multipart requests.

// partReader reads parts.
type partReader struct{ *operationReader }

// parts reads them by name: an expression, {contentType, file: {name, content}} or {contentType, schema}.
func (r partReader) parts(node *source.Node) []multipartPart {
	node.Map("the parts of a request")
	var list []multipartPart
	for _, entry := range node.Entries() {
		one := multipartPart{name: entry.Name, at: entry.Key.Range}
		switch entry.Value.Kind {
		case source.Mapping:
			r.part(&one, entry)
		case source.Sequence:
			entry.Value.Report(report.Error(codePart, entry.Value.At(0, 1), "a part is a value, a file or a schema").
				Fix("write an expression; one that gives several files sends the part once for each"))
		default:
			one.content = &schemaValue{r.schemaLeaf(entry.Value)}
		}
		list = append(list, one)
	}
	if len(list) == 0 && node.Kind == source.Mapping {
		node.Report(report.Error(codePart, node.At(0, 1), "a multipart request has one part at least").Fix("delete multipart, or add a part"))
	}
	return list
}

func (r partReader) part(one *multipartPart, entry source.Entry) {
	fields := entry.Value.Map("a part")
	if contentType := fields.Take("contentType"); contentType != nil {
		one.contentType = r.partType(contentType)
	}
	file, body := fields.Take("file"), fields.Take("schema")
	fields.Done()
	switch {
	case file != nil && body != nil:
		body.Report(report.Error(codeTwice, body.At(0, 1), "a part is a file or has a schema, and this one has both").Fix("write two parts").Also(file.Range, "the file"))
	case file != nil:
		r.file(one, file)
	case body != nil:
		one.content = r.schema(body)
	default:
		entry.Key.Report(report.Error(codePart, entry.Key.Range, "part %q has no content", entry.Name).Fix("add file: with name and content, or schema:"))
	}
}

// file reads {name, content}. A file that is handed on has a name already.
func (r partReader) file(one *multipartPart, node *source.Node) {
	fields := node.Map("a file")
	if content := fields.Need("content"); content != nil {
		one.content = &schemaValue{r.schemaLeaf(content)}
	}
	name := fields.Take("name")
	fields.Done()
	switch {
	case name != nil:
		one.fileName = r.schemaLeaf(name)
	case one.content != nil && !isCallOf(one.content.(*schemaValue).value, fileContent):
		node.Report(report.Error(codePart, node.At(0, 1), "the file has no name").Why("A part without one is no file to who gets it.").Fix("add name: TEXT(…)"))
	}
}

// partType reads a content type: an expression, a text with placeholders, or the type as it is.
func (r partReader) partType(node *source.Node) expression {
	text, ok := node.Str()
	if !ok {
		return nil
	}
	if startsWithCall(text) || placeholders.First(text) < len(text) {
		return r.schemaLeaf(node)
	}
	if !isMediaType(text) {
		node.Report(report.Error(codePart, node.Range, "%q is no content type", text).Fix("write one such as image/png"))
		return nil
	}
	return parseTemplate(node)
}

// isMediaType tells whether a text is a media type with its parameters (RFC 9110, section 8.3.1).
func isMediaType(text string) bool {
	name, _, err := mime.ParseMediaType(text)
	kind, sub, found := strings.Cut(name, "/")
	return err == nil && found && isToken(kind) && isToken(sub) && !strings.Contains(name, "*")
}

// isCallOf tells whether an expression is a call of a method, whatever older versions call it.
func isCallOf(e expression, method string) bool {
	c, ok := e.(*call)
	return ok && (c.method.name == method || c.method.replacement == method)
}

// overridden warns of a Content-Type that a request with parts, or with a form, cannot have: how its body is built is its type.
func overridden(one *requestInstruction) {
	said := one.header("Content-Type")
	if said == nil || one.form == nil && !one.multipart {
		return
	}
	what, text := "multipart/form-data", "of its parts"
	if one.form != nil {
		what, text = format.Form, "of a form"
	}
	if fixed, constant := said.fixedText(); constant && one.form != nil && format.IsForm(fixed) {
		return
	}
	said.report(report.Warning(codePart, said.place(), "this content type has no effect: the request is sent as %s", what).
		Why("The body is made %s, and its content type says so.", text).Fix("delete the header"))
}
