package apichap

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/format"
)

// This file reads responses.

// setCookie is the header that a response may have several times (RFC 6265, section 3).
const setCookie = "set-cookie"

// responseReader reads responses.
type responseReader struct{ *operationReader }

func (r responseReader) responses(node *source.Node) []*response {
	var list []*response
	var byDefault *source.Node
	for _, item := range node.List("responses") {
		one := r.response(item)
		if one.isDefault && byDefault != nil {
			item.Report(report.Error(codeResponses, item.Get("default").Range, "there are two default responses").Also(byDefault.Range, "the first one"))
		}
		if one.isDefault {
			byDefault = item.Get("default")
		}
		list = append(list, one)
	}
	if byDefault == nil && node.Kind == source.Sequence {
		at := node.Range
		if len(list) > 0 {
			at = list[0].at
		}
		node.Report(report.Error(codeResponses, at, "no response is the default one").Fix("add default: true to the response for success"))
	}
	return list
}

func (r responseReader) response(node *source.Node) *response {
	fields := node.Map("a response")
	one := &response{at: node.Range}
	if len(node.Entries()) > 0 {
		one.at = node.Entries()[0].Key.Range
	}
	if name := fields.Take("name"); name != nil {
		one.name, _ = name.Str()
	}
	one.isDefault = isSet(fields.Take("default"))
	one.status = status(fields.Need("statuscode"))
	if list := fields.Take("header"); list != nil {
		empty(list, "header")
		one.headers = r.headers(list, setCookie)
		ofServer(one.headers)
	}
	contentType, separator, body := fields.Take("contentType"), fields.Take("csvSeparator"), fields.Take("schema")
	fields.Done()
	r.responseBody(one, contentType, separator, body)
	return one
}

// responseBody reads what a response is written in, and what it is made of. A Content-Type among the headers goes first.
func (r responseReader) responseBody(one *response, contentType, separator, body *source.Node) {
	if contentType != nil {
		if isBinary(contentType.Value()) && (body == nil || body.Kind == source.Scalar) {
			one.contentType = strings.TrimSpace(contentType.Value())
		} else {
			one.contentType = readContentType(contentType)
		}
	}
	if separator != nil {
		one.separator = readSeparator(separator)
	}
	written := one.content
	if contentType == nil {
		written.contentType = format.JSON
	}
	said := headerNamed(one.headers, "Content-Type")
	if said != nil {
		written.contentType, _ = said.fixedText()
	}
	if body == nil {
		for _, idle := range []*source.Node{contentType, separator} {
			if idle != nil {
				idle.Report(report.Warning(codeNoEffect, idle.Range, "this has no effect: the response has no body").Fix("delete it, or add a schema"))
			}
		}
		return
	}
	if said != nil && contentType != nil {
		contentType.Report(report.Warning(codeNoEffect, contentType.Range, "contentType has no effect: the header Content-Type goes first").
			Fix("delete one of the two").Also(said.place(), "the header"))
	}
	if isBodyless(one.status) {
		body.Report(report.Warning(codeNoEffect, body.At(0, 1), "a response with status %d has no body", one.status).
			Why("HTTP gives it none, and what lies between drops it.").Fix("delete the schema, or answer with 200"))
	}
	if one.separator != "" {
		checkSeparated(separator, "response", written.contentType)
	}
	known := written.of(body)
	one.columns, one.spreadsheet = known.columns, known.spreadsheet
	one.body = r.schema(body)
}

// isBodyless tells whether answers of a status have no body (RFC 9110, section 6.4.1; section 15.3.6).
func isBodyless(status int) bool { return status == 204 || status == 205 || status == 304 }

// ofServer refuses headers that say how an answer is carried, which whoever carries it decides (RFC 9110, section 7.6.1; RFC 9112, section 6).
func ofServer(headers []header) {
	for _, one := range headers {
		if isCarriage(one.name) {
			one.value.node.Report(report.Error(codePart, one.at, "the header %s is the server's", one.name).
				Why("It says how the answer is carried, not what it is.").Fix("delete it"))
		}
	}
}

func isCarriage(name string) bool {
	return slices.Contains([]string{"connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}, strings.ToLower(name))
}
