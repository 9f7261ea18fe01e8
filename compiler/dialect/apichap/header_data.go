package apichap

import (
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file keeps data from becoming parts of a header's value: attributes of a cookie, further cookies, parameters of a Content-Disposition.

// headerValues lowers the values of headers at the place of a scope.
type headerValues struct{ *scope }

// of gives the value of a header of a response or a request.
func (s headerValues) of(one header) jsonata.Node {
	switch strings.ToLower(one.name) {
	case setCookie:
		s.checkCookieName(one.value)
		return s.cookies(one.value)
	case "cookie":
		if len(one.value.parts) > 1 { // else it is handed on whole
			return s.cookies(one.value)
		}
	case "content-disposition":
		return s.disposition(one.value)
	}
	return s.text(one.value)
}

// checkCookieName warns of a cookie that data names: what a request brings could take the place of any other.
func (s headerValues) checkCookieName(t *template) {
	for _, piece := range t.parts {
		switch {
		case strings.Contains(piece.text, "="):
			return
		case piece.value != nil && s.names.holds(piece.value, func(text string) bool { return strings.Contains(text, "=") }):
			return
		case piece.value != nil && !s.names.isFixed(piece.value):
			piece.span.report(report.Warning(codeUnsafeRequest, piece.span.place(), "data decides which cookie is set").
				Why("It could take the place of any other cookie, and gives it no attributes.").Fix("write the name in front of it: name=${…}; HttpOnly"))
			return
		}
	}
}

// cookies gives a text of cookies and their attributes. A semicolon of data ends neither: it is percent-encoded (RFC 6265, section 4.1.1, has none in a value).
func (s headerValues) cookies(t *template) jsonata.Node {
	values := make([]typed, 0, len(t.parts))
	for _, piece := range t.parts {
		if piece.value == nil {
			values = append(values, textOf(piece.text))
			continue
		}
		values = append(values, s.inCookie(piece.value)...)
	}
	return joined(values...).node
}

// inCookie gives the values that a placeholder joins.
func (s headerValues) inCookie(e expression) []typed {
	if join, ok := e.(*binary); ok && join.operator == "." {
		return append(s.inCookie(join.left), s.inCookie(join.right)...)
	}
	value := s.lower(e)
	if s.names.isFixed(e) || value.kind == numberKind || value.kind == booleanKind {
		return []typed{value}
	}
	if s.names.holds(e, func(text string) bool { return strings.Contains(text, ";") }) {
		e.report(report.Error(codeUnsafeRequest, e.place(), "data and attributes of a cookie are one text here").
			Why("Which semicolons are the workflow's own can no longer be told, and data could add attributes.").
			Fix("write the attributes in the header: name=${…}; HttpOnly"))
	}
	return []typed{{node: build.Call("replace", value.text(), build.Text(";"), build.Text("%3B")), kind: textKind}}
}

// disposition gives a Content-Disposition (RFC 6266). Data in a parameter stands in quotes, where it ends nothing; in an extended one (RFC 8187) it is encoded.
func (s headerValues) disposition(t *template) jsonata.Node {
	values, quotes := make([]typed, 0, len(t.parts)), quoter{}
	for i, piece := range t.parts {
		if piece.value == nil {
			followed := i+1 < len(t.parts) // by data, for no two stretches of text stand side by side
			values = append(values, textOf(quotes.text(piece.text, followed)))
			continue
		}
		value := s.lower(piece.value)
		switch {
		case value.kind == numberKind:
		case quotes.extended:
			value = typed{node: build.Call("encodeUrlComponent", value.text()), kind: textKind}
		case quotes.quoted:
			text := build.Call("replace", value.text(), build.Text(`\`), build.Text(`\\`))
			value = typed{node: build.Call("replace", text, build.Text(`"`), build.Text(`\"`)), kind: textKind}
		}
		values = append(values, value)
	}
	if quotes.added {
		values = append(values, textOf(`"`))
	}
	return joined(values...).node
}

// quoter reads parameters of a header's value and puts quotes around the values that need them.
type quoter struct {
	quoted   bool // inside of quotes, the author's own or added ones
	added    bool // they are added ones
	extended bool // in the value of a parameter whose name ends with *
}

// text takes a stretch of the author's text. Where data follows inside of a value without quotes, the value begins with one, and it ends where the value does.
func (q *quoter) text(text string, data bool) string {
	var out strings.Builder
	start := -1 // of a value without quotes, in out
	for i := 0; i < len(text); i++ {
		letter := text[i]
		switch {
		case q.added && letter == ';':
			out.WriteByte('"')
			*q = quoter{}
		case q.added && letter == '"':
			out.WriteByte('\\')
		case q.quoted && letter == '\\' && i+1 < len(text):
			out.WriteByte(letter)
			i++
		case letter == '"':
			q.quoted, start = !q.quoted, -1
		case !q.quoted && letter == '=':
			q.extended, start = strings.HasSuffix(out.String(), "*"), out.Len()+1
		case !q.quoted && letter == ';':
			q.extended, start = false, -1
		}
		out.WriteByte(text[i])
	}
	if !data || start < 0 || q.extended {
		return out.String()
	}
	q.quoted, q.added = true, true
	whole := out.String()
	return whole[:start] + `"` + whole[start:]
}
