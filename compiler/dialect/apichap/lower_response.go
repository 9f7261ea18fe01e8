package apichap

import (
	"cmp"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file lowers the answers of an operation.

// exception answers with the response for its status, if there is one, otherwise with the message: a schema shapes the body, headers go with either.
func (s sequence) exception(one *exception, label string) []ir.Step {
	answer := &ir.Return{Header: head(label, one.at), Status: float64(one.status), HasBody: true}
	body := jsonata.NewObject()
	body.Set("message", "")
	if one.message != nil {
		body.Set("message", plain(s.text(one.message)))
	}
	answer.Body = body
	for _, response := range s.names.operation.responses {
		if !response.isDefault && response.status == one.status && (response.body != nil || len(response.headers) > 0) {
			quiet := s.fork()
			quiet.quiet = true
			before := sequence{quiet}.shape(answer, response)
			return append(s.names.dates.steps(label), append(before, answer)...)
		}
	}
	return append(s.names.dates.steps(label), answer)
}

// response lowers the default response; nil for operations that answer nobody.
func (s sequence) response() []ir.Step {
	for _, one := range s.names.operation.responses {
		s.checkTarget(headerNamed(one.headers, "Location"))
	}
	for _, one := range s.names.operation.responses {
		if !one.isDefault {
			continue
		}
		answer := &ir.Return{Header: head("Response", one.at), Status: float64(one.status)}
		before := s.shape(answer, one)
		return append(s.names.dates.steps("Response"), append(before, answer)...)
	}
	return nil
}

// shape gives an answer what a response says of it, and the steps that belong before it.
func (s sequence) shape(answer *ir.Return, one *response) (before []ir.Step) {
	headers := jsonata.NewObject()
	if one.body != nil {
		answer.HasBody = true
		answer.Body, before = s.responseBody(answer, one)
		if said := headerNamed(one.headers, "Content-Type"); said == nil && one.contentType != "" {
			headers.Set("Content-Type", one.contentType)
		}
	}
	if one.body != nil && !one.spreadsheet && !isBodyless(one.status) {
		answer.CSVSeparator, answer.CSVColumns = one.separator, one.columns
	}
	s.setHeaders(headers, one.headers)
	if headers.Len() > 0 {
		answer.Headers = headers
	}
	return before
}

// setHeaders adds headers to those of an answer: cookies, where there are several, as a list.
func (s sequence) setHeaders(headers *jsonata.Object, list []header) {
	var cookies []any
	name := ""
	for _, one := range list {
		value := plain(headerValues{s.scope}.of(one))
		if !strings.EqualFold(one.name, setCookie) {
			headers.Set(one.name, value)
			continue
		}
		if cookies, name = append(cookies, value), cmp.Or(name, one.name); len(cookies) == 1 {
			headers.Set(name, value)
		} else {
			headers.Set(name, cookies)
		}
	}
}

// responseBody is the body of a response, and the step that makes the workbook of one that is a spreadsheet.
func (s sequence) responseBody(answer *ir.Return, one *response) (ir.Value, []ir.Step) {
	if !one.spreadsheet {
		return shapes{s.scope}.whole(one.body), nil
	}
	sheet := sheets{s.scope}.sends(one.content, one.body, false)
	return build.Var(sheet.file), []ir.Step{writeSheet(answer.Common.Label, answer.Common.Range, sheet)}
}

// checkTarget warns of an address in Location of which data decides the host: what a request brings could send its caller anywhere.
func (s sequence) checkTarget(location *template) {
	if location == nil {
		return
	}
	before := ""
	for _, piece := range location.parts {
		inside := strings.HasPrefix(before, "/") && strings.Trim(before, "/") != "" && !strings.HasPrefix(before, "//")
		switch {
		case piece.value == nil:
			before += piece.text
		case inside || hostIsComplete(before):
			return
		case !s.names.isFixed(piece.value):
			s.warn(piece.span, report.Warning(codeUnsafeRequest, piece.span.place(), "data decides where the answer sends its caller").
				Why("An address that comes from a request can lead to anybody's site.").Fix("write the host, or the beginning of the path, in front of it"))
			return
		}
	}
}
