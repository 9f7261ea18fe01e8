package apichap

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// This file lowers the parts of multipart requests.

// multipart gives the parts as function http takes them. Content is told apart from its description always, so that data describes nothing.
func (s requests) multipart(parts []multipartPart) *jsonata.Object {
	all := jsonata.NewObject()
	for _, one := range parts {
		part := jsonata.NewObject()
		if one.fileName != nil && !isOwn(one, one.fileName, fileName) {
			part.Set("fileName", s.textOf(one.fileName))
		}
		if one.contentType != nil && !isOwn(one, one.contentType, fileType) {
			part.Set("contentType", s.textOf(one.contentType))
		}
		var content ir.Value
		if one.content != nil {
			content = shapes{s.scope}.whole(one.content)
		}
		part.Set("content", content)
		all.Set(one.name, part)
	}
	return all
}

// isOwn tells whether an expression gives what the file of a part has anyway: its own name, or its own content type.
func isOwn(one multipartPart, e expression, method string) bool {
	content, ok := one.content.(*schemaValue)
	if !ok || !isCallOf(content.value, fileContent) || !isCallOf(e, method) {
		return false
	}
	return content.value.(*call).arguments[0].text == e.(*call).arguments[0].text
}

// textOf lowers an expression to a text.
func (s requests) textOf(e expression) ir.Value { return plain(s.lower(e).text()) }
