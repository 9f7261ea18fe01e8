package apichap

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file lowers what expressions say of uploaded files. An operation has references of them, never their contents.

func lowerFileContent(s *scope, c *call) typed {
	value := ofUpload(s, c, upload(s, c))
	value.kind = fileKind
	return value
}

func lowerFileName(s *scope, c *call) typed {
	return ofUpload(s, c, build.Field(upload(s, c), "fileName"))
}

func lowerFileType(s *scope, c *call) typed {
	return ofUpload(s, c, build.Field(upload(s, c), "contentType"))
}

// upload is the path to the reference of a file, or to those of one name.
func upload(s *scope, c *call) jsonata.Node {
	name := c.arguments[0]
	mistypedFile(s, name)
	return build.Field(build.Field(ir.Input(), "files"), name.text)
}

// ofUpload is what stands at a path into uploads: one value, or those of several files.
func ofUpload(s *scope, c *call, node jsonata.Node) typed {
	value := typed{node: node, null: true, missing: true}
	if s.names.operation.sendsOne(c.arguments[0].text) {
		if c.method.name != fileContent {
			value.kind = textKind
		}
		return value
	}
	value.found = &found{build.List(node), build.Call("count", node)}
	return value
}

// kindOfFound is the kind of an attribute that holds what is found: only of files it is known.
func kindOfFound(of kind) kind {
	if of == fileKind {
		return fileKind
	}
	return anyKind
}

// files are those that openapi.yaml describes.
func (o *operation) files() []ir.FilePart {
	if o.described == nil || o.described.body == nil {
		return nil
	}
	var list []ir.FilePart
	for _, content := range o.described.body.Contents {
		list = append(list, content.Files...)
	}
	return list
}

// sendsOne tells whether requests have at most one file of a name: openapi.yaml says so, and others are refused.
func (o *operation) sendsOne(name string) bool {
	for _, file := range o.files() {
		if file.Name == name {
			return !file.Several
		}
	}
	return false
}

// mistypedFile warns of a file that openapi.yaml does not describe where it describes others.
func mistypedFile(s *scope, name argument) {
	var known []string
	for _, file := range s.names.operation.files() {
		if file.Name == name.text {
			return
		}
		known = append(known, file.Name)
	}
	if len(known) > 0 {
		s.warn(name.span, report.Warning(codeParameter, name.place(), "openapi.yaml has no file %q for this operation", name.text).Fix("%s", source.DidYouMean(name.text, known)))
	}
}

// givesFile tells whether the result of an instruction may be a file, of which the operation has a reference.
func (i *instruction) givesFile(kind fulfillmentKind) bool {
	switch {
	case i.request != nil:
		return i.request.stored
	case i.file != nil:
		return i.file.reads(kind) && i.file.body == nil && i.file.folder == nil && !i.file.spreadsheet && isBinary(i.file.contentType)
	}
	return false
}

// sendsFile tells that every body of a request is a file, as openapi.yaml says.
func (o *operation) sendsFile() bool {
	if o.described == nil || o.described.body == nil || o.described.sheets > 0 {
		return false
	}
	for _, content := range o.described.body.Contents {
		if !content.Stored {
			return false
		}
	}
	return len(o.described.body.Contents) > 0
}

// answersFile tells whether the default response of an operation may be a file.
func (n origins) answersFile() bool {
	return slices.ContainsFunc(n.operation.responses, func(one *response) bool {
		value, ok := one.body.(*schemaValue)
		return ok && one.isDefault && n.isFile(value.value, nil)
	})
}

// answers finds the references to other operations that may give a file, until there are no more: an operation may hand on what another one gave it.
func (known surveys) answers() {
	for changed := true; changed; {
		changed = false
		for op, one := range known {
			eachFulfillment(op.fulfillments, func(ff *fulfillment) {
				if ff.kind != refer || ff.reference.callee == nil {
					return
				}
				found, callee := one.names.results[ff.label], known[ff.reference.callee]
				if found != nil && callee != nil && !found.file && (origins{callee.names}).answersFile() {
					found.file, changed = true, true
				}
			})
		}
	}
	for _, one := range known {
		one.names.kinds()
	}
}

// isFile tells whether an expression may give files: those of a request, by themselves, by an attribute, as the result of what fetched one, or as the element of a
// loop that goes through them.
func (n origins) isFile(e expression, seen []string) bool {
	c, isCall := e.(*call)
	if isCall && c.method.name == "BODY" {
		return n.operation.sendsFile() && (len(c.arguments) == 0 || c.arguments[0].path == nil || c.arguments[0].path.parsed.IsRoot())
	}
	if !isCall || len(c.arguments) == 0 {
		return false
	}
	first := c.arguments[0]
	switch c.method.name {
	case fileContent, oldFileContent:
		return true
	case "ATTRIBUTE":
		info := n.attributes[first.text]
		return info != nil && !slices.Contains(seen, first.text) &&
			slices.ContainsFunc(info.values, func(value expression) bool { return n.isFile(value, append(slices.Clip(seen), first.text)) })
	case "GET_JSON":
		of := n.results[first.text]
		return of != nil && of.file
	case "VALUE_BY_INDEX":
		of, path := n.results[first.text], c.arguments[len(c.arguments)-1].path
		return of != nil && of.file && path != nil && path.parsed.IsRoot()
	case "VALUE":
		path := c.arguments[len(c.arguments)-1].path
		if first.refer == nil || first.refer.value != nil || first.refer.element != 0 || path == nil || !path.parsed.IsRoot() {
			return false
		}
		of := n.results[first.refer.name]
		if of == nil || len(of.loops) == 0 {
			return of != nil && of.file
		}
		return !slices.ContainsFunc(of.loops, func(l *fulfillment) bool { return !n.isFile(l.items, seen) })
	}
	return false
}

// isKnownOfFile tells whether a path leads to what an operation may know of a file, which its reference is not.
func isKnownOfFile(path *expr.JSONPath) bool {
	if len(path.Steps) != 1 {
		return false
	}
	name := strings.Trim(path.Steps[0], `.[]'"`)
	return name == "fileName" || name == "contentType" || name == "size"
}

// refuseFile reports a file that stands where a value is needed.
func refuseFile(e expression) {
	e.report(report.Error(codeUpload, e.place(), "the content of a file cannot stand here").
		Why("An operation holds references of files, not what is in them: a file is handed on as a part of a multipart request or as a whole body.").
		Fix("hand the file on whole, or use its name or its content type; one that is fetched is base64, which may stand anywhere, where its contentType is left out"))
}

// comparesFile reports a comparison of a file with anything but null.
func comparesFile(e expression, value, other typed) {
	if value.kind == fileKind && other.kind != nullKind {
		refuseFile(e)
	}
}
