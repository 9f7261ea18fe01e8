package apichap

import (
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/statemachine/jsonata"
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
			sequence{quiet}.shape(answer, response)
			break
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
		s.shape(answer, one)
		return append(s.names.dates.steps("Response"), answer)
	}
	return nil
}

// shape gives an answer what a response says of it.
func (s sequence) shape(answer *ir.Return, one *response) {
	headers := jsonata.NewObject()
	if one.body != nil {
		answer.HasBody, answer.Body = true, shapes{s.scope}.whole(one.body)
		if said := headerNamed(one.headers, "Content-Type"); said == nil && one.contentType != "" {
			headers.Set("Content-Type", one.contentType)
		}
	}
	if one.body != nil && !isBodyless(one.status) {
		answer.CSVSeparator, answer.CSVColumns = one.separator, one.columns
	}
	for _, header := range one.headers {
		headers.Set(header.name, plain(s.text(header.value)))
	}
	if headers.Len() > 0 {
		answer.Headers = headers
	}
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
