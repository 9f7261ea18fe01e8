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

// isFile tells whether an expression may give files: those of a request, by themselves, by an attribute, or as the element of a loop that goes through them.
func (n origins) isFile(e expression, seen []string) bool {
	c, isCall := e.(*call)
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
	case "VALUE":
		path := c.arguments[len(c.arguments)-1].path
		if first.refer == nil || first.refer.value != nil || first.refer.element != 0 || path == nil || !path.parsed.IsRoot() {
			return false
		}
		of := n.results[first.refer.name]
		return of != nil && len(of.loops) > 0 && !slices.ContainsFunc(of.loops, func(l *fulfillment) bool { return !n.isFile(l.items, seen) })
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
		Fix("hand the file on whole, or use its name or its content type"))
}

// comparesFile reports a comparison of a file with anything but null.
func comparesFile(e expression, value, other typed) {
	if value.kind == fileKind && other.kind != nullKind {
		refuseFile(e)
	}
}
